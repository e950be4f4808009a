"""What every test needs."""

import os
from typing import Any

# Before NumPy is loaded, and for all that tests start. They run side by side, more than there are
# cores: a product of matrices whose threads wait for one another takes four times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _names_in_doctests(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["np"] = np
