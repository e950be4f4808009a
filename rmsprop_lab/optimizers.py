"""Optimisers: a rule with its hyper-parameters and its state.

To add one, write its rule in ``rules.py`` and one line below. The rule's signature says
the rest: hyper-parameters before ``grad``, previous state (``..._prev``) after it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import Parameter as Argument
from inspect import signature
from math import inf, isfinite
from reprlib import repr as shortened
from typing import Any, TypeAlias

import numpy as np

from rmsprop_lab import rules
from rmsprop_lab.parameter import Parameter, as_parameters


def _decay(name: str, symbol: str, default: float, highest: float) -> Parameter:
    """A share in [0, 1) that a step keeps."""
    return Parameter(
        name,
        symbol,
        default,
        low=0.0,
        high=1.0,
        open_high=True,
        slider=(0.0, highest),
        scale="memory",
        unit="per step",
    )


def _positive(
    name: str, symbol: str, default: float, slider: tuple[float, float], unit: str
) -> Parameter:
    return Parameter(
        name,
        symbol,
        default,
        low=0.0,
        high=inf,
        open_low=True,
        slider=slider,
        scale="log",
        unit=unit,
    )


#: The hyper-parameters that the book's rules take, by name, in the order of their sliders.
PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        _positive("learning_rate", "α", 0.1, (1e-4, 10.0), "per step"),
        _decay("rho", "ρ", 0.9, 0.999),
        _decay("momentum", "μ", 0.9, 0.999),
        _decay("beta1", "β₁", 0.9, 0.999),
        _decay("beta2", "β₂", 0.999, 0.9999),
        _positive("epsilon", "ε", 1e-6, (1e-12, 1.0), "of the gradient"),
    )
}


@dataclass(frozen=True)
class Optimizer:
    """A rule and what one needs to run it.

    Attributes:
        name: as in the code, ``rmsprop``.
        label: as in figures, ``RMSProp``.
        rule: ``rule(*parameters, grad, *state_prev) -> updates`` or ``(updates, *state)``.
        parameters: its hyper-parameters, in the rule's order.
        state: the names of its state, in the rule's order.
        initial: the state before the first step, in the same order.
        exact: whether it takes the full gradient, without noise or batches: the path to compare
            with.

    Example:
        >>> rmsprop.label, [parameter.name for parameter in rmsprop.parameters], rmsprop.state
        ('RMSProp', ['learning_rate', 'rho', 'epsilon'], ('s',))
    """

    name: str
    label: str
    rule: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    state: tuple[str, ...]
    initial: tuple[float, ...]
    exact: bool = False

    @property
    def scales(self) -> bool:
        """Whether each update is the gradient times an effective rate.

        So its behaviour says, not its names: without a gradient nothing moves, whatever came
        before, and along a gradient it moves always downhill, or always uphill.
        """
        halves = [(p.low + p.high) / 2 for p in self.parameters]
        usual = [p.default for p in self.parameters]
        # A share at its middle as well: a momentum of 0 would hide what it does.
        bounded = [half if isfinite(half) else at for half, at in zip(halves, usual, strict=True)]
        directions = set()
        try:
            for settings in (usual, bounded):
                state: Any = self.initial
                for grad in (1.0, -2.0, 0.5, -0.25):
                    _, state = self._step(settings, grad, state)
                    (at_rest, _), (right, _), (left, _) = (
                        self._step(settings, probe, state) for probe in (0.0, 0.3, -0.3)
                    )
                    if at_rest != 0:
                        return False
                    directions |= {np.sign(right), -np.sign(left)}
        except Exception:  # whatever a rule of one's own raises
            return False
        return directions <= {0, 1} or directions <= {0, -1}

    def _step(self, settings: Iterable[float], grad: float, state: Any) -> tuple[Any, Any]:
        """The update and the new state."""
        with np.errstate(all="ignore"):
            made = self.rule(*settings, np.float64(grad), *state)
        return (made[0], made[1:]) if self.state else (made, ())

    @classmethod
    def of(
        cls,
        rule: Callable[..., Any],
        label: str | None = None,
        *,
        name: str | None = None,
        parameters: Iterable[Parameter] = (),
        initial: dict[str, float] | None = None,
        exact: bool = False,
    ) -> "Optimizer":
        """Make an optimiser of a rule by reading its signature.

        Args:
            rule: hyper-parameters, then ``grad``, then the previous state, each named
                ``..._prev``. A default in the signature becomes the hyper-parameter's.
            label: its name in figures; the function's name without one.
            name: its name in code; the function's without one, or the label of a lambda.
            parameters: descriptions of hyper-parameters that the book does not know.
            initial: state that does not start at 0.
            exact: whether it takes the full gradient, without noise or batches.

        Raises:
            TypeError: where the signature cannot be read that way.
            ValueError: where a state does not start at a finite number.
        """
        own_name = str(name or getattr(rule, "__name__", type(rule).__name__))
        if not callable(rule):
            raise TypeError(f"rule = {shortened(rule)} must be a function")
        parameters = as_parameters(parameters, f"rule {own_name!r}")
        start = _checked_initial(initial or {}, own_name)
        arguments = signature(rule).parameters
        names = list(arguments)
        if own_name == "<lambda>" and label:
            own_name = label
        if "grad" not in names:
            raise TypeError(
                f"rule {own_name!r} takes ({', '.join(names)}); it must take its "
                "hyper-parameters, then grad, then its previous state"
            )
        before, after = names[: names.index("grad")], names[names.index("grad") + 1 :]
        if wrong := [name for name in after if not name.endswith("_prev")]:
            raise TypeError(
                f"rule {own_name!r}: {wrong[0]!r} comes after grad, so it is a state "
                "and its name must end in '_prev'"
            )
        known = PARAMETERS | {parameter.name: parameter for parameter in parameters}
        if unknown := [name for name in before if name not in known]:
            raise TypeError(
                f"rule {own_name!r}: unknown hyper-parameter {unknown[0]!r}; choices: "
                f"{', '.join(known)}; describe others with parameters=[Parameter(...)]"
            )
        state = tuple(name.removesuffix("_prev") for name in after)
        for kind, described, taken in (
            ("hyper-parameter", [parameter.name for parameter in parameters], before),
            ("state", list(start), state),
        ):
            if unused := [name for name in described if name not in taken]:
                raise TypeError(
                    f"rule {own_name!r} has no {kind} {unused[0]!r}; "
                    f"choices: {', '.join(taken) or 'none'}"
                )
        return cls(
            name=own_name,
            label=label or own_name,
            rule=rule,
            parameters=tuple(
                known[name]
                if arguments[name].default is Argument.empty
                else known[name].at(arguments[name].default)
                for name in before
            ),
            state=state,
            initial=tuple(start.get(name, 0.0) for name in state),
            exact=exact,
        )

    def settings(self, given: dict[str, Any]) -> tuple[Any, ...]:
        """The values of the hyper-parameters in order, checked; defaults where not given.

        Raises:
            ValueError: for an unknown name or a value out of range.
        """
        names = [parameter.name for parameter in self.parameters]
        for name in given:
            if name not in names:
                raise ValueError(
                    f"{self.label} has no hyper-parameter {shortened(name)}; "
                    f"choices: {', '.join(names) or 'none'}"
                )
        return tuple(p.check(given.get(p.name, p.default)) for p in self.parameters)

    def one_of_each(self, given: dict[str, Any]) -> tuple[Any, ...]:
        """The same, where an array has no place.

        Raises:
            ValueError: also for an array.
        """
        values = self.settings(given)
        for parameter, value in zip(self.parameters, values, strict=True):
            if np.ndim(value):
                raise ValueError(
                    f"{parameter.name} has shape {np.shape(value)}; it must be one number: "
                    "arrays are for descend_many"
                )
        return values

    def check_rule(self, settings: tuple[Any, ...]) -> None:
        """Call the rule once, on zeros, to see that it returns what its signature promises.

        Raises:
            ValueError: where it does not.
        """
        with np.errstate(all="ignore"):
            returned = self.rule(*settings, np.float64(0.0), *self.initial)
        several = isinstance(returned, (tuple, list))
        found = returned if several else (returned,)
        numbers = not any(one is None or isinstance(one, str) for one in found)
        if len(found) != 1 + len(self.state) or (several and not self.state) or not numbers:
            wanted = ", ".join(("updates", *self.state))
            raise ValueError(f"rule {self.name!r} returns {returned!r}; it must return {wanted}")


def _checked_initial(initial: Any, rule: str) -> dict[str, float]:
    """States by name, each a finite number."""
    if not isinstance(initial, Mapping):
        raise TypeError(f"rule {rule!r}: initial = {shortened(initial)} must be values by name")
    number = Parameter("", "", 0.0, low=-inf, high=inf, slider=(0.0, 1.0))
    return {
        name: replace(number, name=f"rule {rule!r}: initial {name}").check_one(value)
        for name, value in initial.items()
    }


sgd = Optimizer.of(rules.sgd, "SGD")
momentum = Optimizer.of(rules.momentum, "Momentum")
nesterov = Optimizer.of(rules.nesterov, "Nesterov")
adagrad = Optimizer.of(rules.adagrad, "AdaGrad")
rmsprop = Optimizer.of(rules.rmsprop, "RMSProp")
rmsprop_inside = Optimizer.of(
    rules.rmsprop_inside,
    "RMSProp, ε inside",
    parameters=[replace(PARAMETERS["epsilon"], unit="of the gradient²")],
)
rmsprop_centered = Optimizer.of(rules.rmsprop_centered, "RMSProp, centred")
rmsprop_momentum = Optimizer.of(rules.rmsprop_momentum, "RMSProp with momentum")
adam = Optimizer.of(rules.adam, "Adam", initial={"beta1_power": 1.0, "beta2_power": 1.0})

#: Every built-in optimiser by name. Its place gives it its colour: append, do not insert.
ALL: dict[str, Optimizer] = {
    value.name: value for value in list(globals().values()) if isinstance(value, Optimizer)
}


#: An optimiser, its name, or a rule: what is accepted wherever one is asked for.
OptimizerLike: TypeAlias = Optimizer | str | Callable[..., Any]


def find(optimizer: OptimizerLike) -> Optimizer:
    """The optimiser of that name; an optimiser as it is; a rule as an optimiser.

    Raises:
        ValueError: for an unknown name, with the choices.
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    if callable(optimizer):
        return Optimizer.of(optimizer)
    try:
        return ALL[optimizer]
    except (KeyError, TypeError):
        raise ValueError(
            f"no optimiser {shortened(optimizer)}; choices: {', '.join(ALL)}"
        ) from None
