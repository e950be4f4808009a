"""``check``: is a function of one's own the rule that it is meant to be? If not, what is wrong?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from inspect import signature
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from rmsprop_lab import optimizers
from rmsprop_lab.algebra.tape import Tape, UntraceableError, trace
from rmsprop_lab.checking import arguments
from rmsprop_lab.checking.diagnose import Finding, diagnose, one_for_all
from rmsprop_lab.checking.forms import FORMS
from rmsprop_lab.checking.mistakes import known
from rmsprop_lab.checking.outcomes import Complaint, call_here, equal, results, same
from rmsprop_lab.checking.paths import compare_paths, settings
from rmsprop_lab.checking.probes import probes
from rmsprop_lab.checking.sentences import FINDINGS, phrase
from rmsprop_lab.optimizers import Optimizer
from rmsprop_lab.steps import at_start

if TYPE_CHECKING:  # a lab takes a second to load, and most verdicts show none
    from rmsprop_lab.lab import Lab, Replay

SEED = 1
WIDTH = 68  # of the text, in characters


@dataclass(frozen=True)
class Verdict:
    """What :func:`check` found; true if the function is right.

    Attributes:
        correct: whether all results are right.
        mistake: the name of the mistake, ``""`` if there is none or it has no name.
        text: what was found, in words and numbers.
    """

    correct: bool
    mistake: str
    text: str
    _yours: Optimizer | None = field(default=None, repr=False)
    _right: Optimizer | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.correct

    def __repr__(self) -> str:
        return fill(self.text, WIDTH)

    @cached_property
    def lab(self) -> "Lab | Replay | None":
        """Both paths in a lab, where they part; None where they do not, or cannot be walked."""
        return compare_paths(self._yours, self._right) if self._yours and self._right else None

    def _ipython_display_(self) -> None:
        """In a notebook: the text, and the lab below it."""
        from IPython.display import display

        from rmsprop_lab.lab import ViewNotBuiltError

        print(self)
        try:
            if self.lab is not None:
                display(self.lab)  # type: ignore[no-untyped-call]
        except ViewNotBuiltError as error:  # what was found is said all the same
            print(fill(f"No picture: {error}", WIDTH))


def check(function: Callable[..., Any], rule: str | None = None) -> Verdict:
    """Compare a function with one of the book's rules, and say what is wrong with it.

    It is called on random arguments: numbers and arrays of several shapes, from the first step and
    from later ones, each with other hyper-parameters.

    Args:
        function: takes what the rule takes and returns what it returns; by the rule's names of
            arguments in any order, or by names of its own in the rule's order.
        rule: the rule's name. Without one it is found in the function's name (``my_rmsprop``), or
            by its arguments.

    Returns:
        a :class:`Verdict`. In a notebook it shows the function's path beside the right one.

    Raises:
        TypeError: for what is not callable.
        ValueError: where it is not clear which rule is meant, with the choices.

    Example:
        >>> def my_sgd(learning_rate, grad):
        ...     return -learning_rate * grad
        >>> verdict = check(my_sgd)
        >>> verdict.mistake
        'ascent'
    """
    if not callable(function):
        raise TypeError(f"check takes a function; {function!r} is not callable")
    right = meant(function, rule)
    name = _name(function)
    called = arguments.in_the_rules_order(function, right)
    finding = _examined(called, right) if called else None
    if finding and finding.correct:
        count = str(len(probes_of(right)))
        return Verdict(True, "", phrase("right", name=name, label=right.label, count=count))
    if finding is None or not _is_known(finding, right):
        otherwise = _otherwise(function, right, name)
        if otherwise is not None:
            return otherwise
    if called is None or finding is None or arguments.strangers(function, right):
        why = arguments.why_not(name, function, right)
        return Verdict(False, why.name, why.text)
    return _verdict(name, right, called, finding)


def _verdict(name: str, right: Optimizer, rule: Callable[..., Any], finding: Finding) -> Verdict:
    yours = replace(right, name="yours", label="Yours", rule=rule)
    said = [_opening(name, right, finding), finding.text, _in_numbers(yours, right)]
    # Of a function that remembers, a path would depend on what was called before.
    drawn = finding.name != "remembers between calls"
    pair = (yours, replace(right, label="Right")) if drawn else ()
    return Verdict(False, finding.name, " ".join(filter(None, said)), *pair)


def _examined(rule: Callable[..., Any], right: Optimizer) -> Finding:
    """What is found of a function that is called with the rule's arguments in their order."""
    outputs = ("updates", *right.state)
    mistakes = known(right.name, right.rule, len(right.state))
    takes = tuple(signature(right.rule).parameters)
    tape, *forms = (_tape(form, takes) for form in (right.rule, *FORMS.get(right.name, ())))
    return diagnose(
        call_here(rule),
        right.rule,
        mistakes,
        probes_of(right),
        outputs,
        tape,
        [form for form in forms if form],
    )


@lru_cache
def probes_of(right: Optimizer) -> tuple[tuple[Any, ...], ...]:
    """The calls on which a function is compared with a rule."""
    return tuple(map(_of_numpy, probes(right, SEED)))


def _of_numpy(probe: tuple[Any, ...]) -> tuple[Any, ...]:
    """All of it NumPy's, where 1 / 0 is a number: at a decay of 0 that is not what is wrong."""
    return tuple(np.asarray(value, dtype=float)[()] for value in probe)


