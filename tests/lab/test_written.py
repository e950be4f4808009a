"""A rule as text, as a lab sends it to be edited and takes it back."""

import numpy as np
import pytest
from traitlets import TraitError

from rmsprop_lab import Lab, Optimizer, optimizers, rules
from rmsprop_lab.lab import written


@pytest.mark.parametrize("name", optimizers.ALL)
def test_the_text_of_a_rule_is_the_rule(name: str) -> None:
    rule = optimizers.ALL[name].rule
    made: dict[str, object] = {}
    exec(written.source(rule), {"sqrt": np.sqrt}, made)
    assert '"""' not in written.source(rule)
    given = np.random.default_rng(0).random(rule.__code__.co_argcount).tolist()
    assert made[name](*given) == rule(*given)


def test_comments_stay_and_what_has_no_text_has_none() -> None:
    def with_comment(learning_rate, grad):  # not in the text
        """Docstring."""
        # downhill
        return learning_rate * grad

    def plain(learning_rate: float, grad: float) -> float: return learning_rate * grad  # fmt: skip

    head = "def with_comment(learning_rate, grad):\n"
    assert written.source(with_comment) == f"{head}    # downhill\n    return learning_rate * grad"
    assert (
        written.source(plain) == "def plain(learning_rate, grad):\n    return learning_rate * grad"
    )
    assert written.source(lambda grad: grad) == ""
    assert written.source(np.sqrt) == ""


def test_whose_rule_is_edited() -> None:
    first = Lab("bowl", ["sgd", "rmsprop"], controls=["rule"]).spec["optimizers"]
    assert first[0]["source"].startswith("def sgd(")
    assert "source" not in first[1]
    own = Optimizer.of(rules.rmsprop, "your own rule", name="own")
    others = Lab("bowl", ["sgd", own], racers=["sgd"], controls="all").spec["optimizers"]
    assert others[1]["source"].startswith("def rmsprop(")
    assert "source" not in others[0]
    assert "source" not in Lab("bowl", ["sgd"]).spec["optimizers"][0]


def test_a_rule_without_text_cannot_be_edited() -> None:
    nameless = Optimizer.of(lambda learning_rate, grad: learning_rate * grad, "nameless")
    assert "rule" not in Lab("bowl", [nameless], controls="all").spec["controls"]
    with pytest.raises(ValueError, match="no optimiser's rule is there as text"):
        Lab("bowl", [nameless], controls=["rule"])


def test_the_book_s_parameters_are_there_for_an_edited_rule() -> None:
    lab = Lab("bowl", ["sgd"], controls=["rule", "learning_rate"])
    names = [parameter["name"] for parameter in lab.spec["parameters"]]
    assert set(optimizers.PARAMETERS) <= set(names)
    assert "momentum" not in Lab("bowl", ["sgd"], controls="all").spec["controls"]


def test_what_the_traits_take() -> None:
    lab = Lab("bowl", ["sgd"], controls=["rule"])
    assert (lab.rule, lab.own) == ("", {})
    lab.rule, lab.own = "def sgd(power, grad):\n    return power * grad", {"power": (0.5, 0, 1)}
    assert lab.own == {"power": [0.5, 0, 1]}
    lab.racers = [("sgd", {"power": 0.25}), "sgd"]
    assert len(lab.names) == 2
    for wrong in (
        {"power": (1, 2)},
        {"power": (1, 2, 2)},
        {"1x": (1, 0, 2)},
        {"x": (1, 0, 1e10)},
        3,
    ):
        with pytest.raises(TraitError, match="own"):
            lab.own = wrong
    with pytest.raises(TraitError, match="4000 at most"):
        lab.rule = "#" * 4001
    with pytest.raises(TraitError, match="must be text"):
        lab.rule = 3


def test_python_does_not_pass_the_first_rule_off_as_the_edited_one() -> None:
    lab = Lab("bowl", ["sgd", "adam"], controls=["rule"])
    before = lab.trajectory("sgd")
    lab.rule = "def sgd(learning_rate, grad):\n    return -learning_rate * grad"
    for ask in (lab.trajectory, lambda name: lab.code("this book", name)):
        with pytest.raises(ValueError, match="is edited"):
            ask("sgd")
    assert len(lab.trajectory("adam").params)
    assert "only the live lab walks" in lab._repr_mimebundle_()[0]["text/html"]
    lab.rule = ""
    assert (lab.trajectory("sgd").params == before.params).all()


def test_without_a_script_the_rule_is_to_be_read() -> None:
    html = Lab("bowl", ["rmsprop"], controls=["rule"])._repr_mimebundle_()[0]["text/html"]
    assert '<pre class="lab-source"><code>def rmsprop(learning_rate' in html
    assert "<pre" not in Lab("bowl", ["rmsprop"])._repr_mimebundle_()[0]["text/html"]
