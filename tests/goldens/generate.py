"""Compute goldens.json and paths.json: what the libraries do, in float64. Run by ``make goldens``.

- ``paths``: with settings that make each of its optimisers a rule that we have, or that
  tests/test_goldens.py writes down in a few lines.
- ``default_paths``, ``defaults``: RMSProp as each library brings it.
- ``conventions``: what each means by its words, found out by a step or two; ``table`` says so.
- ``snippets``: where the three short programs of the chapter "In practice" end.
- ``as_code``: what ``rmsprop_lab.as_code`` writes for each library, and the path that the library
  takes when it runs that text.

Each library is compared as it is: where it has no rule of ours (Keras's epsilon always stands
inside the root, Optax's AdaGrad starts at 0.1), the rule is in the test, not here.
"""

import json
import runpy
import sys
from pathlib import Path

import numpy as np
from conventions import RMSPROP, conventions
from libraries import LIBRARIES, VERSIONS
from table import table

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1]))

from rmsprop_lab import as_code  # noqa: E402  (of this clone, which is not installed here)

STEPS, EVERY = 200, 10

SURFACES = {  # value and start
    "bowl": (lambda x, y, pull: x * x + y * y, (5.0, 4.0)),
    "rosenbrock": (lambda x, y, pull: (1 - x) ** 2 + 100 * (y - x * x) ** 2, (-1.2, 1.0)),
}

# Hyper-parameters: an epsilon large enough in one of each pair that its place tells, and
# settings at which a rounding error stays one. (Along Rosenbrock's valley RMSProp is chaotic at
# most others: two libraries part there, and neither is wrong.)
SMALL, LARGE = {"epsilon": 1e-6}, {"epsilon": 0.3}
RMS = [
    {"learning_rate": 0.1, "rho": 0.9} | SMALL,
    {"learning_rate": 0.05, "rho": 0.99} | LARGE,
]
BALL = {
    "bowl": [{"learning_rate": 0.01, "momentum": 0.9}, {"learning_rate": 0.1, "momentum": 0.5}],
    "rosenbrock": [
        {"learning_rate": 1e-4, "momentum": 0.9},
        {"learning_rate": 5e-4, "momentum": 0.5},
    ],
}
SETTINGS = {
    "sgd": {
        "bowl": [{"learning_rate": 0.1}, {"learning_rate": 0.4}],
        "rosenbrock": [{"learning_rate": 5e-4}, {"learning_rate": 1e-3}],
    },
    "momentum": BALL,
    "nesterov": BALL,
    "adagrad": [{"learning_rate": 0.5} | SMALL, {"learning_rate": 0.05} | LARGE],
    "rmsprop": RMS,
    "rmsprop_inside": RMS,
    "rmsprop_centered": RMS,
    "rmsprop_momentum": [
        {"learning_rate": 0.01, "rho": 0.9, "momentum": 0.9} | SMALL,
        {"learning_rate": 0.05, "rho": 0.99, "momentum": 0.5} | LARGE,
    ],
    "adam": [
        {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999} | SMALL,
        {"learning_rate": 0.01, "beta1": 0.5, "beta2": 0.9} | LARGE,
    ],
}


def settings_of(rule, surface):
    """The settings at which a rule is walked there: one on the bowl for those of the test."""
    if rule in SETTINGS:
        return SETTINGS[rule][surface] if isinstance(SETTINGS[rule], dict) else SETTINGS[rule]
    if surface != "bowl":
        return []
    family, *forms = rule.split("_")
    settings = {"learning_rate": 0.05}
    if family in ("adam", "amsgrad"):
        settings |= {"beta1": 0.5, "beta2": 0.9} | LARGE
    if family == "adagrad":
        settings |= {"learning_rate": 0.5} | (LARGE if "inside" in forms else {})
    if family == "rmsprop":
        settings |= {"rho": 0.95} | LARGE
    if {"momentum", "nesterov"} & {family, *forms}:
        # The rate falls, so that its place in the velocity tells.
        settings |= {"momentum": 0.8, "decay": 0.02}
    if {"coupled", "decoupled"} & set(forms):
        settings |= {"weight_decay": 0.1}
    return [settings]


