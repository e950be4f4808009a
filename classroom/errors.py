"""What stops a command, in words for the person who gave it."""

LONGEST = 2_000  # characters of a text from a student, unless more is asked for


class ClassroomError(Exception):
    """Something that a teacher can mend. The message names the file, the place and the choices."""


def cut(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text that is too long, and how much is missing."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} … ({len(text) - longest:,} more characters)"


def counted(number: float, one: str, several: str = "") -> str:
    """A number, and what it is of, with a verb where that follows.

    Args:
        number: of them.
        one: what stands behind 1.
        several: what stands behind any other number, where an "s" does not make it.

    Example:
        >>> counted(1, "task"), counted(2.5, "point"), counted(1, "is missing", "are missing")
        ('1 task', '2.5 points', '1 is missing')
    """
    what = one if number == 1 else several or f"{one}s"
    return f"{number:,} {what}" if isinstance(number, int) else f"{round(number, 2):g} {what}"
