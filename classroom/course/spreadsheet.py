"""Tables as CSV: written so that a spreadsheet opens them without harm, read as it saves them."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

# What begins a formula: the signs themselves, and the wide and small ones that some spreadsheets
# read alike. It also begins one behind a line's end, or behind a separator of another country's
# spreadsheet: that takes no notice of the quotes around a cell. Every match is as long as can be,
# so that long texts take no longer than they must.
_FORMULA = re.compile("(?P<before>^[;\\s\"']*|[;\\s\"']+)(?P<sign>[=+\\-@＝＋－＠﹦﹢﹣﹫−]?)")
_SEPARATORS = set(";\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
# What nobody sees, or no file can hold, but for the ends of lines: it would change a cell unseen.
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt\\])")


def text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before its sign.

    Different texts without unseen characters stay different. Source: OWASP, "CSV Injection".

    Example:
        >>> text("=1+1"), text("x;=1+1"), text("a=1, -1")
        ("'=1+1", "x;'=1+1", 'a=1, -1')
    """
    return _FORMULA.sub(_defused, _UNSEEN.sub("\ufffd", value))


def kept(value: str) -> str:
    """A cell of a gradebook's own file, where ``-`` and numbers are no formulas."""
    return value if re.fullmatch(r"[-+]?[0-9.,]*%?", value) else text(value)


def _defused(match: re.Match[str]) -> str:
    return f"{match['before']}'{match['sign']}" if _begins(match) else match[0]


def _begins(match: re.Match[str]) -> bool:
    """Whether a spreadsheet may begin a cell here, and a formula in it."""
    first = match.start() == 0 or not _SEPARATORS.isdisjoint(match["before"])
    return bool(match["sign"]) and first


def student(value: str) -> str:
    r"""A student's id on one line, different for different ids; :func:`plain` reads it back.

    Made-up ids, from the names of files, may hold anything: what is not seen is written as in
    Python, and so is the backslash.

    Example:
        >>> print(*map(student, ["zoë", "=x", "a\n", "a\\n", "M\udcfcller"]))
        zoë '=x a\n a\\n M\udcfcller
    """
    return text("".join(map(_seen, value)))


def _seen(character: str) -> str:
    # Controls, formats, halves of characters; of the separators only the space is seen.
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
    if character == "\\" or (unseen and character != " "):
        return character.encode("unicode_escape").decode()
    return character


def plain(cell: str) -> str:
    """The id that :func:`student` wrote."""
    return _ESCAPED.sub(
        lambda match: match[0].encode().decode("unicode_escape"), _FORMULA.sub(_armed, cell)
    )


def _armed(match: re.Match[str]) -> str:
    before, sign = match["before"], match["sign"]
    return f"{before[:-1]}{sign}" if _begins(match) and before.endswith("'") else match[0]


_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


def read_number(text: str) -> float | None:
    """A number as people write it, with a point or a comma; None where the text is none.

    Python's own reading would also take ``1_0`` for 10, and ``nan``.

    Example:
        >>> read_number("2,5"), read_number("1_0"), read_number("nan")
        (2.5, None, None)
    """
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def number(value: float | None) -> str:
    """A number in the shortest way that is right to six digits behind the point; "" for none."""
    if value is None:
        return ""
    whole = round(value, 6)
    return str(int(whole)) if whole == int(whole) else repr(whole)


def table(rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    """Rows as CSV. What comes from a student has been through :func:`text` or :func:`student`."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue()


_SEPARATOR_SAID = re.compile(r'"?sep=(?P<sign>[^\r\n])"?[^\S\r\n]*[\r\n]', re.I)


def separator(content: str) -> str:
    """What stands between the columns: said in a first line ``sep=;``, else what the header has."""
    if said := _SEPARATOR_SAID.match(content):
        return said["sign"]
    header = re.sub('"[^"]*"', "", re.split("[\r\n]", content.lstrip("\r\n"), maxsplit=1)[0])
    return max(",;\t|", key=header.count)


def rows(content: str, *, spaces: bool = False) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, by the number of their last line.

    Args:
        content: of the file.
        spaces: keep those behind a separator.

    Raises:
        ValueError: with the line and what is wrong.
    """
    reader = csv.reader(
        io.StringIO(content, newline=""),
        delimiter=separator(content),
        skipinitialspace=not spaces,
    )
    said = bool(_SEPARATOR_SAID.match(content))
    try:
        for values in reader:
            if any(value.strip() for value in values) and not (said and reader.line_num == 1):
                yield reader.line_num, values
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None
    if content.count('"') % 2:
        raise ValueError(f"line {reader.line_num}: a quotation mark is missing in or before it")
