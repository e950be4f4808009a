"""What the equations are written for: a number, or an array of numbers."""

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

#: Whatever has + - * /: a float, an array of any shape, or a number of our own, which carries
#: its slopes (algebra/dual.py) or writes down what is done to it (algebra/tape.py).
Number: TypeAlias = Any

#: A float or an array, and the same throughout: a gradient, the state and the update are alike.
Alike = TypeVar("Alike", float, NDArray[np.float64])
