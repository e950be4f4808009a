"""What pip makes of the project: the same wheel from the tree and from the sdist, and it works.

Everything happens in a copy, with what is installed here. What asks the registry is in
`installing.py`, which `make wheel` runs.
"""

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
JS = "rmsprop_lab/lab/js"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def build(source: Path, kind: str, to: Path) -> Path:
    """A wheel or an sdist, without a network."""
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", to, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = to.iterdir()
    return built


def share_packages(source: Path) -> None:
    """The view's packages as they are here, so that none is fetched.

    A link for each: npm empties a folder before it installs, and would follow a link to all.
    """
    (source / JS / "node_modules").mkdir()
    for package in (ROOT / JS / "node_modules").iterdir():
        (source / JS / "node_modules" / package.name).symlink_to(package)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own files. Nothing is built in it."""
    tree = tmp_path_factory.mktemp("tree")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)  # with its time: the lock is no newer than here
    share_packages(tree)
    return tree


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tree, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tree, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: list[str]) -> Message:
    (name,) = [name for name in names if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(zipfile.ZipFile(wheel).read(name))


def test_the_sdist_makes_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", sdist, "-C", tmp_path], check=True)
    (source,) = tmp_path.iterdir()
    assert not list(source.rglob("static")) + list(source.rglob("node_modules"))
    assert not (source / "classroom").exists()
    assert not (source / "tests").exists()
    share_packages(source)
    again = build(source, "wheel", tmp_path / "again")
    assert again.name == wheel.name
    assert filecmp.cmp(again, wheel, shallow=False)


def test_the_wheel_has_the_package_and_its_view(names: list[str]) -> None:
    bundles = ["check.js", "data.js", "exercise.js", "lab.css", "page.js", "race.js", "svg.js"]
    for needed in (*bundles, "widget.js", "LICENCES.txt"):
        assert f"rmsprop_lab/lab/static/{needed}" in names
    sources = {str(path.relative_to(ROOT)) for path in ROOT.glob("rmsprop_lab/**/*.py")}
    sources = {name for name in sources if "node_modules" not in name}
    assert {name for name in names if name.endswith(".py")} == sources
    assert "rmsprop_lab/py.typed" in names


def test_the_wheel_has_nothing_else(names: list[str]) -> None:
    """Above all no classroom: its solutions and mark schemes are not for students."""
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"rmsprop_lab"}
    kinds = {Path(name).suffix for name in names if ".dist-info/" not in name}
    assert kinds == {".py", ".typed", ".js", ".css", ".txt"}
    assert not [name for name in names if JS in name or "assignment" in name or "test" in name]


def test_the_licences_of_all_that_is_bundled_go_with_it(
    wheel: Path, metadata: Message, names: list[str]
) -> None:
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    said = zipfile.ZipFile(wheel).read("rmsprop_lab/lab/static/LICENCES.txt").decode()
    wanted = json.loads((ROOT / JS / "package.json").read_text())["dependencies"]
    for name, version in wanted.items():
        assert f"{name} {version} (" in said
    licences = set(re.findall(r"^[@\w/-]+ [\d.]+ \((.+)\)$", said, re.M))
    assert set(metadata["License-Expression"].split(" AND ")) == {"MIT", *licences}
    assert said.count("WITHOUT WARRANTY OF ANY KIND") + said.count("DISCLAIMS ALL WARRANTIES") == (
        len(re.findall(r"^[@\w/-]+ [\d.]+ \(.+\)$", said, re.M))
    )


def test_the_description_leads_nowhere_but_to_the_web(metadata: Message) -> None:
    description = metadata.get_payload()
    assert description.startswith("# RMSProp Lab")
    assert "rules.py" in description
    assert [link for link in re.findall(r"\]\((.*?)\)", description) if "https:" not in link] == []


INSTALLED = """
import sys
from pathlib import Path
import rmsprop_lab
print(Path(rmsprop_lab.__file__).parent)
exec(compile(sys.argv[1], "<readme>", "exec"))
assert len(descend("bowl", "rmsprop", (5, 4), steps=20).losses) == 21
shown = lab._repr_mimebundle_()[0]
assert "rmsprop-lab" in shown["text/html"], shown
assert len(lab._esm) > 100_000
"""


def test_the_readmes_python_runs_on_it(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED, code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "site/rmsprop_lab")


def test_build_and_lock_name_one_version() -> None:
    """An isolated build takes what `make` takes."""
    text = (ROOT / "pyproject.toml").read_text()
    required = re.findall(r'"([\w-]+==[\d.]+)"', re.search(r"^requires = (.+)$", text, re.M)[1])
    assert len(required) == 3
    locked = (ROOT / "requirements.txt").read_text()
    for requirement in required:
        assert text.count(f'"{requirement}"') == 2
        assert re.search(rf"^{re.escape(requirement)} ", locked, re.M)
