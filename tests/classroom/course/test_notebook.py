import json

import pytest

from classroom.course.notebook import CELLS, SOURCE, Cell, Notebook, Unreadable, code, read
from tests.support.effort import effort


def cell(source, kind="code", **metadata) -> dict:
    return {"cell_type": kind, "metadata": metadata, "source": source}


def notebook(*cells: dict, **more) -> bytes:
    return json.dumps({"cells": cells, "nbformat": 4} | more).encode()


def test_cells_come_in_order_with_their_kinds_and_names():
    data = notebook(
        cell("a = 1", nbgrader={"grade_id": "rate-answer"}),
        cell(["b\n", "c"], "markdown"),
        cell("d", "raw"),
        metadata={"classroom": {"student": "ada", "assignment": "descent"}},
    )
    assert read(data) == Notebook(
        (
            Cell("code", "a = 1", "rate-answer"),
            Cell("markdown", "b\nc"),
            Cell("raw", "d"),
        ),
        "ada",
        "descent",
    )
    assert [c.source for c in code(read(data))] == ["a = 1"]


@pytest.mark.parametrize(
    ("odd", "cells"),
    [
        ({"source": "x"}, [Cell("unknown", "x")]),
        ({"cell_type": ["code"], "source": "x"}, [Cell("unknown", "x")]),
        ({"cell_type": "code"}, [Cell("code", "")]),
        ({"cell_type": "code", "source": {"a": 1}}, [Cell("code", "")]),
        ({"cell_type": "code", "source": ["x", 1, None, "y"]}, [Cell("code", "xy")]),
        ({"cell_type": "code", "source": "x", "metadata": []}, [Cell("code", "x")]),
        ({"cell_type": "code", "source": "x", "metadata": {"nbgrader": 7}}, [Cell("code", "x")]),
        (cell("x", nbgrader={"grade_id": 7}), [Cell("code", "x")]),
        ("no cell", []),
        (None, []),
        (cell("\ud800"), [Cell("code", "\ufffd")]),
        (cell("\U0001f600"), [Cell("code", "\U0001f600")]),
    ],
)
def test_odd_cells_are_read_all_the_same(odd, cells):
    assert list(read(notebook(odd)).cells) == cells


@pytest.mark.parametrize("metadata", [None, [], {"classroom": 1}, {"classroom": {"student": ""}}])
def test_lost_metadata_is_none(metadata):
    assert read(notebook(metadata=metadata)).metadata_student is None


def test_old_formats_are_read():
    sheet = {"cells": [{"cell_type": "code", "input": ["a\n", "b"]}, cell("c", "markdown")]}
    data = json.dumps({"nbformat": 3, "worksheets": [sheet, {"cells": [cell("d")]}, 5]}).encode()
    assert [c.source for c in read(data).cells] == ["a\nb", "c", "d"]


def test_a_byte_order_mark_and_space_around_do_not_matter():
    assert read(b"\xef\xbb\xbf \n" + notebook(cell("x")) + b"\n\n").cells[0].source == "x"


@pytest.mark.parametrize(
    "outputs",
    [b"[NaN, -Infinity]", b"1" * 100_000, b"-0." + b"1" * 100_000, b'{"a": 1, "a": 2}', b"1e999"],
)
def test_strange_values_elsewhere_cost_nothing(outputs):
    data = b'{"cells": [{"cell_type": "code", "source": "x", "outputs": ' + outputs + b"}]}"
    assert read(data).cells == (Cell("code", "x"),)


