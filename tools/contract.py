"""Print the contract between Python and the lab's view as TypeScript: ``make check`` keeps it."""

from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from rmsprop_lab.lab import contract

NAMES = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    bytes: "DataView",
    Any: "unknown",
}


def typescript() -> str:
    """An interface for each TypedDict, and the other types by their names."""
    lines = ["// Written by tools/contract.py from rmsprop_lab/lab/contract.py."]
    for name, found in vars(contract).items():
        if is_typeddict(found):
            lines += ["", f"// {str(found.__doc__).splitlines()[0]}", *_interface(found)]
        elif get_origin(found) in (Annotated, Literal):
            lines += ["", f"export type {name} = {_type(found)};"]
    return "\n".join(lines) + "\n"


def _interface(found: Any) -> list[str]:
    lines = []
    for name, of in get_type_hints(found, include_extras=True).items():
        sign = ":" if name in found.__required_keys__ else "?:"
        lines.append(f"  {name}{sign} {_type(of)};")
    return [f"export interface {found.__name__} {{", *lines, "}"]


def _type(of: Any) -> str:
    origin, given = get_origin(of), get_args(of)
    if is_typeddict(of):
        return str(of.__name__)
    if of in NAMES:
        return NAMES[of]
    if origin is Annotated:
        return str(given[1])
    if origin is NotRequired:
        return _type(given[0])
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in given)
    if origin in (UnionType, Union):
        return " | ".join(map(_type, given))
    if origin is list:
        return f"Array<{_type(given[0])}>"
    if origin is dict:
        return f"Record<{', '.join(map(_type, given))}>"
    raise TypeError(f"{of} has no TypeScript here")


if __name__ == "__main__":
    print(typescript(), end="")
