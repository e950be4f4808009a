"""How a function of one's own takes its arguments: in the rule's order, in another, or not at all.

The names that people give to them say most of it. Where they say nothing, the results do.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from itertools import permutations
from typing import Any

from rmsprop_lab.checking.finding import Finding
from rmsprop_lab.checking.outcomes import listed
from rmsprop_lab.checking.sentences import phrase
from rmsprop_lab.optimizers import Optimizer

Rule = Callable[..., Any]

#: What people call the arguments of the rules, without underscores, "prev" and "old".
NAMES: dict[str, str] = {
    "learning_rate": "learningrate lr alpha eta rate stepsize step a",
    "rho": "rho decay decayrate gamma beta r",
    "momentum": "momentum mu beta gamma",
    "beta1": "beta1 b1",
    "beta2": "beta2 b2",
    "epsilon": "epsilon eps e",
    "grad": "grad grads gradient gradients g dw dx dtheta gt",
    "s_prev": "s cache v meansquare squareavg avgsq sq accumulator accum state",
    "velocity_prev": "velocity v vel buf buffer momentumbuffer u",
    "mean_prev": "mean m avg gradavg mu",
    "variance_prev": "variance var v sigma2 sigmasquared",
    "m_prev": "m mean mt",
    "v_prev": "v variance vt",
    "beta1_power_prev": "beta1power beta1t b1t p1 power1 b1power",
    "beta2_power_prev": "beta2power beta2t b2t p2 power2 b2power",
}
#: What a rule does not take here: it knows nothing of where it is.
NOT_A_RULES = {"w", "x", "theta", "params", "weights", "parameters", "config", "variables"}


@dataclass(frozen=True)
class Way:
    """A way to pass the rule's arguments to a function.

    Attributes:
        rule: takes them in the rule's order, and passes them on.
        how: the function takes them, in words.
        sure: whether the function's names say it.
        order: the places of the rule's arguments as they are passed, if it is one to be tried.
    """

    rule: Rule
    how: str
    sure: bool
    order: tuple[int, ...] = ()


def of(function: Rule) -> dict[str, Parameter]:
    """By name; nothing for a function of a library that does not tell."""
    try:
        return dict(signature(function).parameters)
    except (TypeError, ValueError):
        return {}


def in_the_rules_order(function: Rule, right: Optimizer) -> Rule | None:
    """The function, to be called with the rule's arguments in their order; None if it cannot be."""
    names, taken = list(signature(right.rule).parameters), of(function)
    kinds = {one.kind for one in taken.values()}
    needed = {name for name, one in taken.items() if one.default is Parameter.empty}
    if not taken or (list(taken) == names and Parameter.KEYWORD_ONLY not in kinds):
        return function
    if needed <= set(names) <= set(taken) and Parameter.POSITIONAL_ONLY not in kinds:
        return _by_name(function, dict(zip(names, names, strict=True)), names)
    try:
        signature(function).bind(*names)
    except TypeError:
        return None
    return function


def _by_name(function: Rule, called: dict[str, str], names: Sequence[str]) -> Rule:
    """Called with the rule's arguments in order, each by the name that the function has for it."""

    def rule(*given: Any) -> Any:
        return function(**{called[name]: value for name, value in zip(names, given, strict=True)})

    return rule


def other_ways(function: Rule, right: Optimizer) -> Iterator[Way]:
    """Other ways to pass the rule's arguments.

    By the names first, then in each order in which hyper-parameters, gradient and state may stand.
    """
    names, taken = list(signature(right.rule).parameters), of(function)
    if set(names) <= set(taken):
        return  # it says itself which is which
    called, another_order = _understood(taken, names), phrase("how")
    kinds = {one.kind for one in taken.values()}
    if called and Parameter.POSITIONAL_ONLY not in kinds:
        own = [called[name] for name in names]
        if own != list(taken):
            yield Way(_by_name(function, called, names), another_order, sure=True)
        elif Parameter.KEYWORD_ONLY in kinds:
            yield Way(_by_name(function, called, names), "by other names", sure=True)
    if in_the_rules_order(function, right) is None:
        return
    for order in _orders(len(right.parameters), len(right.state)):
        yield Way(in_order(function, order), another_order, False, order)


def in_order(function: Rule, order: Sequence[int]) -> Rule:
    """The function, with its arguments passed in another order."""
    return lambda *given: function(*(given[place] for place in order))


def _orders(settings: int, states: int) -> Iterator[tuple[int, ...]]:
    """Each order of the three groups, with those inside the first or the last in any order."""
    first, last = range(settings), range(settings + 1, settings + 1 + states)
    groups = [
        *((inside, tuple(last)) for inside in permutations(first)),
        *((tuple(first), inside) for inside in permutations(last)),
    ]
    usual = tuple(range(settings + 1 + states))
    orders = (
        tuple(place for group in order for place in group)
        for before, after in groups
        for order in permutations((before, (settings,), after))
    )
    yield from (order for order in dict.fromkeys(orders) if order != usual)


def _understood(taken: dict[str, Parameter], names: Sequence[str]) -> dict[str, str] | None:
    """For each of the rule's arguments the function's, if the names leave no doubt."""
    found: dict[str, str] = {}
    for own, one in taken.items():
        fitting = [name for name in names if _plain(own) in NAMES.get(name, name).split()]
        if own in names:
            fitting = [own]
        if len(fitting) > 1 or any(name in found for name in fitting):
            return None
        if fitting:
            found[fitting[0]] = own
        elif one.default is Parameter.empty:
            return None
    return found if set(found) == set(names) else None


def _plain(name: str) -> str:
    plain = name.lower()
    for part in ("_prev", "prev_", "_old", "old_", "_"):
        plain = plain.replace(part, "")
    return plain


def wanted(right: Optimizer) -> str:
    """What a rule must take and return, in a sentence without its subject."""
    return phrase(
        "wanted",
        names=", ".join(signature(right.rule).parameters),
        results=listed(("updates", *right.state)),
    )


def why_not(name: str, function: Rule, right: Optimizer) -> Finding:
    """Why a function cannot be called as the rule is."""
    taken = of(function)
    said = f"{name}({', '.join(taken)})"
    kind = "strangers" if strangers(function, right) else "arguments"
    return Finding.of(kind, said=said, label=right.label, wanted=wanted(right))


def strangers(function: Rule, right: Optimizer) -> list[str]:
    """Arguments that no rule has here, such as the parameters."""
    names = signature(right.rule).parameters
    return [name for name in of(function) if name.lower() in NOT_A_RULES and name not in names]
