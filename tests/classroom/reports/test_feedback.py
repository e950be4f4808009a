import re
from pathlib import Path

import numpy as np
import pytest

from classroom.course.assignment import Quadratic
from classroom.reports import feedback, markup, picture
from classroom.reports.exports import moodle
from classroom.reports.markup import Html, escaped, page, tag
from classroom.reports.totals import total
from tests.classroom.support.made_up import (
    DESCENT,
    HOSTILE,
    ID,
    answer,
    failed,
    half_lost,
    paths,
    record,
    unreadable,
)
from tests.classroom.support.reading import read
from tests.support.effort import effort


def shown(made: dict, **more):
    return read(feedback.page(made, title="Gradient descent", **more))


def test_full_points_are_said_in_few_words():
    text = shown(record(), name="Ada Lovelace").text
    assert "Ada Lovelace (ada)" in text
    assert "6 of 6 points" in text
    assert text.count("full points") == 2
    assert "lost" not in text


def test_each_lost_point_has_its_reason_and_its_name():
    made = record(notes=["Code cell 7 was left out."], **half_lost())
    page = shown(made)
    assert "4 of 6 points" in page.text
    assert page.text.count("−1 point, case 2: The rate is too large. ascent") == 2
    assert "Code cell 7 was left out." in page.text
    assert len(page.all("figure")) == 1
    assert len([a for a in page.all("a") if a["href"] == "#task-1"]) == 1


def test_one_reason_of_two_checks_is_said_once():
    made = record(**half_lost())
    for check in made["tasks"][0]["checks"]:
        check |= {"score": 0.25, "reason": "Twice the same.", "mistake": ""}
    made["tasks"][0]["score"] = 0.5
    assert "−1.5 points, case 1; case 2: Twice the same." in shown(made).text


def test_what_has_no_numbers_has_no_points_yet_and_lost_none():
    reason = "There are no numbers of this task in your notebook."
    made = record(status="numbers missing", **half_lost())
    for check in made["tasks"][0]["checks"]:
        check |= {"score": 0, "reason": reason, "mistake": "numbers missing"}
    made["tasks"][0]["score"] = 0
    page = shown(made)
    assert "they have no points yet" in page.text
    assert f"2 points not yet, case 1; case 2: {reason}" in page.text
    assert "−2" not in page.text
    assert [page.text.count(said) for said in ("points lost", "−1 point")] == [1, 1]  # the other
    told = moodle.feedback(made, total(made, DESCENT, None), None)
    assert f"not yet 1, case 1: {reason}" in told
    assert told.count("minus") == 1


def test_each_status_is_said_in_words():
    assert "Your notebook is graded." in shown(record()).text
    limited = shown(record(status="limit reached")).text
    assert "a limit of time or memory was reached" in limited
    broken = shown(unreadable()).text
    assert "could not be read" in broken
    assert "The reason: the file is empty." in broken
    assert "0 of 6 points" in broken
    error = shown(failed()).text
    assert "not your fault" in error
    assert "of 6 points" not in error


def test_of_an_untouched_notebook_it_is_said_that_nothing_is_answered():
    not_yet = {"reason": "`rate` is not defined in your notebook.", "mistake": "not answered"}
    made = record(score=0.0, **half_lost())
    for task in made["tasks"]:
        task["score"] = 0.0
        for check in task["checks"]:
            check |= {"score": 0.0, **not_yet}
    text = shown(made | {"open": answer("", found=False)}).text
    assert "Nothing in your notebook is answered." in text
    assert "is graded" not in text
    assert "Your functions were called" not in text
    for changed in {"open": answer()}, {"tasks": record(**half_lost())["tasks"]}:
        text = shown(made | {"open": answer("", found=False)} | changed).text
        assert "Nothing in your notebook" not in text
        assert "Your functions were called" in text


def test_open_questions_wait_for_a_person():
    made = record(open=answer())
    key = ("ada", "descent", "why")
    text = shown(made).text
    assert "6 of 6 points" in text
    assert "not in it yet" in text
    assert "A person marks it, for up to 4 points." in text
    assert "Because of the curvature." in text
    marked = shown(made, marks={key: 3.0}).text
    assert "9 of 10 points" in marked
    assert "3 of 4 points" in marked
    assert "not in it yet" not in marked
    waiting = shown(made, marks={("bob", *key[1:]): 3.0}).text
    assert "6 of 6 points" in waiting
    assert "not in it yet" in waiting
    nothing = shown(record(open=answer("", found=False))).text
    assert "not in it yet" not in nothing
    assert "To the questions that a person marks no answer was found." in nothing
    missing = shown(record(open=answer("", found=False)), marks={("bob", *key[1:]): 1.0}).text
    assert "No answer was found" in missing
    assert "6 of 10 points" in missing


