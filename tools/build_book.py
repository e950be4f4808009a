"""Build a book as `jupyter-book build` does; one Ctrl-C ends it, with all that it has started.

Jupyter Book alone would first run the chapters to their end, and those, too, that have not begun:
their kernels never hear of Ctrl-C, because each has a session of its own.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil


def build(*arguments: str) -> int | None:
    """Run the program.

    Returns:
        What it ended with; None if it was stopped.
    """
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", "-W", "--keep-going", "--quiet", *arguments]
    with TemporaryDirectory(prefix="book-") as folder:  # a kernel that is killed leaves a file
        places = os.environ | {"TMPDIR": folder}
        try:
            # With a session of its own it does not hear of Ctrl-C either, and says nothing of it.
            code: int = psutil.Popen(command, env=places, start_new_session=True).wait()
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            end_all_started()
            return None
    return code


def end_all_started() -> None:
    """Kill what this process has started, and what that has started, down to the kernels."""
    for started in psutil.Process().children():
        started.suspend()  # it starts nothing more
    processes = psutil.Process().children(recursive=True)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def main() -> None:
    for ending in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal ends it as Ctrl-C does
        if signal.getsignal(ending) is not signal.SIG_IGN:  # but for `nohup make book`
            signal.signal(ending, signal.default_int_handler)
    code = build(*sys.argv[1:])
    if code is None:
        print("\nStopped. `make book` goes on from here: what has run is kept.", flush=True)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)  # so that make, too, knows of it
    sys.exit(code)


if __name__ == "__main__":
    main()
