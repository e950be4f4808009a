"""Nothing asserted hangs on the processor: the sensitive tests once more, as on two others."""

import subprocess
import sys

import pytest

from tools.kernels import MACHINES, ROOT, differences, distinct_machines, environment, run

pytestmark = pytest.mark.slow
# Those that put exact numbers beside products of matrices, sums, roots, sines and exponentials.
SENSITIVE = """algebra/test_tape algebra/test_gradient networks objectives/test_regression
objectives/test_objectives test_presets""".split()


@pytest.fixture(scope="module")
def machines() -> dict[str, str]:
    return distinct_machines()


@pytest.mark.parametrize("machine", ["Haswell", "Prescott"])
def test_the_sensitive_tests_pass_as_on_other_processors(
    machine: str, machines: dict[str, str]
) -> None:
    if machine not in machines:
        pytest.skip("this processor is of that kind, or cannot do as much")
    found = [ROOT / "tests" / name for name in SENSITIVE]
    files = [str(path if path.is_dir() else path.with_suffix(".py")) for path in found]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env=environment(machine),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{machines[machine]}\n{done.stdout[-4000:]}"


def test_what_is_asked_for_is_what_runs(machines: dict[str, str]) -> None:
    assert machines["this processor"].endswith("C library: all")
    assert len(set(machines.values())) == len(machines)
    if "Prescott" in machines:
        assert "NumPy: baseline" in machines["Prescott"]
        assert "OpenBLAS: Katmai" in machines["Prescott"]  # as OpenBLAS calls it
    if "Haswell" in machines:
        assert "OpenBLAS: Haswell" in machines["Haswell"]


HANDED_OUT = """
from importlib import import_module
from classroom.checks.reach import rates
from classroom.course.numbers import drawn
print([rate.hex() for rate in [*rates(1e-4, 0.1, 31), *rates(0.01, 3, 21)]])
drawn_for = dict(descent=60, minibatch=10, momentum=1, rmsprop=1)
drawn_for |= dict(comparison=10, adam=20, backpropagation=20)
for name, students in drawn_for.items():
    assignment = import_module(f"classroom.assignments.{name}").ASSIGNMENT
    for student in range(students):
        print(name, student, assignment.numbers(drawn(b"secret", str(student), name)))
"""


def test_students_get_the_same_numbers_from_every_processor(machines: dict[str, str]) -> None:
    handed_out = [
        subprocess.check_output(
            [sys.executable, "-c", HANDED_OUT], cwd=ROOT, env=environment(machine), text=True
        ).splitlines()
        for machine in machines
        if machine in ("this processor", "Haswell", "Prescott")
    ]
    assert len(handed_out[0]) == 123
    for other in handed_out[1:]:
        assert other == handed_out[0]


CHAPTER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

```{code-cell} ipython3
import os
from myst_nb import glue

kernel = os.environ["OPENBLAS_CORETYPE"]
glue("kernel", kernel, display=False)
print("the same")
print("kernel", kernel)
```

```{code-cell} ipython3
assert kernel == "Prescott", kernel
```
"""


def test_a_number_that_differs_is_listed_with_its_cell(tmp_path) -> None:
    chapter = tmp_path / "chapter.md"
    chapter.write_text(CHAPTER)
    one, other = (run(chapter, name) for name in ("Prescott", "Haswell"))
    assert differences(one, one) == []
    assert differences(one, other) == [
        "    glue kernel, in the cell `import os`",
        "      'Prescott'",
        "      'Haswell'",
        "    printed, in the cell `import os`",
        "      kernel Prescott",
        "      kernel Haswell",
        '    raised, in the cell `assert kernel == "Prescott", kernel`',
        "      ",
        "      AssertionError: Haswell",
    ]
    assert set(MACHINES) >= {"SkylakeX", "Haswell", "Zen", "Sandybridge", "Prescott"}