def rounded(path):
    """Some of its points, to a digit that is the same on every processor."""
    return (np.round(path[::EVERY], 12) + 0.0).tolist()


def paths():
    return [
        {
            "library": name,
            "optimizer": rule,
            "objective": surface,
            "start": start,
            "settings": settings,
            "params": rounded(library.path_at(make, settings | more, value, start, [1.0] * STEPS)),
        }
        for name, library in LIBRARIES.items()
        for rule, (make, more) in library.optimizers.items()
        for surface, (value, start) in SURFACES.items()
        for settings in settings_of(rule, surface)
    ]


def default_path(name, defaults):
    """RMSProp on the bowl as the library brings it."""
    value, start = SURFACES["bowl"]
    # Some have no default learning rate; then this one is given.
    given = {} if "learning_rate" in defaults else {"learning_rate": 0.01}
    path = LIBRARIES[name].path_at(RMSPROP[name][1], given, value, start, [1.0] * STEPS)
    told = {"library": name, "objective": "bowl", "start": start, "given": given}
    return told | {"params": rounded(path)}


def snippet(path):
    """Run it as a reader would; it leaves the end of its path as ``w``."""
    w = runpy.run_path(str(path))["w"]
    numbers = w.tolist() if hasattr(w, "tolist") else w.numpy().tolist()
    return {"code": path.read_text(), "w": numbers}


def run_code(library, code):
    """The path on the bowl of the optimiser that the code makes."""

    def make(*params):
        scope = {"params": params[0]} if params else {}
        exec(code, scope)
        return scope["optimizer"]

    value, start = SURFACES["bowl"]
    return rounded(LIBRARIES[library].path(make, {}, value, start, [1.0] * STEPS))


def codes():
    """For every rule that the package has; without momentum too, which one of them refuses."""
    written = []
    for library, name in (("torch", "PyTorch"), ("keras", "Keras"), ("optax", "Optax")):
        for rule in SETTINGS:
            tried = settings_of(rule, "bowl")
            if "momentum" in tried[0]:
                tried = [*tried, tried[0] | {"momentum": 0.0}]
            for settings in tried:
                code = as_code(rule, name, **settings)
                told = {"library": name, "optimizer": rule, "settings": settings, "code": code}
                written.append(told | {"params": run_code(library, code)})
    return written


def lines(items):
    """A list with each item on a line of its own."""
    return "[\n" + ",\n".join(map(json.dumps, items)) + "\n]"


def main():
    found = conventions()
    defaults = {}
    for name in RMSPROP:
        said = found[name]["rmsprop"]["arguments"]
        # What must be given has no default. No momentum, and none that is None, is 0.
        values = {of: value for of, (_, value) in said.items() if value is not None}
        inside = found[name]["rmsprop"]["epsilon"] == "inside"
        defaults[name] = {"momentum": 0.0, "centered": False} | values | {"epsilon_inside": inside}
    head = {"versions": VERSIONS, "steps": STEPS, "every": EVERY, "defaults": defaults}
    head |= {"conventions": found, "table": table(found, VERSIONS)}
    head |= {"snippets": {p.stem: snippet(p) for p in sorted((HERE / "snippets").glob("*.py"))}}
    walked, default_paths = paths(), [default_path(name, of) for name, of in defaults.items()]
    # What chapters show, apart from the paths: a chapter's notebook carries the file.
    shown = f'{json.dumps(head)[:-1]}, "default_paths": {lines(default_paths)}}}\n'
    text = f'{{"paths": {lines(walked)}, "as_code": {lines(codes())}}}\n'
    (HERE / "goldens.json").write_text(shown)
    (HERE / "paths.json").write_text(text)
    print(len(walked) + len(default_paths), "paths,", len(shown + text), "bytes")


if __name__ == "__main__":
    main()
