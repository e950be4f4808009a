"""Gradescope's list of submissions, which lies beside their folders: who sent what.

Source: ``submission_metadata.yml`` of "Download Submissions", as otter-grader reads it.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import yaml

from classroom.course.notebook import Unreadable

LIST = "submission_metadata.yml"


class Sender(NamedTuple):
    """One who sent a submission; "" for what the list does not say."""

    id: str
    email: str
    name: str


def senders(data: bytes) -> dict[str, list[Sender]]:
    """Those who sent each submission, by its folder.

    Raises:
        Unreadable: where the file is no such list.
    """
    return {folder: list(_people(entry)) for folder, entry in _read(data).items()}


def times(data: bytes) -> dict[str, datetime]:
    """When each submission was handed in, by its folder, where the list says it.

    Raises:
        Unreadable: where the file is no such list.
    """
    found = {}
    for folder, entry in _read(data).items():
        text = entry.get(":created_at") if isinstance(entry, dict) else None
        # "2026-11-20 10:15:33.000000000 Z": Python reads six digits behind the point
        text = re.sub(r"(\.[0-9]{6})[0-9]*", r"\1", str(text)).replace(" Z", "+00:00")
        with suppress(ValueError):
            found[folder] = datetime.fromisoformat(re.sub(r" ([+-][0-9:]+)$", r"\1", text))
    return found


def _read(data: bytes) -> dict[str, Any]:
    try:
        found = yaml.load(data, Loader=_Plain)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable("is no list of Gradescope's that can be read") from None
    if not isinstance(found, dict):
        raise Unreadable("is no list of Gradescope's")
    return {str(folder): entry for folder, entry in found.items()}


def _people(entry: Any) -> Iterator[Sender]:
    people = entry.get(":submitters") if isinstance(entry, dict) else None
    for one in people if isinstance(people, list) else ():
        if isinstance(one, dict):
            yield Sender(*(str(one.get(key) or "") for key in (":sid", ":email", ":name")))


class _Plain(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Everything is a text: an id of digits keeps its zeros, and nothing is made of a tag."""
