"""A student's own numbers: drawn from the course's secret, the same on every machine."""

import hmac
from hashlib import sha256

import numpy as np

#: Without a roster everybody gets the same file. No student of a roster may have this id.
EVERYBODY = ""


def drawn(secret: bytes, *names: str) -> np.random.RandomState:
    """A stream of random numbers that only the holder of the secret can repeat.

    Args:
        secret: the course's secret.
        names: what the stream is for: a student's id, an assignment, a task.

    NumPy promises that the numbers of ``RandomState`` stay the same in every version, and of no
    other generator.
    """
    # A made-up id may hold bytes of a file's name that are not UTF-8.
    parts = [name.encode(errors="surrogateescape") for name in names]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    digest = hmac.new(secret, message, sha256).digest()
    return np.random.RandomState(np.frombuffer(digest, dtype="<u4"))
