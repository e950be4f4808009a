"""Every single slip of a rule: what it is called, and that it is found again."""

from inspect import signature

import numpy as np
import pytest

from rmsprop_lab import check, optimizers
from rmsprop_lab.algebra.tape import UntraceableError, trace
from rmsprop_lab.checking.forms import FORMS
from rmsprop_lab.checking.mistakes import MISTAKES, known
from rmsprop_lab.checking.outcomes import equal
from rmsprop_lab.checking.probes import probes
from rmsprop_lab.checking.slips import run, slips


def tape_and_outputs(name):
    right = optimizers.ALL[name]
    return trace(right.rule, tuple(signature(right.rule).parameters)), ("updates", *right.state)


def function_of(tape):
    """As somebody would have written it, with the tape's arguments."""
    names = ", ".join(tape.takes)
    scope = {"run": run, "tape": tape, "several": len(tape.returns) > 1}
    exec(
        f"def of({names}):\n"
        f"    made = run(tape, ({names},))\n"
        "    return made if several else made[0]",
        scope,
    )
    return scope["of"]


@pytest.mark.parametrize("name", optimizers.ALL)
def test_a_tape_gives_the_bits_of_its_rule(name):
    tape, _ = tape_and_outputs(name)
    rule = optimizers.ALL[name].rule
    for probe in probes(optimizers.ALL[name], 2):
        for mine, theirs in zip(run(tape, probe), as_tuple(rule(*probe)), strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("name", optimizers.ALL)
def test_slips_are_tapes_of_the_same_form(name):
    tape, outputs = tape_and_outputs(name)
    made = slips(tape, outputs)
    assert len(made) >= 60
    assert len({str(slip.tape) for slip in made}) == len(made)
    assert str(tape) not in {str(slip.tape) for slip in made}
    for slip in made:
        assert slip.tape.takes == tape.takes
        assert len(slip.tape.returns) == len(outputs)
        for place, (operation, *operands) in enumerate(slip.tape.lines, len(tape.takes)):
            assert operation == "number" or all(0 <= operand < place for operand in operands)
        assert slip.wrong != slip.right
        assert slip.hint.endswith((" must stand.", " must be returned."))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sgd", "learning_rate / grad for learning_rate * grad"),
        ("sgd", "grad for learning_rate * grad"),
        ("adagrad", "s_prev - grad ** 2 for s_prev + grad ** 2"),
        ("rmsprop", "sqrt(s + epsilon) for sqrt(s) + epsilon"),
        ("rmsprop", "sqrt(sqrt(s) + epsilon) for sqrt(s) + epsilon"),
        ("rmsprop", "rho - 1 for 1 - rho"),
        ("rmsprop", "grad ** 3 for grad ** 2"),
        ("rmsprop", "s_prev returned for s"),
        ("rmsprop", "0.99 * s_prev for rho * s_prev"),
        ("rmsprop", "0.9 for rho"),
        ("rmsprop", "sqrt(s) + 1 for sqrt(s) + epsilon"),
        ("rmsprop", "maximum(s, s_prev) returned for s"),
        ("adagrad", "learning_rate * grad ** 2 for grad ** 2"),
        ("adam", "beta1 for beta2"),
        ("momentum", "momentum * (velocity_prev + grad) for momentum * velocity_prev + grad"),
        ("adam", "1 - beta2_power for 1 - beta1_power"),
        ("adam", "beta2 and beta1 for beta1 and beta2"),
        ("rmsprop_centered", "(1 + rho) * (grad - mean_prev) for (1 - rho) * (grad - mean_prev)"),
    ],
)  # fmt: skip
def test_a_slip_is_said_as_a_formula(name, said):
    tape, outputs = tape_and_outputs(name)
    # Where two operations would have to change, it is no slip.
    is_one = said not in (
        "sqrt(s + epsilon) for sqrt(s) + epsilon",
        "momentum * (velocity_prev + grad) for momentum * velocity_prev + grad",
    )
    assert (said in {slip.name for slip in slips(tape, outputs)}) is is_one


