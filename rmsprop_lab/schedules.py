"""Schedules: by what the learning rate is multiplied at each step.

A schedule is a factor of the learning rate at step k = 0, 1, ... of so many steps. Before any of
them the rate may rise from near 0 in a straight line, the warm-up.

Like a rule, a factor is straight-line and made of operations that every host rounds alike, so that
it is recorded as a tape (:mod:`rmsprop_lab.algebra.tape`) and has the same bits in the browser. A
power and a cosine are not among them: here they are products and sums.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from inspect import signature
from math import inf, pi
from reprlib import repr as shortened
from typing import Any, TypeAlias

import numpy as np

from rmsprop_lab.algebra.overload import for_arrays, scalar
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.parameter import Parameter, as_parameters
from rmsprop_lab.speed.standing_in import exact_tape

# ---- the equations -------------------------------------------------------------------


def _constant(k: Any) -> Any:
    """The same rate at every step."""
    return 1.0


def _step(k: Any, factor: Any, every: Any) -> Any:
    """A fall after every so many steps: factor ^ (k / every, rounded down)."""
    return _power(factor, k / every)


def _inverse(k: Any, decay: Any) -> Any:
    """Ever slower down to 0: 1 / (1 + decay k)."""
    return 1 / (1 + decay * k)


def _exponential(k: Any, base: Any) -> Any:
    """At every step the same share less: base ^ k."""
    return _power(base, k)


def _cosine(k: Any, steps: Any, final: Any) -> Any:
    """Half a wave from 1 down to final: final + (1 - final) (1 + cos(pi k / steps)) / 2."""
    return final + (1 - final) * (1 + _cosine_of_pi(k / steps)) / 2


def _power(base: Any, exponent: Any) -> Any:
    """The power base ^ exponent, the exponent rounded down; below 2^17.

    Such an exponent is a sum of some of 2^16, ..., 4, 2, 1, and the power the product of theirs.
    """
    powers = [base]
    for _ in range(16):
        powers.append(powers[-1] * powers[-1])
    product: Any = 1.0
    for bit in reversed(range(17)):
        fits = exponent >= 2**bit
        product = np.where(fits, product * powers[bit], product)
        exponent = np.where(fits, exponent - 2**bit, exponent)
    return product


def _cosine_of_pi(turn: Any) -> Any:
    """The cosine of pi times a turn from 0 to 1, within 1e-15.

    It is -sin(u) with u = pi (turn - 1/2), and sin(u) = u - u^3 / (2 3) + u^5 / (2 3 4 5) - ...
    """
    u = pi * (turn - 0.5)
    series = 1.0
    for n in range(20, 0, -2):
        series = 1 - u * u / (n * (n + 1)) * series
    return -u * series


# ---- what goes with them -------------------------------------------------------------

#: Of every schedule: before it, so many steps at rates that rise from near 0 in a straight line.
WARMUP = Parameter("warmup", "", 0, low=0, high=100_000, slider=(0, 100), unit="steps", whole=True)


_COUNT = Parameter("steps", "", 100, low=0, high=inf, slider=(1, 400), whole=True)


@dataclass(frozen=True)
class Schedule:
    """A factor of the learning rate, and what one needs to compute it.

    Attributes:
        name: as in the code, ``cosine``.
        factor: ``factor(k, *parameters)`` or ``factor(k, steps, *parameters)``, at step k, from 0,
            of ``steps`` that follow the warm-up.
        parameters: its own ones in the order of ``factor``, and at last ``warmup``.

    Example:
        >>> inverse.at(decay=1).factors(4)
        array([1.        , 0.5       , 0.33333333, 0.25      ])
        >>> inverse.at(decay=1, warmup=3).factors(6)
        array([0.25      , 0.5       , 0.75      , 1.        , 0.5       ,
               0.33333333])
    """

    name: str
    factor: Callable[..., Any]
    parameters: tuple[Parameter, ...]

    @classmethod
    def of(
        cls,
        factor: Callable[..., Any],
        name: str | None = None,
        *,
        parameters: Iterable[Parameter] = (),
    ) -> "Schedule":
        """A schedule of a function of k, or of k and ``steps``.

        Args:
            factor: takes k, then ``steps`` if it likes, then its parameters.
            name: the function's name without one.
            parameters: descriptions of what else it takes, in order.

        Raises:
            TypeError: for a function that cannot be called so.

        Example:
            >>> Schedule.of(lambda k, steps: 1 - k / steps).factors(4)
            array([1.  , 0.75, 0.5 , 0.25])
        """
        own_name = getattr(factor, "__name__", type(factor).__name__)
        called = name or own_name.replace("<lambda>", "own")
        if not callable(factor):
            raise TypeError(f"factor = {shortened(factor)} must be a function of k")
        described = as_parameters(parameters, f"schedule {called!r}")
        made = cls(called, factor, as_parameters((*described, WARMUP), f"schedule {called!r}"))
        takes = made._factor_takes
        try:
            signature(factor).bind(*takes)
        except TypeError as error:
            raise TypeError(
                f"schedule {made.name!r} must be a function of ({', '.join(takes)}): {error}"
            ) from None
        return made

    @property
    def settings(self) -> tuple[float, ...]:
        """The values of the parameters, in order."""
        return tuple(parameter.default for parameter in self.parameters)

    def at(self, **settings: float) -> "Schedule":
        """The same schedule with other parameters.

        Raises:
            ValueError: for an unknown parameter or one out of range.

        Example:
            >>> cosine.at(final=0.2).settings
            (0.2, 0)
        """
        known = [parameter.name for parameter in self.parameters]
        for name in settings:
            if name not in known:
                raise ValueError(
                    f"schedule {self.name!r} has no parameter {shortened(name)}; "
                    f"choices: {', '.join(known)}"
                )
        changed = tuple(p.at(settings.get(p.name, p.default)) for p in self.parameters)
        return replace(self, parameters=changed)

    def factors(self, steps: int) -> np.ndarray:
        """By what each of so many steps multiplies the learning rate, shape (steps,).

        Raises:
            ValueError: where ``steps`` is no whole number from 0 up, or where a function of one's
                own gives no number, or one below 0.
        """
        steps = _COUNT.check_one(steps)
        with np.errstate(all="ignore"):
            if exact_tape(self.factor, len(self._factor_takes)):  # then it takes all at once
                found = self.whole(np.arange(float(steps)), float(steps), *self.settings)
            else:
                found = [self._called(k, steps) for k in range(steps)]
        factors = np.array(np.broadcast_to(found, (steps,)), dtype=float)
        good = (factors >= 0) & (factors < inf)
        if not good.all():
            k = int(good.argmin())
            raise ValueError(
                f"schedule {self.name!r} gives {factors[k]} at step {k}; allowed: [0, inf)"
            )
        return factors

    @property
    def takes(self) -> tuple[str, ...]:
        """The names of what :meth:`whole` takes."""
        return ("k", "steps", *(parameter.name for parameter in self.parameters))

    def whole(self, k: Any, steps: Any, *settings: Any) -> Any:
        """The factor with its warm-up, of numbers, of arrays or of symbols."""
        *own, warmup = settings
        rise = np.minimum((k + 1) / (warmup + 1), 1.0)
        since = scalar(np.maximum(k - warmup, 0))
        left = scalar(np.maximum(steps - warmup, 1))
        return rise * for_arrays(self.factor)(since, *[left for _ in self._steps], *own)

    def _called(self, k: int, steps: int) -> float:
        try:
            return float(self.whole(k, steps, *self.settings))
        except Exception as error:
            error.add_note(f"schedule {self.name!r} at step {k}, where it must give a number")
            raise

    @property
    def _steps(self) -> tuple[str, ...]:
        """``steps``, if the function takes them."""
        return ("steps",) if "steps" in signature(self.factor).parameters else ()

    @property
    def _factor_takes(self) -> tuple[str, ...]:
        return ("k", *self._steps, *(parameter.name for parameter in self.parameters[:-1]))


def _share(
    name: str, symbol: str, default: float, slider: tuple[float, float], unit: str
) -> Parameter:
    """What is left of the whole: above 0 and at most 1."""
    return Parameter(
        name, symbol, default, low=0.0, high=1.0, open_low=True, slider=slider, unit=unit
    )


constant = Schedule.of(_constant, "constant")
step = Schedule.of(
    _step,
    "step",
    parameters=[
        _share("factor", "", 0.1, (0.01, 1.0), "at each fall"),
        Parameter("every", "", 50, low=1, high=100_000, slider=(1, 200), unit="steps", whole=True),
    ],
)
inverse = Schedule.of(
    _inverse,
    "inverse",
    parameters=[
        Parameter("decay", "d", 0.01, low=0.0, high=inf, slider=(0.0, 0.2), unit="per step")
    ],
)
exponential = Schedule.of(
    _exponential,
    "exponential",
    parameters=[_share("base", "", 0.99, (0.9, 1.0), "per step")],
)
cosine = Schedule.of(
    _cosine,
    "cosine",
    parameters=[
        Parameter("final", "", 0.0, low=0.0, high=1.0, slider=(0.0, 1.0), unit="of the rate")
    ],
)

#: Every built-in schedule by name.
ALL: dict[str, Schedule] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Schedule)
}

#: A schedule, its name, or a function of k: what is accepted wherever one is asked for.
ScheduleLike: TypeAlias = Schedule | str | Callable[..., Any]


def find(schedule: ScheduleLike) -> Schedule:
    """The schedule of that name; a schedule as it is; a function as a schedule.

    Raises:
        ValueError: for an unknown name, with the choices.
    """
    if isinstance(schedule, Schedule):
        return schedule
    if callable(schedule):
        return Schedule.of(schedule)
    try:
        return ALL[schedule]
    except (KeyError, TypeError):
        raise ValueError(
            f"no schedule {shortened(schedule)}; choices: {', '.join(ALL)}, or a function of k"
        ) from None


#: The parameter that a schedule changes.
RATE = "learning_rate"


def has_rate(optimizer: Optimizer) -> bool:
    """Whether a schedule can change anything."""
    return RATE in [parameter.name for parameter in optimizer.parameters]


def place_of_rate(optimizer: Optimizer, schedule: Schedule) -> int:
    """Which of the optimiser's parameters is the learning rate that the schedule changes.

    Raises:
        ValueError: where it has none.
    """
    names = [parameter.name for parameter in optimizer.parameters]
    if not has_rate(optimizer):
        raise ValueError(
            f"schedule {schedule.name!r} changes the learning_rate, and {optimizer.label} has "
            f"none; its hyper-parameters: {', '.join(names) or 'none'}"
        )
    return names.index(RATE)
