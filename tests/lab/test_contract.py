"""What real labs hold is what the contract says, to the compiler that checks the view by it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rmsprop_lab import Exercise, Lab, Replay
from rmsprop_lab.lab.contract import State
from rmsprop_lab.lab.replay import Recorded
from rmsprop_lab.objectives.regression import least_squares
from tools.contract import typescript

JS = Path(__file__).parents[2] / "rmsprop_lab/lab/js"
WIDGETS = {"layout", "tabbable", "tooltip"}  # every widget's
BYTES = '"bytes"'


def bent(learning_rate, grad):
    return learning_rate * grad if abs(grad) > 1 else learning_rate


def begun(learning_rate, rho, epsilon, grad, s_prev):
    return learning_rate * grad, s_prev


def labs():
    at = np.array([[2.0, 1.0], [1.0, 0.5], [0.5, 0.25]])
    path = Recorded(at, 2 * at, at / 2, (at**2).sum(axis=1))
    return [
        Lab(
            "ravine", ["rmsprop", "adam"], controls="all", step=3, racers=[("adam", {"beta1": 0.5})]
        ),
        Lab(least_squares([[1.0, 2.0], [4.0, 1.0]], [2.0, 3.0]), window=((-1, 1), (-2, 2))),
        Lab(least_squares([1.0, 2.0, 4.0], [2.0, 3.0, 3.0]), controls=["data", "units"]),
        Lab(lambda x, y: x * x if x > y else y * y, bent, schedule=lambda k: [1, 2][k % 2]),
        Replay(np.ones((3, 4)), ((-3, 3), (-2, 2)), {"sgd": path}),
        Exercise(begun, "rmsprop"),
    ]


def fixture():
    """Each lab's state, and the numbers that it holds besides, as TypeScript."""
    told = []
    for lab in labs():
        names = [n for n in lab.trait_names(sync=True) if n[0] != "_" and n not in WIDGETS]
        values = {name: getattr(lab, name) for name in names}
        state = {name: values.pop(name) for name in names if name in State.__annotations__}
        told.append({"state": state, "numbers": values})
    text = json.dumps(told, default=lambda _: json.loads(BYTES))
    return (
        'import type { State } from "./contract.ts";\n'
        f"export const told: {{ state: State; numbers: Record<string, number> }}[] = {text};\n"
    ).replace(BYTES, "new DataView(new ArrayBuffer(0))")


def compiled(folder, text):
    (folder / "contract.ts").write_text(typescript())
    (folder / "fixture.ts").write_text(text)
    (folder / "tsconfig.json").write_text(
        json.dumps(
            {
                "extends": str(JS / "tsconfig.json"),
                "compilerOptions": {"types": []},
                "include": ["*.ts"],
            }
        )
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the pinned Node
    return subprocess.run(
        [JS / "node_modules/.bin/tsc", "--project", folder],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout


def test_labs_hold_what_the_contract_says(tmp_path):
    assert compiled(tmp_path, fixture()) == ""


@pytest.mark.parametrize(
    "name",
    [
        "rates",
        "racers",
        "entries",
        "parameters",
        "openLow",
        "lines",
        "divergedAt",
        "sweep",
        "probes",
    ],
)
def test_another_name_is_refused(name, tmp_path):
    found = compiled(tmp_path, fixture().replace(f'"{name}":', f'"{name}s":', 1))
    assert f"{name}s" in found or f"'{name}'" in found


def test_no_argument_of_a_typed_rule_may_hide_a_setting():
    """An own argument lies in the page's model by its name, beside these."""
    source = (JS / "src/engine/rule.ts").read_text()
    kept = set(re.search(r'const KEPT = new Set\(\s*"([^"]+)"', source)[1].split())
    assert kept == {*State.__annotations__, "noise", "seed", "batch_size", "units"}
