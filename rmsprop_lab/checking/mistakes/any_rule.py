"""How a function becomes a mistake, and the mistakes that any rule can have."""

from collections.abc import Callable, Iterable
from typing import Any

from rmsprop_lab.checking.diagnose import Mistake

Rule = Callable[..., Any]


def convention(wrong: Rule) -> Rule:
    """Mark a version as another convention, not a mistake."""
    wrong.__dict__["convention"] = True
    return wrong


def mistake(wrong: Rule, rule: Rule, **words: str) -> Mistake:
    """The mistake that a function stands for: its name, its docstring as the hint.

    Args:
        wrong: the function that holds the error.
        rule: the whole wrong version, with the arguments of the right rule.
        **words: what stands for ``{word}`` in the docstring.
    """
    hint = " ".join((wrong.__doc__ or "").split()).format(**words)
    name = wrong.__name__.replace("_", " ")
    return Mistake(name, hint, rule, wrong.__dict__.get("convention", False))


def whole(versions: Iterable[Rule]) -> list[Mistake]:
    """Mistakes from functions that are whole rules."""
    return [mistake(version, version) for version in versions]


def of_any(right: Rule, states: int) -> list[Mistake]:
    """The mistakes that any rule can have; ``states`` is how many it takes and returns."""
    builders = [ascent, learning_rate_twice]
    if states:
        builders += [results_swapped, state_not_carried]
    if states > 1:
        builders += [states_swapped, first_state_not_carried, second_state_not_carried]
    return [mistake(build, build(right)) for build in builders]


def _split(made: Any) -> tuple[Any, tuple[Any, ...]]:
    updates, *state = made if isinstance(made, tuple) else (made,)
    return updates, tuple(state)


def _joined(updates: Any, state: tuple[Any, ...]) -> Any:
    return (updates, *state) if state else updates


def ascent(right: Rule) -> Rule:
    """The updates have the wrong sign. They are subtracted from the parameters, so with this sign
    the path climbs.
    """

    def wrong(*arguments: Any) -> Any:
        updates, state = _split(right(*arguments))
        return _joined(-updates, state)

    return wrong


def learning_rate_twice(right: Rule) -> Rule:
    """The learning rate is in the updates twice."""

    def wrong(learning_rate: Any, *arguments: Any) -> Any:
        updates, state = _split(right(learning_rate, *arguments))
        return _joined(learning_rate * updates, state)

    return wrong


def results_swapped(right: Rule) -> Rule:
    """The results come back in the wrong order. The updates come first, then the new state."""

    def wrong(*arguments: Any) -> Any:
        updates, state = _split(right(*arguments))
        return (*state, updates)

    return wrong


def state_not_carried(right: Rule) -> Rule:
    """The state comes back as it went in, so that nothing is remembered. Return the new one."""

    def wrong(*arguments: Any) -> Any:
        updates, state = _split(right(*arguments))
        return (updates, *arguments[len(arguments) - len(state) :])

    return wrong


def first_state_not_carried(right: Rule) -> Rule:
    """The first of the states comes back as it went in, so that it remembers nothing. Return the
    new one.
    """

    def wrong(*arguments: Any) -> Any:
        updates, (_, *rest) = _split(right(*arguments))
        return (updates, arguments[-1 - len(rest)], *rest)

    return wrong


def second_state_not_carried(right: Rule) -> Rule:
    """The second of the states comes back as it went in, so that it remembers nothing. Return the
    new one.
    """

    def wrong(*arguments: Any) -> Any:
        updates, (first, _, *rest) = _split(right(*arguments))
        return (updates, first, arguments[-1 - len(rest)], *rest)

    return wrong


def states_swapped(right: Rule) -> Rule:
    """The new states come back in the wrong order. It is that of the arguments."""

    def wrong(*arguments: Any) -> Any:
        updates, (first, second, *rest) = _split(right(*arguments))
        return (updates, second, first, *rest)

    return wrong
