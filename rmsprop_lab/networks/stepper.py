"""An optimiser at work on a vector of parameters: a network's, thousands or millions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rmsprop_lab import optimizers
from rmsprop_lab.algebra.overload import for_arrays
from rmsprop_lab.optimizers import OptimizerLike
from rmsprop_lab.speed import compiled
from rmsprop_lab.speed.standing_in import exact_tape
from rmsprop_lab.steps import at_start

#: Parameters that are moved at a time, so that what lies between stays in the cache.
BLOCK = 16_384
_WORTH = 10  # steps that a compiled loop is reckoned to take


class Stepper:
    """One optimiser, its hyper-parameters and its state for one vector of parameters.

    The rule is that of ``rules.py``, applied to every parameter, and so are the bits. With
    the ``fast`` extra a step of many parameters is compiled.

    Args:
        optimizer: an optimiser, a rule, or the name of a built-in one.
        size: how many parameters.
        **settings: its hyper-parameters, one number each; its defaults where not given.

    Attributes:
        optimizer: the optimiser.
        settings: the hyper-parameters by name. May be changed between steps, as a schedule does.
        state: by name, an array of shape (size,), or one number where it is the same for all.

    Raises:
        ValueError: for a bad name or value, with what is allowed.

    Example:
        >>> params, stepper = np.array([5.0, 4.0]), Stepper("rmsprop", 2, learning_rate=0.1)
        >>> stepper.step(params, 2 * params)
        >>> params
        array([4.68377233, 3.68377236])
    """

    def __init__(self, optimizer: OptimizerLike, size: int, /, **settings: float) -> None:
        self.optimizer = optimizers.find(optimizer)
        values = self.optimizer.one_of_each(settings)
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"size = {size!r}; it must be a whole number of parameters, 1 or more")
        self.optimizer.check_rule(values)
        names = (parameter.name for parameter in self.optimizer.parameters)
        self.settings: dict[str, float] = dict(zip(names, values, strict=True))
        self.size = size
        start = at_start(self.optimizer, values, (size,))
        self.state: dict[str, Any] = dict(zip(self.optimizer.state, start, strict=True))

    def step(self, params: np.ndarray, grad: np.ndarray) -> None:
        """Move the parameters, in place, one step.

        Args:
            params: floats of shape (size,), changed.
            grad: the gradient there, of the same shape.

        Raises:
            ValueError: for another shape, or for integers, which no update fits into.
        """
        for name, array in (("params", params), ("grad", grad)):
            if np.shape(array) != (self.size,):
                raise ValueError(f"{name} has shape {np.shape(array)}; it must be ({self.size},)")
        if not isinstance(params, np.ndarray) or params.dtype != np.float64:
            kind = getattr(params, "dtype", f"a {type(params).__name__}")
            raise ValueError(f"params is {kind}; it must be an array of float64")
        grad = np.asarray(grad)
        takes = (*self.settings.values(), grad, *self.state.values())
        worth = compiled.worth(self.size, _WORTH)
        if worth and (tape := exact_tape(self.optimizer.rule, len(takes))):
            arrays = [place for place, value in enumerate(takes) if np.ndim(value)]
            numbers = self._next_numbers()
            compiled.step(tape, arrays)(params, *takes)
            self.state |= numbers
        else:
            self._by_calls(params, grad)

    def _by_calls(self, params: np.ndarray, grad: np.ndarray) -> None:
        """A step by calls of the rule, block by block."""
        rule = for_arrays(self.optimizer.rule)
        after: Sequence[Any] = ()
        with np.errstate(all="ignore"):  # divergence is a result
            for first in range(0, self.size, BLOCK):
                part = slice(first, first + BLOCK)
                before = [value[part] if np.ndim(value) else value for value in self.state.values()]
                returned = rule(*self.settings.values(), grad[part], *before)
                updates, *after = returned if self.state else (returned,)
                params[part] -= updates
                # A new state may be another old one: none is written over before all are safe.
                safe = [np.copy(new) if any(new is old for old in before) else new for new in after]
                for old, new in zip(before, safe, strict=True):
                    if np.ndim(old):
                        old[...] = new
        self.state |= {
            name: float(new)
            for (name, old), new in zip(self.state.items(), after, strict=True)
            if not np.ndim(old)
        }

    def _next_numbers(self) -> dict[str, float]:
        """The states that are one number for all, after this step: whatever the gradient."""
        one = [value[0] if np.ndim(value) else value for value in self.state.values()]
        with np.errstate(all="ignore"):
            returned = self.optimizer.rule(*self.settings.values(), 0.0, *one)
        after = returned[1:] if self.state else ()
        return {
            name: float(new)
            for (name, old), new in zip(self.state.items(), after, strict=True)
            if not np.ndim(old)
        }
