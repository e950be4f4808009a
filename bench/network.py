"""Measure a network of a million parameters: a step of each optimiser beside torch, and a race.

Run by ``make bench``. The chapter on networks shows what stands in network.json after it,
with its date.
"""

import datetime
import json
import statistics
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from bench import jobs
from bench.speed import PEERS, TURNS, Peers, machine, without
from rmsprop_lab import optimizers
from rmsprop_lab.networks.many import train_many
from rmsprop_lab.networks.network import Network
from rmsprop_lab.networks.stepper import Stepper
from rmsprop_lab.networks.training import Data, History

NETWORK = Network(jobs.NETWORK)


def row(name: str, grad: np.ndarray, peers: Peers) -> dict[str, object]:
    """Median milliseconds of an update, and megabytes of state."""
    params, stepper = NETWORK.initial(0), Stepper(name, NETWORK.size)
    compiled = lambda: stepper.step(params, grad)  # noqa: E731
    plain = without(compiled)
    times: dict[str, list[float]] = {"numpy_ms": [], "fast_ms": [], "torch_ms": []}
    compiled(), plain(), peers.run(f"network {name}", "torch")
    for _ in range(TURNS):
        times["numpy_ms"].append(jobs.clock(plain)[0])
        times["fast_ms"].append(jobs.clock(compiled)[0])
        answer = peers.run(f"network {name}", "torch", every=1)
        times["torch_ms"].append(answer["ms"])
    state = sum(np.asarray(value).nbytes for value in stepper.state.values())
    found: dict[str, object] = {"optimizer": name, "label": optimizers.ALL[name].label}
    found |= {key: round(statistics.median(of), 3) for key, of in times.items()}
    return found | {"state_mb": round(state / 1e6, 2), "torch_mb": round(answer["end"][0] / 1e6, 2)}


# The race: digits, three epochs; the same search for all, then new seeds. One seed is no result:
# neighbouring rates change places from seed to seed.
RACERS = ("sgd", "momentum", "rmsprop", "adam")
RATES = tuple(float(f"{10 ** (k / 2):.2g}") for k in range(-8, 4))
SEARCH, JUDGE = range(20, 25), range(20)  # seeds


def race(name: str, data: Data, test: Data) -> dict[str, object]:
    """Medians, lowest and highest of training loss and test accuracy, at the best rate."""

    def runs_at(rate: float, seeds: range) -> list[History]:
        settings = {"epochs": 3, "batch_size": jobs.NETWORK_BATCH, "learning_rate": rate}
        return train_many(NETWORK, name, data, test=test, seed=seeds, **settings)

    def middle(rate: float) -> float:
        runs = runs_at(rate, SEARCH)
        ends = [run.train[-1, 0] if run.diverged_at is None else np.inf for run in runs]
        return float(np.median(ends))

    best = min(RATES, key=middle)
    runs = runs_at(best, JUDGE)
    found: dict[str, object] = {"optimizer": name, "rate": best}
    for key, ends in (
        ("loss", [run.train[-1, 0] for run in runs]),
        ("accuracy", [run.test[-1, 1] for run in runs]),
    ):
        found[key] = [round(float(of), 5) for of in (np.median(ends), min(ends), max(ends))]
    return found


def main() -> None:
    if not PEERS.exists():
        raise SystemExit("no peers: run `make goldens` first")
    peers = Peers()
    inputs, labels = jobs.digits_like()
    params = NETWORK.initial(0)
    gradient = lambda: NETWORK.gradient(params, inputs, labels)[1]  # noqa: E731
    grad = gradient()
    ours, theirs = [], []
    peers.run("gradient", "torch")
    for _ in range(TURNS):
        ours.append(jobs.clock(gradient)[0])
        theirs.append(peers.run("gradient", "torch")["ms"])
    names = [job.split()[1] for job, _ in peers.known if job.startswith("network ")]
    found = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": {"numpy": np.__version__, "numba": version("numba")},
        "parameters": NETWORK.size,
        "batch": jobs.NETWORK_BATCH,
        "gradient_ms": round(statistics.median(ours), 3),
        "torch_gradient_ms": round(statistics.median(theirs), 3),
        "rows": [row(name, grad, peers) for name in names],
    }
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.data))
    data, test = ((digits.data[of] / 16, digits.target[of]) for of in (order[:1437], order[1437:]))
    found["race"] = [race(name, data, test) for name in RACERS]
    found |= {"rates": RATES, "searched_on": len(SEARCH), "judged_on": len(JUDGE)}
    goldens = json.loads((PEERS.parents[2] / "tests/goldens/goldens.json").read_text())
    found["versions"]["torch"] = goldens["versions"]["torch"]
    Path(__file__).with_name("network.json").write_text(json.dumps(found, indent=1) + "\n")
    print(f"\nA network of {NETWORK.size:,} parameters, batches of {jobs.NETWORK_BATCH}")
    print(f"  gradient: ours {found['gradient_ms']} ms, torch {found['torch_gradient_ms']} ms")
    for of in found["rows"]:
        print("  {label:24} {numpy_ms:8} {fast_ms:8} {torch_ms:8} ms".format(**of), end="")
        print("  state {state_mb} MB, torch {torch_mb} MB".format(**of))
    for of in found["race"]:
        print("  {optimizer:10} rate {rate}: loss {loss}, test accuracy {accuracy}".format(**of))


if __name__ == "__main__":
    main()
