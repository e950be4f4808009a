"""What every test needs."""

from typing import Any

import numpy as np
import pytest

# It needs torch, optax and keras, which only `make goldens` installs.
collect_ignore = ["tests/goldens/generate.py"]


@pytest.fixture(autouse=True)
def _names_in_doctests(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["np"] = np
