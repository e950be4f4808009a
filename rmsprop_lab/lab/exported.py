"""A page that a program makes of a notebook, in which labs start without a network.

nbconvert prefers a widget to its HTML where it runs the notebook itself, and leaves it to a script
from the network to draw it. With a script of the labs' own among the outputs they start alone.
"""

import os
from pathlib import Path
from typing import Any

from IPython import get_ipython

SCRIPT = Path(__file__).parent / "static/exported.js"
#: The variable by which pages that bring the labs' script keep this one out.
UNNEEDED = "RMSPROP_LAB_PAGES_HAVE_ITS_SCRIPT"
_given_to: list[Any] = []


def give_script() -> None:
    """Put the script among the outputs, once for all labs, where a program runs the notebook."""
    shell: Any = get_ipython()
    if shell in _given_to or UNNEEDED in os.environ or not _runs_for_a_program(shell):
        return
    shell.display_pub.publish({"text/html": f"<script>{SCRIPT.read_text()}</script>"})
    _given_to.append(shell)


def _runs_for_a_program(shell: Any) -> bool:
    """Whether who asked for this cell answers no question: so nbclient does, and no notebook."""
    kernel: Any = getattr(shell, "kernel", None)
    asked = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    return asked.get("content", {}).get("allow_stdin") is False
