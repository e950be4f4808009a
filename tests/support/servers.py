"""Servers that a test starts: on a free port, until the test is done with them."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(
    folder: Path, command: Sequence[str], environment: Mapping[str, str], ready: str = "/"
) -> Iterator[str]:
    """A server started in a folder, {port} filled in; its address once it answers at `ready`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address + ready, timeout=60).close()
                break
            except urllib.error.HTTPError:  # it answers, if not with that page
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:  # it waits for its kernels, which go when it goes
            server.kill()
            server.wait()
