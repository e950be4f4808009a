"""What the checks of an assignment are made of, ours and a teacher's own.

- :func:`compare`: a student's function beside the right one, and beside wrong versions by name.
- :func:`value`: a student's number beside the right one, to three digits, and wrong ones by name.
- :func:`compare_value`: the same for arrays, or to another precision.
- :func:`made_before`: the mistakes of an earlier task, which must not cost twice.
- :mod:`.carried`: a walk in which a function is given back the state that it returned.
- :mod:`.reach`: a search for settings that bring a path to a target within a budget.

The rest is in :mod:`classroom.course.assignment` (``Assignment``, ``Task``, ``Check``, ``Lost``)
and in ``rmsprop_lab``.
"""

from classroom.checks.comparing import Wrong, as_path, compare, compare_value, made_before
from classroom.checks.values import THREE_DIGITS, near, value
from rmsprop_lab.checking.diagnose import Mistake

__all__ = [
    "THREE_DIGITS",
    "Mistake",
    "Wrong",
    "as_path",
    "compare",
    "compare_value",
    "made_before",
    "near",
    "value",
]