def _is_known(finding: Finding, right: Optimizer) -> bool:
    names = [one.name for one in known(right.name, right.rule, len(right.state))]
    return finding.convention or finding.name in (*names, "remembers between calls")


def _otherwise(function: Callable[..., Any], right: Optimizer, name: str) -> Verdict | None:
    """What is found of a function that takes its arguments in another way, if it does."""

    def made(rule: Callable[..., Any]) -> Any:
        return results(call_here(rule)(*probes_of(right)[0]), ("updates", *right.state))

    expected = made(right.rule)
    for way in arguments.other_ways(function, right):
        if not way.sure and (
            not same(made(way.rule), expected)
            # An order that makes no difference to the rule is not what is wrong.
            or same(made(arguments.in_order(right.rule, way.order)), expected)
        ):
            continue
        finding = _examined(way.rule, right)
        if not finding.correct and not (way.sure and _is_known(finding, right)):
            continue
        own = ", ".join(arguments.of(function))
        order = phrase("order", how=way.how, own=own, wanted=arguments.wanted(right))
        if finding.correct:
            said = phrase("right but", name=name, label=right.label, order=order)
            return Verdict(False, phrase("arguments how", how=way.how), said)
        also = phrase("also", text=finding.text, order=order)
        return _verdict(name, right, way.rule, replace(finding, text=also))
    return None


@lru_cache
def _tape(rule: Callable[..., Any], takes: tuple[str, ...]) -> Tape | None:
    try:
        return trace(rule, takes)
    except UntraceableError:
        return None


def _opening(name: str, right: Optimizer, finding: Finding) -> str:
    kind = "wrong"
    if finding.convention:
        kind = "convention"
    elif finding.name == FINDINGS["changes"][0]:
        kind = "same numbers"
    return phrase(kind, name=name, label=right.label)


def _name(function: Callable[..., Any]) -> str:
    function = getattr(function, "func", function)  # of a partial
    return str(getattr(function, "__name__", type(function).__name__))


def meant(function: Callable[..., Any], rule: str | None) -> Optimizer:
    """The rule that a function is meant to be: as said, by its name or by its arguments."""
    if rule is not None:
        return optimizers.find(rule)
    plain = _plain(_name(function))
    named = [one for one in optimizers.ALL if _plain(one) in plain]
    if named:
        # Of "nesterov_momentum" both fit and are as long: the later one, which is the narrower.
        return optimizers.ALL[max(reversed(named), key=lambda one: len(_plain(one)))]
    taken = sorted(arguments.of(function))
    fitting = [
        one
        for one in optimizers.ALL
        if sorted(signature(optimizers.ALL[one].rule).parameters) == taken
    ]
    if len(fitting) == 1:
        return optimizers.ALL[fitting[0]]
    why = (
        f"its arguments are those of {' and '.join(fitting)}"
        if fitting
        else ("neither its name nor its arguments say")
    )
    raise ValueError(
        f"which rule is {_name(function)!r} meant to be? {why}; "
        f'check(..., rule="rmsprop") says it; choices: {", ".join(fitting or optimizers.ALL)}'
    )


def _plain(name: str) -> str:
    """Without what differs from writer to writer."""
    return name.lower().replace("_", "").replace("centred", "centered").replace("with", "")


def _in_numbers(yours: Optimizer, right: Optimizer) -> str:
    """The first result that differs to be seen, in numbers: yours, and the right one."""
    outputs = ("updates", *right.state)
    call = call_here(yours.rule)
    random = sorted(probes_of(right), key=lambda probe: max(map(np.size, probe)))
    for first, probe in (*plain_steps(right), *((False, probe) for probe in random)):
        mine = results(call(*probe), outputs)
        theirs = results(call_here(right.rule)(*probe), outputs)
        if isinstance(theirs, Complaint):
            continue
        (mine,) = one_for_all([mine], [theirs])
        if isinstance(mine, Complaint):
            continue
        for name, got, wanted in zip(outputs, mine, theirs, strict=True):
            if equal(got, wanted) or _shown(got) == _shown(wanted):
                continue
            kind = "a state"
            if name == "updates":
                kind = "a step" if first else "updates"
            given = zip(signature(right.rule).parameters, probe, strict=True)
            said = ", ".join(f"{one} = {_shown(value)}" for one, value in given)
            return phrase(kind, name=name, got=_shown(got), wanted=_shown(wanted), given=said)
    return ""


def plain_steps(right: Optimizer) -> Iterator[tuple[bool, tuple[Any, ...]]]:
    """Steps that can be worked by hand, and whether it is the first."""
    for numbers in settings(right):
        values = _of_numpy(right.settings(numbers))
        grad, *state = _of_numpy((1.0, *right.initial))
        yield True, (*values, grad, *state)
        state = right.rule(*values, grad, *state)[1:] if right.state else []
        yield False, (*values, -2 * grad, *state)
        start = at_start(right, values, (2,))
        state = right.rule(*values, np.ones(2), *start)[1:] if start else []
        yield False, (*values, np.array([1.0, -2.0]), *state)


def _shown(value: Any) -> str:
    if np.ndim(value):
        return f"[{', '.join(map(_shown, value))}]"
    return f"{float(value):.3g}"
