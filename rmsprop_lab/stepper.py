"""An optimiser at work on a vector of parameters: a network's, thousands or millions."""

from typing import Any

import numpy as np

from rmsprop_lab import fast, loops, optimizers
from rmsprop_lab.loops import Body
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.twins import for_arrays

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
        **hyper: its hyper-parameters, one number each; its defaults where not given.

    Attributes:
        optimizer: the optimiser.
        hyper: the hyper-parameters by name. May be changed between steps, as a schedule does.
        state: by name, an array of shape (size,), or one number where it is the same for all.

    Raises:
        ValueError: for a bad name or value, with what is allowed.

    Example:
        >>> params, stepper = np.array([5.0, 4.0]), Stepper("rmsprop", 2, learning_rate=0.1)
        >>> stepper.step(params, 2 * params)
        >>> params
        array([4.68377233, 3.68377236])
    """

    def __init__(self, optimizer: Optimizer | str | Any, size: int, /, **hyper: float) -> None:
        self.optimizer = optimizers.find(optimizer)
        settings = self.optimizer.settings(hyper)
        if size < 1:
            raise ValueError(f"size = {size}; there must be 1 parameter or more")
        if any(np.ndim(value) for value in settings):
            raise ValueError(f"{self.optimizer.label}: one number for each hyper-parameter")
        self.optimizer.check_rule(settings)
        names = (parameter.name for parameter in self.optimizer.hyper)
        self.hyper: dict[str, float] = dict(zip(names, settings, strict=True))
        self.size = size
        written = loops.step_body(self.optimizer.rule)
        self._body: Body | None
        self._body, scalars = written or (None, ())
        self.state: dict[str, Any] = {
            name: value if f"s_{name}" in scalars else np.full(size, value)
            for name, value in zip(self.optimizer.state, self.optimizer.initial, strict=True)
        }
        self._between: list[np.ndarray] = []

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
        if params.dtype != np.float64:
            raise ValueError(f"params holds {params.dtype}; it must hold float64")
        if self._body is None:
            self._plain(params, grad)
            return
        scalars = self._next_scalars()
        if fast.worth(self.size, _WORTH):
            self._move(fast.step(self._body), params, grad)
        else:
            step, count = loops.array_step(self._body)
            while len(self._between) < count:
                self._between.append(np.empty(min(self.size, BLOCK)))
            with np.errstate(all="ignore"):  # divergence is a result
                for first in range(0, self.size, BLOCK):
                    self._move(step, params, grad, slice(first, first + BLOCK), count)
        self.state |= scalars

    def _move(
        self,
        step: Any,
        params: np.ndarray,
        grad: np.ndarray,
        part: slice = slice(None),
        count: int = 0,
    ) -> None:
        assert self._body is not None
        arrays: dict[str, Any] = {"w": params[part], "g_w": grad[part]}
        for name, value in self.state.items():
            arrays[f"s_{name}"] = value[part] if isinstance(value, np.ndarray) else value
        arrays |= {f"h_{name}": value for name, value in self.hyper.items()}
        taken = [arrays[name] for name in (*self._body.takes, *self._body.carried)]
        step(*taken, *(array[: len(arrays["w"])] for array in self._between[:count]))

    def _next_scalars(self) -> dict[str, float]:
        """The states that are one number, after this step: whatever the gradient."""
        names = [name for name, value in self.state.items() if not isinstance(value, np.ndarray)]
        if not names:
            return {}
        before = [self.state[name] if name in names else 0.0 for name in self.optimizer.state]
        with np.errstate(all="ignore"):
            _, *after = self.optimizer.rule(*self.hyper.values(), 0.0, *before)
        return {
            name: float(value)
            for name, value in zip(self.optimizer.state, after, strict=True)
            if name in names
        }

    def _plain(self, params: np.ndarray, grad: np.ndarray) -> None:
        """A step by a rule that is not straight-line."""
        rule = for_arrays(self.optimizer.rule)
        with np.errstate(all="ignore"):
            returned = rule(*self.hyper.values(), grad, *self.state.values())
        updates, *after = returned if self.state else (returned,)
        params -= updates
        self.state = dict(zip(self.optimizer.state, after, strict=True))
