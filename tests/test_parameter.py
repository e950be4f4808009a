"""A number that a person may set: its range, and what is said of a value outside it."""

import math
import re
from reprlib import repr as shortened

import numpy as np
import pytest

from rmsprop_lab import Objective, Optimizer, Schedule, objectives, optimizers, presets, schedules
from rmsprop_lab.parameter import Parameter


def parameter(low, high, **more):
    default = more.pop("default", 1.0 if high > 1 else 0.5)
    slider = more.pop("slider", (0.0, 1.0))
    return Parameter("p", "π", default, low=low, high=high, slider=slider, **more)


SHARE = parameter(0.0, 1.0, open_high=True, slider=(0.0, 0.9))
POSITIVE = parameter(0.0, math.inf, open_low=True, slider=(0.1, 1.0))
CLOSED = parameter(-2.0, 3.0)
ANY = parameter(-math.inf, math.inf)
WHOLE = parameter(1, 400, whole=True, slider=(1, 10))


@pytest.mark.parametrize(
    ("of", "interval"),
    [
        (parameter(0, 2**32 - 1, whole=True), "whole numbers in [0, 4294967295]"),
        (parameter(-1e6, 1e6), "[-1000000, 1000000]"),
        (parameter(0.1, 1.1, slider=(0.1, 1.0)), "[0.1, 1.1]"),
        (SHARE, "[0, 1)"),
        (POSITIVE, "(0, inf)"),
        (CLOSED, "[-2, 3]"),
        (ANY, "(-inf, inf)"),
        (WHOLE, "whole numbers in [1, 400]"),
    ],
)
def test_interval(of, interval):
    assert of.interval == interval


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (SHARE, 0),
        (SHARE, math.nextafter(1, 0)),
        (POSITIVE, 5e-324),
        (POSITIVE, 1e308),
        (CLOSED, -2),
        (CLOSED, 3),
        (ANY, -1e308),
        (WHOLE, 1),
        (WHOLE, 400.0),
        (ANY, np.float32(0.5)),
        (ANY, np.int64(4)),
    ],
)
def test_a_good_value_is_returned_as_a_number(of, value):
    checked = of.check(value)
    assert checked == value
    assert type(checked) is (int if of.whole else float)


@pytest.mark.parametrize(
    ("of", "value", "shown"),
    [
        (SHARE, 1, "1"),
        (SHARE, -5e-324, "-5e-324"),
        (SHARE, 1.1, "1.1"),  # as it was typed
        (SHARE, 1 + 2**-52, "1.0000000000000002"),
        (POSITIVE, 0, "0"),
        (POSITIVE, math.inf, "inf"),
        (ANY, -math.inf, "-inf"),
        (ANY, math.nan, "nan"),
        (CLOSED, math.nextafter(3, 4), "3.0000000000000004"),
        (CLOSED, math.nextafter(-2, -3), "-2.0000000000000004"),
        (WHOLE, 0, "0"),
        (WHOLE, 401, "401"),
        (WHOLE, 2.5, "2.5"),
        (SHARE, [0.5, 1.5, 2.5], "1.5"),  # the first bad one of many
        (SHARE, [[0.5], [math.nan]], "nan"),
    ],
)
def test_a_value_out_of_range_is_refused(of, value, shown):
    message = f"p = {shown} is out of range; allowed: {of.interval}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        of.check(value)


@pytest.mark.parametrize(
    "value",
    [
        *("fast", "", "0.5", b"0.5", ["0.5"], 1j, {}, [1, [2, 3]], [0.5, "x"], object),
        *(np.complex128(0.5), np.datetime64("2020"), np.timedelta64(0)),
        pytest.param(10**400, id="no float is so large"),
    ],
)
def test_what_is_not_a_number_is_refused(value):
    message = f"p = {shortened(value)} is not a number; allowed: [0, 1)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        SHARE.check(value)


@pytest.mark.parametrize("shape", [(0,), (3,), (2, 1, 4)])
def test_an_array_keeps_its_shape_and_becomes_floats(shape):
    checked = CLOSED.check(np.ones(shape, dtype=int))
    assert checked.shape == shape
    assert checked.dtype == float


