"""What processes have used: all of them, those that have ended too."""

import os
import subprocess
import sys
import time

import pytest

from classroom.sandbox import usage

SPINS = """
import os, sys, time
def spin():
    until = time.process_time() + .3
    while time.process_time() < until: pass
spin()
for ends in (True, False):  # one child that has ended, one that lives in a session of its own
    child = os.fork()
    if not child:
        os.setsid()
        spin()
        if ends: os._exit(0)
        print("ready", flush=True)
        time.sleep(60)
    if ends: os.waitpid(child, 0)
hoard = bytearray(b"x") * (50 << 20)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("listed", [True, False])
def test_time_and_memory_of_a_process_and_its_children(monkeypatch, listed):
    if listed and not usage._LISTED:
        pytest.skip("this kernel lists no children")
    monkeypatch.setattr(usage, "_LISTED", listed)
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", SPINS], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        for _ in range(2):
            assert process.stdout.readline() == b"ready\n"
        found = usage.used(process.pid)
        assert 0.85 <= found.seconds <= 1.5
        assert 0 <= found.waited < time.monotonic() - started
        assert 100 << 20 <= 2 * found.memory <= 400 << 20
        (child,) = usage._children(process.pid)
        os.kill(child, 9)
    finally:
        process.kill()
        process.communicate()
    time.sleep(0.1)
    assert usage.used(process.pid) == usage.Usage(0.0, 0, 0, 0.0)