def test_the_last_of_two_keys_counts_as_in_jupyter():
    assert read(b'{"cells": 1, "cells": [{"source": "x", "source": "y"}]}').cells[0].source == "y"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"hello", "is not JSON, from line 1 on"),
        (b'{"cells": [],\noops}   ', "is not JSON, from line 2 on"),
        (b'{"cells": [],\n}', "is not JSON, from line "),  # of the comma, or the line after it
        (b'{"cells": []} more of it', "is not JSON"),
        (b"{'cells': []}            ", "is not JSON"),
        (b"<!doctype html><p>", "is a web page"),
        (b"PK\x03\x04...", "is a zip archive"),
        (b"%PDF-1.5", "is a PDF"),
        (b'{"cells": "\xff"}', "is not UTF-8, from byte 12 on"),
        ("{}".encode("utf-16"), "is not UTF-8, from byte 1 on"),
        (b"[1, 2]", "not a notebook"),
        (b"3", "not a notebook"),
        (b"{}", "has no cells"),
        (b'{"cells": {}}', "has no cells"),
        (b"[" * 1_000_000, "nested too deeply"),
        (b'{"cells": [' + b"[" * 200_000 + b"]" * 200_000 + b"]}", "nested too deeply"),
        (b"[" + b"0," * 3_000_001 + b"0]", "more than 3,000,000 values"),
        (notebook(*[{}] * (CELLS + 1)), f"has {CELLS + 1:,} cells"),
        (notebook(cell("x" * SOURCE), cell("y")), f"hold {SOURCE + 1:,} characters"),
    ],
)
def test_what_cannot_be_read_says_why(data, reason):
    with pytest.raises(Unreadable, match=reason):
        read(data)


def test_wherever_a_file_ends_too_early_it_is_called_truncated():
    data = json.dumps(
        {"cells": [cell('a = "é"\n\ud83d\ude00'), cell("b", "markdown")], "n": [True, None, -1.5e3]}
    ).encode()
    whole = data.replace(b"\\u00e9", "é".encode())
    assert b"\xc3" in whole
    for end in range(1, len(whole)):
        with pytest.raises(Unreadable, match="truncated"):
            read(whole[:end])


def test_the_largest_notebooks_are_read_and_in_time():
    many, long = notebook(*[cell("x")] * CELLS), notebook(cell("x" * SOURCE))
    assert len(read(many).cells) == CELLS
    assert len(read(long).cells[0].source) == SOURCE
    assert effort(lambda: (read(many), read(long))) < 15


def answered(*cells: dict) -> str | None:
    return read(notebook(*cells)).answer("why")


@pytest.mark.parametrize("kind", ["markdown", "code", "raw", "other"])
def test_an_answer_is_found_by_name_or_by_its_marker(kind):
    named = cell("Because.", kind, nbgrader={"grade_id": "why"})
    marked = cell("<!-- answer: why -->\nBecause.\nOr so.", kind)
    assert answered(cell("No."), named) == "Because."
    assert answered(cell("<!-- answer: other -->\nNo."), marked) == "Because.\nOr so."


@pytest.mark.parametrize(
    "text",
    ["", " \n", "YOUR ANSWER HERE", "<!-- answer: why -->\n YOUR ANSWER HERE \n",
     "<!--answer:  WHY-->"],
)  # fmt: skip
def test_nothing_is_no_answer(text):
    assert answered(cell(text, "markdown", nbgrader={"grade_id": "why"})) is None
    assert answered(cell(text, "markdown")) is None


def test_the_placeholder_is_not_part_of_an_answer():
    assert answered(cell("<!-- answer: why -->\nYOUR ANSWER HERE\nBecause.")) == "Because."


def test_of_a_solution_that_a_rehearsal_hands_in_the_answer_is_left():
    scheme = "=== BEGIN MARK SCHEME ===\n- 1 point: the rate.\n=== END MARK SCHEME ==="
    solved = f"<!-- answer: why -->\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION\n{scheme}\n"
    assert answered(cell(solved)) == "Because."
    begun = "Because.\n=== BEGIN MARK SCHEME ===\nOr so."  # a student's, whatever it means
    assert answered(cell(f"<!-- answer: why -->\n{begun}")) == begun


def test_an_answer_beside_the_empty_cell_is_found():
    empty = cell("YOUR ANSWER HERE", "markdown", nbgrader={"grade_id": "why"})
    assert answered(empty, cell("<!-- answer: why -->\nBecause.", "code")) == "Because."


def test_no_cell_is_no_answer():
    assert answered(cell("why")) is None