FORMED = [(name, form) for name, forms in FORMS.items() for form in forms]


@pytest.mark.parametrize(("name", "form"), FORMED)
def test_a_form_is_right_and_has_a_tape_of_its_own(name, form):
    assert check(form, name)
    tapes = [
        str(trace(one, tuple(signature(form).parameters)))
        for one in (optimizers.ALL[name].rule, *FORMS[name])
    ]
    assert len(dict.fromkeys(tapes)) == len(tapes)
    assert tuple(signature(form).parameters) == tape_and_outputs(name)[0].takes


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "nesterov",
            "(1 + momentum) * velocity + momentum * velocity_prev for "
            "(1 + momentum) * velocity - momentum * velocity_prev",
        ),
        ("nesterov", "momentum for momentum ** 2"),
        ("rmsprop", "grad ** 2 + s_prev for grad ** 2 - s_prev"),
        ("rmsprop_centered", "variance_prev for variance_prev + mean_prev ** 2"),
        ("adam", "epsilon for epsilon * sqrt(1 - beta2_power)"),
    ],
)
def test_the_slips_of_a_form_are_said_in_its_terms(name, said):
    tape, outputs = tape_and_outputs(name)
    tapes = [trace(form, tape.takes) for form in FORMS[name]]
    made = {slip.name for form in tapes for slip in slips(form, outputs, likely=True)}
    assert said in made
    assert said not in {slip.name for slip in slips(tape, outputs)}


@pytest.mark.parametrize("name", optimizers.ALL)
def test_slips_are_found_again_and_named_as_what_they_are(name):
    tape, outputs = tape_and_outputs(name)
    found_again_and_named(name, slips(tape, outputs)[::23])


@pytest.mark.parametrize(("name", "form"), FORMED)
def test_slips_of_a_form_are_found_again_and_named_as_what_they_are(name, form):
    tape, outputs = tape_and_outputs(name)
    found_again_and_named(name, slips(trace(form, tape.takes), outputs, likely=True)[::23])


def found_again_and_named(name, some):
    right, (tape, _) = optimizers.ALL[name], tape_and_outputs(name)
    mistakes = known(name, right.rule, len(right.state))
    wrong_versions = {mistake.name: mistake.rule for mistake in mistakes}
    others = probes(right, 11)
    tried, unnamed = 0, []
    for slip in some:
        verdict = check(function_of(slip.tape), name)
        with np.errstate(all="ignore"):
            same = all(alike(run(slip.tape, probe), run(tape, probe)) for probe in others)
        assert bool(verdict) is same, slip.name
        tried += not same
        if not same and not verdict.mistake:
            unnamed.append(slip.name)
        said = verdict.mistake.removeprefix("another convention: ")
        if said in wrong_versions:  # and not only on the numbers on which it was found
            with np.errstate(all="ignore"):
                assert all(
                    alike(run(slip.tape, one), as_tuple(wrong_versions[said](*one)))
                    for one in others
                ), (slip.name, said)
    assert len(unnamed) <= 0.05 * tried, unnamed


def as_tuple(made):
    return made if isinstance(made, tuple) else (made,)


def alike(one, other):
    return all(
        equal(np.asarray(mine, float), np.asarray(theirs, float))
        for mine, theirs in zip(one, other, strict=True)
    )


def test_nearly_every_known_mistake_has_a_tape():
    """What mixes the coordinates has none."""
    without = []
    for name, mistakes in MISTAKES.items():
        takes = tuple(signature(optimizers.ALL[name].rule).parameters)
        for mistake in mistakes:
            try:
                trace(mistake.rule, takes)
            except UntraceableError:
                without.append(mistake.name)
    mixing = {
        "divided by the norm",
        "squares summed over coordinates",
        "one root for all coordinates",
    }
    assert set(without) == mixing
