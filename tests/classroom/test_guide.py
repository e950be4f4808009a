"""The instructor's guide, followed to the letter from an empty folder to a CSV file."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sandbox")]  # they look for what runs on

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "book/running-a-course.md").read_text()


def test_the_guide_leads_from_an_empty_folder_to_a_table(tmp_path):
    roster = re.search(r"^```text\n(id,.*?)^```$", GUIDE, re.M | re.S)[1]
    (tmp_path / "roster.csv").write_text(roster)
    commands = re.findall(r"^```shell\n(.*?)^```$", GUIDE, re.M | re.S)
    assert len(commands) == 5
    for command in commands:
        if "--marks" in command:  # a person has filled it in
            marks = tmp_path / "grades/marks.csv"
            lines = marks.read_text().splitlines()
            marks.write_text("\n".join([lines[0], *(f"{line}2" for line in lines[1:])]))
        subprocess.run(
            ["bash", "-ec", command],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        )
    with (tmp_path / "grades/grades.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {row["status"] for row in rows.values()} == {"graded"}
    assert rows["s002"]["score"] == "0"
    for student in ("s001", "s003"):
        row = rows[student]
        assert (row["descent.ravine"], row["descent.rotation"]) == ("2", "2")
        assert float(row["maximum"]) - float(row["score"]) == 3  # of the two texts
    for place in re.findall(r"`(grades/[^`]*)`", GUIDE):
        assert (tmp_path / place).exists(), place
