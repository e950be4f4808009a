"""The book's own Sphinx extensions, which are no package."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

EXTENSIONS = Path(__file__).parents[2] / "book/_ext"


@contextmanager
def extension(name: str) -> Iterator[ModuleType]:
    """One of them, imported as Sphinx does."""
    sys.path.insert(0, str(EXTENSIONS))
    try:
        yield import_module(name)
    finally:
        sys.path.remove(str(EXTENSIONS))
