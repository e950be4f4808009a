"""In place of the lab: nothing is drawn while grading."""

from nothing import Nothing


class Lab(Nothing):
    """A lab that is not drawn."""


class Recorded(Nothing):
    """Recorded paths that are not drawn."""


class Replay(Nothing):
    """A replay that is not drawn."""
