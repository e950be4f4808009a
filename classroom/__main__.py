"""The command line: ``python -m classroom release | grade | doctor | new | lint``."""

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from classroom import packages
from classroom.errors import ClassroomError, counted

# The rest is imported below, where Ctrl-C is answered already: it takes a second.


def parser() -> argparse.ArgumentParser:
    """What may be asked."""
    from classroom import assignments
    from classroom.course.folder import NAMING
    from classroom.reports.marking.shares import OVERLAP
    from classroom.sandbox.limits import Limits

    top = argparse.ArgumentParser(
        prog="python -m classroom",
        description="Hand out assignments, and grade what comes back without trusting it.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    secret = argparse.ArgumentParser(add_help=False)
    secret.add_argument(
        "--secret",
        type=Path,
        default=Path("secret.txt"),
        metavar="FILE",
        help="the course's secret, from which all numbers are drawn (default: %(default)s)",
    )
    secret.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the students, as a table or as your gradebook exports them; with it, each has "
        "numbers of their own",
    )

    own = argparse.ArgumentParser(add_help=False)
    own.add_argument(
        "--assignments",
        dest="own",
        type=Path,
        metavar="DIR",
        help="a folder with assignments of your own, NAME.md and NAME.py, beside the built-in ones",
    )

    release = commands.add_parser("release", parents=[secret, own], help="make the notebooks")
    release.add_argument(
        "assignments",
        nargs="*",
        metavar="ASSIGNMENT",
        help=f"choices: {', '.join(assignments.NAMES)}, and yours in --assignments (default: all)",
    )
    release.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder that gets the notebooks"
    )
    release.add_argument("--solutions", action="store_true", help="the instructor's version too")
    release.add_argument(
        "--torch", action="store_true", help="handouts for PyTorch, graded by their numbers"
    )
    release.add_argument("--overwrite", action="store_true", help="replace files that differ")

    grade = commands.add_parser("grade", parents=[secret, own], help="grade what was handed in")
    grade.add_argument(
        "submissions",
        type=Path,
        metavar="SUBMISSIONS",
        help="the folder with what was handed in, or its zip archive",
    )
    grade.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="the folder that gets scores, feedback and tables; what is there is not graded again",
    )
    grade.add_argument(
        "--marks",
        type=Path,
        action="append",
        default=[],
        metavar="CSV",
        help="marks of the open questions; give each marker's table",
    )
    grade.add_argument(
        "--markers",
        type=whole,
        default=1,
        metavar="N",
        help="deal the answers to the open questions to this many people (default: %(default)s)",
    )
    grade.add_argument(
        "--overlap",
        type=percent,
        default=OVERLAP,
        metavar="PERCENT",
        help="of the answers that two markers get, where there are several (default: %(default)s)",
    )
    grade.add_argument(
        "--torch",
        action="store_true",
        help="the handouts were released with --torch: grade the numbers that they keep",
    )
    grade.add_argument(
        "--same-numbers",
        action="store_true",
        help="the handouts were released without a roster: everybody has the same numbers",
    )
    grade.add_argument(
        "--other-numbers",
        action="append",
        default=[],
        metavar="STUDENT",
        help="put this student's scores into the gradebooks' files, too, although the notebook "
        "holds other numbers than it is graded with; all puts in everybody's",
    )
    grade.add_argument(
        "--again",
        action="append",
        default=[],
        metavar="STUDENT",
        help="grade this student's submissions anew, although nothing has changed",
    )
    grade.add_argument(
        "--gradebook",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="Canvas's export or Moodle's worksheet, to be filled in; the roster is, if it is one",
    )
    grade.add_argument("--deadlines", type=Path, metavar="CSV", help="when the assignments are due")
    grade.add_argument(
        "--late",
        default="nothing is taken off",
        metavar="RULE",
        help="what late work costs, as in '1 point a day', '10%% a day', '3 days free, 2 points a "
        "day' (default: %(default)s)",
    )
    grade.add_argument(
        "--file-times",
        action="store_true",
        help="where nothing else says when a file was handed in, its time does",
    )
    grade.add_argument(
        "--workers",
        type=whole,
        default=os.cpu_count() or 1,
        metavar="N",
        help="notebooks at a time (default: one for each processor, %(default)s)",
    )
    grade.add_argument(
        "--seconds",
        type=positive,
        default=Limits.seconds,
        metavar="S",
        help="of a processor: the limit for a cell, and for a task (default: %(default)s)",
    )
    grade.add_argument("--dask", metavar="ADDRESS", help="grade on this Dask cluster")

    commands.add_parser("doctor", parents=[own], help="say whether this machine can grade")

    new = commands.add_parser("new", help="write a small assignment of your own, to begin with")
    new.add_argument("name", metavar="NAME", help=f"of the assignment: {NAMING}")
    new.add_argument(
        "--assignments",
        dest="own",
        type=Path,
        default=Path("assignments"),
        metavar="DIR",
        help="the folder that gets NAME.md and NAME.py (default: %(default)s)",
    )

    lint = commands.add_parser(
        "lint", parents=[own], help="try assignments out, and say what is wrong, a line each"
    )
    lint.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="of an assignment (default: all in --assignments, without it the built-in ones)",
    )
    return top


