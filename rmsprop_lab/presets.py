"""Presets: named sets of settings, a run to start from or the defaults of a library.

A preset says only what it is about: what it leaves out stays as it is.
"""

from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any


@dataclass(frozen=True)
class Preset:
    """A named set of settings.

    Attributes:
        name: as in the code, ``keras``.
        label: as on a button, ``Keras's defaults``.
        settings: some of ``surface`` and ``racers`` (names of a surface and of optimisers),
            ``start`` (x, y), ``steps`` and hyper-parameters by name.
        note: one short sentence about them.

    Example:
        >>> find("keras").settings["rho"]
        0.9
    """

    name: str
    label: str
    settings: dict[str, Any]
    note: str


def _short(value: float) -> str:
    """A number as people write it: ``1e-8``, ``0.01``."""
    return f"{value:g}".replace("e-0", "e-")


_TUTORIAL: dict[str, Any] = {
    "surface": "bowl",
    "start": (5.0, 4.0),
    "steps": 101,  # the tutorial's epochs 0 to 100
    "racers": ("rmsprop",),
    "learning_rate": 0.1,
    "rho": 0.9,
    "epsilon": 1e-6,
}
_RUN_ON = _TUTORIAL | {"steps": 400}


def _library(
    name: str,
    label: str,
    rmsprop: str,
    version: str,
    *,
    inside: bool,
    given: dict[str, tuple[str, float]],
) -> Preset:
    """A library's defaults: by our names, what the library calls each, and its value."""
    values = ", ".join(f"{theirs} {_short(value)}" for theirs, value in given.values())
    place = "inside" if inside else "outside"
    note = f"{rmsprop} {version}: {values} {place} the root"
    if "learning_rate" not in given:
        note += "; it has no default learning rate, so yours stays as it is"
    racers = ("rmsprop_inside" if inside else "rmsprop",)
    settings = {"racers": racers} | {ours: value for ours, (_, value) in given.items()}
    return Preset(name, label, settings, note)


#: Every preset by name. tests/test_presets.py holds the libraries' against the libraries.
ALL: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "tutorial",
            "the tutorial",
            _TUTORIAL,
            f"{_TUTORIAL['steps']} steps from ({', '.join(map(_short, _TUTORIAL['start']))}): "
            f"the tutorial counts from 0, its epoch {_TUTORIAL['steps'] - 1} is the last",
        ),
        Preset(
            "run on",
            "let it run on",
            _RUN_ON,
            f"the same to step {_RUN_ON['steps']}: it leaves the minimum and jumps from side to "
            f"side, ±{_short(_RUN_ON['learning_rate'] / 2)}",
        ),
        _library(
            "pytorch",
            "PyTorch's defaults",
            "torch.optim.RMSprop",
            "2.13.0",
            inside=False,
            given={
                "learning_rate": ("lr", 0.01),
                "rho": ("alpha", 0.99),
                "epsilon": ("eps", 1e-8),
            },
        ),
        _library(
            "keras",
            "Keras's defaults",
            "keras.optimizers.RMSprop",
            "3.15.1",
            inside=True,
            given={
                "learning_rate": ("learning_rate", 0.001),
                "rho": ("rho", 0.9),
                "epsilon": ("epsilon", 1e-7),
            },
        ),
        _library(
            "optax",
            "Optax's defaults",
            "optax.rmsprop",
            "0.2.8",
            inside=True,
            given={"rho": ("decay", 0.9), "epsilon": ("eps", 1e-8)},
        ),
    )
}


def find(name: str) -> Preset:
    """The preset of that name.

    Args:
        name: one of :data:`ALL`, such as ``"tutorial"`` or ``"pytorch"``.

    Raises:
        ValueError: for an unknown name, with the choices.

    Example:
        >>> find("pytorch").note
        'torch.optim.RMSprop 2.13.0: lr 0.01, alpha 0.99, eps 1e-8 outside the root'
    """
    try:
        return ALL[name]
    except (KeyError, TypeError):
        raise ValueError(f"no preset {shortened(name)}; choices: {', '.join(ALL)}") from None
