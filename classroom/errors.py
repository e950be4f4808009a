"""What stops a command, in words for the person who gave it."""

LONGEST = 2_000  # characters of a text from a student, unless more is asked for


class ClassroomError(Exception):
    """Something that a teacher can mend. The message names the file, the place and the choices."""


def cut(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text that is too long, and how much is missing."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} … ({len(text) - longest:,} more characters)"
