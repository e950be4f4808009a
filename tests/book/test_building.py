"""What makes a chapter run anew, and how a build is stopped."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psutil
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat.v4 import new_code_cell, new_notebook

from tests.support.extensions import EXTENSIONS, extension

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ahead() -> Iterator[ModuleType]:
    with extension("ahead") as module:
        yield module


def prerequisites(target: str) -> set[str]:
    """What make has a target hang on."""
    command = ["make", "--print-data-base", "--question", "help"]
    rules = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    (rule,) = re.findall(rf"^{re.escape(target)}: (.+)", rules, re.M)
    return set(rule.split())


def test_the_book_hangs_on_what_its_pages_read_and_no_other_page_runs_anew(
    ahead: ModuleType,
) -> None:
    read = {
        (page.parent / file).resolve().relative_to(ROOT).as_posix()
        for page in (ROOT / "book").glob("*.md")
        for file in ahead.FILE.findall(page.read_text())
    }
    assert {"book/hosts.json", "bench/network.json"} <= read
    all_anew = prerequisites("_build/.chapters")
    assert read <= prerequisites("_build/.book")
    assert {"rmsprop_lab/rules.py", "book/_ext/ahead.py", "_config.yml"} <= all_anew
    assert not any(path.endswith((".md", ".json")) for path in all_anew)


def test_a_chapter_runs_anew_when_a_file_that_it_reads_has_changed(
    ahead: ModuleType, tmp_path: Path
) -> None:
    cache = get_cache(tmp_path / "cache")
    file = tmp_path / "rows.json"
    file.write_text("[1]")
    chapter = new_notebook(cells=[new_code_cell('print(Path("rows.json").read_text())')])
    files = ahead.files_of(chapter, tmp_path)
    assert list(files) == ["rows.json"]

    def keep(data: dict[str, object]) -> None:
        bundle = CacheBundleIn(chapter, "chapter.md", data=data)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    assert not ahead.has_outputs(cache, chapter, files)
    keep({"files": files})
    assert ahead.has_outputs(cache, chapter, ahead.files_of(chapter, tmp_path))
    file.write_text("[2]")
    assert not ahead.has_outputs(cache, chapter, ahead.files_of(chapter, tmp_path))
    assert cache.list_cache_records() == []

    keep({"files": files})
    (written,) = (tmp_path / "cache").rglob("*.ipynb")
    written.write_text(written.read_text()[:50])  # stopped while it was written
    assert not ahead.has_outputs(cache, chapter, files)


CONFIG = f"""
title: Small
only_build_toc_files: true
execute: {{execute_notebooks: cache, timeout: 600, raise_on_error: true}}
sphinx:
  local_extensions: {{ahead: {EXTENSIONS}}}
"""
TOC = """
format: jb-book
root: done
chapters:
- file: long
- file: longer
"""
PAGE = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{name: python3, display_name: Python 3}}
---
# A page

```{{code-cell}} python3
import time
from pathlib import Path
Path("{name}.begun").touch()
time.sleep(0 if Path("short").exists() else {seconds})
```
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A book with a chapter that is done soon, and two that take long."""
    folder = tmp_path / "a böok"
    folder.mkdir()
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(TOC)
    for name, seconds in {"done": 0, "long": 600, "longer": 600}.items():
        (folder / f"{name}.md").write_text(PAGE.format(name=name, seconds=seconds))
    return folder


def begin(book: Path) -> psutil.Popen:
    """Begin to build it, in a process that hears of Ctrl-C even where these tests do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    build = psutil.Popen(
        [sys.executable, "-m", "tools.build_book", book],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    return build


def has_kernel(build: psutil.Popen, book: Path) -> bool:
    """A kernel has just been started."""
    return any("ipykernel_launcher" in one.cmdline() for one in build.children(recursive=True))


def runs(build: psutil.Popen, book: Path) -> bool:
    """A chapter is done and kept, another runs."""
    kept = any((book / "_build/.jupyter_cache/executed").rglob("*.ipynb"))
    return kept and (book / "long.begun").exists()


@pytest.mark.slow
def test_ctrl_c_ends_a_build_with_all_it_has_started_and_the_next_goes_on(small: Path) -> None:
    for moment in (has_kernel, runs):
        build = begin(small)
        while not moment(build, small):
            assert build.poll() is None, build.communicate()[0]
            time.sleep(0.05)
        started = build.children(recursive=True)
        build.send_signal(signal.SIGINT)
        said, _ = build.communicate(timeout=60)  # and not the 600 seconds of a chapter
        assert build.returncode == -signal.SIGINT
        assert said.endswith("\nStopped. `make book` goes on from here: what has run is kept.\n")
        assert not re.search("Traceback|nterrupt", said)
        assert started
        assert not any(process.is_running() for process in started)

    (small / "short").touch()
    build = begin(small)
    said, _ = build.communicate(timeout=300)
    assert build.returncode == 0, said
    for line in ("Pages to run: 2", "1 of 2: long", "2 of 2: long"):
        assert line in said
    assert "done.md ran" not in said
    assert not re.search("WARNING|INFO|Executing|reading sources", said)
