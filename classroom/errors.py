"""What stops a command, in words for the person who gave it."""


class ClassroomError(Exception):
    """Something that a teacher can mend. The message names the file, the place and the choices."""
