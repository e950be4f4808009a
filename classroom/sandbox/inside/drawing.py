"""In place of ``plots`` and ``style``: nothing is drawn while grading."""

from typing import Any

from nothing import Nothing


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return Nothing()
