"""What is common to every widget: which names can be set, and what it is in plain text."""

import numpy as np
import pytest

from rmsprop_lab import Exercise, Lab, Network, Race, Recorded, Replay


def my_sgd(learning_rate, grad):
    return learning_rate


def widgets():
    at = np.array([[2.0, 1.0], [1.0, 0.5], [0.5, 0.25]])
    heights, path = np.arange(12.0).reshape(3, 4), Recorded(at, at, at, at[:, 0])
    data = np.eye(2), [0, 1]
    return {
        "Lab": Lab("ravine", ["sgd", ("rmsprop", {"rho": 0.99}), "rmsprop"], learning_rate=0.2),
        "Race": Race(Network([2, 2]), data, data, ["sgd"], name="two points", batch_size=2),
        "Replay": Replay(heights, ((0, 1), (0, 1)), {"sgd": path}, name="stairs"),
        "Exercise": Exercise(my_sgd),
    }


def test_a_name_that_is_not_there_cannot_be_set():
    for kind, widget in widgets().items():
        for wrong in ("roh", "x" * 400):
            with pytest.raises(AttributeError, match=f"{kind} has no '.*' to set") as raised:
                setattr(widget, wrong, 0.99)
            assert "racers" in str(raised.value).split("Choices: ")[1]
            assert len(str(raised.value)) < 300
        with pytest.raises(AttributeError, match=r"Did you mean 'racers'\?"):
            widget.racer = ["sgd"]
        widget._private = 1
        widget.layout.width = "10px"
        widget.comm = widget.comm  # ipywidgets' own
    with pytest.raises(AttributeError, match=r"Did you mean 'rho'\?"):
        widgets()["Lab"].roh = 0.99


def test_a_subclass_may_have_attributes_of_its_own():
    class Mine(Lab):
        said = 1

        def __init__(self):
            self.before = 2
            super().__init__()
            self._after = 3

    lab = Mine()
    lab.said, lab.before = 4, 5
    assert (lab.said, lab.before, lab._after) == (4, 5, 3)


def test_its_plain_text_is_one_line():
    lines = {
        "Lab": "Lab: SGD, RMSProp ρ = 0.99, RMSProp ρ = 0.9 on ravine; learning_rate = 0.2, rho = ",
        "Race": "Race: SGD on two points; learning_rate = 0.1, epochs = 15, batch_size = 2, ",
        "Replay": "Replay: SGD on stairs, 2 steps",
        "Exercise": "Exercise: your SGD, SGD on ravine; learning_rate = 0.1, ",
    }
    for kind, widget in widgets().items():
        assert repr(widget).startswith(lines[kind])
        assert "\n" not in repr(widget)
        shown = widget._repr_mimebundle_()[0]["text/plain"]
        assert shown.startswith(lines[kind][:100])
    lab = widgets()["Lab"]
    lab.surface, lab.noise = "bowl", 0.5
    assert "on bowl; " in repr(lab)
    assert "noise = 0.5" in repr(lab)
