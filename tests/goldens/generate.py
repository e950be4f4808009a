"""Compute goldens.json: paths by torch, optax and keras, in float64, with gradients by autodiff.

Run by ``make goldens``. Nothing here is ours, so that what agrees with it is right.

Optax has no AdaGrad like ours: its epsilon stands inside the root. So it does in Keras's
RMSProp, centred and with momentum too, where it stands outside in ours: only the plain one,
with epsilon inside, is compared.
"""

import inspect
import json
import os
import sys
from math import isclose, sqrt
from pathlib import Path

# Keras reads these when it is imported. In a home of its own nobody's keras.json has a say.
os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = sys.prefix

import jax
import keras
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
KERAS_NAMES = {}


def torch_adam(params, beta1, beta2, **hyper):
    return torch.optim.Adam(params, betas=(beta1, beta2), **hyper)


# What else each takes to be the rule of that name.
TORCH = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {}),
    "nesterov": (torch.optim.SGD, {"nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "rmsprop": (torch.optim.RMSprop, {}),  # the default: epsilon outside
    "rmsprop_centered": (torch.optim.RMSprop, {"centered": True}),
    "rmsprop_momentum": (torch.optim.RMSprop, {}),
    "adam": (torch_adam, {}),
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
KERAS = {
    "rmsprop_inside": (keras.optimizers.RMSprop, {}),  # the only place of epsilon
}

# The defaults that are written down, by our names.
DEFAULTS = "learning_rate rho epsilon momentum centered weight_decay".split()


def hypers(optimizer, surface):
    of = HYPERS[optimizer]
    return of[surface] if isinstance(of, dict) else of


def renamed(hyper, names):
    return {names.get(name, name): value for name, value in hyper.items()}


def torch_path(make, hyper, value, start):
    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    steps = make([point], **hyper)
    path = [point.tolist()]
    for _ in range(STEPS):
        steps.zero_grad()
        value(*point).backward()
        steps.step()
        path.append(point.tolist())
    return path


def optax_path(make, hyper, value, start):
    steps = make(**hyper)
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


def keras_path(make, hyper, value, start):
    steps = make(**hyper)
    grad = jax.jit(jax.grad(lambda point: value(point[0], point[1])))
    point = keras.Variable(start)
    path = [point.numpy().tolist()]
    for _ in range(STEPS):
        steps.apply([grad(point.value)], [point])
        path.append(point.numpy().tolist())
    return path


def default_run(library):
    """RMSProp as the library brings it: its defaults, where its epsilon stands, its path."""
    walk, _, names, make = LIBRARIES[library]
    arguments = inspect.signature(make).parameters
    theirs = {name: arguments.get(names.get(name, name)) for name in DEFAULTS}
    defaults = {
        name: argument.default
        for name, argument in theirs.items()
        if argument and argument.default is not inspect.Parameter.empty
    }
    # Optax has no default learning rate; then this one is given.
    given = {} if "learning_rate" in defaults else {"learning_rate": 0.01}
    rate, rho, epsilon = ((defaults | given)[name] for name in DEFAULTS[:3])

    # One step down a slope so small that the place of epsilon tells.
    slope = 1e-3
    update = -walk(make, renamed(given, names), lambda x, y: slope * (x + y), (0.0, 0.0))[1][0]
    s = (1 - rho) * slope**2
    inside = isclose(update, rate * slope / sqrt(s + epsilon), rel_tol=1e-9)
    outside = isclose(update, rate * slope / (sqrt(s) + epsilon), rel_tol=1e-9)
    if inside == outside:
        raise ArithmeticError(f"{library}: a first step of {update} is neither or both")

    value, start = SURFACES["bowl"]
    path = {
        "library": library,
        "objective": "bowl",
        "start": start,
        "given": given,
        "params": walk(make, renamed(given, names), value, start)[::EVERY],
    }
    return defaults | {"epsilon_inside": inside}, path


LIBRARIES = {  # how it walks, what is compared, its names, its RMSProp
    "torch": (torch_path, TORCH, TORCH_NAMES, torch.optim.RMSprop),
    "optax": (optax_path, OPTAX, OPTAX_NAMES, optax.rmsprop),
    "keras": (keras_path, KERAS, KERAS_NAMES, keras.optimizers.RMSprop),
}


def lines(paths):
    """A list with each path on a line of its own."""
    return "[\n" + ",\n".join(map(json.dumps, paths)) + "\n]"


def main():
    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    goldens = [
        {
            "library": library,
            "optimizer": optimizer,
            "objective": surface,
            "start": start,
            "hyper": hyper,
            "params": walk(make, renamed(hyper, names) | more, value, start)[::EVERY],
        }
        for library, (walk, known, names, _) in LIBRARIES.items()
        for optimizer, (make, more) in known.items()
        for surface, (value, start) in SURFACES.items()
        for hyper in hypers(optimizer, surface)
    ]
    runs = {library: default_run(library) for library in LIBRARIES}
    head = {
        "versions": {of.__name__: of.__version__ for of in (torch, optax, jax, keras)},
        "steps": STEPS,
        "every": EVERY,
        "defaults": {library: defaults for library, (defaults, _) in runs.items()},
    }
    default_paths = [path for _, path in runs.values()]
    text = (
        f'{json.dumps(head)[:-1]}, "default_paths": {lines(default_paths)}, '
        f'"paths": {lines(goldens)}}}\n'
    )
    (Path(__file__).parent / "goldens.json").write_text(text)
    print(len(goldens) + len(default_paths), "paths,", len(text), "bytes")


if __name__ == "__main__":
    main()
