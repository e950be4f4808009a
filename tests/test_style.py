"""Looks: every optimiser can be told apart, in print, in the dark and by the colour-blind."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from rmsprop_lab import Optimizer, optimizers, style

GROUNDS = {
    "light": ("#ffffff", style.MAP_TONES[1]),
    "dark": ("#16191d", "#2b343f"),  # the lab's own, in lab.css
}
LOOKS = {name: style.look(optimizer) for name, optimizer in optimizers.ALL.items()}

CSS = Path(style.__file__).parent / "lab/js/src/lab.css"
COLOURS = r"--lab-(\w+): light-dark\((#\w+), (#\w+)\)"
LAB = {
    ground: {name: pair[dark] for name, *pair in re.findall(COLOURS, CSS.read_text())}
    for dark, ground in enumerate(GROUNDS)
}

# Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# Ottosson (2020): https://bottosson.github.io/posts/oklab
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour):
    """Linear RGB of #rrggbb."""
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG's ratio, 1 to 21."""
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def oklab(colour, vision):
    return OKLAB @ np.cbrt(CONES @ np.clip(vision @ linear(colour), 0, 1))


def test_the_measures_are_right():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert oklab("#ffffff", VISION["full"]) == pytest.approx([1, 0, 0], abs=1e-4)
    assert oklab("#ff0000", VISION["full"]) == pytest.approx([0.628, 0.2249, 0.1258], abs=1e-3)
    for vision in VISION.values():  # to all of them white is white
        assert vision.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_every_optimiser_has_a_look_of_its_own():
    assert len({(look.dash, look.marker) for look in LOOKS.values()}) == len(optimizers.ALL)
    assert {look.marker for look in LOOKS.values()} <= set(style.MARKERS)


def test_an_optimisers_racers_have_its_colour_and_a_line_and_a_marker_of_their_own():
    for first in [*LOOKS.values(), *style.looks(own(str(k)) for k in range(7)).values()]:
        looks = style.repeated(first)
        assert looks[0] == first
        assert {(look.light, look.dark) for look in looks} == {(first.light, first.dark)}
        apart = {look.dash for look in looks}, {look.marker for look in looks}
        assert [len(some) for some in apart] == [style.MOST, style.MOST] == [6, 6]
    # Of those in the table; there are no more pairs for a tenth.
    four = [look for first in style._LOOKS for look in style.repeated(first)[:4]]
    assert len({(look.dash, look.marker) for look in four}) == 4 * len(style._LOOKS)


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("name", LOOKS)
def test_every_colour_stands_out_from_its_ground(name, theme):
    for ground in GROUNDS[theme]:
        assert contrast(getattr(LOOKS[name], theme), ground) >= 3


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("vision", VISION)
def test_the_main_five_are_told_apart_by_colour(vision, theme):
    # In OKLab, where .02 is about the least difference that is seen.
    colours = {
        name: oklab(getattr(LOOKS[name], theme), VISION[vision])
        for name in ("sgd", "momentum", "adagrad", "rmsprop", "adam")
    }
    near = {
        pair: round(float(distance), 3)
        for pair in combinations(colours, 2)
        if (distance := np.linalg.norm(colours[pair[0]] - colours[pair[1]])) < 0.08
    }
    assert not near


def own(name):
    return Optimizer(name, name, lambda learning_rate, grad: learning_rate * grad, (), (), ())


def test_rules_of_ones_own_are_told_apart_by_their_place():
    names = ["mine", "my_rule", "clipped", "faster", *(f"rule {k}" for k in range(20))]
    together = [own("mine"), *optimizers.ALL.values(), *map(own, names)]
    looks = style.looks(together)
    assert list(looks) == ["mine", *optimizers.ALL, *names[1:]]
    assert {name: looks[name] for name in optimizers.ALL} == LOOKS
    assert len({(look.dash, look.marker) for look in looks.values()}) == len(looks)
    first = [looks[name] for name in names[:5]]
    for theme in GROUNDS:
        built_in = dict.fromkeys(getattr(look, theme) for look in LOOKS.values())
        colours = [*(getattr(look, theme) for look in first), *built_in]
        assert len(set(colours)) == len(colours) == 14
        seen = [oklab(colour, VISION["full"]) for colour in colours]
        assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.06
    # Another name at the same place looks the same, and built-in ones take no place.
    assert style.looks([own("another"), own("b")])["another"] == looks["mine"]
    assert style.looks([optimizers.sgd, own("a"), own("b")])["b"] == looks["my_rule"]
    assert style.look(own("alone")) == looks["mine"]


@pytest.mark.parametrize("theme", GROUNDS)
@pytest.mark.parametrize("place", range(5))
def test_the_colours_of_ones_own_stand_out_too(place, theme):
    look = list(style.looks(own(str(k)) for k in range(5)).values())[place]
    for ground in GROUNDS[theme]:
        assert contrast(getattr(look, theme), ground) >= 3


def test_the_context_ends():
    before = dict(mpl.rcParams)
    with style.context():
        assert mpl.rcParams["axes.spines.top"] is False
        assert mpl.rcParams["lines.linewidth"] == 1.8
    assert dict(mpl.rcParams) == before


def mixed(one, other, share):
    """A colour between two, channel by channel, as the lab's maps mix them."""
    channels = [
        round(int(a, 16) * (1 - share) + int(b, 16) * share)
        for a, b in zip(*(re.findall("..", colour[1:]) for colour in (one, other)), strict=True)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_ring_on_any_tone_of_a_map_is_seen(ground):
    colours = LAB[ground]
    for darkest, lightest in (("best", "worst"), ("low", "high")):
        for share in np.linspace(0, 1, 65):
            tone = mixed(colours[darkest], colours[lightest], share)
            # The ring has two tones, one within the other.
            assert max(contrast(colours[name], tone) for name in ("text", "paper")) >= 3, tone


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_maps_lines_are_seen_on_its_tones(ground):
    colours = LAB[ground]
    for share in np.linspace(0, 1, 13):
        tone = mixed(colours["low"], colours["high"], share)
        assert contrast(colours["contour"], tone) >= 1.6, tone
        assert contrast(colours["muted"], tone) >= 4.5, tone  # the numbers at the lines


def test_matplotlibs_map_has_the_labs_colours():
    light = LAB["light"]
    assert (light["low"], light["high"]) == style.MAP_TONES
    assert light["contour"] == style.MAP_LINE
