"""What a lab is to those who show it: the widget, its HTML, a picture, a line of text."""

import base64
import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from rmsprop_lab import Lab, Network, Race, Recorded, Replay
from rmsprop_lab.lab import exported

VIEW = "application/vnd.jupyter.widget-view+json"
LIGHT = 20_000  # bytes of a picture that goes along


def stairs(x, y):
    return float(int(x)) ** 2 + y * y


def labs():
    at = np.array([[2.0, 1.0], [1.0, 0.5], [0.5, 0.25]])
    heights, path = np.arange(12.0).reshape(3, 4), Recorded(at, at, at, at[:, 0])
    data = np.eye(2), [0, 1]
    return {
        "a lab": Lab("ravine", ["sgd", "momentum", "rmsprop"], controls="all"),
        "a winding path": Lab("rosenbrock", ["adam"]),
        "a lab of the kernel": Lab(stairs, ["rmsprop"]),
        "a race": Race(Network([2, 2]), data, data, ["sgd"], name="two points", batch_size=2),
        "a replay": Replay(heights, ((0, 1), (0, 1)), {"sgd": path}, name="stairs"),
    }


def test_there_is_something_for_each_who_shows_it():
    for kind, lab in labs().items():
        data, _ = lab._repr_mimebundle_()
        assert set(data) == {VIEW, "text/html", "image/png", "text/plain"}, kind
        assert "\n" not in data["text/plain"]
        picture = base64.b64decode(data["image/png"])
        assert 1_000 < len(picture) < LIGHT, kind
        with Image.open(io.BytesIO(picture)) as shown:
            still = Image.open(io.BytesIO(lab._still()[0]))
            assert shown.width / shown.height == pytest.approx(still.width / still.height, rel=0.01)
            assert 250 < shown.width < 600
            assert len(shown.getcolors()) > 8


def test_a_program_that_runs_a_notebook_is_given_the_script_once(monkeypatch):
    monkeypatch.delenv(exported.UNNEEDED, raising=False)

    def runs(allow_stdin, labs=1):
        published = []
        shell = SimpleNamespace(
            kernel=SimpleNamespace(get_parent=lambda: {"content": {"allow_stdin": allow_stdin}}),
            display_pub=SimpleNamespace(publish=published.append),
        )
        monkeypatch.setattr(exported, "get_ipython", lambda: shell)
        for _ in range(labs):
            Lab("bowl", steps=2)._repr_mimebundle_()
        return published

    (data,) = runs(False, labs=2)
    script = data["text/html"]
    assert script.startswith("<script>")
    assert script.count("</") == 1  # it closes where it ends
    assert len(script) < 2_000
    assert runs(True) == []  # somebody watches, whose notebook shows the widget
    monkeypatch.setenv(exported.UNNEEDED, "yes")
    assert runs(False) == []


def test_where_there_is_no_kernel_nothing_is_given(monkeypatch):
    for shell in (None, SimpleNamespace(), SimpleNamespace(kernel=SimpleNamespace())):
        monkeypatch.setattr(exported, "get_ipython", lambda shell=shell: shell)
        exported.give_script()
