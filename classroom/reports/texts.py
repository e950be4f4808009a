"""To which text a mark was given: who hands in again may have written another one."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from classroom.course.assignment import Record

Answer = tuple[str, str, str]  # student, assignment and task
Texts = Mapping[Answer, str]  # what tells the text of an answer from every other
LENGTH = 8  # of a fingerprint
_LETTERS = "bcdfghjklmnpqrst"  # without vowels they are no word, no number and no formula


def fingerprint(text: str) -> str:
    """Letters that stand for a text. No spreadsheet makes something else of them."""
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()
    return "".join(_LETTERS[int(digit, 16)] for digit in digest[:LENGTH])


def is_fingerprint(text: str) -> bool:
    """Whether it may be one."""
    return len(text) == LENGTH and set(text) <= set(_LETTERS)


def handed_in(records: Iterable[Record]) -> dict[Answer, str]:
    """The fingerprints of all answers."""
    return {
        (record["student"], record["assignment"], answer["name"]): fingerprint(answer["answer"])
        for record in records
        for answer in record["open"]
        if answer["found"]
    }


def outdated(marked: Iterable[Texts], records: Iterable[Record]) -> list[Answer]:
    """The answers that are others now, or gone, since somebody marked them.

    Args:
        marked: of each table of marks the texts that they were given to, where it says them.
        records: of all submissions. Where the grader failed, nobody knows what stands there.
    """
    records = list(records)
    now = handed_in(records)
    read = {(one["student"], one["assignment"]) for one in records if one["score"] is not None}
    return sorted(
        {
            answer
            for texts in marked
            for answer, text in texts.items()
            if answer[:2] in read and now.get(answer) != text
        }
    )
