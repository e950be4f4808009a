"""In place of the checker: its verdict has no part in the grade."""

from typing import Any

from nothing import Nothing


class Verdict(Nothing):
    """A verdict that is not given."""


def check(*_args: Any, **_kwargs: Any) -> Verdict:
    """Checks nothing."""
    return Verdict()
