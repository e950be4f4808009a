"""Pictures: they draw where they are told, say what they drew and change nothing else."""

import math
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from rmsprop_lab import (
    Objective,
    Optimizer,
    descend,
    descend_many,
    objectives,
    optimizers,
    plot_contours,
    plot_losses,
    plot_path,
    style,
)

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _same_settings_and_no_figure_left():
    before = dict(mpl.rcParams)
    yield
    plt.close("all")
    assert dict(mpl.rcParams) == before


@pytest.fixture
def ax():
    return plt.figure().add_subplot()


PATH = descend("ravine", "rmsprop", steps=30)
GONE = descend("bowl", "sgd", (5, 4), steps=20, learning_rate=2)  # at step 12


def dashes(line):
    """In line widths, as a look has them."""
    pattern = line._unscaled_dash_pattern[1] or ()
    return tuple(pattern)


@pytest.mark.parametrize("surface", objectives.ALL.values(), ids=objectives.ALL)
def test_every_surface_is_drawn_on_its_window(surface, ax):
    filled = plot_contours(surface, ax)
    ax.figure.canvas.draw()
    assert filled.axes is ax
    assert plt.get_fignums() == [ax.figure.number]
    assert (ax.get_xlim(), ax.get_ylim()) == surface.window
    assert ax.get_aspect() == 1
    (crosses,) = ax.lines
    assert crosses.get_xydata().tolist() == [list(point) for point in surface.minima]
    assert len(filled.levels) == 13
    assert np.all(np.diff(filled.levels) > 0)


def test_a_map_gets_paler_downhill(ax):
    filled = plot_contours("bowl", ax)
    ax.figure.canvas.draw()
    colours = [to_hex(colour) for colour in filled.get_facecolors()]
    assert (colours[0], colours[-1]) == style.MAP_TONES
    # Levels at the squares of even shares: rings of a bowl evenly spaced.
    radii = np.sqrt(filled.levels[2:-4])
    assert np.diff(radii) == pytest.approx(np.full(len(radii) - 1, np.diff(radii).mean()), rel=0.1)


@pytest.mark.parametrize(
    "value", [lambda x, y: 3.0, lambda x, y: np.log(x), lambda x, y: 1 / x], ids=range(3)
)
def test_a_surface_that_is_flat_or_not_everywhere_is_drawn(value, ax):
    surface = Objective(name="mine", value=value, grad=lambda x, y: (0 * x, 0 * y))
    plot_contours(surface, ax)
    ax.figure.canvas.draw()
    assert not ax.lines  # no minimum is known


@pytest.mark.parametrize("optimizer", optimizers.ALL.values(), ids=optimizers.ALL)
def test_a_path_is_drawn_whole_in_its_look(optimizer, ax):
    path = descend("ravine", optimizer, steps=30, learning_rate=0.01)
    line = plot_path(path, ax)
    look = style.look(optimizer)
    assert line.get_xydata().tolist() == path.params.tolist()
    assert line in ax.lines
    assert line.get_color() == look.light
    assert line.get_marker() == style.MARKERS[look.marker]
    assert dashes(line) == look.dash
    assert line.get_markevery() == [30]  # at its end
    assert line.get_label() == optimizer.label


def test_a_path_that_diverges_is_drawn_to_its_last_finite_point(ax):
    line = plot_path(GONE, ax)
    assert GONE.diverged_at == 12
    assert line.get_xydata().tolist() == GONE.params[:12].tolist()
    assert line.get_label() == "SGD, diverged at step 12"
    (losses,) = plot_losses(GONE, ax=ax)
    assert losses.get_ydata().tolist() == GONE.losses[:12].tolist()
    assert losses.get_label() == "SGD, diverged at step 12"


def test_rules_of_ones_own_look_as_their_places_on_the_axes_say(ax):
    def own(factor):
        return Optimizer.of(
            lambda learning_rate, grad: factor * learning_rate * grad, f"times {factor}"
        )

    paths = [descend("bowl", rule, steps=3) for rule in (own(1), "sgd", own(2), own(1), own(3))]
    wanted = style.looks(path.optimizer for path in paths)
    assert len({look.light for look in wanted.values()}) == 4
    right = plt.figure().add_subplot()
    for path, losses in zip(paths, plot_losses(*paths, ax=right), strict=True):
        look = wanted[path.optimizer.name]
        line = plot_path(path, ax)
        for drawn in (line, losses):
            assert (drawn.get_color(), drawn.get_marker()) == (
                look.light,
                style.MARKERS[look.marker],
            )


