"""A line through points, summed up by the page in Node: Python's bits."""

import json
import re
import subprocess

import numpy as np
import pytest
from traitlets import TraitError

from rmsprop_lab import Lab, least_squares
from rmsprop_lab.lab import spec
from rmsprop_lab.objectives.line import check_points, line_sums
from rmsprop_lab.objectives.regression import points_of, with_points
from tests.support.in_node import NODE, SOURCES

random = np.random.default_rng(3)
U = random.standard_normal(40)
FIT = least_squares(U, 0.6 * U + random.standard_normal(40), name="made up")


def drawn(count, scale, middle=(0, 0)):
    """Points about that one."""
    return [
        tuple(point) for point in (random.standard_normal((count, 2)) * scale + middle).tolist()
    ]


CASES = [
    (points_of(FIT), 1),
    (points_of(FIT), 7.3),
    ([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)], 1),
    (drawn(1000, (1e6, 1e-3)), 0.001),
    (drawn(3, (1, 1), (2000, 0)), 100),
]
SCRIPT = """
import { readFileSync } from "node:fs";
const [{ withPoints }, { compile }] = await Promise.all(
  ["engine/line.ts", "tape/building.ts"].map((file) => import(process.argv[1] + file)),
);
const [line, cases, places] = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map(([points, units]) => {
  const made = withPoints(line, points, units);
  const at = (tape) => places.flatMap((place) => compile(tape)(...place, ...made.settings));
  return [made.settings, made.minima, made.examples.rows, at(made.value), at(made.grad)];
});
console.log(JSON.stringify(answers));
"""
PLACES = [(0.0, 0.0), (0.3, -2.0), (-1e3, 1e-3)]


def test_sums_surface_and_examples_have_the_same_bits_as_in_python():
    told = json.dumps([spec.of_objective(FIT), CASES, PLACES])
    answer = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT, SOURCES.as_uri() + "/"],
        input=told,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for (points, units), (sums, minima, rows, values, slopes) in zip(
        CASES, json.loads(answer.stdout), strict=True
    ):
        surface = with_points(FIT, points, units)
        assert tuple(sums) == surface.sums
        assert tuple(map(tuple, minima)) == surface.minima
        assert tuple(map(tuple, rows)) == surface.examples.rows
        assert values == [surface(*place) for place in PLACES]
        assert slopes == [slope for place in PLACES for slope in surface.gradient(*place)]


@pytest.mark.parametrize(("points", "units"), CASES)
def test_the_best_line_is_numpys(points, units):
    u, t = np.array(points).T * [[units], [1]]
    sums = line_sums(list(zip(u.tolist(), t.tolist(), strict=True)))
    centred = np.polynomial.Polynomial.fit(u, t, 1).convert().coef
    np.testing.assert_allclose([sums.best_y, sums.best_x], centred, rtol=1e-9, atol=1e-12)
    assert sums.lowest == pytest.approx(np.mean((sums.best_x * u + sums.best_y - t) ** 2) / 2)
    assert (sums.uu, sums.uv, sums.vv) == pytest.approx((np.mean(u * u), u.mean(), 1))


def test_a_lab_holds_the_points_and_its_surface_follows_them():
    lab = Lab(FIT, "sgd", controls=["data", "units"], batch_size=4)
    assert lab.data == points_of(FIT)
    assert lab.objective is FIT
    lab.data = np.array([[0, 1], [1, 3], [2, 5]])
    assert lab.objective.minima == ((2, 1),)
    assert lab.objective(2, 1) == 0
    lab.units = 10
    assert lab.objective.minima == ((0.2, 1),)
    assert len(lab.trajectory().losses) == 101
    lab.data = None
    assert lab.data == points_of(FIT)


def test_a_page_has_the_points_once_and_its_script():
    html = Lab(FIT, "sgd", controls=["data"])._repr_mimebundle_()[0]["text/html"]
    assert 'data-needs="data.js"' in html
    assert '"data":null' in html
    lab = Lab(FIT, "sgd", controls=["data"])
    lab.data = [(0, 1), (1, 3)]
    assert '"data":[[0.0,1.0],[1.0,3.0]]' in lab._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([(1, 2)], "shape (1, 2); it must be pairs (input, target), 2 to 1000"),
        (np.ones((1001, 2)), "shape (1001, 2)"),
        ([(1, 2, 3), (4, 5, 6)], "shape (2, 3)"),
        ("points", "all of them numbers"),
        ([(1, 2), (3, np.nan)], "holds nan in row 1, column 1"),
        ([(1, 2), (3e6, 1)], "holds 3000000.0 in row 1, column 0; it must be between -1e+06 and"),
        ([(1, 2), (1, 3)], "no two different inputs, all are 1"),
        ([(0, 2), (1e-200, 3)], "no two different inputs"),
    ],
)
def test_bad_points_are_refused_and_change_nothing(data, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        check_points(data)
    lab = Lab(FIT, "sgd", controls=["data"])
    with pytest.raises(TraitError, match="data"):
        lab.data = data
    assert lab.data == points_of(FIT)


def test_points_are_only_where_there_is_a_line():
    with pytest.raises(ValueError, match="'bowl' is no line through points"):
        Lab("bowl", "sgd", controls=["data"])
    with pytest.raises(ValueError, match="leave out 'surface'"):
        Lab(FIT, "sgd", controls=["data", "surface"])
    with pytest.raises(TraitError, match="'bowl' is no line through points"):
        Lab("bowl", "sgd").data = [(1, 2), (3, 4)]
    many = least_squares(np.arange(1001.0), np.arange(1001.0))
    with pytest.raises(ValueError, match="2 to 1000"):
        Lab(many, "sgd", controls=["data"])
    assert "data" not in Lab("bowl", "sgd", controls="all").spec["controls"]
