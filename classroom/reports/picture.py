"""Your path beside the right one on a contour map, as SVG.

Drawn by hand: Matplotlib takes two to three times as long, its pictures do not follow the reader's
light or dark, and their bytes differ from run to run. Units are tenths of a pixel, so that all
coordinates are whole numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from contourpy import FillType, contour_generator

from classroom.course.assignment import Quadratic
from classroom.reports.markup import Html, tag
from rmsprop_lab import objectives

WIDTH, LOWEST, HIGHEST = 4_200, 1_800, 4_200  # of the map
LEFT, TOP, BELOW, BESIDE = 560, 60, 400, 120  # around it
GRID = 81
TONES = 10
DOTS = 40  # steps that are marked one by one
POINTS = 2_000  # drawn of a path
APART = 0.01  # of the map's size: from here on two points are seen as two


@dataclass(frozen=True)
class _Map:
    """What the picture shows of the plane."""

    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def size(self) -> float:
        return max(self.x[1] - self.x[0], self.y[1] - self.y[0])

    @property
    def height(self) -> int:
        return round(WIDTH * (self.y[1] - self.y[0]) / (self.x[1] - self.x[0]))

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Whether each point lies on the map, (n,)."""
        low, high = np.transpose([self.x, self.y])
        inside: np.ndarray = ((points >= low) & (points <= high)).all(axis=1)
        return inside

    def drawn(self, points: np.ndarray) -> np.ndarray:
        """Points of the plane as whole units of the picture, (n, 2)."""
        scale = WIDTH / (self.x[1] - self.x[0])
        moved: np.ndarray = (points - [self.x[0], self.y[1]]) * [scale, -scale]
        whole: np.ndarray = np.rint(moved).astype(int)
        return whole


def figure(paths: dict[str, Any]) -> Html:
    """The picture of a record's ``paths``, with its caption and its legend.

    Where a path is not finite, or leaves the map, it is cut, and the caption says at which step.
    """
    right, _ = _finite(paths["right"])
    yours, broken = _finite(paths["yours"])
    caption = [tag("p", paths["caption"])]
    if not len(right):
        return tag("figure", tag("figcaption", *caption))
    surface = _surface(paths["surface"])
    window = _window(surface, right, yours)
    shown, left = _until_it_leaves(window, yours)
    said = _said(window, right, yours, left, broken)
    names = ("w[0]", "w[1]") if isinstance(surface, Quadratic) else ("x", "y")
    title = "Contour map with two paths: yours, dashed, and the right one, solid."
    picture = tag(
        "svg",
        tag(
            "svg",  # an inner one cuts what leaves it
            *_contours(surface, window),
            *_line(window.drawn(right), "right"),
            *_line(window.drawn(shown), "yours"),
            tag(
                "circle",
                cx=(start := window.drawn(right[:1])[0])[0],
                cy=start[1],
                r=62,
                class_="start",
            ),
            x=LEFT,
            y=TOP,
            width=WIDTH,
            height=window.height,
        ),
        tag("rect", x=LEFT, y=TOP, width=WIDTH, height=window.height, class_="frame"),
        *_axes(window, names),
        viewBox=f"0 0 {LEFT + WIDTH + BESIDE} {TOP + window.height + BELOW}",
        role="img",
        aria_label=" ".join([title, *said]),
    )
    legend = tag(
        "p",
        _key("yours", "your path"),
        _key("right", "the right path"),
        tag("span", _swatch(tag("circle", cx=230, cy=60, r=48, class_="start")), "the start"),
        class_="legend",
    )
    return tag(
        "figure", picture, tag("figcaption", legend, *caption, *(tag("p", text) for text in said))
    )


def _surface(given: Any) -> Any:
    if isinstance(given, str):
        return objectives.find(given)
    return Quadratic(np.array(given["matrix"], dtype=float), np.array(given["vector"], dtype=float))


