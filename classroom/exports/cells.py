"""Tables as CSV that a spreadsheet can open without harm."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_BYTE = re.compile(r"\\u(dc[89a-f][0-9a-f])")  # of a name that is not UTF-8, as files.write has it
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe where it begins like one.

    Source: OWASP, "CSV Injection".
    """
    return f"'{value}" if value.startswith(_FORMULAS) else value


def plain(value: str) -> str:
    """The text before :func:`text` was applied to it and it was written."""
    value = _BYTE.sub(lambda match: chr(int(match[1], 16)), value)
    return value[1:] if value[:1] == "'" and value[1:].startswith(_FORMULAS) else value


def number(value: float | None) -> str:
    """A number in the shortest way that is right to six digits behind the point; "" for none."""
    if value is None:
        return ""
    whole = round(value, 6)
    return str(int(whole)) if whole == int(whole) else repr(whole)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV. What comes from a student has been through :func:`text`."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