def test_nothing_from_a_student_becomes_html():
    made = record(
        ID,
        open=answer(HOSTILE),
        notes=[HOSTILE],
        **half_lost(reason=HOSTILE, mistake=HOSTILE),
    )
    made["tasks"][1]["paths"]["caption"] = HOSTILE
    made["tasks"][0]["title"] = HOSTILE
    made["tasks"][0]["checks"][1]["what"] = HOSTILE
    page = shown(made, name=HOSTILE)
    assert page.text.count("<script>alert(1)</script>") > 10
    shown(unreadable(ID, reason=HOSTILE))


def test_long_texts_are_cut():
    made = record(notes=["x" * 10**6], open=answer("y" * 10**6))
    assert len(feedback.page(made, title="T")) < 40_000


def test_the_page_of_a_student_has_a_name_that_every_system_can_write():
    assert feedback.place("ada", "descent") == "feedback/ada/descent.html"
    odd = feedback.place("../../x\n<b>\udcff", "descent")
    assert Path(odd).parent.parent == Path("feedback")
    assert not re.search(r"[\n<>\udcff]", odd)


# Markup


def test_only_what_is_marked_as_html_is_not_escaped():
    assert tag("p", "<b>", Html("<i></i>"), 3, title='"') == (
        '<p title="&quot;">&lt;b&gt;<i></i>3</p>'
    )
    assert tag("p", class_="x", aria_label="y", id=None) == '<p class="x" aria-label="y"></p>'
    assert isinstance(tag("p"), Html)


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\u202e", "\u2066", "\ud800", "\x85"])
def test_what_is_not_seen_is_made_visible(odd):
    assert escaped(f"a{odd}b") == "a\ufffdb"
    page("x", odd).encode()


def test_a_cut_text_says_how_much_is_missing():
    assert escaped("x" * 2_500) == "x" * 2_000 + " … (500 more characters)"
    assert escaped("x" * 2_000) == "x" * 2_000


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_have_enough_contrast_in_light_and_dark():
    style = (Path(markup.__file__).parent / "pages.css").read_text()
    light, dark = (dict(re.findall(r"--(\w+): (#\w{6});", part)) for part in
                   re.findall(r":root \{(.*?)\}", style, re.DOTALL))  # fmt: skip
    assert light.keys() == dark.keys()
    for colours in light, dark:
        for ground in "ground", "panel":
            for name, least in {
                "text": 7,
                "quiet": 4.5,
                "link": 4.5,
                "yours": 3,
                "right": 3,
            }.items():
                a, b = sorted([luminance(colours[name]), luminance(colours[ground])])
                assert (b + 0.05) / (a + 0.05) >= least, (name, ground)


# The picture


def drawn(**changes):
    return read(page("x", tag("h1", "x"), picture.figure(paths(**changes))))


def lines(page, whose: str) -> list[str]:
    return [path["d"] for path in page.all("path") if path.get("class") == f"line {whose}"]


def test_two_paths_differ_in_more_than_colour():
    page = drawn()
    label = next(svg["aria-label"] for svg in page.all("svg") if svg.get("role") == "img")
    assert "yours, dashed, and the right one, solid" in label
    assert "part at step 1" in label
    assert len([c for c in page.all("circle") if c["class"] == "mark right"]) == 14 + 1
    assert len([c for c in page.all("rect") if c["class"] == "mark yours"]) == 14 + 1
    css = (Path(markup.__file__).parent / "pages.css").read_text()
    assert re.search(r"\.line\.yours \{[^}]*dasharray", css)
    assert not re.search(r"\.line\.right \{[^}]*dasharray", css)


def test_the_line_goes_through_the_points():
    page = drawn(right=[[0, 0], [4, 0], [4, 2]], yours=[[0, 0], [4, 2]])
    (right, _), (yours, _) = lines(page, "right"), lines(page, "yours")
    start, *ways = re.split("[Ml]", right)[1:]
    (along, none), (zero, up) = (map(int, way.split()) for way in ways)
    assert (none, zero) == (0, 0)
    assert along == pytest.approx(-2 * up, abs=1)  # upwards is less, and scales are equal
    assert yours == f"M{start}l{along} {up}"


