"""Questions about a notebook's variables and functions, answered with plain numbers.

A question is JSON, and so is its answer: see :mod:`rmsprop_lab.checking.plain`. The grader's
sandbox answers with this, and so does a handout that is graded where its code is not run.
"""

from typing import Any

import numpy as np

from rmsprop_lab.checking.outcomes import call_here
from rmsprop_lab.checking.plain import ERROR, decode, encode

Request = dict[str, Any]


class Asked:
    """A notebook's names, which may be asked for.

    Args:
        names: the notebook's; what is defined later is seen too.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self._states: dict[str, Any] = {}  # of the optimisers' runs

    def answer(self, request: Request) -> dict[str, Any]:
        """The answer to one question: of a variable, a call, or a step of an optimiser.

        Raises:
            KeyError: where there is nothing of the name.
        """
        value = self.names[request["name"]]
        match request["do"]:
            case "value":
                return {"value": encode(value)}
            case "call":
                return _called(value, [argument(sent) for sent in request["arguments"]])
            case "step":
                return self._step(value, decode(request["grad"]), request["run"])
        raise ValueError(request["do"])

    def _step(self, optimizer: Any, grad: np.ndarray, run: str) -> dict[str, Any]:
        """One step of an optimiser whose state stays here, under the name of its run."""
        try:
            updates, state = optimizer(grad, self._states.get(run))
        except BaseException as error:  # SystemExit too
            return {"value": None, "changed": [], "error": explain(error)}
        self._states[run] = state
        return {"value": encode(updates), "changed": [], "error": ""}


def _called(function: Any, arguments: list[Any]) -> dict[str, Any]:
    outcome = call_here(function)(*arguments)
    return {
        "value": encode(outcome.value),
        "changed": [int(position) for position in outcome.changed],
        "error": str(outcome.error)[:ERROR],
    }


def argument(sent: Any) -> Any:
    """An argument of a call: a value, or the gradient of a quadratic as a function."""
    if isinstance(sent, dict) and "gradient of" in sent:
        matrix, vector = (decode(part) for part in sent["gradient of"])
        return lambda w: matrix @ np.asarray(w, dtype=float) - vector
    return decode(sent)


def explain(error: BaseException) -> str:
    """An exception in words; its own may raise."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}"[:ERROR] if text else type(error).__name__
