"""The trusted end of a worker: ask, wait until a deadline, read one bounded answer."""

import json
import os
import secrets
import select
import subprocess
import time
from contextlib import suppress
from typing import Any

from classroom.sandbox import Limits, command

READY = 30.0  # seconds in which a worker must be ready; a busy machine is not the student's fault


class GraderError(Exception):
    """The sandbox or the grader failed: not the student's fault, so it is tried again."""


class Ended(Exception):  # noqa: N818 - a result, not an error
    """The worker is gone. Says why, as something that the student's code did."""

    def __init__(self, reason: str, *, limit: bool) -> None:
        super().__init__(reason)
        self.reason, self.limit = reason, limit


class Worker:
    """A sandboxed process that runs a student's code.

    Raises:
        GraderError: where it does not start.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._unread = b""
        self._said = ""  # what bubblewrap or Python complained of, before the worker was ready
        word = secrets.token_hex(8)
        try:
            process = subprocess.Popen(
                command(limits, word),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"PATH": os.environ.get("PATH", os.defpath)},  # the rest is nobody's business
            )
        except OSError as error:
            raise GraderError(f"the sandbox did not start: {error}") from error
        self._process = process
        ends: tuple[Any, ...] = (process.stdin, process.stdout, process.stderr)
        self._to, self._from, self._complaints = ends
        os.set_blocking(self._to.fileno(), False)  # a worker may stop reading
        os.set_blocking(self._complaints.fileno(), False)
        try:
            reply = self._read(word, time.monotonic() + READY)
        except Ended as ended:
            raise GraderError(f"the sandbox was not ready: {self._said or ended.reason}") from ended
        if reply.get("ready") is not True:
            self.close()
            raise GraderError("the sandbox was not ready")

    def ask(self, request: dict[str, Any], deadline: float) -> dict[str, Any]:
        """Ask, and wait for the answer.

        Args:
            request: what the worker is to do.
            deadline: by ``time.monotonic()``.

        Raises:
            Ended: where no answer came in time, or something that is none.
        """
        word = secrets.token_hex(8)
        message = json.dumps({**request, "word": word}).encode() + b"\n"
        self._write(message, deadline)
        return self._read(word, deadline)

    def close(self) -> None:
        """End it, and everything it has started."""
        self._process.kill()
        for end in (self._to, self._from, self._complaints):
            with suppress(OSError):
                end.close()
        self._process.wait()

    def _end(self, reason: str, *, limit: bool) -> Ended:
        said = self._complaints.read() or b""
        self._said = said.decode(errors="replace").strip()[-300:]
        self.close()
        return Ended(reason, limit=limit)

    def _write(self, message: bytes, deadline: float) -> None:
        channel = self._to.fileno()
        while message:
            if not select.select([], [channel], [], max(0.0, deadline - time.monotonic()))[1]:
                raise self._end("Your code ran longer than allowed.", limit=True)
            try:
                message = message[os.write(channel, message) :]
            except OSError as error:
                raise self._gone() from error

    def _read(self, word: str, deadline: float) -> dict[str, Any]:
        channel = self._from.fileno()
        parts = [self._unread]
        size = len(self._unread)
        while b"\n" not in parts[-1]:
            if not select.select([channel], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise self._end("Your code ran longer than allowed.", limit=True)
            part = os.read(channel, 1 << 20)
            if not part:
                raise self._gone()
            parts.append(part)
            size += len(part)
            if size > self.limits.answer:
                raise self._end("Your code gave a result that is too large.", limit=True)
        line, _, self._unread = b"".join(parts).partition(b"\n")
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._end(FORGED, limit=False) from error
        if not isinstance(reply, dict) or reply.get("word") != word or self._unread:
            raise self._end(FORGED, limit=False)
        return reply

    def _gone(self) -> Ended:
        """The process ended by itself: by a call that ends it, or because memory ran out."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = 0  # it closed its channel, and lives
        killed = code in (137, -9)
        how = "was killed, as happens when memory runs out" if killed else "ended the interpreter"
        return self._end(f"Your code {how}.", limit=killed)


FORGED = "Your code wrote on the grader's own channel."
