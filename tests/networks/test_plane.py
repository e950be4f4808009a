"""The plane of a path: exact on a known plane, and plain words for what has none."""

import re

import numpy as np
import pytest

from rmsprop_lab.networks.plane import Plane

rng = np.random.default_rng(2)
ORIGIN = rng.standard_normal(50)
AXES = np.linalg.qr(rng.standard_normal((50, 2)))[0].T  # orthonormal
AT = rng.standard_normal((30, 2)) * [5, 1]
POINTS = ORIGIN + AT @ AXES
PLANE = Plane.of(POINTS)


def test_a_known_plane_is_recovered():
    np.testing.assert_allclose(PLANE.directions @ PLANE.directions.T, np.eye(2), atol=1e-14)
    np.testing.assert_allclose(PLANE.directions @ AXES.T @ AXES, PLANE.directions, atol=1e-13)
    np.testing.assert_allclose(PLANE.lift(PLANE.project(POINTS)), POINTS, atol=1e-13)
    assert PLANE.share(POINTS) == pytest.approx(1)
    elsewhere = ORIGIN + rng.standard_normal((5, 2)) @ AXES
    np.testing.assert_allclose(PLANE.lift(PLANE.project(elsewhere)), elsewhere, atol=1e-13)


def test_its_axes_are_the_main_ones_in_order():
    """Those of the covariance: across, the points vary most."""
    values, vectors = np.linalg.eigh(np.cov(AT.T))
    main = vectors[:, ::-1].T @ AXES
    np.testing.assert_allclose(abs(np.sum(PLANE.directions * main, axis=1)), 1, rtol=1e-12)
    spread = PLANE.project(POINTS).var(axis=0, ddof=1)
    np.testing.assert_allclose(spread, values[::-1], rtol=1e-12)


def test_distances_in_the_plane_are_those_in_space():
    at = PLANE.project(POINTS)
    flat, full = (np.linalg.norm(of[1:] - of[:-1], axis=1) for of in (at, POINTS))
    np.testing.assert_allclose(flat, full, rtol=1e-12)


@pytest.mark.parametrize("turn", [1, -1])
def test_the_first_point_is_on_the_left_and_below(turn):
    first = Plane.of(POINTS[::turn]).project(POINTS[::turn])[0]
    assert (first < 0).all()


def test_what_leaves_the_plane_has_no_share_and_no_shadow():
    away = np.linalg.qr(np.vstack([AXES, rng.standard_normal((1, 50))]).T)[0].T[2]
    height = rng.choice([-1.0, 1.0], 30)
    off = POINTS + height[:, np.newaxis] * away
    np.testing.assert_allclose(PLANE.project(off), PLANE.project(POINTS), atol=1e-12)
    within = AT.var(axis=0).sum()
    assert PLANE.share(off) == pytest.approx(within / (within + height.var()))
    assert Plane.of(off).share(off) >= PLANE.share(off)


def test_the_grid_is_that_of_a_replays_heights():
    """Row by row: y is the same along a row, and grows from row to row."""
    x, y = np.linspace(-3, 1, 4), np.linspace(0, 2, 4)
    at = PLANE.project(PLANE.grid(((-3, 1), (0, 2)), 4)).reshape(4, 4, 2)
    np.testing.assert_allclose(at[..., 0], np.tile(x, (4, 1)), atol=1e-12)
    np.testing.assert_allclose(at[..., 1], np.tile(y, (4, 1)).T, atol=1e-12)


def test_points_on_a_line_have_a_plane_too():
    line = np.outer([0.0, 1.0, 3.0], [3.0, 4.0])
    assert Plane.of(line).share(line) == pytest.approx(1)
    np.testing.assert_allclose(abs(Plane.of(line).directions[0]), [0.6, 0.8])


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (POINTS[:2], "points has shape (2, 50); it must be (n, size), n at least 3"),
        (POINTS[:, :1], "points has shape (30, 1); it must be (n, size), n at least 3, size"),
        (POINTS[0], "points has shape (50,); it must be (n, size)"),
        ([[0, 1], [1, np.nan], [2, 2]], "points holds nan in row 1, column 1; it must be finite"),
        ([[0, 1], [1, 0], [-np.inf, 2]], "points holds -inf in row 2, column 0"),
        (np.ones((4, 3)), "all 4 points are the same: they have no direction"),
        ([[1, 2], [3]], "points must be numbers of shape (n, size)"),
    ],
)
def test_what_has_no_plane_is_said(points, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Plane.of(points)


FRAME = np.eye(3)[:2]
FLAT = Plane(np.zeros(3), FRAME)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Plane(3, FRAME), "origin has shape (); it must be (n,)"),
        (lambda: Plane("here", FRAME), "origin must be numbers of shape (n,)"),
        (lambda: Plane(np.zeros(4), FRAME), "directions has shape (2, 3); it must be (2, 4)"),
        (lambda: Plane([0, np.nan, 0], FRAME), "origin holds nan in row 1"),
        (lambda: Plane(np.zeros(3), np.ones((2, 3))), "two axes of length 1 at right angles"),
        (lambda: FLAT.project(np.zeros((2, 5))), "points has shape (2, 5); it must be (n, 3)"),
        (lambda: FLAT.lift(np.zeros((2, 3))), "coordinates has shape (2, 3); it must be (n, 2)"),
        (lambda: FLAT.grid(3, 4), "window has shape (); it must be (2, 2)"),
        (lambda: FLAT.grid(((0, 1), (0, 1)), 1), "count = 1 is out of range"),
        (lambda: FLAT.grid(((0, 1), (0, 1)), "few"), "count = 'few' is not a number"),
        (lambda: FLAT.share(np.zeros((2, 4))), "points has shape (2, 4); it must be (n, 3)"),
        (lambda: FLAT.share(np.ones((2, 3))), "all 2 points are the same"),
    ],
)
def test_what_does_not_fit_a_plane_is_said(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()