def test_where_f_has_no_value_a_curve_says_so(ax):
    path = descend("x^(1/3) + y^2", "rmsprop", (5, 4), learning_rate=0.5)
    (losses,) = plot_losses(path, ax=ax)
    assert path.diverged_at == 5
    assert losses.get_label() == "RMSProp, f has no value from step 4"
    assert plot_path(path, ax).get_label() == "RMSProp, f has no value from step 4"


def test_a_surface_of_huge_heights_is_drawn(ax):
    plot_contours("exp(x^2)^90*y", ax)
    ax.figure.canvas.draw()


def test_a_path_that_comes_where_f_has_no_value_says_so(ax):
    path = descend("x^(1/3) + y^2", "sgd", (1, 1))
    assert plot_path(path, ax).get_label() == "SGD, f has no value from step 20"
    (losses,) = plot_losses(path, ax=ax)
    assert np.isnan(losses.get_ydata()).tolist() == [False] * 20 + [True]
    assert ax.get_yscale() == "log"  # the gap is no reason for another


def test_a_line_ends_where_the_loss_is_zero(ax):
    (line,) = plot_losses(descend("bowl", "sgd", steps=9, learning_rate=0.5), ax=ax)
    assert line.get_ydata()[:3].tolist() == [41, 0, 0]
    ax.figure.canvas.draw()
    drawn = line.get_transform().transform(line.get_xydata())
    assert np.isfinite(drawn[0]).all()
    assert not np.isfinite(drawn[1:, 1]).any()  # not at the foot, as some small number


def test_a_caller_may_change_the_line(ax):
    line = plot_path(PATH, ax, color="red", label="mine", linewidth=5)
    assert (line.get_color(), line.get_label(), line.get_linewidth()) == ("red", "mine", 5)
    (losses,) = plot_losses(PATH, ax=ax, alpha=0.5)
    assert losses.get_alpha() == 0.5


def test_losses_are_drawn_on_a_log_scale_with_a_legend(ax):
    other = descend("ravine", "adam", steps=50)
    lines = plot_losses(PATH, other, ax=ax)
    assert [line.get_label() for line in lines] == ["RMSProp", "Adam"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["RMSProp", "Adam"]
    assert lines[0].get_xdata().tolist() == list(range(31))
    assert lines[0].get_ydata().tolist() == PATH.losses.tolist()
    assert lines[1].get_ydata().tolist() == other.losses.tolist()
    assert ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "f")


def test_a_loss_is_a_height_above_the_known_minimum(ax):
    path = descend("saddle", "rmsprop", steps=30)
    (line,) = plot_losses(path, ax=ax)
    assert objectives.saddle(0.0, 1.0) == -0.25
    assert line.get_ydata().tolist() == (path.losses + 0.25).tolist()
    assert ax.get_yscale() == "log"


def test_a_path_that_stays_at_the_minimum_is_drawn(ax):
    plot_losses(descend("bowl", "sgd", (0, 0), steps=5), ax=ax)
    ax.figure.canvas.draw()
    assert ax.get_yscale() == "linear"  # a log scale has no place for 0


def test_a_loss_below_zero_is_drawn_on_a_plain_scale(ax):
    slope = Objective(name="slope", value=lambda x, y: x, grad=lambda x, y: (1.0, 0.0))
    (line,) = plot_losses(descend(slope, "sgd", (0.2, 0), steps=5), ax=ax)
    assert line.get_ydata()[-1] < 0
    assert ax.get_yscale() == "linear"


@pytest.mark.parametrize("draw", [plot_path, plot_losses])
@pytest.mark.parametrize("keep", ["all", "last"])
def test_many_paths_at_once_are_refused(draw, keep, ax):
    many = descend_many("bowl", "sgd", steps=4, keep=keep, learning_rate=[0.1, 0.2, 0.3])
    message = f"params has shape {many.params.shape}: draw one path, as descend returns it"
    with pytest.raises(ValueError, match=re.escape(message)):
        draw(many, ax=ax)


def test_an_unknown_surface_is_refused(ax):
    with pytest.raises(ValueError, match="no objective 'bowls'; choices: bowl"):
        plot_contours("bowls", ax)


@pytest.mark.parametrize(
    "draw", [lambda: plot_contours("bowl"), lambda: plot_path(PATH), lambda: plot_losses(PATH)[0]]
)
def test_without_axes_a_figure_is_made_in_the_books_style(draw):
    artist = draw()
    assert len(plt.get_fignums()) == 1
    assert artist.axes.figure is plt.gcf()
    assert not artist.axes.spines["top"].get_visible()
    artist.axes.figure.canvas.draw()


def test_a_surface_that_is_finite_nowhere_is_refused(ax):
    nowhere = Objective(name="nowhere", value=lambda x, y: x + math.nan, grad=lambda x, y: (x, y))
    with pytest.raises(ValueError, match="'nowhere' is finite nowhere"):
        plot_contours(nowhere, ax=ax)