def test_one_number_is_not_an_array():
    assert WHOLE.check_one(3) == 3
    for value in ([0.5, 0.9], [0.5], []):
        message = f"p = {value!r} is not one number; allowed: [0, 1)"
        for refuse in (SHARE.check_one, SHARE.at):
            with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
                refuse(value)
    with pytest.raises(ValueError, match="p = 2 is out of range"):
        SHARE.check_one(2)


def test_at_changes_the_default_alone():
    changed = SHARE.at(0.25)
    assert changed.default == 0.25
    assert changed.at(0.75).at(0.5) == SHARE
    assert SHARE.default == 0.5
    with pytest.raises(ValueError, match=re.escape("p = 2 is out of range; allowed: [0, 1)")):
        SHARE.at(2)


def test_none_is_not_a_number():
    with pytest.raises(ValueError, match="None is not a number"):
        parameter(0.0, 1.0).check(None)


def test_a_default_beyond_the_slider_widens_it():
    wide = Parameter("rate", "α", 1.0, low=0.0, high=math.inf, slider=(0.1, 10.0))
    assert wide.at(5).slider == (0.1, 10.0)
    assert wide.at(30).slider == (0.1, 30.0)
    assert wide.at(0.01).slider == (0.01, 10.0)


@pytest.mark.parametrize(
    "bad",
    [
        {"default": 2.0},
        {"slider": (1.0, 0.0)},
        {"slider": (0.0, 1.0), "scale": "log"},
        {"slider": (0.0, 1.0), "scale": "memory"},
        {"slider": (-2.0, 3.0)},
        {"slider": (0.1, 1.1)},
        {"slider": (0.0, 1.0), "open_low": True},
        {"slider": (0, 0.5), "default": 0, "whole": True},
        {"slider": 3},
        {"slider": None},
        {"slider": (0, 0.5, 1)},
        {"slider": ("0", "1")},
        {"slider": (0, math.nan)},
    ],
)
def test_a_parameter_that_no_slider_can_hold_is_refused(bad):
    good = {"default": 0.5, "low": 0.0, "high": 1.0, "slider": (0.1, 0.9)}
    with pytest.raises(ValueError, match=r"p: slider|p = 2"):
        Parameter("p", "π", **(good | bad))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"low": "0"}, "p: low = '0' is not a number"),
        ({"high": None}, "p: high = None is not a number"),
        ({"scale": "loga"}, "p: scale = 'loga'; choices: linear, log, memory"),
    ],
)
def test_limits_are_numbers_and_a_scale_is_known(bad, words):
    good = {"default": 0.5, "low": 0.0, "high": 1.0, "slider": (0.1, 0.9)}
    with pytest.raises(ValueError, match=re.escape(words)):
        Parameter("p", "π", **(good | bad))


@pytest.mark.parametrize(
    "make",
    [
        lambda given: Objective("o", lambda x, y, p: x, lambda x, y, p: (x, y), parameters=given),
        lambda given: Optimizer.of(lambda p, grad: p * grad, parameters=given),
        lambda given: Schedule.of(lambda k, p: p, parameters=given),
    ],
)
def test_who_takes_parameters_takes_nothing_else(make):
    for given in ([WHOLE], (WHOLE,), WHOLE, iter([WHOLE])):
        assert make(given).parameters[0] is WHOLE
    for given in (3, ["p"], "p", [WHOLE, None], {"p": 1}):
        with pytest.raises(TypeError, match=r"parameters = .* must be descriptions of numbers"):
            make(given)
    with pytest.raises(ValueError, match="two parameters are called 'p'"):
        make([WHOLE, WHOLE])


@pytest.mark.parametrize("room", [objectives, optimizers, presets, schedules])
@pytest.mark.parametrize("wrong", ["much" * 1000, list(range(5000))])
def test_a_long_wrong_name_is_not_said_in_full(room, wrong):
    with pytest.raises(ValueError, match=r"\.\.\..*; choices: ") as raised:
        room.find(wrong)
    assert len(str(raised.value)) < 300
