"""Compute goldens.json: paths by torch and optax, in float64, with gradients by autodiff.

Run by ``make goldens``. Nothing here is ours, so that what agrees with it is right.

Optax has no AdaGrad like ours: its epsilon stands inside the root.
"""

import json
from pathlib import Path

import jax
import optax
import torch

STEPS, EVERY = 200, 10

SURFACES = {  # value and start
    "bowl": (lambda x, y: x * x + y * y, (5.0, 4.0)),
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2, (-1.2, 1.0)),
}

# Hyper-parameters: an epsilon large enough in one of each pair that its place tells, and
# settings at which a rounding error stays one. (Along Rosenbrock's valley RMSProp is chaotic at
# most others: two libraries part there, and neither is wrong.)
SMALL, LARGE = {"epsilon": 1e-6}, {"epsilon": 0.3}
RMSPROP = [
    {"learning_rate": 0.1, "rho": 0.9} | SMALL,
    {"learning_rate": 0.05, "rho": 0.99} | LARGE,
]
HYPERS = {
    "sgd": {
        "bowl": [{"learning_rate": 0.1}, {"learning_rate": 0.4}],
        "rosenbrock": [{"learning_rate": 5e-4}, {"learning_rate": 1e-3}],
    },
    "momentum": {
        "bowl": [
            {"learning_rate": 0.01, "momentum": 0.9},
            {"learning_rate": 0.1, "momentum": 0.5},
        ],
        "rosenbrock": [
            {"learning_rate": 1e-4, "momentum": 0.9},
            {"learning_rate": 5e-4, "momentum": 0.5},
        ],
    },
    "adagrad": [{"learning_rate": 0.5} | SMALL, {"learning_rate": 0.05} | LARGE],
    "rmsprop": RMSPROP,
    "rmsprop_inside": RMSPROP,
    "rmsprop_centered": RMSPROP,
    "rmsprop_momentum": [
        {"learning_rate": 0.01, "rho": 0.9, "momentum": 0.9} | SMALL,
        {"learning_rate": 0.05, "rho": 0.99, "momentum": 0.5} | LARGE,
    ],
    "adam": [
        {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999} | SMALL,
        {"learning_rate": 0.01, "beta1": 0.5, "beta2": 0.9} | LARGE,
    ],
}
HYPERS["nesterov"] = HYPERS["momentum"]

# Our names and theirs.
TORCH_NAMES = {"learning_rate": "lr", "rho": "alpha", "epsilon": "eps", "momentum": "momentum"}
OPTAX_NAMES = {"rho": "decay", "epsilon": "eps", "beta1": "b1", "beta2": "b2"}

# What else each takes to be the rule of that name.
TORCH = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {}),
    "nesterov": (torch.optim.SGD, {"nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "rmsprop": (torch.optim.RMSprop, {}),  # the default: epsilon outside
    "rmsprop_centered": (torch.optim.RMSprop, {"centered": True}),
    "rmsprop_momentum": (torch.optim.RMSprop, {}),
    "adam": (torch.optim.Adam, {}),
}
OPTAX = {
    "sgd": (optax.sgd, {}),
    "momentum": (optax.sgd, {}),
    "nesterov": (optax.sgd, {"nesterov": True}),
    "rmsprop": (optax.rmsprop, {"eps_in_sqrt": False}),
    "rmsprop_inside": (optax.rmsprop, {}),  # the default: epsilon inside
    "rmsprop_centered": (optax.rmsprop, {"centered": True, "eps_in_sqrt": False}),
    "rmsprop_momentum": (optax.rmsprop, {"eps_in_sqrt": False}),
    "adam": (optax.adam, {}),
}


def hypers(optimizer, surface):
    of = HYPERS[optimizer]
    return of[surface] if isinstance(of, dict) else of


def renamed(hyper, names):
    return {names.get(name, name): value for name, value in hyper.items()}


def torch_path(optimizer, hyper, value, start):
    make, more = TORCH[optimizer]
    hyper = dict(hyper)
    if optimizer == "adam":
        more = {"betas": (hyper.pop("beta1"), hyper.pop("beta2"))}
    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    steps = make([point], **renamed(hyper, TORCH_NAMES), **more)
    path = [point.tolist()]
    for _ in range(STEPS):
        steps.zero_grad()
        value(*point).backward()
        steps.step()
        path.append(point.tolist())
    return path


def optax_path(optimizer, hyper, value, start):
    make, more = OPTAX[optimizer]
    steps = make(**renamed(hyper, OPTAX_NAMES), **more)
    grad = jax.grad(lambda point: value(point[0], point[1]))

    @jax.jit
    def step(point, state):
        updates, state = steps.update(grad(point), state, point)
        return optax.apply_updates(point, updates), state

    point = jax.numpy.array(start)
    state = steps.init(point)
    path = [point.tolist()]
    for _ in range(STEPS):
        point, state = step(point, state)
        path.append(point.tolist())
    return path


def main():
    jax.config.update("jax_enable_x64", True)
    goldens = [
        {
            "library": library,
            "optimizer": optimizer,
            "objective": surface,
            "start": start,
            "hyper": hyper,
            "params": path(optimizer, hyper, value, start)[::EVERY],
        }
        for library, known, path in (("torch", TORCH, torch_path), ("optax", OPTAX, optax_path))
        for optimizer in known
        for surface, (value, start) in SURFACES.items()
        for hyper in hypers(optimizer, surface)
    ]
    # Each path on a line of its own.
    head = {
        "versions": {library.__name__: library.__version__ for library in (torch, optax, jax)},
        "steps": STEPS,
        "every": EVERY,
    }
    text = (
        json.dumps(head)[:-1] + ', "paths": [\n' + ",\n".join(map(json.dumps, goldens)) + "\n]}\n"
    )
    (Path(__file__).parent / "goldens.json").write_text(text)
    print(len(goldens), "paths,", len(text), "bytes")


if __name__ == "__main__":
    main()