def _read(text: str, kind: type, example: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        said = f"{text!r} is no number; write it as {example}"
        raise argparse.ArgumentTypeError(said) from None


def whole(text: str) -> int:
    """A number of workers or markers."""
    value: int = _read(text, int, "4")
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not allowed; it must be at least 1")
    return value


def positive(text: str) -> float:
    """A time limit in seconds."""
    value: float = _read(text, float, "2.5")
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not allowed; it must be in (0, 3600]")
    return value


def percent(text: str) -> float:
    """A share in percent."""
    value: float = _read(text, float, "20")
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not allowed; it must be in [0, 100]")
    return value


def hand_out(given: argparse.Namespace) -> int:
    """The command ``release``."""
    from classroom import assignments
    from classroom.course.roster import read_roster, say
    from classroom.course.secret import new_secret, read_secret
    from classroom.files import writable
    from classroom.release import release

    names = given.assignments or assignments.names(given.own)
    found = [assignments.find(name, given.own) for name in names]
    if given.torch and not given.assignments:
        names = [of.name for of in found if of.right]
        print(f"There are handouts for PyTorch of {', '.join(names)}.")
    roster = read_roster(given.roster) if given.roster else None
    if roster:
        say(roster)
    writable(given.out)
    is_new = not os.path.lexists(given.secret)
    paths = release(
        names,
        given.out,
        secret=new_secret() if is_new else read_secret(given.secret),
        keep=given.secret if is_new else None,
        own=given.own,
        roster=roster.students if roster else None,
        solutions=given.solutions,
        torch=given.torch,
        overwrite=given.overwrite,
    )
    print(f"{counted(len(paths), 'notebook is', 'notebooks are')} in {given.out}.")
    return 0


def examine(given: argparse.Namespace) -> int:
    """The command ``doctor``."""
    from classroom import assignments
    from classroom.sandbox import doctor

    well = doctor.report()
    if given.own:
        own = [name for name in assignments.names(given.own) if name not in assignments.NAMES]
        doctor.hide([given.own])
        for name in own:
            assignments.text(name, given.own)
        print(f"Your assignments in {given.own} are read: {', '.join(own)}.")
    return 0 if well else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; the exit code."""
    signal.signal(signal.SIGTERM, _stop)  # so that workers are ended too
    sys.stdin = io.StringIO()  # code that asks gets an error at once: nobody is there to answer
    for stream in (sys.stdout, sys.stderr):  # a path may hold what the terminal cannot write
        with suppress(AttributeError):
            cast(Any, stream).reconfigure(errors="backslashreplace")
    try:
        asked = sys.argv[1:] if arguments is None else arguments
        return _done(parser().parse_args(asked or ["--help"]))
    except ClassroomError as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError:
        if not (said := packages.lacking()):
            raise
        print(said, file=sys.stderr)
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. Start it again, and it goes on where it was.", file=sys.stderr)
        exec(
            ""
        )  # Python forgets an interrupt of its last exec, and ends by our code, not by signal
        return 130


def _done(given: argparse.Namespace) -> int:
    if given.command == "release":
        return hand_out(given)
    if given.command == "doctor":
        return examine(given)
    if given.command == "new":
        from classroom.authoring import new

        return new.command(given)
    if given.command == "lint":
        from classroom.authoring import lint

        return lint.command(given)
    from classroom.collect import collect

    return collect(given)


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
