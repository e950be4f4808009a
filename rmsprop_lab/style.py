"""Colours, dashes and markers: one look for an optimiser, in Matplotlib and in the lab.

Colour is never the only mark: no two built-in optimisers share both dash and marker. Where the same
optimiser races more than once, all have its colour, each another dash and another marker.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Literal

from rmsprop_lab import optimizers
from rmsprop_lab.optimizers import Optimizer

Marker = Literal["circle", "square", "triangle", "diamond", "plus", "cross", "star"]


@dataclass(frozen=True)
class Look:
    """How an optimiser is drawn.

    Attributes:
        light, dark: its colour on a light and on a dark ground.
        dash: lengths of line and gap, in line widths; empty for a solid line.
        marker: the shape at a path's end; see :data:`MARKERS`.
    """

    light: str
    dark: str
    dash: tuple[float, ...] = ()
    marker: Marker = "circle"


# In the order of optimizers.ALL. The hues are near those of Okabe and Ito; lightness keeps
# the five most used apart for the colour-blind too (tests/test_style.py measures it).
_LOOKS = (
    Look("#1a6fd0", "#4a96f0", (), "square"),  # sgd
    Look("#1f8159", "#3fd6a6", (5, 1.5), "triangle"),  # momentum
    Look("#7a6200", "#e3c34a", (1.5, 1.5), "diamond"),  # nesterov
    Look("#6b1a8f", "#e0b3f2", (5, 1.5, 1.5, 1.5), "plus"),  # adagrad
    Look("#c44601", "#ff8f4f", (), "circle"),  # rmsprop
    Look("#b5246e", "#f58fc0", (3, 1.5), "circle"),  # rmsprop_inside
    Look("#7b4f2c", "#cfa27e", (1.5, 1.5), "square"),  # rmsprop_centered
    Look("#00707f", "#4fd2e3", (5, 1.5), "cross"),  # rmsprop_momentum
    Look("#1d2025", "#f4f6f8", (8, 1.5, 1.5, 1.5), "star"),  # adam
)

# Rules of one's own, in the order in which they come: other hues, solid lines, and markers that no
# built-in solid line has.
_OWN_LOOKS = (
    Look("#c913bf", "#ff5ce8", (), "star"),
    Look("#3d18d0", "#9a86ff", (), "triangle"),
    Look("#2f5d00", "#a8e02a", (), "diamond"),
    Look("#3b546d", "#9fb4c8", (), "cross"),
    Look("#c01030", "#ff4d62", (), "plus"),
)

#: The markers of a look, and what Matplotlib calls them.
MARKERS: dict[Marker, str] = {
    "circle": "o",
    "diamond": "D",
    "star": "*",
    "triangle": "^",
    "square": "s",
    "plus": "P",
    "cross": "X",
}

# An optimiser's next racer has the next dash and the next marker. In these two orders the first
# four racers of all built-in optimisers have a pair each (tests/test_style.py).
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 1.5),
    (5, 1.5, 1.5, 1.5),
    (8, 1.5, 1.5, 1.5),
    (1.5, 1.5),
    (3, 1.5),
)
#: Racers of one optimiser, at the most: each has another dash.
MOST = len(_DASHES)

#: The map's tones, from the bottom of the valley up, as on the lab's light ground.
MAP_TONES = ("#ffffff", "#d9e2ec")

#: The lines between them.
MAP_LINE = "#a0adbd"

#: Settings for Matplotlib, applied by :func:`context`.
RC: Any = {
    "axes.edgecolor": "#57606a",
    "axes.labelcolor": "#1f2328",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.size": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "xtick.color": "#57606a",
    "ytick.color": "#57606a",
}


def looks(racers: Iterable[Optimizer]) -> dict[str, Look]:
    """The looks of optimisers that are drawn together, by name, no two alike.

    A built-in one looks the same everywhere; one of one's own by its place among its kind.
    """
    own = count()
    return {
        name: _built_in_look(name) if name in optimizers.ALL else _own_look(next(own))
        for name in dict.fromkeys(racer.name for racer in racers)
    }


def look(optimizer: Optimizer) -> Look:
    """The look of an optimiser that is drawn alone or beside built-in ones."""
    return looks([optimizer])[optimizer.name]


def repeated(first: Look) -> list[Look]:
    """The looks of an optimiser's racers, the first one's first."""
    dashes = _DASHES if first.dash in _DASHES else (first.dash, *_DASHES)
    markers = list(MARKERS)
    dash, marker = dashes.index(first.dash), markers.index(first.marker)
    return [
        replace(
            first,
            dash=dashes[(dash + place) % len(dashes)],
            marker=markers[(marker + place) % len(markers)],
        )
        for place in range(MOST)
    ]


def _built_in_look(name: str) -> Look:
    place = list(optimizers.ALL).index(name)
    if place < len(_LOOKS):
        return _LOOKS[place]
    # Past the table the colours come round again, with dashes and markers of their own.
    lap, marker = divmod(place, len(MARKERS))
    return replace(_LOOKS[place % len(_LOOKS)], dash=(1 + lap, 1), marker=list(MARKERS)[marker])


def _own_look(place: int) -> Look:
    lap, place = divmod(place, len(_OWN_LOOKS))
    return replace(_OWN_LOOKS[place], dash=(1 + lap, 1, 1, 1)) if lap else _OWN_LOOKS[place]


@contextmanager
def context() -> Iterator[None]:
    """Draw in the book's style inside ``with style.context():``; nothing outside changes."""
    import matplotlib as mpl  # here, so that the lab's colours need none

    # Not rc_context: it would also undo what a notebook's first figure switches on.
    before = {key: mpl.rcParams[key] for key in RC}
    mpl.rcParams.update(RC)
    try:
        yield
    finally:
        mpl.rcParams.update(before)
