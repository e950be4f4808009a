"""What a worker may answer: the schema, and what stands outside of it."""

import json
import resource
from contextlib import suppress

import numpy as np
import pytest

from classroom.sandbox.replies import Reply, read
from rmsprop_lab.checking.plain import ENTRIES, NUMBERS, TEXT, decode, encode
from tests.support.effort import effort

CALL = {"do": "call", "arguments": [1, 2]}
RESULT = {"value": 1.0, "changed": [], "error": ""}


def answered(request, **fields):
    return read(request, "w", {"word": "w", **fields})


def test_each_request_has_its_answer():
    assert answered({"do": "start"}, ready=True).ready
    assert answered({"do": "run"}, errors=["a", "b"], unread="c").errors == ("a", "b")
    assert answered({"do": "run"}, line=3).line == 3
    assert answered({"do": "again"}) == Reply()
    assert answered({"do": "defined"}, defined=True).defined
    assert answered({"do": "value"}, value={"list": [1, 2.5]}).value == [1, 2.5]
    assert answered(CALL, value=None, changed=[0, 1], error="x").changed == (0, 1)
    assert answered({"do": "step"}, **RESULT).value == 1.0
    assert answered(CALL, trouble="x").trouble == "x"


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ({"do": "start"}, {"ready": 1}),
        ({"do": "run"}, {"errors": None, "unread": ""}),
        ({"do": "run"}, {"errors": ["x"] * 21, "unread": ""}),
        ({"do": "run"}, {"errors": ["x" * 501], "unread": ""}),
        ({"do": "run"}, {"errors": [1], "unread": ""}),
        ({"do": "run"}, {"errors": []}),
        ({"do": "run"}, {"line": 0}),
        ({"do": "run"}, {"line": True}),
        ({"do": "run"}, {"line": 10**9}),
        ({"do": "again"}, {"line": 1}),
        ({"do": "again"}, {"score": 1}),
        ({"do": "defined"}, {"defined": "yes"}),
        ({"do": "defined"}, {"defined": True, "trouble": "x"}),
        (CALL, RESULT | {"changed": None}),
        (CALL, RESULT | {"changed": [-100]}),
        (CALL, RESULT | {"changed": [2]}),
        (CALL, RESULT | {"changed": [1, 0]}),
        (CALL, RESULT | {"changed": [0, 0]}),
        (CALL, RESULT | {"changed": [True]}),
        (CALL, RESULT | {"changed": list(range(10, 300_000))}),
        (CALL, RESULT | {"error": None}),
        ({"do": "step"}, RESULT | {"changed": [0]}),
        ({"do": "value"}, {"value": {"score": 1}}),
        ({"do": "value"}, {"value": 2**63}),
        ({"do": "value"}, {"value": "x" * (TEXT + 1)}),
        ({"do": "value"}, {"value": {"list": ["a"]}}),
        ({"do": "value"}, {"value": {"list": [], "more": 1}}),
        ({"do": "value"}, {"value": {"list": [1] * (ENTRIES + 1)}}),
        ({"do": "value"}, {"value": {"list": [{"list": [1] * 6000}] * 2}}),
        ({"do": "value"}, {"value": {"array": "", "kind": "O", "shape": [0]}}),
        ({"do": "value"}, {"value": {"array": "", "kind": "f", "shape": [1]}}),
        ({"do": "value"}, {"value": {"array": "", "kind": "f", "shape": [-1]}}),
        ({"do": "value"}, {"value": {"array": "", "kind": "f", "shape": [True]}}),
        ({"do": "value"}, {"value": {"array": "", "kind": "b", "shape": [0] * 33}}),
        ({"do": "value"}, {"value": {"array": "!!!!", "kind": "b", "shape": [3]}}),
        ({"do": "value"}, {"value": {"array": "AAA=", "kind": "b", "shape": [3]}}),
        ({"do": "value"}, {"value": {"array": "", "kind": "b", "shape": [NUMBERS + 1]}}),
    ],
)
def test_all_else_is_no_answer(request_, fields):
    with pytest.raises(ValueError):  # noqa: PT011 - each in its own words
        answered(request_, **fields)


@pytest.mark.parametrize("sent", [None, [], "x", {}, {"word": "v", "ready": True}, {"ready": True}])
def test_an_answer_to_another_question_is_none(sent):
    with pytest.raises(ValueError, match="not the answer"):
        read({"do": "start"}, "w", sent)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, 2.5, float("inf"), "text", [1, 2.0, None], (1, 2), range(3),
        np.float32(2), np.arange(6.0).reshape(2, 3), np.zeros((0, 3)), 1 + 2j, np.bool_(True),
    ],
)  # fmt: skip
def test_a_value_comes_back_as_it_was(value):
    found = decode(json.loads(json.dumps(encode(value))))
    assert np.array_equal(np.asarray(found), np.asarray(value))
    assert isinstance(found, tuple) == isinstance(value, tuple)


def test_text_is_text_whatever_its_type():
    import enum

    class Word(str, enum.Enum):  # noqa: UP042 - which students write
        ONE = "one"

    class Plain(enum.Enum):
        ONE = "one"

    for value in (np.array(["one"])[0], np.array("one"), Word.ONE, Plain.ONE):
        assert decode(encode(value)) == "one"
        assert type(decode(encode(value))) is str


def test_large_whole_numbers_are_floats():
    assert decode(encode(2**70)) == 2.0**70
    assert decode(encode(10**400)).what == "int, too large for a float"


@pytest.mark.parametrize(
    "value",
    [[0.0] * (ENTRIES + 1), np.zeros(NUMBERS + 1), [np.zeros(NUMBERS)] * 2, [[0] * 5000] * 3,
     ["x" * 10_000] + [""] * 1_000_000, "x" * 5000, print, {"a": 1}, {1}, [{"a": 1}], ["a"]],
)  # fmt: skip
def test_what_is_no_value_or_too_large_is_sent_in_words(value):
    sent = json.dumps(encode(value))
    assert len(sent) < 2 * TEXT
    decode(json.loads(sent))


def test_a_list_that_holds_itself_is_sent_in_words():
    loop: list = []
    loop += [loop] * 9
    assert "more than is read" in decode(encode(loop)).what


def test_reading_costs_little_whatever_comes():
    """The worst that fits into an answer: it takes neither long nor much memory."""

    def read_as_numbers(value):
        with suppress(ValueError):
            np.asarray(answered({"do": "value"}, value=value).value)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for value in (
        {"list": ["x" * 999] + [""] * 900_000},
        [{}] * 1_000_000,
        {"list": [{"list": [1] * 99}] * 99},
        {"list": [{"array": "A" * 132, "kind": "b", "shape": [99]}] * 9_999},
    ):
        assert effort(lambda value=value: read_as_numbers(value)) < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10
