"""Run chapters as on other processors, and list every number that comes out otherwise.

Run by ``make kernels``. OpenBLAS, NumPy and the C library each hold several versions of their
arithmetic and take the fastest that the processor has: one fuses a product and a sum, another adds
in another order, and last bits differ. Environment variables choose among them.
"""

import argparse
import os
import re
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import jupytext
import numpy as np
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
CHAPTERS = {
    path.stem: path
    for path in sorted((ROOT / "book").glob("*.md"))
    if "{code-cell}" in path.read_text()
}
# What NumPy uses of this processor beyond its baseline.
FOUND = np.show_config(mode="dicts")["SIMD Extensions"]["found"]


def variables(openblas: str, numpy: list[str], libc: str = "") -> dict[str, str]:
    """OpenBLAS's kernel, what NumPy may use, what the C library must not."""
    return {
        "OPENBLAS_NUM_THREADS": "1",  # as in the book's build; more threads add in another order
        "OPENBLAS_CORETYPE": openblas,
        "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in FOUND if name not in numpy),
        "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={libc}" if libc else "",
    }


AVX2 = ["X86_V3", "AVX", "F16C", "FMA3", "AVX2"]
MACHINES = {
    "this processor": variables("", FOUND),
    "SkylakeX": variables("SkylakeX", FOUND),
    "Haswell": variables("Haswell", AVX2),
    "Zen": variables("Zen", AVX2),
    "Sandybridge": variables("Sandybridge", [], "-AVX2,-FMA"),
    "Prescott": variables("Prescott", [], "-AVX2,-FMA"),
}
WHAT_RUNS = """
import os, numpy, threadpoolctl
extensions = numpy._core._multiarray_umath
used = [name for name in extensions.__cpu_dispatch__ if extensions.__cpu_features__[name]]
blas = {library["architecture"] for library in threadpoolctl.threadpool_info()}
print("OpenBLAS:", *blas, "| NumPy:", *(used or ["baseline"]), end=" | C library: ")
print(os.environ["GLIBC_TUNABLES"] or "all")
"""


def environment(machine: str) -> dict[str, str]:
    return {**os.environ, **MACHINES[machine]}


def distinct_machines() -> dict[str, str]:
    """What the libraries say that they run on each machine; twins are left out.

    A processor cannot be a newer one: OpenBLAS then takes what it would have taken anyway.
    """
    found: dict[str, str] = {}
    for machine in MACHINES:
        command = [sys.executable, "-c", WHAT_RUNS]
        runs = subprocess.check_output(command, env=environment(machine), text=True).strip()
        if runs not in found.values():
            found[machine] = runs
    return found


def run(chapter: Path, machine: str) -> list[NotebookNode]:
    """The chapter's cells with their outputs; one that raises does not stop it."""
    notebook = jupytext.read(chapter)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    place = {"metadata": {"path": str(chapter.parent)}}
    client = NotebookClient(
        notebook,
        timeout=600,
        allow_errors=True,
        resources=place,
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(env=environment(machine))
    cells: list[NotebookNode] = notebook.cells
    return cells


def said(cell: NotebookNode) -> dict[str, str]:
    """What a cell glued, printed, showed as text or raised; pictures are left out."""
    parts: dict[str, str] = {}
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            parts["printed"] = parts.get("printed", "") + output.text
        elif output.output_type == "error":
            parts["raised"] = f"{output.ename}: {output.evalue}"
        elif "scrapbook" in output.metadata:
            name = output.metadata["scrapbook"]["name"]
            parts[f"glue {name}"] = "".join(map(str, output.data.values()))
        else:
            for kind in ("text/plain", "text/markdown", "text/html"):
                # Less the bytes of pictures, and the names that a widget gets anew in each run.
                text = re.sub(
                    r'base64,[^"]*|[0-9a-f]{32}|0x[0-9a-f]+', "", output.data.get(kind, "")
                )
                if kind == "text/html":  # without lines of its own; a lab shows nine digits
                    text = re.sub(r"(?<=[>,])", "\n", text)
                    text = re.sub(r"\d+\.\d{9,}", lambda number: f"{float(number[0]):.9g}", text)
                parts[kind] = parts.get(kind, "") + text
    return parts


def differences(cells: list[NotebookNode], others: list[NotebookNode]) -> list[str]:
    """Each line that is not the same in both, after its cell's first line."""
    found = []
    for cell, other in zip(cells, others, strict=True):
        ours, theirs = said(cell), said(other)
        for part in sorted({*ours, *theirs}):
            lines = [parts.get(part, "").splitlines() for parts in (ours, theirs)]
            for pair in zip_longest(*lines, fillvalue=""):
                if pair[0] != pair[1]:
                    found.append(f"    {part}, in the cell `{cell.source.splitlines()[0]}`")
                    found += [f"      {line}" for line in pair]
    return found


def main(*arguments: str) -> int:
    """Compare the chapters named, or all; 1 if a number hangs on the processor."""
    parser = argparse.ArgumentParser(prog="python -m tools.kernels", description=__doc__)
    parser.add_argument("chapters", nargs="*", help="all, unless some are named")
    asked = parser.parse_args(arguments).chapters
    for name in asked:
        if name not in CHAPTERS:
            parser.error(f"no chapter {name!r} with code; choices: {', '.join(CHAPTERS)}")
    machines = distinct_machines()
    for machine, runs in machines.items():
        print(f"{machine}: {runs}", flush=True)
    here, *others = machines
    differ = False
    for name in asked or CHAPTERS:
        print(f"\n{name}", flush=True)
        expected = run(CHAPTERS[name], here)
        # The same machine once more: what differs there hangs on a clock or on chance.
        for machine in (here, *others):
            found = differences(expected, run(CHAPTERS[name], machine))
            print(
                f"  {machine}: {'differs' if found else 'the same'}", *found, sep="\n", flush=True
            )
            differ |= bool(found)
    return int(differ)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