def _heights(surface: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if isinstance(surface, Quadratic):
        w = np.stack([x, y])
        bend = np.einsum("i...,ij,j...->...", w, surface.matrix, w)
        heights: np.ndarray = bend / 2 - np.einsum("i,i...->...", surface.vector, w)
        return heights
    return np.broadcast_to(surface(x, y), x.shape)


def _finite(points: list[list[float | None]]) -> tuple[np.ndarray, bool]:
    """The points up to the first that is not finite, (n, 2), and whether there was one."""
    path = np.array(points, dtype=float).reshape(-1, 2)
    bad = ~np.isfinite(path).all(axis=1)
    return (path[: int(bad.argmax())], True) if bad.any() else (path, False)


def _window(surface: Any, right: np.ndarray, yours: np.ndarray) -> _Map:
    """The right path with room around it, and of yours what is not far from it."""
    low, high = right.min(axis=0), right.max(axis=0)
    if not isinstance(surface, Quadratic):
        low = np.minimum(low, np.transpose(surface.window)[0])
        high = np.maximum(high, np.transpose(surface.window)[1])
    else:
        size = max(float((high - low).max()), 1e-3 * float(np.abs(right).max()), 1e-9)
        low, high = low - size / 4, high + size / 4
    if len(yours):
        room = float((high - low).max()) / 2
        near = np.clip(yours, low - room, high + room)
        low, high = np.minimum(low, near.min(axis=0)), np.maximum(high, near.max(axis=0))
    width, height = high - low
    middle = (low + high) / 2
    height = max(height, width * LOWEST / WIDTH)
    width = max(width, height * WIDTH / HIGHEST)
    return _Map(
        (float(middle[0] - width / 2), float(middle[0] + width / 2)),
        (float(middle[1] - height / 2), float(middle[1] + height / 2)),
    )


def _until_it_leaves(window: _Map, path: np.ndarray) -> tuple[np.ndarray, int | None]:
    """A path up to its first point outside, which is drawn near; that point's step."""
    outside = ~window.holds(path)
    if not outside.any():
        return path, None
    step = int(outside.argmax())
    if step == 0:
        return path[:0], 0
    way = path[step] - path[step - 1]
    near = path[step - 1] + way * min(1.0, 2 * window.size / float(np.abs(way).max()))
    return np.vstack([path[:step], near]), step


def _said(
    window: _Map, right: np.ndarray, yours: np.ndarray, left: int | None, broken: bool
) -> list[str]:
    """What is seen, in words."""
    both = min(len(right), len(yours))
    apart = np.abs(right[:both] - yours[:both]).max(axis=1) > APART * window.size
    said = []
    if not len(yours):
        return ["Your path has no point that can be drawn."]
    if apart.any():
        step = int(apart.argmax())
        said.append(
            f"The two paths part at step {step}."
            if step
            else "The two paths begin at different points."
        )
    if left is not None:
        said.append(f"Your path leaves the picture at step {left}.")
    elif broken:
        said.append(f"Your path is not finite at step {len(yours)}.")
    elif not apart.any():
        said.append("The two paths lie on one another.")
    return said


def _contours(surface: Any, window: _Map) -> Iterator[Html]:
    """Each tone covers all that is higher, so that they add up; levels as in rmsprop_lab.plots."""
    rows = max(GRID * window.height // WIDTH, 2)
    x, y = np.meshgrid(np.linspace(*window.x, GRID), np.linspace(*window.y, rows))
    with np.errstate(all="ignore"):
        heights = np.ma.masked_invalid(_heights(surface, x, y))
    if not heights.count():
        return
    levels = np.unique(np.quantile(heights.compressed(), np.linspace(0, 1, TONES + 1) ** 2))
    contours = contour_generator(x, y, heights, fill_type=FillType.OuterOffset)
    for level in levels[1:-1]:
        filled: Any = contours.filled(level, levels[-1] + abs(levels[-1]) + 1)
        rings = [
            window.drawn(points[begin:end])
            for points, cuts in zip(*filled, strict=True)
            for begin, end in pairwise(cuts)
        ]
        yield tag(
            "path",
            d=Html("".join(f"{_d(ring)}z" for ring in rings)),
            fill_rule="evenodd",
            class_="tone",
        )


def _d(points: np.ndarray) -> Html:
    """A line through points as SVG writes it: the first, then the ways to the next."""
    ways = np.diff(points, axis=0)
    ways = ways[(ways != 0).any(axis=1)]
    moves = "".join(f"l{dx} {dy}" for dx, dy in ways.tolist())
    return Html(f"M{points[0][0]} {points[0][1]}{moves}")


def _line(points: np.ndarray, whose: str) -> Iterator[Html]:
    """A path, with a mark at each step where there are few, and one at its end."""
    if not len(points):
        return
    some = points[np.unique(np.linspace(0, len(points) - 1, POINTS).astype(int))]
    yield tag("path", d=_d(some), class_=f"line {whose}")
    for x, y in points.tolist() if len(points) <= DOTS else []:
        yield _mark(x, y, whose, 34)
    yield _mark(int(points[-1, 0]), int(points[-1, 1]), whose, 62)


def _mark(x: int, y: int, whose: str, size: int) -> Html:
    if whose == "right":
        return tag("circle", cx=x, cy=y, r=size, class_="mark right")
    return tag("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_="mark yours")


def _key(whose: str, text: str) -> Html:
    line = tag("path", d="M0 60H420", class_=f"line {whose}")
    return tag("span", _swatch(line, _mark(400, 60, whose, 48)), text)


def _swatch(*content: Html) -> Html:
    return tag("svg", *content, viewBox="0 0 460 120", aria_hidden="true")


def _axes(window: _Map, names: tuple[str, str]) -> Iterator[Html]:
    bottom = TOP + window.height
    for value in _ticks(*window.x, 5):
        x = LEFT + int(window.drawn(np.array([[value, 0.0]]))[0][0])
        yield tag("path", d=f"M{x} {bottom}v50", class_="axis")
        yield tag("text", _number(value), x=x, y=bottom + 200, text_anchor="middle")
    for value in _ticks(*window.y, 5):
        y = TOP + int(window.drawn(np.array([[0.0, value]]))[0][1])
        yield tag("path", d=f"M{LEFT} {y}h-50", class_="axis")
        yield tag("text", _number(value), x=LEFT - 80, y=y + 50, text_anchor="end")
    yield tag("text", names[0], x=LEFT + WIDTH, y=bottom + 320, text_anchor="end")
    yield tag("text", names[1], x=LEFT - 80, y=TOP + 110, text_anchor="end")


def _ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round numbers in a range, without its very ends."""
    power = 10.0 ** np.floor(np.log10((high - low) / most))
    step = next(power * n for n in (1, 2, 5, 10, 20) if (high - low) / (power * n) <= most)
    room = (high - low) * 0.06
    numbers = np.arange(np.ceil((low + room) / step), np.floor((high - room) / step) + 1)
    return [float(number * step) for number in numbers]


def _number(value: float) -> str:
    return f"{value + 0:.4g}".replace("-", "−")
