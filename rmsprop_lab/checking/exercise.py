"""``Exercise``: a rule to be written by the reader, and checked in the figure itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import traitlets

from rmsprop_lab.checking.check import meant
from rmsprop_lab.checking.page import check_of
from rmsprop_lab.lab import Lab
from rmsprop_lab.lab.view import BUILT, STATIC
from rmsprop_lab.lab.written import OWN
from rmsprop_lab.objectives import ObjectiveLike


class Exercise(Lab):
    """A lab with a rule to be written: its text, a check of it, and its path beside the right one.

    The check says what :func:`~rmsprop_lab.check` says, without Python: it works in the built page,
    too. Ctrl+Enter in the text is as good as the button.

    Args:
        function: with which the reader begins. It takes the rule's arguments, and is made of
            assignments and a return; its text is read, and shown without its docstring.
        rule: the rule that it is to become; see :func:`~rmsprop_lab.check`.
        objective: as in :class:`~rmsprop_lab.Lab`.
        steps: as in :class:`~rmsprop_lab.Lab`.
        caption: a sentence under the figure, of one's own.
        **numbers: as in :class:`~rmsprop_lab.Lab`.

    Attributes:
        check: what the check is made of, as in :class:`~rmsprop_lab.lab.contract.Check`.

    Raises:
        ValueError: for a bad name or value, and for a function without a text.

    Example:
        >>> def my_sgd(learning_rate, grad):
        ...     return learning_rate
        >>> Exercise(my_sgd).names
        ('your SGD', 'SGD')
    """

    _esm = STATIC / "exercise.js" if BUILT else ""
    _travels = (*Lab._travels, "check")
    _script = "check.js"
    _losses = False  # its page has more to carry

    check = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        function: Callable[..., Any],
        rule: str | None = None,
        objective: ObjectiveLike = "ravine",
        *,
        steps: int = 60,
        caption: str = "",
        **numbers: Any,
    ) -> None:
        right = meant(function, rule)
        caption = caption or f"Make it {right.label}, then press Check."
        yours = replace(right, name=OWN, label=f"your {right.label}", rule=function)
        self.set_trait("check", check_of(right))
        controls = ["rule", *(parameter.name for parameter in right.parameters), "steps"]
        super().__init__(
            objective, [yours, right], steps=steps, controls=controls, caption=caption, **numbers
        )
