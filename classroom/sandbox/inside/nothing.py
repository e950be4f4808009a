"""Something that takes every call and does nothing: drawing is not graded."""

from typing import Any


class Nothing:
    """Stands in for a lab, a figure, a verdict: any use of it gives it back."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        pass

    def __call__(self, *_args: Any, **_kwargs: Any) -> "Nothing":
        return self

    def __getattr__(self, name: str) -> "Nothing":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        pass

    def __enter__(self) -> "Nothing":
        return self

    def __exit__(self, *_args: Any) -> None:
        pass

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "nothing is drawn while grading"
