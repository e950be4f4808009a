"""All submissions of a course: graded side by side, and kept as they come."""

import multiprocessing
import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing import connection
from typing import Any

from classroom.course.assignment import Record
from classroom.errors import ClassroomError
from classroom.grading.grade import Job, grade, not_tried
from classroom.grading.records import Records

IN_A_ROW = 3  # submissions of an assignment that were stopped, before no further one is tried
NOT_TRIED = (
    f"That was stopped for {IN_A_ROW} submissions of {{}} in a row, so the others are not tried. "
    "Mend the check, and give the same command again."
)

Graded = Iterator[tuple[Job, Record]]


def all_records(
    jobs: Iterable[Job],
    records: Records,
    run: Callable[[Iterable[Job]], Graded],
    done: Callable[[Record], None],
    again: Collection[str] = (),
) -> list[Record]:
    """The records of all jobs: what is finished as it is, the rest graded now.

    A check that never ends costs its time for each student. Where that happens for some in a row,
    the other submissions of the assignment are failures of the grader at once: to be graded when
    the check is mended, which grades all anew.

    Args:
        jobs: of the course; few of them are in memory at a time.
        records: on disk.
        run: grades jobs, in whatever order.
        done: is told each record.
        again: students whose finished records are not taken.
    """
    found: dict[tuple[str, str], Record] = {}
    stopped: dict[str, list[Record]] = defaultdict(list)  # of each assignment, the last in a row

    def keep(job: Job, record: Record) -> None:
        found[job.student, job.assignment] = record
        done(record)

    def unfinished() -> Iterator[Job]:
        for job in jobs:
            in_a_row = stopped[job.assignment]
            if job.student not in again and (record := records.find(job)):
                keep(job, record)
            elif len(in_a_row) >= IN_A_ROW:
                keep(job, not_tried(job, in_a_row[-1]))
            else:
                yield job

    for job, record in run(unfinished()):
        in_a_row = stopped[job.assignment]
        if record["stopped"]:
            in_a_row.append(record)
            if len(in_a_row) == IN_A_ROW:
                print(f"\n{NOT_TRIED.format(job.assignment)}", file=sys.stderr, flush=True)
        elif record["tasks"]:  # its checks have ended
            in_a_row.clear()
        records.keep(job, record)
        keep(job, record)
    return [found[key] for key in sorted(found)]


def here(workers: int) -> Callable[[Iterable[Job]], Graded]:
    """Grade on this machine, that many notebooks at a time."""

    def run(jobs: Iterable[Job]) -> Graded:
        if workers == 1:
            for job in jobs:
                yield job, grade(job)
            return
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_us)
        try:
            yield from _side_by_side(pool, jobs, workers + 2)
        except BaseException:
            for process in multiprocessing.active_children():
                process.kill()  # Ctrl-C waits for no notebook; sandboxes end with their process
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    return run


def on_dask(address: str) -> Callable[[Iterable[Job]], Graded]:
    """Grade on the workers of a Dask cluster.

    They need this project and a sandbox. Notebooks and records travel; no files are shared.

    Args:
        address: of the scheduler, as in ``tcp://host:8786``.
    """

    def run(jobs: Iterable[Job]) -> Graded:
        try:
            import distributed

            connect: Any = distributed.Client
        except ImportError:
            raise ClassroomError("--dask needs Dask: pip install distributed.") from None
        try:
            client = connect(address, timeout=20)
        except (OSError, ValueError) as error:
            raise ClassroomError(f"There is no Dask scheduler at {address}: {error}") from None
        with client:
            threads = sum(client.nthreads().values())
            if not threads:
                raise ClassroomError(f"The Dask cluster at {address} has no workers.")
            yield from _side_by_side(client.get_executor(pure=False), jobs, 2 * threads)

    return run


def _side_by_side(executor: Executor, jobs: Iterable[Job], width: int) -> Graded:
    """At most ``width`` jobs are on their way: a notebook may be large."""
    waiting: dict[Future[Record], Job] = {}

    def finished() -> Graded:
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            yield waiting.pop(future), future.result()

    try:
        for job in jobs:
            waiting[_submitted(executor, job)] = job
            if len(waiting) >= width:
                yield from finished()
        while waiting:
            yield from finished()
    finally:
        for future in waiting:
            future.cancel()


def _submitted(executor: Executor, job: Job) -> Future[Record]:
    """Submit a job. A process that is started for it never hears of Ctrl-C: we end it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(grade, job)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_us() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent: Any = multiprocessing.parent_process()

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
