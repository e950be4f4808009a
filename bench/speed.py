"""Measure the package beside its peers: one path, many paths, one step of many parameters.

Run by ``make bench``. The contenders take turns within one run; a figure is a median, and
stands beside its ratio to ours. ``--quick`` takes fewer turns.
"""

import ctypes
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench import jobs
from rmsprop_lab import descend, descend_many, objectives, optimizers
from rmsprop_lab.networks.stepper import Stepper
from rmsprop_lab.speed import compiled

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-goldens/bin/python"
TURNS = 7 if "--quick" in sys.argv else 25
COMPILER = [
    *"cc -O3 -march=native -ffp-contract=off -fno-math-errno -fopenmp -shared -fPIC".split()
]
SETTINGS = {"learning_rate": jobs.RATE, "rho": jobs.RHO, "epsilon": jobs.EPSILON}

Run = Callable[[], np.ndarray]


# Without the extra: Numba is there, but nobody knows.
def without(run: Run) -> Run:
    def hidden() -> np.ndarray:
        known, compiled.installed = compiled.installed, lambda: False
        try:
            return run()
        finally:
            compiled.installed = known

    return hidden


def tutorials_path() -> np.ndarray:
    """The tutorial's loop: NumPy on two numbers."""
    w, s = np.array(jobs.START), np.zeros(2)
    rows = [w]
    for _ in range(jobs.PATH_STEPS):
        grad = 2 * w
        s = jobs.RHO * s + (1 - jobs.RHO) * grad**2
        w = w - jobs.RATE / (np.sqrt(s) + jobs.EPSILON) * grad
        rows.append(w)
    return np.array(rows)


def in_place_batch() -> np.ndarray:
    """NumPy with four arrays in between, written by hand."""
    rates, rhos = jobs.grid()
    x, y, s_x, s_y = (np.full(rates.shape, at) for at in (*jobs.VALLEY, 0.0, 0.0))
    a, b, c, rest = np.empty_like(x), np.empty_like(x), np.empty_like(x), 1 - rhos
    multiply, subtract, add, divide, sqrt = np.multiply, np.subtract, np.add, np.divide, np.sqrt
    with np.errstate(all="ignore"):
        for _ in range(jobs.BATCH_STEPS):
            subtract(y, multiply(x, x, a), a)
            multiply(-2, subtract(1, x, b), b)
            subtract(b, multiply(multiply(400, x, c), a, c), b)
            multiply(200, a, a)
            for w, s, grad in ((x, s_x, b), (y, s_y, a)):
                multiply(rhos, s, s)
                add(s, multiply(rest, multiply(grad, grad, c), c), s)
                multiply(rates, grad, grad)
                add(sqrt(s, c), jobs.EPSILON, c)
                subtract(w, divide(grad, c, grad), w)
    return np.array([x, y])


def tutorials_batch() -> np.ndarray:
    """The tutorial's loop, setting by setting; a hundredth of them, and a hundred times that."""
    ends = []
    for rate, rho in list(zip(*jobs.grid(), strict=True))[::100]:
        w, s = np.array(jobs.VALLEY), np.zeros(2)
        for _ in range(jobs.BATCH_STEPS):
            off = w[1] - w[0] * w[0]
            grad = np.array([-2 * (1 - w[0]) - 400 * w[0] * off, 200 * off])
            s = rho * s + (1 - rho) * grad**2
            w = w - rate / (np.sqrt(s) + jobs.EPSILON) * grad
        ends.append(w)
    return np.array(ends).T


def our_batch() -> np.ndarray:
    rates, rhos = jobs.grid()
    return descend_many(
        "rosenbrock",
        "rmsprop",
        jobs.VALLEY,
        steps=jobs.BATCH_STEPS,
        keep="last",
        learning_rate=rates,
        rho=rhos,
        epsilon=jobs.EPSILON,
    ).params[0]


