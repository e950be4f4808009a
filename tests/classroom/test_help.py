"""What ``python -m classroom COMMAND --help`` says."""

import argparse
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from classroom import packages
from classroom.__main__ import main, parser
from classroom.sandbox import doctor

(COMMANDS,) = (
    action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_says_what_it_is(command: str) -> None:
    silent = [action.dest for action in COMMANDS[command]._actions if not action.help]
    assert not silent


def test_without_a_command_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([])
    said = capsys.readouterr().out
    assert all(f"\n    {command} " in said for command in COMMANDS)


@pytest.mark.parametrize("command", [["doctor"], ["release", "--out", "x"]])
def test_a_python_without_numpy_is_told_what_it_lacks(command: list[str], tmp_path: Path) -> None:
    place = f"import sys; sys.path.append({str(packages.PROJECT)!r})"
    run = f"{place}; from classroom.__main__ import main; sys.exit(main({command}))"
    done = subprocess.run(  # without what is installed
        [sys.executable, "-I", "-S", "-c", run], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert f"This Python, {sys.executable}, lacks " in done.stderr
    assert " numpy, " in done.stderr
    assert ".venv/bin/python" in done.stderr
    assert f"{sys.executable} -m pip install " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_names_a_package_that_is_used_later_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def version(name: str) -> str:
        if name == "jupytext":
            raise metadata.PackageNotFoundError(name)
        return "1"

    assert packages.lacking() == ""
    monkeypatch.setattr(packages, "version", version)
    said: list[str] = []
    assert not doctor.report(said.append)
    assert "NO  the packages are installed" in said
    assert "lacks jupytext." in "".join(said)


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--workers", "two", "'two' is no number; write it as 4"),
        ("--workers", "2.5", "'2.5' is no number; write it as 4"),
        ("--markers", "0", "0 is not allowed; it must be at least 1"),
        ("--seconds", "1,5", "'1,5' is no number; write it as 2.5"),
        ("--seconds", "nan", "nan is not allowed; it must be in (0, 3600]"),
        ("--overlap", "20%", "'20%' is no number; write it as 20"),
    ],
)
def test_a_number_that_is_none_is_told(
    capsys: pytest.CaptureFixture[str], option: str, text: str, said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["grade", "in", "--out", "out", option, text])
    assert capsys.readouterr().err.endswith(f"argument {option}: {said}\n")