def test_the_map_is_that_of_the_surface():
    bowl = [p["d"] for p in drawn().all("path") if p.get("class") == "tone"]
    other = drawn(surface={"matrix": [[10.0, 0.0], [0.0, 1.0]], "vector": [0.0, 0.0]})
    assert len(bowl) == picture.TONES - 1
    assert bowl != [p["d"] for p in other.all("path") if p.get("class") == "tone"]
    assert all(d.count("M") == d.count("z") for d in bowl)
    named = drawn(surface="rosenbrock", right=[[0, 0], [1, 1]], yours=[[0, 0], [1, 1]])
    assert len([p for p in named.all("path") if p.get("class") == "tone"]) == picture.TONES - 1
    assert "w[0]" not in named.text


def test_a_quadratic_is_drawn_as_its_gradient_says():
    surface = Quadratic(np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, -3.0]))
    x, y = np.array([0.3, -2.0]), np.array([1.1, 0.7])
    step = 1e-6
    slope = [
        (picture._heights(surface, x + dx, y + dy) - picture._heights(surface, x - dx, y - dy))
        / (2 * step)
        for dx, dy in ((step, 0), (0, step))
    ]
    np.testing.assert_allclose(
        np.transpose(slope), [surface(w) for w in np.transpose([x, y])], 1e-6
    )


@pytest.mark.parametrize("way", [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
def test_the_picture_is_neither_flat_nor_tall(way):
    page = drawn(right=[[0.0, 0.0], way], yours=[])
    (frame,) = (rect for rect in page.all("rect") if rect["class"] == "frame")
    assert picture.LOWEST - 1 <= int(frame["height"]) <= picture.HIGHEST
    assert frame["width"] == str(picture.WIDTH)


@pytest.mark.parametrize(
    ("yours", "says"),
    [
        ([[4, 2], [None, 1], [0, 0]], "Your path is not finite at step 1."),
        ([[4, 2], [3, 1], [3, None]], "Your path is not finite at step 2."),
        ([[4, 2], [3, 1], [900, 2], [3, 1]], "Your path leaves the picture at step 2."),
        ([[4, 2], [1e308, -1e308]], "Your path leaves the picture at step 1."),
        ([[-1e308, 1e308], [1e308, -1e308]], "Your path leaves the picture at step 0."),
        ([], "Your path has no point that can be drawn."),
        ([[None, None]], "Your path has no point that can be drawn."),
        ([[4, 2], *paths()["right"][1:5], [-3, 2]], "The two paths part at step 5."),
        ([[3, 2], [3, 1]], "The two paths begin at different points."),
        (paths()["right"], "The two paths lie on one another."),
    ],
)
def test_what_is_seen_is_said(yours, says):
    page = drawn(yours=yours)
    assert says in page.text
    assert "nan" not in page.text.lower()
    for line in lines(page, "yours")[:-1]:
        assert max(map(abs, map(int, re.findall(r"-?\d+", line)))) < 30_000


def test_a_path_is_cut_where_it_leaves():
    inside = drawn(yours=[[4, 2], [3, 1]])
    outside = drawn(yours=[[4, 2], [3, 1], [None, 1], [2, 2]])
    assert lines(inside, "yours") == lines(outside, "yours")


@pytest.mark.parametrize(
    "right",
    [[[3.0, 3.0]], [[3.0, 3.0]] * 9, [[1e9, 0.0], [-1e9, 1.0]], [[1e-9, 0], [0, 0]], [[0, 0]]],
)
def test_any_scale_is_drawn(right):
    page = drawn(right=right, yours=right)
    assert "The two paths lie on one another." in page.text
    assert len(page.all("text")) > 4


def test_without_a_right_path_there_is_only_the_caption():
    assert not drawn(right=[[None, None]]).all("svg")


def test_a_long_path_is_thinned_out_to_its_very_end():
    page = drawn(yours=[[4.0 - (i % 2), i / 5_000] for i in range(10_001)])
    line = lines(page, "yours")[0]
    assert picture.POINTS * 0.9 < line.count("l") < picture.POINTS
    ways = [[*map(int, way.split())] for way in re.split("[Ml]", line)[1:]]
    mark = next(rect for rect in page.all("rect") if rect["class"] == "mark yours")
    assert np.sum(ways, axis=0).tolist() == [int(mark["x"]) + 62, int(mark["y"]) + 62]


def test_the_same_picture_has_the_same_bytes_and_is_quick():
    for surface in "rosenbrock", "rastrigin", paths()["surface"]:
        made = paths(surface=surface, yours=[[1.0, i / 9_999] for i in range(10_000)])
        picture.figure(made)
        assert effort(lambda made=made: picture.figure(made)) < 5
        again = picture.figure(made)
        assert again == picture.figure(made)
        assert len(again) < 120_000
