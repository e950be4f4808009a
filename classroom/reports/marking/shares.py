"""Who marks which answer, where there are several markers."""

from collections.abc import Collection
from hashlib import sha256

from classroom.reports.texts import Answer

OVERLAP = 20  # percent of the answers that two markers get, unless more or fewer are asked for


def chance(answer: Answer, what: str) -> float:
    """A number in [0, 1) that only depends on the answer: as good as drawn, and always the same."""
    digest = sha256("\n".join((what, *answer)).encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:6]) / 2**48


def markers_of(answer: Answer, markers: int, overlap: float = OVERLAP) -> Collection[int]:
    """The markers of an answer, counted from 1: one, or two for ``overlap`` percent of the answers.

    An answer that comes later moves no other to another marker.

    Args:
        answer: which one.
        markers: how many there are.
        overlap: percent, of all answers.
    """
    first = int(chance(answer, "first") * markers)
    if markers == 1 or chance(answer, "twice") >= overlap / 100:
        return {first + 1}
    second = (first + 1 + int(chance(answer, "second") * (markers - 1))) % markers
    return {first + 1, second + 1}
