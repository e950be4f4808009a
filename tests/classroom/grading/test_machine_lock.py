"""Whoever grades alone does so: nobody is there, and nobody comes in."""

import tempfile
import threading
import time
from pathlib import Path

import pytest

from classroom.grading import machine_lock


@pytest.fixture(autouse=True)
def _a_machine_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests grade on this one, and a hostile notebook may want to be alone for long."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_others_go_in_together():
    with machine_lock.beside_others():
        inside = threading.Event()

        def go_in():
            with machine_lock.beside_others():
                inside.set()

        threading.Thread(target=go_in).start()
        assert inside.wait(10)


def test_one_alone_waits_for_the_others_and_keeps_them_out():
    order = []

    def alone():
        with machine_lock.alone():
            order.append("alone")
            time.sleep(0.3)
            order.append("done")

    def beside():
        with machine_lock.beside_others():
            order.append("beside")

    first, second = threading.Thread(target=alone), threading.Thread(target=beside)
    with machine_lock.beside_others():
        first.start()
        time.sleep(0.3)
        second.start()  # it comes later, and does not slip in before
        time.sleep(0.3)
        order.append("left")
    first.join(10)
    second.join(10)
    assert order == ["left", "alone", "done", "beside"]
