"""A search: the student's numbers must bring a path to a target, and keep it there, in a budget."""

import numpy as np

from classroom.course.assignment import Lost, Numbers
from rmsprop_lab import Trajectory

TARGET = 1e-6  # of the loss at the start
AT_REST = 10  # so many last steps must lie below the target, so that luck does not count


def rates(low: float, high: float, count: int) -> np.ndarray:
    """A grid of learning rates, evenly in logarithms.

    To four digits: the last bits of a power hang on the processor, and a long path would too.
    """
    return np.array([float(f"{rate:.4g}") for rate in np.geomspace(low, high, count)])


def steps_needed(losses: np.ndarray) -> int:
    """After how many steps the fourth best of a grid has arrived: three more are no luck.

    Args:
        losses: of its paths, (steps + 1, ...).
    """
    above = ~(losses < TARGET * losses[0])  # not-a-number is above
    arrived = np.where(above[-1], len(above), len(above) - above[::-1].argmax(axis=0))
    return int(np.sort(arrived, axis=None)[3])


def reach(path: Trajectory, own: Numbers) -> None:
    """Return where a path rests at the target within its budget; otherwise raise Lost.

    Args:
        path: of ``looser_budget`` steps: half of the points are for these.
        own: the student's ``budget`` and ``looser_budget``.
    """
    target = TARGET * path.losses[0]
    if rests(path.losses, own["budget"], target):
        return
    if rests(path.losses, own["looser_budget"], target):
        raise Lost(
            f"Your path is below the target after {own['looser_budget']} steps, but not from "
            f"step {own['budget'] - AT_REST} to step {own['budget']}.",
            mistake="within the looser budget only",
            share=0.5,
        )
    if path.diverged_at is not None:
        raise Lost(f"Your path diverges at step {path.diverged_at}.", mistake="diverges")
    raise Lost(
        f"After {own['looser_budget']} steps the loss is {path.losses[-1]:.1e}; the target is "
        f"{target:.1e}, and the loss must have been below it for {AT_REST} steps.",
        mistake="target not reached",
    )


def rests(losses: np.ndarray, budget: int, target: float) -> bool:
    """Whether the last steps of a budget lie below a target."""
    return bool((losses[budget - AT_REST : budget + 1] < target).all())