def our_vector(size: int) -> Run:
    params, grad = jobs.vectors(size)
    stepper = Stepper("rmsprop", size, **SETTINGS)

    def run() -> np.ndarray:
        stepper.step(params, grad)
        return params

    return run


def tutorials_vector(size: int) -> Run:
    w, grad = jobs.vectors(size)
    held = [w, np.zeros(size)]

    def run() -> np.ndarray:
        s = jobs.RHO * held[1] + (1 - jobs.RHO) * grad**2
        held[:] = held[0] - jobs.RATE / (np.sqrt(s) + jobs.EPSILON) * grad, s
        return held[0]

    return run


class Limit:
    """The C of limit.c, if there is a compiler."""

    def __init__(self, folder: str) -> None:
        built = Path(folder) / "limit.so"
        source = Path(__file__).with_name("limit.c")
        subprocess.run([*COMPILER, "-o", built, source, "-lm"], check=True)
        self.library = ctypes.CDLL(str(built))

    def call(self, name: str, *values: object) -> None:
        kinds = {int: ctypes.c_long if name in ("step", "traffic") else ctypes.c_int}
        kinds[float] = ctypes.c_double
        getattr(self.library, name)(
            *(
                ctypes.c_void_p(value.ctypes.data)
                if isinstance(value, np.ndarray)
                else kinds[type(value)](value)
                for value in values
            )
        )

    def path(self) -> np.ndarray:
        rows = np.empty((jobs.PATH_STEPS + 1, 4))
        settings = jobs.RATE, jobs.RHO, jobs.EPSILON
        self.call("path", jobs.PATH_STEPS, *settings, *jobs.START, rows)
        return rows[:, :2]

    def batch(self) -> np.ndarray:
        count = jobs.SIDE * jobs.SIDE
        full = -(-count // 64) * 64  # whole blocks; what is too much stands at the start
        rates, rhos = (np.concatenate([part, np.zeros(full - count)]) for part in jobs.grid())
        x, y = (np.full(full, at) for at in jobs.VALLEY)
        self.call("batch", full, jobs.BATCH_STEPS, rates, rhos, jobs.EPSILON, x, y)
        return np.array([x[:count], y[:count]])

    def vector(self, name: str, size: int) -> Run:
        w, grad = jobs.vectors(size)
        s = np.zeros(size)
        settings = (jobs.RATE, jobs.RHO, jobs.EPSILON) if name == "step" else ()

        def run() -> np.ndarray:
            self.call(name, size, *settings, grad, s, w)
            return w

        return run


class Peers:
    """The process of peers.py, asked one run at a time."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [PEERS, "-m", "bench.peers"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.known = [tuple(pair) for pair in self.answer()]

    def answer(self) -> object:
        return json.loads(self.process.stdout.readline())

    def run(self, job: str, peer: str, every: int = 0) -> dict[str, object]:
        asked = {"job": job, "peer": peer, "every": every}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self.answer()


def race(job: str, ours: dict[str, Run], peers: Peers | None) -> dict[str, float]:
    """Medians in ms; the contenders take turns."""
    theirs = [peer for of, peer in peers.known if of == job] if peers else []
    for run in ours.values():
        run()
    for peer in theirs:
        for _ in range(2):
            peers.run(job, peer)
    times: dict[str, list[float]] = {name: [] for name in (*ours, *theirs)}
    for _ in range(TURNS):
        for name, run in ours.items():
            times[name].append(jobs.clock(run)[0])
        for peer in theirs:
            times[peer].append(peers.run(job, peer)["ms"])
    return {name: statistics.median(of) for name, of in times.items()}


def report(title: str, found: dict[str, float], base: str) -> None:
    print(f"\n{title}\n{'':34}{'ms':>10}{'over ours':>11}{'over C':>9}")
    for name, ms in sorted(found.items(), key=lambda pair: pair[1]):
        over = f"{ms / found['C']:9.2f}" if "C" in found else ""
        print(f"  {name:32}{ms:10.3f}{ms / found[base]:11.2f}{over}")


def calm() -> np.ndarray:
    """The settings of the batch at which a start 1e-13 away ends less than 1e-9 away."""
    rates, rhos = jobs.grid()
    near = (jobs.VALLEY[0] + 1e-13, jobs.VALLEY[1])
    more = {"learning_rate": rates, "rho": rhos, "epsilon": jobs.EPSILON}
    ends = descend_many(
        "rosenbrock", "rmsprop", near, steps=jobs.BATCH_STEPS, keep="last", **more
    ).params[0]
    return np.abs(ends - our_batch()).max(axis=0) < 1e-9


def same_bits() -> None:
    """Every rule, compiled and not."""
    rates = np.geomspace(1e-4, 10, 300)
    for optimizer in optimizers.ALL.values():
        found = []
        for use in (True, False):
            known, compiled.worth = compiled.worth, lambda numbers, rounds, use=use: use
            found.append(
                descend_many(
                    objectives.rosenbrock, optimizer, learning_rate=rates, keep="last"
                ).params
            )
            params, stepper = np.ones(5000), Stepper(optimizer, 5000)
            for _ in range(3):
                stepper.step(params, np.linspace(-1, 1, 5000) * params)
            found.append(params)
            compiled.worth = known
        assert np.array_equal(found[0], found[2], equal_nan=True), optimizer.name
        assert np.array_equal(found[1], found[3]), optimizer.name
    print(f"{len(optimizers.ALL)} rules, compiled: the bits of the rules")


def machine() -> str:
    """What this ran on, without its name."""
    model = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        lines = [line for line in cpu.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].partition(": ")[2] if lines else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> None:
    print(machine())
    peers = Peers() if PEERS.exists() else None
    if peers is None:
        print("no peers: run `make goldens` first")
    with tempfile.TemporaryDirectory() as folder:
        limit = Limit(folder) if shutil.which("cc") else None
        c: dict[str, Run] = {"C": limit.path} if limit else {}

        def ours() -> object:
            return descend("bowl", "rmsprop", jobs.START, steps=jobs.PATH_STEPS, **SETTINGS).params

        if limit:
            assert np.array_equal(limit.path(), ours())
            calm_ones = calm()
            assert np.array_equal(limit.batch(), our_batch())
            print(f"C gives our bits; {calm_ones.mean():.0%} of the batch is not chaotic")
        if peers:
            for peer in [peer for job, peer in peers.known if job == "batch"]:
                ends = np.reshape(peers.run("batch", peer, every=1)["end"], (2, -1))
                off = np.abs(ends - our_batch())
                print(
                    f"  {peer}: {(off.max(axis=0) < 1e-6).mean():.1%} of the ends within 1e-6 of "
                    f"ours; where it is not chaotic at most {off[:, calm_ones].max():.1e} away"
                )
        if compiled.installed():
            same_bits()

        found = race("path", {**c, "ours": ours, "the tutorial's": tutorials_path}, peers)
        report(f"One path, {jobs.PATH_STEPS} steps, all recorded", found, "ours")

        c = {"C": limit.batch} if limit else {}
        both = {"ours, fast": our_batch, "ours": without(our_batch), "NumPy": in_place_batch}
        assert np.array_equal(in_place_batch(), our_batch())
        found = race("batch", {**c, **both}, peers)
        found["the tutorial's"] = 100 * jobs.clock(tutorials_batch)[0]
        report(
            f"{jobs.SIDE} x {jobs.SIDE} settings x {jobs.BATCH_STEPS} steps", found, "ours, fast"
        )

        for size in jobs.SIZES:
            c = {}
            if limit:
                c = {"C": limit.vector("step", size), "memory": limit.vector("traffic", size)}
            both = {"ours, fast": our_vector(size), "ours": without(our_vector(size))}
            more = {"the tutorial's": tutorials_vector(size)}
            found = race(f"step {size:.0e}", {**c, **both, **more}, peers)
            report(f"One step of {size:.0e} parameters", found, "ours, fast")


if __name__ == "__main__":
    main()
