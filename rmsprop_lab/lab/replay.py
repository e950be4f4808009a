"""``Replay``: paths that were recorded elsewhere, such as a network's, in the lab's view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import traitlets

from rmsprop_lab import optimizers, style
from rmsprop_lab.algebra.gradient import gradient
from rmsprop_lab.descent import FAR, Trajectory
from rmsprop_lab.lab import contract, racers, spec
from rmsprop_lab.lab.picture import ending, paths_alternative, paths_picture
from rmsprop_lab.lab.setup import STEP, check_window, controls_of
from rmsprop_lab.lab.view import View
from rmsprop_lab.number import Number
from rmsprop_lab.objectives import Objective
from rmsprop_lab.objectives.examples import check_finite
from rmsprop_lab.optimizers import Optimizer

#: What a replay can have: everything else would have to walk anew.
CONTROLS = ("step", "racers")
DIGITS = 5  # significant, of every number: more than a picture shows, and a light page


@dataclass(frozen=True, eq=False)
class Recorded:
    """One path as it was walked, a row for each step, the start first.

    Attributes:
        points: where it stood, shape (steps + 1, 2), at least two rows.
        gradients: the gradient there, of the same shape.
        updates: what the step from there subtracted, of the same shape; in the last row what
            the next step would.
        losses: f there, shape (steps + 1,).
        diverged_at: the first row that does not count any more; ``None`` if all do. Rows before
            it are finite.

    Raises:
        ValueError: for shapes that do not fit, and for what is not finite, with row and column.
    """

    points: Any
    gradients: Any
    updates: Any
    losses: Any
    diverged_at: int | None = None

    def __post_init__(self) -> None:
        points = _numbers("points", self.points)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2:
            raise ValueError(
                f"points has shape {points.shape}; it must be (steps + 1, 2), steps at least 1"
            )
        shapes = dict.fromkeys(("points", "gradients", "updates"), points.shape)
        shapes["losses"] = points.shape[:1]
        if self.diverged_at is not None and self.diverged_at not in range(1, len(points)):
            raise ValueError(
                f"diverged_at = {self.diverged_at!r} must be None or one of 1 to {len(points) - 1}"
            )
        for name, shape in shapes.items():
            numbers = _numbers(name, getattr(self, name))
            if numbers.shape != shape:
                raise ValueError(
                    f"{name} has shape {numbers.shape}; it must be {shape}, as points has "
                    f"{len(points)} rows"
                )
            check_finite(name, numbers[: self.diverged_at])
            object.__setattr__(self, name, numbers)
        if self.diverged_at is not None:
            object.__setattr__(self, "diverged_at", int(self.diverged_at))


class Replay(View):
    """Given paths over given heights: to play, to scrub and to compare, not to walk anew.

    Live in a notebook and in the built page, where the numbers travel with the figure, rounded
    to five significant digits. What would need another walk is not there: no start to drag, no
    sliders.

    Args:
        heights: f on an even grid of points from edge to edge of the window, shape
            (rows, columns): ``heights[i, j]`` is f at ``np.linspace(*window[0], columns)[j]``,
            ``np.linspace(*window[1], rows)[i]``. The map shows the window and no more.
        window: what the map shows, ((x from, x to), (y from, y to)).
        paths: by optimiser (one of one's own, a rule, or the name of a built-in one), which gives
            it name and colours: what was recorded, each of as many steps.
        name: of the surface.
        caption: a sentence under the figure.
        step: which step to show first; the end without one.
        racers: the names of the optimisers that are drawn at first; all without.
        controls: ``"step"``: play and scrub, and see gradient and update; ``"racers"``: choose
            whose path is drawn; ``"all"`` for both.

    Raises:
        ValueError: for shapes that do not fit, for what is not finite, and for a bad name, with
            what is allowed.

    Example:
        >>> at = np.array([[2.0, 1.0], [1.0, 0.5], [0.5, 0.25]])
        >>> path = Recorded(at, 2 * at, at / 2, (at**2).sum(axis=1))
        >>> x, y = np.meshgrid(np.linspace(-3, 3, 40), np.linspace(-2, 2, 30))
        >>> replay = Replay(x**2 + y**2, ((-3, 3), (-2, 2)), {"sgd": path}, name="bowl")
        >>> replay.steps
        2
    """

    _travels = ("spec", "computed", "heights", "surface", "steps", "step", "racers")

    surface = traitlets.Unicode(read_only=True).tag(sync=True)
    steps = traitlets.Int(read_only=True).tag(sync=True)
    racers = traitlets.Any().tag(sync=True)

    def __init__(
        self,
        heights: Any,
        window: Any,
        paths: Mapping[Any, Recorded],
        *,
        name: str = "loss",
        caption: str = "",
        step: int | None = None,
        racers: Iterable[str] | str | None = None,
        controls: Iterable[str] | str = ("step",),
    ) -> None:
        heights, window = _heights(heights), check_window(window)
        if window is None:
            raise ValueError("window = None must be ((x from, x to), (y from, y to))")
        self._walked = walked = _walked(paths)
        steps = len(next(iter(paths.values())).points) - 1
        counter = replace(STEP, default=steps, high=steps, slider=(0, steps))
        surface = _surface(name, heights, window)
        self._trajectories = {
            name: _trajectory(surface, optimizer, path)
            for (name, optimizer), path in zip(walked.items(), paths.values(), strict=True)
        }
        told: contract.Spec = {
            "objectives": [{**spec.of_objective(surface), "value": None, "grad": None}],
            "optimizers": [_that_stands(of) for of in spec.of_optimizers(walked.values())],
            "entries": [spec.entry(name) for name in walked],
            "schedules": [],
            "parameters": [spec.of_parameter(counter)],
            "controls": controls_of(controls, CONTROLS),
            "code": None,
            "presets": [],
            "rates": [],
            "far": FAR,
            "name": spec.figure_name([one.label for one in walked.values()], name),
            "caption": caption,
            "network": None,
            "replay": True,
        }
        messages = {name: _message(path) for name, path in zip(walked, paths.values(), strict=True)}
        for trait, value in {
            "spec": told,
            "computed": {"paths": messages},
            "heights": _sampled(heights, window),
            "surface": name,
            "steps": steps,
            "racers": self._checked(list(walked) if racers is None else racers),
        }.items():
            self.set_trait(trait, value)
        super().__init__(step=None if step is None else counter.check_one(step))

    def _checked(self, given: Any) -> tuple[contract.Entry, ...]:
        return racers.check(given, self._walked, {})

    @traitlets.validate("racers")
    def _check_racers(self, proposal: Any) -> tuple[contract.Entry, ...]:
        try:
            return self._checked(proposal["value"])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None

    def _line(self) -> str:
        who = ", ".join(self._walked[entry["optimizer"]].label for entry in self.racers)
        return f"Replay: {who} on {self.surface}, {self.steps} steps"

    def _still(self) -> tuple[bytes, str, bool]:
        drawn: list[Trajectory] = [self._trajectories[entry["optimizer"]] for entry in self.racers]
        surface = drawn[0].objective
        picture = paths_picture(surface, drawn, style.looks(self._walked.values()))
        return picture, paths_alternative(surface, [ending(path) for path in drawn]), True


def _that_stands(of: contract.OptimizerSpec) -> contract.OptimizerSpec:
    """The optimiser without all that walks."""
    return {**of, "rule": None, "parameters": [], "state": [], "initial": [], "scales": False}


@dataclass(frozen=True, eq=False, repr=False)
class _Trajectory(Trajectory):
    """A path whose losses were recorded with it, and are not the surface's below it."""

    recorded: np.ndarray

    @property
    def losses(self) -> np.ndarray:
        return self.recorded


def _trajectory(surface: Objective, optimizer: Optimizer, path: Recorded) -> _Trajectory:
    """As the pictures take it; blank from the step on at which it diverged, as any is."""
    points, losses = _rounded(path.points), _rounded(path.losses)
    if path.diverged_at is not None:
        points[path.diverged_at :] = losses[path.diverged_at :] = np.nan
    factors = np.ones(len(points) - 1)  # of a rate that nobody recorded
    return _Trajectory(surface, optimizer, {}, points, {}, path.diverged_at, factors, losses)


def _message(path: Recorded) -> contract.ComputedPath:
    """As the view takes it: of x where it stands, its gradient, its update; of y; f."""
    columns = [
        recorded[: path.diverged_at, axis]
        for axis in (0, 1)
        for recorded in (path.points, path.gradients, path.updates)
    ]
    rows = np.array([*columns, path.losses[: path.diverged_at]])
    return {
        "numbers": _rounded(rows).ravel().tolist(),
        "divergedAt": path.diverged_at,
        "failure": None,
    }


def _sampled(heights: np.ndarray, window: Any) -> contract.Heights:
    """As the view takes it: the heights in the middles of cells, so half a cell more all round."""
    rows, columns = heights.shape
    around = []
    for (low, high), count in zip(window, (columns, rows), strict=True):
        half = (high - low) / (count - 1) / 2
        around.append([low - half, high + half])
    return {
        "numbers": _rounded(heights).ravel().tolist(),
        "size": [columns, rows],
        "window": around,
    }


def _surface(name: str, heights: np.ndarray, window: Any) -> Objective:
    """The heights as a surface, for the still: linear between the points of the grid."""
    rows, columns = heights.shape
    (left, right), (bottom, top) = window

    def value(x: Number, y: Number) -> Number:
        across = np.clip((np.asarray(x) - left) / (right - left), 0, 1) * (columns - 1)
        up = np.clip((np.asarray(y) - bottom) / (top - bottom), 0, 1) * (rows - 1)
        i = np.minimum(up.astype(int), rows - 2)
        j = np.minimum(across.astype(int), columns - 2)
        below = heights[i, j] + (across - j) * (heights[i, j + 1] - heights[i, j])
        above = heights[i + 1, j] + (across - j) * (heights[i + 1, j + 1] - heights[i + 1, j])
        return below + (up - i) * (above - below)

    start = ((left + right) / 2, (bottom + top) / 2)
    return Objective(name, value, gradient(value), window=window, start=start)


def _numbers(name: str, given: Any) -> np.ndarray:
    try:
        return np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array of numbers: {error}") from None


def _rounded(numbers: np.ndarray) -> np.ndarray:
    flat = [float(f"{number:.{DIGITS}g}") for number in numbers.ravel().tolist()]
    return np.reshape(flat, numbers.shape)


def _heights(given: Any) -> np.ndarray:
    heights = _numbers("heights", given)
    if heights.ndim != 2 or min(heights.shape) < 2:
        raise ValueError(
            f"heights has shape {heights.shape}; it must be (rows, columns), two at least of each"
        )
    check_finite("heights", heights)
    return heights


def _walked(paths: Mapping[Any, Recorded]) -> dict[str, Optimizer]:
    """The optimisers of the paths by name; a recorded path has no settings to change."""
    if not paths:
        raise ValueError(f"paths is empty; choices: {', '.join(optimizers.ALL)}")
    found = [replace(optimizers.find(given), parameters=()) for given in paths]
    names = [optimizer.name for optimizer in found]
    if len(set(names)) < len(names):
        raise ValueError(f"an optimiser comes twice in {names}")
    for name, path in zip(names, paths.values(), strict=True):
        if not isinstance(path, Recorded):
            raise ValueError(f"the path of {name!r} is a {type(path).__name__}, not a Recorded")
    lengths = {name: len(path.points) for name, path in zip(names, paths.values(), strict=True)}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"paths have different numbers of rows: {lengths}; they must be as long")
    return dict(zip(names, found, strict=True))
