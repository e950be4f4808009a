"""The mistakes that are known by name, for each rule: wrong versions, written as equations.

A wrong version's name is its function's, and its hint the docstring. What several rules get wrong
alike is written once: a mean of squares (``averages``), a divided step (``steps``), a velocity
(``velocities``), and what any rule can get wrong (``any_rule``).
"""

from rmsprop_lab import rules
from rmsprop_lab.checking.diagnose import Mistake
from rmsprop_lab.checking.mistakes.adagrad import ADAGRAD
from rmsprop_lab.checking.mistakes.adam import ADAM
from rmsprop_lab.checking.mistakes.any_rule import Rule, of_any
from rmsprop_lab.checking.mistakes.centered import CENTERED
from rmsprop_lab.checking.mistakes.momentum import HEAVY_BALL
from rmsprop_lab.checking.mistakes.nesterov import NESTEROV
from rmsprop_lab.checking.mistakes.rmsprop import INSIDE, RMSPROP
from rmsprop_lab.checking.mistakes.rmsprop_momentum import RMSPROP_MOMENTUM
from rmsprop_lab.checking.mistakes.sgd import SGD

#: Wrong versions by the rule's name. No two of a rule give the same results.
MISTAKES: dict[str, tuple[Mistake, ...]] = {
    "sgd": (*SGD, *of_any(rules.sgd, 0)),
    "momentum": (*HEAVY_BALL, *of_any(rules.momentum, 1)),
    "nesterov": (*NESTEROV, *of_any(rules.nesterov, 1)),
    "adagrad": (*ADAGRAD, *of_any(rules.adagrad, 1)),
    "rmsprop": (*RMSPROP, *of_any(rules.rmsprop, 1)),
    "rmsprop_inside": (*INSIDE, *of_any(rules.rmsprop_inside, 1)),
    "rmsprop_centered": (*CENTERED, *of_any(rules.rmsprop_centered, 2)),
    "rmsprop_momentum": (*RMSPROP_MOMENTUM, *of_any(rules.rmsprop_momentum, 2)),
    "adam": (*ADAM, *of_any(rules.adam, 4)),
}


def known(name: str, right: Rule, states: int) -> tuple[Mistake, ...]:
    """The mistakes of a rule: its own where it has some here, otherwise those of any rule."""
    return MISTAKES.get(name) or tuple(of_any(right, states))
