"""What is committed, what is pinned, and what the documents say."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    return run("git", "ls-files").split()


def test_no_outputs_binaries_or_others_code(tracked: list[str]) -> None:
    ours = {"book/_static/lab.png", "book/_static/favicon.svg"}
    foreign = re.compile(
        r"\.(ipynb|png|jpe?g|gif|svg|pdf|woff2?|ttf|otf|min\.\w+|whl|zip|gz|so|pyc)$|node_modules/|_build/"
    )
    assert {path for path in tracked if foreign.search(path)} <= ours


def test_every_requirement_is_pinned_with_hashes() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.M).strip())
    assert len(blocks) > 100
    for block in blocks:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", block), block
        assert "--hash=sha256:" in block, block


def test_every_package_of_the_view_is_pinned_with_its_hash() -> None:
    lab = ROOT / "rmsprop_lab/lab"
    lock = json.loads((lab / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 10
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    wanted = json.loads((lab / "package.json").read_text())
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert re.fullmatch(r"[\d.]+", version), name
        assert packages[f"node_modules/{name}"]["version"] == version


def test_every_dependency_has_its_reason() -> None:
    said = (ROOT / "ARCHITECTURE.md").read_text().split("## Dependencies")[1]
    declared = re.findall(r'^  "([\w-]+)[>=]=', (ROOT / "pyproject.toml").read_text(), re.M)
    package = json.loads((ROOT / "rmsprop_lab/lab/package.json").read_text())
    declared += list(package["dependencies"] | package["devDependencies"])
    assert len(declared) > 20
    for name in declared:
        assert f"**{'@types/*' if name.startswith('@types/') else name}**" in said, name


def test_katex_and_its_style_sheet_are_of_one_version() -> None:
    from sphinxcontrib.katex import katex_version

    package = json.loads((ROOT / "rmsprop_lab/lab/package.json").read_text())
    assert package["devDependencies"]["katex"] == katex_version


def test_make_alone_lists_the_targets() -> None:
    listed = run("make")
    for target in ("book", "test", "lab", "check"):
        assert re.search(rf"^  make {target} +\w", listed, re.M)


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / "README.md").read_text().split("```")[1]
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("make test")


def test_what_the_documents_name_exists() -> None:
    for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text()
        for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / path).exists(), f"{document}: {path}"
    for name in re.findall(r"^  ([\w/]+\.py)  ", (ROOT / "ARCHITECTURE.md").read_text(), re.M):
        assert any((ROOT / top / name).exists() for top in ("rmsprop_lab", "classroom")), name


def test_imports_run_one_way() -> None:
    """What ARCHITECTURE says of imports, held against the code."""
    allowed = {
        "parameter": set(),
        "rules": set(),
        "twins": set(),
        "noise": {"parameter"},
        "examples": {"parameter"},
        "presets": set(),
        "dual": set(),
        "gradient": {"dual", "twins"},
        "formula": {"dual"},
        "objectives": {"parameter", "twins", "gradient", "formula", "examples"},
        "regression": {"examples", "objectives"},
        "optimizers": {"parameter", "rules"},
        "stochastic": {"examples", "noise", "objectives", "optimizers"},
        "source": set(),
        "loops": {"source"},
        "fast": {"loops"},
        "walks": {"fast", "loops", "objectives", "optimizers", "stochastic", "twins"},
        "descent": {"parameter", "stochastic", "objectives", "optimizers", "walks"},
        "tuning": {"descent", "objectives", "optimizers"},
        "stepper": {"fast", "loops", "optimizers", "twins"},
        "network": {"examples"},
        "training": {"network", "noise", "optimizers", "parameter", "stepper"},
        "plane": {"examples"},
        "javascript": {"source"},
        "outcomes": set(),
        "examine": {"outcomes"},
        "probes": {"optimizers"},
        "beside": {"descent", "lab", "objectives", "optimizers"},
        "check": {"beside", "examine", "lab", "mistakes", "optimizers", "outcomes", "probes"},
        "tracing": {"dual", "gradient", "javascript", "twins"},
        "style": {"optimizers"},
        "plots": {"objectives", "style", "descent"},
    }
    for name, may in allowed.items():
        text = (ROOT / f"rmsprop_lab/{name}.py").read_text()
        found = set(re.findall(r"^from rmsprop_lab\.(\w+)", text, re.M))
        for line in re.findall(r"^from rmsprop_lab import (.+)", text, re.M):
            found |= set(line.split(", "))
        assert found <= may, name
        if name not in ("style", "plots"):
            assert "matplotlib" not in text
    for folder in ("rmsprop_lab", "book"):  # the package knows nothing of the classroom
        importing = re.compile(r"^(from|import) classroom", re.M)
        found = {p.name for p in (ROOT / folder).rglob("*.py") if importing.search(p.read_text())}
        assert found == ({"handouts.py"} if folder == "book" else set())


def test_the_readmes_python_runs() -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
    script = "import linecache; code = " + repr(code) + "\n"
    # As in a notebook, the source must be found again: the translator reads it.
    script += "linecache.cache['<cell>'] = (len(code), None, code.splitlines(True), '<cell>')\n"
    script += "exec(compile(code, '<cell>', 'exec'), {'__name__': '__main__'})"
    run(sys.executable, "-c", script)


def test_a_wheel_carries_the_bundles(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a copy: building leaves files behind
    for folder in ("rmsprop_lab", "classroom"):
        ignore = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", str(tmp_path), str(source)),
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("lab/static/widget.js", "lab/static/lab.css", "rules.py", "lab/widget.py"):
        assert f"rmsprop_lab/{needed}" in names
    for needed in ("pages.css", "assignments/descent.md", "inside/worker.py"):
        assert f"classroom/{needed}" in names
    assert not [name for name in names if "node_modules" in name or name.endswith(".ts")]
