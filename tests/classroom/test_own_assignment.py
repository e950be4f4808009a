"""The page on an assignment of one's own, followed to the letter: files, commands, prints."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]  # they look for what runs on

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book/own-assignment.md").read_text(encoding="utf-8")
#: A file has a fence of four; what stands last between backticks before it is its name.
BLOCK = re.compile(
    r"`(?P<file>[\w./]+)`[^`]*^````\w+\n(?P<content>.*?)^````$"
    r"|^```(?P<kind>shell|text)\n(?P<said>.*?)^```$",
    re.M | re.S,
)


def typed(command: str, folder: Path) -> str:
    """Type a command; what it prints."""
    done = subprocess.run(
        ["bash", "-ec", command],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    return done.stdout


def test_the_page_leads_from_an_empty_folder_to_feedback(tmp_path):
    printed, commands = "", 0
    for block in BLOCK.finditer(PAGE):
        if block["file"]:
            (tmp_path / block["file"]).write_text(block["content"], encoding="utf-8")
        elif block["kind"] == "shell":
            assert printed == ""  # the page has said what was printed
            printed, commands = typed(block["said"], tmp_path), commands + 1
        else:
            assert block["said"] == printed
            printed = ""
    assert (printed, commands) == ("", 9)
    assert PAGE.count("```shell") == commands
    said = " ".join(re.search(r"decay\.html` is what .*?: \*(.*?)\*", PAGE, re.S)[1].split())
    assert said in (tmp_path / "grades/feedback/s003/decay.html").read_text()
    name = re.search(r"summary\.html` counts \*(.*?)\*", PAGE)[1]
    assert name in (tmp_path / "grades/summary.html").read_text()
    for place in re.findall(r"`(grades/[^`]*)`", PAGE):
        assert (tmp_path / place).exists(), place
