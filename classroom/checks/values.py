"""A number that a student calculated, beside the right one and the known wrong ones."""

from collections.abc import Mapping

import numpy as np

from classroom.checks.comparing import Wrong
from classroom.checks.heard import tell
from classroom.course.assignment import Answers, Lost

#: How far off a number may be that was rounded to three significant digits: 1.005 becomes 1.00.
THREE_DIGITS = 5e-3


def value(
    answers: Answers, name: str, right: float, wrong: Mapping[str, tuple[float, str]]
) -> None:
    """Return where the variable has the right value; otherwise raise Lost.

    Args:
        answers: of the student.
        name: of the variable.
        right: its value. 0 must be 0, up to 1e-9.
        wrong: by the mistake's name, the value that it leads to, and a hint.
    """
    tell(answers, name, right, [Wrong(mistake, hint, of) for mistake, (of, hint) in wrong.items()])
    found = answers.number(name)
    if near(found, right):
        return
    for mistake, (of, hint) in wrong.items():
        if near(found, of):
            raise Lost(f"The value of {name} is not right. {hint}", mistake=mistake)
    raise Lost(f"The value of {name} is not right.")


def near(one: float, other: float) -> bool:
    """Whether two numbers agree in three significant digits."""
    return bool(np.isclose(one, other, rtol=THREE_DIGITS, atol=1e-9))
