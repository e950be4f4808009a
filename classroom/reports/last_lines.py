"""What `grade` says last: how many are graded, and what a teacher has to decide or to mend."""

import argparse
import shlex
import sys
from collections.abc import Collection, Iterator, Sequence

from classroom.course.assignment import Record
from classroom.course.numbers import EVERYBODY
from classroom.course.own_numbers import ALL, LEFT_OUT, OTHER_NUMBERS, OTHERS
from classroom.errors import counted, cut
from classroom.grading.grade import ANOTHER, MISSING


def say(records: Sequence[Record], nowhere: int, given: argparse.Namespace) -> int:
    """Print the last lines; the command's exit code: 1 where a submission has no score that counts.

    Args:
        records: of all submissions.
        nowhere: how many files fit nowhere.
        given: to the command.
    """
    without = [record for record in records if record["status"] in ("grader error", ANOTHER)]
    graded = counted(len(records) - len(without), "submission is", "submissions are")
    print(f"{graded} graded. Begin with {given.out / 'summary.html'}.")
    if nowhere:
        files = counted(nowhere, "file fits", "files fit")
        print(f"{files} nowhere: see Found and not graded there.")
    for line in (*_other_numbers(records, given), *_without_scores(records)):
        print(line, file=sys.stderr)
    return 1 if without or any(record["doubt"] == LEFT_OUT for record in records) else 0


def _other_numbers(records: Sequence[Record], given: argparse.Namespace) -> Iterator[str]:
    """Which scores may be wrong, why, and how a teacher lets them count."""
    mixed_up = [record for record in records if record["doubt"] and OTHERS in record["notes"]]
    if mixed_up:
        yield (
            f"Made with other numbers than the ones they were graded with: {len(mixed_up)} of "
            f"{len(records)}. {_whose_numbers(given, {one['made_for'] for one in mixed_up})}"
        )
    if other := sum(OTHER_NUMBERS in record["notes"] for record in records):
        yield (
            f"With other numbers than the secret in {given.secret} draws for the student: {other} "
            f"of {len(records)}. They may have lost points that were earned. Is it the secret of "
            "the release? The summary names them."
        )
    left_out = [record["student"] for record in records if record["doubt"] == LEFT_OUT]
    if left_out:
        who = [*dict.fromkeys(left_out)]
        yield (
            "So in none of the files for Canvas, Moodle and Gradescope: "
            f"{len(left_out)} of {len(records)} ({cut(', '.join(who), 300)}). If a score is to "
            f"count all the same, add --other-numbers {shlex.quote(cut(who[0], 100))} each time "
            f"that you grade; --other-numbers {ALL} for everybody's."
        )


def _whose_numbers(given: argparse.Namespace, made_for: Collection[str]) -> str:
    """What to do where notebooks hold other numbers, and were not copied from their owners."""
    if given.same_numbers:
        return "Were they made with a roster? Then leave out --same-numbers."
    if given.roster is None:
        return "Were they made with a roster? Then give it here too: --roster CSV."
    if set(made_for) == {EVERYBODY}:
        return (
            "They were made without a roster. If all were, everybody has the same numbers: "
            "--same-numbers."
        )
    whose = cut(", ".join(student or "everybody" for student in sorted(made_for)), 300)
    return (
        f"They were made for {whose}. Has the roster other ids than at the release? Then put the "
        "old ones back. Or did somebody get another student's notebook? The summary names them."
    )


def _without_scores(records: Sequence[Record]) -> Iterator[str]:
    """Who has no score, or not the whole of it, and what to do."""
    statuses = [record["status"] for record in records]
    if another := statuses.count(ANOTHER):
        yield (
            f"Without a score, because they are handouts for PyTorch: {another}. Were these "
            "released with --torch? Then grade with it, too. The summary says what else can be "
            "done."
        )
    if missing := statuses.count(MISSING):
        yield (
            f"Without the numbers of some tasks, which have no points yet: {missing} of "
            f"{len(records)}. Were the outputs saved? The students' pages say which cells to run."
        )
    if failed := statuses.count("grader error"):
        yield (
            f"Without a score, because the grader failed: {failed}. The summary says why. If it "
            "names a check of yours, mend that. Then run the same command again."
        )
