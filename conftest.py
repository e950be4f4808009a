"""What every test needs."""

import gc
import os
from collections.abc import Generator
from typing import Any

# Before NumPy is loaded, and for all that tests start. They run side by side, more than there are
# cores: a product of matrices whose threads wait for one another takes four times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing of eight thousand tests is garbage: do not look through them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def _names_in_doctests(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["np"] = np
