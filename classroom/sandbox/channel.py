"""The trusted end of a worker: ask, wait within limits, read one bounded answer."""

import json
import os
import secrets
import select
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from classroom.sandbox.bubblewrap import FILTER, command, filter_file
from classroom.sandbox.limits import Limits
from classroom.sandbox.replies import Reply, Request, read
from classroom.sandbox.usage import used, waited

READY = 30.0  # seconds in which a worker must be ready; a busy machine is not the student's fault
LOOK = 0.05  # seconds between two looks at what a worker has used
WAITING = 0.75  # what part of the clock's time may be a wait for a processor, which does not count


class GraderError(Exception):
    """The sandbox or the grader failed: not the student's fault, so it is tried again."""


class Ended(Exception):  # noqa: N818 - a result, not an error
    """The worker is gone. Says why, as something that the student's code did.

    Args:
        reason: a sentence.
        limit: whether a limit was reached.
        waited: whether it was the one by the clock, which a busy machine reaches too.
    """

    def __init__(self, reason: str, *, limit: bool = False, waited: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.limit, self.waited = reason, limit, waited


class Tampered(Exception):  # noqa: N818 - a result, not an error
    """Something came that is no answer: the student's code answers in the worker's place."""


@dataclass(frozen=True)
class Time:
    """Seconds: of processors, and by the clock."""

    processor: float
    clock: float

    def __sub__(self, other: "Time") -> "Time":
        return Time(self.processor - other.processor, self.clock - other.clock)

    def __mul__(self, factor: int) -> "Time":
        return Time(self.processor * factor, self.clock * factor)

    def within(self, other: "Time") -> "Time":
        """The smaller of each."""
        return Time(min(self.processor, other.processor), min(self.clock, other.clock))

    @property
    def over(self) -> bool:
        """Whether one of them is used up."""
        return self.processor <= 0 or self.clock <= 0


class Worker:
    """A sandboxed process that runs a student's code.

    Attributes:
        line: of the cell that it was asked to run last: the statement there has begun.

    Raises:
        GraderError: where it does not start.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.line = 0
        self._unread = b""
        self._said = ""  # what bubblewrap or Python complained of, before the worker was ready
        self._used = 0.0  # seconds of processors
        self._seen = 0.0  # of them, what its processes have used
        self._waited = waited()  # seconds of waiting for a processor, here and in the sandbox
        self._clock = 0.0  # seconds that the questions before took
        self._charged = Time(0.0, 0.0)
        self._looked = time.monotonic()
        self._begin(Time(READY, READY))
        word = secrets.token_hex(8)
        try:
            with filter_file() as file:
                process = subprocess.Popen(
                    [str(file) if part == FILTER else part for part in command(limits, word)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=[file],
                    env={},  # it is nobody's business
                )
        except OSError as error:
            raise GraderError(f"the sandbox did not start: {error}") from error
        self._process = process
        ends: tuple[Any, ...] = (process.stdin, process.stdout, process.stderr)
        self._to, self._from, self._complaints = ends
        os.set_blocking(self._to.fileno(), False)  # a worker may stop reading
        os.set_blocking(self._complaints.fileno(), False)
        self._ready = False
        try:
            self._ready = self._answer({"do": "start"}, word).ready
        except (Ended, Tampered) as ended:
            raise GraderError(f"the sandbox was not ready: {self._said or ended}") from ended
        if not self._ready:
            self.close()
            raise GraderError("the sandbox was not ready")
        self._clock = self._spent().clock

    def ask(self, request: Request, may_use: Time) -> Reply:
        """Ask, and wait for the answer.

        Args:
            request: what the worker is to do.
            may_use: the time for it.

        Raises:
            Ended: where no answer came within the limits.
            Tampered: where something came that is none.
        """
        self.line = 0
        self._begin(may_use)
        word = secrets.token_hex(8)
        try:
            self._write(json.dumps({**request, "word": word}).encode() + b"\n")
            while (reply := self._answer(request, word)).line:
                self.line = reply.line
            return reply
        finally:
            self._clock += self._spent().clock

    def charge(self) -> Time:
        """What it took since this was asked last: reading its answers counts too."""
        lives = self._process.returncode is None
        if lives and time.monotonic() - self._looked > LOOK:  # else it is charged next time
            self._look()
        now = Time(self._used, self._clock)
        since, self._charged = now - self._charged, now
        return since

    def close(self) -> None:
        """End it, and everything it has started."""
        self._process.kill()
        for end in (self._to, self._from, self._complaints):
            with suppress(OSError):
                end.close()
        self._process.wait()

    def _begin(self, may_use: Time) -> None:
        self._may_use = may_use
        self._began = time.monotonic(), self._used, self._waited

    def _spent(self) -> Time:
        """Since the question."""
        began, used_before, waited_before = self._began
        clock = time.monotonic() - began
        waits = min(self._waited - waited_before, WAITING * clock)
        return Time(self._used - used_before, clock - waits)

    def _answer(self, request: Request, word: str) -> Reply:
        line = self._line()
        started = time.thread_time()
        try:
            return read(request, word, json.loads(line))
        except (ValueError, RecursionError) as error:
            self._end("")
            raise Tampered(str(error)) from error
        finally:
            self._used += time.thread_time() - started

    def _line(self) -> bytes:
        """The next line, of a bounded length."""
        parts, size = [self._unread], len(self._unread)
        while b"\n" not in parts[-1]:
            if size > self.limits.answer:
                self.close()
                raise Tampered("a line without an end")
            self._wait(reading=True)
            part = os.read(self._from.fileno(), 1 << 16)
            if not part:
                raise self._gone()
            parts.append(part)
            size += len(part)
        line, _, self._unread = b"".join(parts).partition(b"\n")
        return line

    def _write(self, message: bytes) -> None:
        while message:
            self._wait(reading=False)
            try:
                message = message[os.write(self._to.fileno(), message) :]
            except OSError as error:
                raise self._gone() from error

    def _wait(self, *, reading: bool) -> None:
        """Until the channel is ready, as long as no limit is reached."""
        channel = [self._from.fileno() if reading else self._to.fileno()]
        while True:
            ready = select.select(*((channel, []) if reading else ([], channel)), [], LOOK)
            if time.monotonic() - self._looked > LOOK:
                self._look()
                self._keep_limits()
            if any(ready):
                return

    def _look(self) -> None:
        self._looked = time.monotonic()
        self._usage = used(self._process.pid)
        seconds = self._usage.seconds
        self._used += max(0.0, seconds - self._seen)
        self._seen = max(self._seen, seconds)
        self._waited = max(self._waited, self._usage.waited + waited())

    def _keep_limits(self) -> None:
        """End the worker where it has used more than it may."""
        left = self._may_use - self._spent()
        if left.processor < 0:
            raise self._end("Your code ran longer than allowed.", limit=True)
        if left.clock < 0:
            raise self._end("Your code ran longer than allowed.", limit=True, waited=True)
        if self._usage.memory > self.limits.memory:
            raise self._end("Your code took more memory than allowed.", limit=True)
        if self._ready and self._usage.files > self.limits.files:
            raise self._end("Your code made more files than allowed.", limit=True)

    def _gone(self) -> Ended:
        """The process ended by itself: by a call that ends it, or because memory ran out."""
        self._look()
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = 0  # it closed its channel, and lives
        killed = code in (137, -9)
        how = "was killed, as happens when memory runs out" if killed else "ended the interpreter"
        return self._end(f"Your code {how}.", limit=killed)

    def _end(self, reason: str, *, limit: bool = False, waited: bool = False) -> Ended:
        said = self._complaints.read() or b""
        self._said = said.decode(errors="replace").strip()[-300:]
        self.close()
        return Ended(reason, limit=limit, waited=waited)
