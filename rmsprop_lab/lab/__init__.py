"""The interactive lab: one view, in a Jupyter notebook and on a static page."""

from rmsprop_lab.lab.race import Race
from rmsprop_lab.lab.replay import Recorded, Replay
from rmsprop_lab.lab.view import ViewNotBuiltError
from rmsprop_lab.lab.widget import Lab

__all__ = ["Lab", "Race", "Recorded", "Replay", "ViewNotBuiltError"]
