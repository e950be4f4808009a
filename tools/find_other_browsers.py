"""Find Firefox and WebKit with what drives it, or install them as root on Debian or Ubuntu."""

import os
import shutil
import subprocess
from pathlib import Path

#: By the package: what of it is on the path.
PACKAGES = {"firefox-esr": "firefox-esr", "webkit2gtk-driver": "WebKitWebDriver", "xvfb": "Xvfb"}


def main() -> None:
    missing = [package for package, program in PACKAGES.items() if not shutil.which(program)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=quiet, check=False)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "xauth", *missing]
        subprocess.run(command, env=quiet, check=False)
    for package, program in PACKAGES.items():
        if not shutil.which(program):
            print(f"{package} cannot be had here: the table of hosts will say so")
    Path(".venv-hosts").mkdir(exist_ok=True)


if __name__ == "__main__":
    main()
