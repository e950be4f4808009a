"""CONTRIBUTING's lists of where to add, each followed in a scratch copy.

All is added at once, and looked at by one process: what it prints is a traceback for each addition
that does not do what the list promises. It calls the tests that go over all there is of a kind.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTS = (ROOT / "CONTRIBUTING.md").read_text().split("## Where to add")[1].split("\n## ")[0]


def in_view(*command: str, folder: Path = Path()) -> None:
    """Run a command where the view's sources are, with the pinned Node."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=folder / "rmsprop_lab/lab/js",
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Copy:
    """The project's own files, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        built = shutil.ignore_patterns("node_modules", "__pycache__", ".*")
        for name in ("rmsprop_lab", "classroom", "book", "tests", "tools"):
            shutil.copytree(ROOT / name, folder / name, ignore=built)
        modules = "rmsprop_lab/lab/js/node_modules"
        (folder / modules).symlink_to(ROOT / modules)
        for name in ("_toc.yml", "pyproject.toml", "CONTRIBUTING.md"):
            shutil.copy(ROOT / name, folder)

    def text(self, path: str) -> str:
        return (self.folder / path).read_text()

    def append(self, path: str, text: str) -> None:
        (self.folder / path).write_text(self.text(path) + text)

    def insert(self, path: str, before: str, text: str) -> None:
        old = self.text(path)
        assert old.count(before) == 1, before
        (self.folder / path).write_text(old.replace(before, text + before))

    def compile_view(self) -> None:
        """Under its own strictness, with the contract as it is now; then bundle it."""
        command = [sys.executable, "-m", "tools.contract"]
        contract = subprocess.check_output(
            command, cwd=self.folder, env=os.environ | {"PYTHONPATH": str(self.folder)}
        )
        (self.folder / "rmsprop_lab/lab/js/src/model/contract.ts").write_bytes(contract)
        in_view("node_modules/.bin/tsc", folder=self.folder)
        in_view("node", "build.mjs", folder=self.folder)

    def write(self, path: str, text: str) -> None:
        assert not (self.folder / path).exists()
        (self.folder / path).write_text(text)


@dataclass
class Addition:
    """How something is added, and Python that fails unless it is there."""

    add: Callable[[Copy], None]
    holds: str


ADDITIONS: dict[str, Addition] = {}


def adding(what: str, holds: str) -> Callable[[Callable[[Copy], None]], None]:
    def keep(add: Callable[[Copy], None]) -> None:
        ADDITIONS[what] = Addition(add, holds)

    return keep


@adding(
    "optimiser",
    """
import numpy as np
from rmsprop_lab import Lab, check, descend, descend_many, optimizers, style, tuning
from tests import test_optimizers, test_rules, test_style
from tests.checking import test_slips
from tests.checking.test_check import test_every_known_mistake_is_found_and_explained

assert [parameter.name for parameter in optimizers.signum.parameters] == [
    "learning_rate", "momentum", "epsilon"]
looks = [style.look(optimizer) for optimizer in optimizers.ALL.values()]
assert len({(look.dash, look.marker) for look in looks}) == len(looks)
one = descend("ravine", "signum", steps=50)
many = descend_many("ravine", "signum", steps=50, learning_rate=[0.1, 0.2])
assert one.losses[-1] < one.losses[0]
np.testing.assert_array_equal(many.params[:, :, 0], one.params)
(told,) = Lab("bowl", ["signum"]).spec["optimizers"]
assert told["name"] == "signum" and told["rule"]["lines"]  # it is live in a page
assert tuning.tune("bowl", "signum").learning_rate > 0
assert "is right: Signum" in check(optimizers.signum.rule).text
name, arguments, expected = test_rules.BY_HAND[-1]
test_optimizers.test_every_rule_is_an_optimiser_with_a_label_of_its_own()
test_rules.test_every_rule_has_a_step_worked_by_hand()
test_every_known_mistake_is_found_and_explained("rmsprop")
test_style.test_an_optimisers_racers_have_its_colour_and_a_line_and_a_marker_of_their_own()
test_slips.test_slips_are_found_again_and_named_as_what_they_are("signum")
test_rules.test_a_step_worked_by_hand(name, arguments, expected)
""",
)
def an_optimiser(copy: Copy) -> None:
    copy.append(
        "rmsprop_lab/rules.py",
        '''

def signum(
    learning_rate: float, momentum: float, epsilon: float, grad: Alike, velocity_prev: Alike
) -> tuple[Alike, Alike]:
    """The sign of the velocity, softened by epsilon."""
    velocity = momentum * velocity_prev + (1 - momentum) * grad
    updates = learning_rate * velocity / (sqrt(velocity * velocity) + epsilon)
    return updates, velocity
''',
    )
    copy.insert(
        "rmsprop_lab/optimizers.py",
        "\n#: Every built-in optimiser by name.",
        'signum = Optimizer.of(rules.signum, "Signum")\n',
    )
    copy.insert(
        "tests/test_rules.py",
        ']\n\n\n@pytest.mark.parametrize(("name", "arguments", "expected"), BY_HAND)',
        """    # velocity .5 * 2 + .5 * 4 = 3, update .5 * 3 / (3 + 1)
    ("signum", (0.5, 0.5, 1.0, 4.0, 2.0), (0.375, 3.0)),
""",
    )


@adding(
    "surface",
    """
from rmsprop_lab import Lab, descend, objectives
from tests.objectives import test_objectives

test_objectives.test_a_value_worked_by_hand(*test_objectives.BY_HAND[-1])
test_objectives.test_gradients_are_the_slopes_of_the_values(objectives.bathtub)
test_objectives.test_every_surface_has_a_value_worked_by_hand()
test_objectives.test_minima_are_minima(objectives.bathtub)
test_objectives.test_start_and_minima_are_on_the_map(objectives.bathtub)
assert descend("bathtub", "sgd", learning_rate=0.01, steps=500).losses[-1] < 0.5
lab = Lab("bathtub", ["rmsprop"], controls="all")
assert "bathtub" in [told["name"] for told in lab.spec["objectives"]]
""",
)
def a_surface(copy: Copy) -> None:
    copy.insert(
        "rmsprop_lab/objectives/surfaces.py",
        "\n#: Every built-in surface by name.",
        """
def _bathtub(x: Number, y: Number) -> Number:
    return x * x * x * x + x * x + y * y


def _bathtub_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 4 * x * x * x + 2 * x, 2 * y


bathtub = Objective(
    name="bathtub",
    value=_bathtub,
    grad=_bathtub_gradient,
    minima=((0, 0),),
    start=(1.5, 1),
    window=((-2, 2), (-2, 2)),
)
""",
    )
    copy.insert("rmsprop_lab/objectives/surfaces.py", "    )\n}\n", "        bathtub,\n")
    copy.insert("rmsprop_lab/objectives/__init__.py", "    beale,\n", "    bathtub,\n")
    copy.insert("rmsprop_lab/objectives/__init__.py", '    "beale",\n', '    "bathtub",\n')
    copy.insert(
        "tests/objectives/test_objectives.py",
        "]\n\nSURFACES",
        '    ("bathtub", (2, 3), 29),  # 2⁴ + 2² + 3²\n',
    )


@adding(
    "surface of data",
    """
import numpy as np
from rmsprop_lab import Lab, least_squares

inputs = np.random.default_rng(0).standard_normal((30, 2))
lab = Lab(least_squares(inputs, inputs @ [2, -1]), ["sgd"], controls=["batch_size"])
assert lab.batch_size and lab.spec["objectives"][0]["examples"]
""",
)
def a_surface_of_data(copy: Copy) -> None:
    """It needs no place in the package."""


@adding(
    "small world",
    """
from rmsprop_lab.networks import worlds
from tests.networks import test_worlds

test_worlds.test_a_world_is_the_same_for_a_seed_and_another_for_another("stripes")
test_worlds.test_the_points_are_these()
assert "stripes" in worlds.ALL
""",
)
def a_small_world(copy: Copy) -> None:
    copy.insert(
        "rmsprop_lab/networks/worlds.py",
        "ALL = {make",
        """def stripes(count: int = 200, seed: int = 0, noise: float = 0.1) -> Points:
    \"\"\"Two stripes, one above the other. As :func:`circles`.\"\"\"
    twister, classes = _begin(count, seed)
    across = twister.random_sample(len(classes))
    return _end(np.column_stack([across, classes - 0.5]), classes, noise, twister)


""",
    )
    copy.insert("rmsprop_lab/networks/worlds.py", "xor)}", "stripes, ")
    copy.insert(
        "tests/networks/test_worlds.py",
        "}\n\n\n@pytest",
        """    "stripes": [[0.647, -0.276], [0.902, 0.402]],
""",
    )


@adding(
    "from elsewhere",
    """
import numpy as np
from rmsprop_lab import Recorded, Replay

points = np.array([[3.0, 2.0], [1.0, 0.5], [0.2, 0.1]])
losses = (points**2).sum(axis=1)
path = Recorded(points, 2 * points, np.zeros_like(points), losses)
x, y = np.meshgrid(np.linspace(-4, 4, 20), np.linspace(-4, 4, 20))
replay = Replay(x**2 + y**2, ((-4, 4), (-4, 4)), {"sgd": path})
assert "<figure" in replay._repr_mimebundle_()[0]["text/html"]
""",
)
def a_path_from_elsewhere(copy: Copy) -> None:
    """It needs no place in the package."""


CHAPTER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
myst:
  html_meta:
    description: How steep the bathtub is, and how RMSProp gets to its bottom.
---

# The bathtub

```{code-cell} ipython3
from rmsprop_lab import Lab

Lab("bathtub", ["rmsprop"], controls=["learning_rate"])
```
"""


@adding(
    "chapter",
    """
import jupytext
from tests.book import test_book

assert "bathtub" in test_book.PARTS["On real problems"]
test_book.test_every_page_is_in_the_contents()
notebook = jupytext.read("book/bathtub.md")
found = {}
for cell in notebook.cells:
    if cell.cell_type == "code":
        exec(cell.source, found)
""",
)
def a_chapter(copy: Copy) -> None:
    copy.write("book/bathtub.md", CHAPTER)
    copy.insert("_toc.yml", "      - file: book/practice\n", "      - file: book/bathtub\n")


QUESTION = """
:::{question} Where is the bathtub least steep along x?
1. Near 0
2. Far out

<details><summary>Answers</summary>

1. Right. Its slope there is 4x³ + 2x.
2. No. There the cube of x rules.

</details>
:::
"""


@adding(
    "question",
    """
from tests.book.test_extensions import test_no_source_gives_an_answer_away
from tests.book.test_extensions import build_page

page, said = build_page(open("book/bathtub.md").read().split("```")[-1])
assert page.count('type="radio"') == 2 and not said
test_no_source_gives_an_answer_away()
""",
)
def a_question(copy: Copy) -> None:
    copy.append("book/bathtub.md", QUESTION)


@adding(
    "fact",
    """
from tests.book.test_facts import test_the_bathtub_has_a_bottom

test_the_bathtub_has_a_bottom()
""",
)
def a_fact(copy: Copy) -> None:
    copy.append(
        "tests/book/test_facts.py",
        """

def test_the_bathtub_has_a_bottom() -> None:
    assert descend("bathtub", "sgd", learning_rate=0.1, steps=100).losses[-1] < 1e-12
""",
    )


@adding(
    "mistake",
    """
from rmsprop_lab import check
from tests.checking.wrong_rules import WRONG

rule, name, function = WRONG[-1]
verdict = check(function, rule)
assert verdict.mistake == name == "cube in s", verdict.mistake
""",
)
def a_mistake(copy: Copy) -> None:
    copy.insert(
        "rmsprop_lab/checking/mistakes/rmsprop.py",
        "\nRMSPROP",
        '''
def cube_in_s(
    learning_rate: Number, rho: Number, epsilon: Number, grad: Number, s_prev: Number
) -> Pair:
    """The gradient enters s as its cube. RMSProp averages its square."""
    s = rho * s_prev + (1 - rho) * abs(grad * grad * grad)
    return learning_rate * grad / (sqrt(s) + epsilon), s

''',
    )
    copy.insert(
        "rmsprop_lab/checking/mistakes/rmsprop.py",
        "            old_s_in_the_update,\n            epsilon_in_the_state,",
        "            cube_in_s,\n",
    )
    copy.append(
        "tests/checking/wrong_rules.py",
        """

@wrong("rmsprop", "cube in s")
def _(lr, rho, eps, g, s):
    s = s * rho + np.abs(g) ** 3 * (1 - rho)
    return lr * g / (eps + np.sqrt(s)), s
""",
    )


@adding(
    "form of a right rule",
    """
from rmsprop_lab import check
from tests.checking import test_slips

(form,) = [form for name, form in test_slips.FORMED if name == "sgd"]
test_slips.test_a_form_is_right_and_has_a_tape_of_its_own("sgd", form)
test_slips.test_slips_of_a_form_are_found_again_and_named_as_what_they_are("sgd", form)
halves_multiplied = lambda lr, g: (lr * g / 2) * (lr * g / 2)
assert check(halves_multiplied, "sgd").mistake.startswith("(learning_rate * grad / 2) ** 2 for ")
""",
)
def a_form(copy: Copy) -> None:
    copy.insert(
        "rmsprop_lab/checking/forms.py",
        "\n#: By the rule's name",
        '''
def in_halves(learning_rate: Number, grad: Number) -> Number:
    """The step in two halves."""
    half = learning_rate * grad / 2
    return half + half

''',
    )
    copy.insert("rmsprop_lab/checking/forms.py", '    "momentum": (', '    "sgd": (in_halves,),\n')


@adding(
    "assignment",
    """
from pathlib import Path

from classroom import assignments
from classroom.__main__ import main

assert assignments.find("second").title == "Gradient descent, by hand"
assert main(["release", "second", "--out", "handed-out", "--secret", "secret.txt"]) == 0
assert list(Path("handed-out").rglob("second.ipynb"))
""",
)
def an_assignment(copy: Copy) -> None:
    for kind in ("md", "py"):
        text = copy.text(f"classroom/assignments/descent.{kind}")
        copy.write(f"classroom/assignments/second.{kind}", text.replace('"descent"', '"second"'))
    copy.insert("classroom/assignments/__init__.py", '"minibatch",', '"second", ')
    page = copy.text("book/assignment-descent.md").replace("handout: descent", "handout: second")
    copy.write("book/assignment-second.md", page)
    before = "      - file: book/assignment-minibatch\n"
    copy.insert("_toc.yml", before, "      - file: book/assignment-second\n")


@adding(
    "view of the lab",
    """
from pathlib import Path
from tests.test_adding import in_view

assert "length of a step" in Path("rmsprop_lab/lab/static/page.js").read_text()
in_view("node", "--test", "src/plots/lengths.test.ts")
""",
)
def a_view_of_the_lab(copy: Copy) -> None:
    copy.write(
        "rmsprop_lab/lab/js/src/plots/lengths.ts",
        """// How long each step of a path is.

import type { Path } from "../engine/engine.ts";

export const lengthsOf = ({ x, y }: Path): Float64Array =>
  x.update.map((along, k) => Math.hypot(along, y.update[k] ?? NaN));
""",
    )
    copy.write(
        "rmsprop_lab/lab/js/src/plots/lengths.test.ts",
        """import assert from "node:assert/strict";
import { test } from "node:test";
import { lengthsOf } from "./lengths.ts";

test("a step of 3 and 4 is 5 long", () => {
  const none = Float64Array.of(0);
  const along = (n: number) => ({ at: none, grad: none, update: Float64Array.of(n), state: [] });
  const path = { x: along(3), y: along(4), loss: none, divergedAt: null };
  assert.deepEqual([...lengthsOf(path)], [5]);
});
""",
    )
    views = "rmsprop_lab/lab/js/src/plots/views.ts"
    copy.insert(
        views,
        "  const charts = player &&",
        """  const lengths = computed(() =>
    chart(
      "length of a step",
      paths.value.map(({ path, name, racer: { key, look } }) => ({
        key,
        values: lengthsOf(path),
        look,
        name,
      })),
    ),
  );
""",
    )
    copy.insert(views, "  const left = computed", "  charts.push(lengths);\n")
    copy.insert(views, "import { createMap }", 'import { lengthsOf } from "./lengths.ts";\n')


@adding(
    "control",
    """
from pathlib import Path
from rmsprop_lab import Lab
from tests.lab import test_contract

lab = Lab("bowl", controls=["quiet"], quiet=True)
assert lab.spec["controls"] == ["quiet"] and lab.quiet is True
assert '"quiet":true' in lab._repr_mimebundle_()[0]["text/html"]
test_contract.test_no_argument_of_a_typed_rule_may_hide_a_setting()
assert "quiet is true or false" in Path("rmsprop_lab/lab/static/page.js").read_text()
""",
)
def a_control(copy: Copy) -> None:
    view = "rmsprop_lab/lab/js/src/"
    copy.append(
        view + "controls/choices.ts",
        """
export function createQuiet({ get, write }: Lab): Control {
  const box = element("input", { type: "checkbox", name: "quiet" });
  box.addEventListener("change", () => write({ quiet: box.checked }));
  const show = () => (box.checked = get("quiet") ?? false);
  return { element: element("label", {}, box, "quiet"), show };
}
""",
    )
    copy.insert(
        view + "controls/panel.ts", "    surface: () =>", "    quiet: () => createQuiet(lab),\n"
    )
    copy.insert(view + "controls/panel.ts", "createRacers, createSurfaceChoice }", "createQuiet, ")
    copy.insert("rmsprop_lab/lab/setup.py", '    "convergence",\n    "zoom",', '    "quiet",\n')
    copy.insert(view + "engine/rule.ts", "computed heights", "quiet ")
    copy.append(
        "rmsprop_lab/lab/contract.py", "    quiet: NotRequired[bool]  # nothing is read out\n"
    )
    widget = "rmsprop_lab/lab/widget.py"
    copy.insert(
        widget, '        caption: str = "",\n        **numbers', "        quiet: bool = False,\n"
    )
    copy.insert(
        widget, '            "start": (check_start', '            "quiet": (bool, quiet),\n'
    )
    copy.insert(
        view + "address/settings.ts",
        '    setting<string[]>("sweep"',
        """    setting<boolean>("quiet", String, (text) =>
      ["true", "false"].includes(text) ? { value: text === "true" } : "quiet is true or false",
    ),
""",
    )


@adding(
    "preset",
    """
from rmsprop_lab import Lab, descend, presets

from tests import test_presets
from tests.lab import test_lab

test_presets.test_settings_are_known_and_in_range(presets.find("cautious"))
test_presets.test_presets_are_found_by_name()
test_presets.test_an_unknown_preset_is_refused_with_the_choices("tensorflow")
test_lab.test_everything_can_be_asked_for()
test_lab.test_every_preset_is_one_the_lab_takes()
cautious = presets.find("cautious")
assert descend("bowl", "rmsprop", **cautious.settings).losses[-1] > 1
lab = Lab("bowl", ["rmsprop"], controls=["presets"])
assert cautious.label in [told["label"] for told in lab.spec["presets"]]
""",
)
def a_preset(copy: Copy) -> None:
    copy.insert(
        "rmsprop_lab/presets.py",
        """        _library(
            "pytorch",
""",
        """        Preset("cautious", "small steps", {"learning_rate": 0.001}, "a thousandth"),
""",
    )


@adding(
    "schedule",
    """
from rmsprop_lab import Lab, descend, schedules
from tests import test_schedules

assert descend("bowl", "sgd", steps=4, schedule="linear").factors.tolist() == [1, 0.75, 0.5, 0.25]
told = Lab("bowl", ["sgd"], controls=["schedule"]).spec["schedules"][-1]
assert told["name"] == "linear" and told["factor"]["lines"]  # it is live in a page
test_schedules.test_the_factors_are_those_of_the_formula("linear")
test_schedules.test_the_page_has_the_same_bits()
test_schedules.test_every_schedule_is_an_exact_tape_and_begins_at_the_full_rate(schedules.linear)
""",
)
def a_schedule(copy: Copy) -> None:
    copy.insert(
        "rmsprop_lab/schedules.py",
        "def _power(base: Any",
        '''def _linear(k: Any, steps: Any) -> Any:
    """In a straight line to 0."""
    return 1 - k / steps


''',
    )
    copy.insert(
        "rmsprop_lab/schedules.py",
        "\n#: Every built-in schedule by name.",
        'linear = Schedule.of(_linear, "linear")\n',
    )
    copy.insert(
        "tests/test_schedules.py",
        "\n\ndef some(",
        'FORMULAS["linear"] = lambda k, steps: 1 - k / steps\n',
    )


@adding(
    "operation of the tape",
    """
import math
import numpy as np
from rmsprop_lab.algebra.gradient import gradient
from rmsprop_lab.algebra.tape import trace
from tests.algebra import test_formula, test_tape

for sinh in (np.sinh, math.sinh):
    function = lambda x, y: sinh(x) + y * y
    assert ("sinh", 0) in trace(function).lines
    assert abs(gradient(function)(0.0, 1.0)[0] - 1) < 1e-15
test_tape.test_the_tables_of_operations_agree()
test_tape.test_every_operation_is_known_to_the_page()
typed, at = "sinh(x*y) + y^2", [[8.0, 1.0], [0.3, -2.0]]
(theirs,) = test_formula.on_the_page([(typed, at)])
np.testing.assert_allclose(theirs, test_formula.in_python(typed, at), rtol=1e-14)
test_formula.test_nothing_typed_is_in_the_scope()
""",
)
def an_operation(copy: Copy) -> None:
    algebra, view = "rmsprop_lab/algebra/", "rmsprop_lab/lab/js/src/"
    copy.insert(algebra + "tape.py", '    **dict.fromkeys(("cbrt"', '    "sinh": 1,\n')
    copy.insert(algebra + "tape.py", "tanh, sign, minimum", "sinh, ")
    slope = "np.exp(u.value) / 2 + np.exp(-u.value) / 2"
    copy.insert(
        algebra + "dual.py",
        '    "tanh": _tanh,',
        f'    "sinh": lambda u: _chain(u, np.sinh(u.value), {slope}),\n',
    )
    copy.insert(algebra + "overload.py", "tanh atan hypot", "sinh ")
    copy.insert(
        view + "tape/operations.ts", '  ["tanh", [', '  ["sinh", ["Math.sinh($0)", Math.sinh]],\n'
    )
    for names in (algebra + "mending.py", view + "formula/mending.ts"):
        copy.insert(names, "abs sign max min", "sinh ")
    copy.insert(
        view + "formula/differentiation.ts",
        '      case "tanh":',
        """      case "sinh":
        return this.add(
          this.divide(this.apply("exp", u), 2),
          this.divide(this.apply("exp", this.negative(u)), 2),
        );
""",
    )


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("adding")]  # one copy for all


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What went wrong with each addition; "" where nothing did."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    for addition in ADDITIONS.values():
        addition.add(copy)
    copy.compile_view()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK],
        input=json.dumps({what: addition.holds for what, addition in ADDITIONS.items()}),
        cwd=copy.folder,
        env=os.environ | {"PYTHONPATH": str(copy.folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


LOOK = """
import contextlib, json, sys, traceback

import rmsprop_lab
assert rmsprop_lab.__file__.startswith(sys.path[1]), "another package than the copy's"
said = {}
for what, holds in json.load(sys.stdin).items():
    try:
        with contextlib.redirect_stdout(sys.stderr):
            exec(holds, {})
        said[what] = ""
    except BaseException:
        said[what] = traceback.format_exc()
json.dump(said, sys.stdout)
"""


def test_every_list_is_followed() -> None:
    assert re.findall(r"^- \*\*(?:An?|Paths) (.+?)\*\*", LISTS, re.M) == list(ADDITIONS)


@pytest.mark.parametrize("what", ADDITIONS)
def test_what_the_list_says_is_enough(what: str, said: dict[str, str]) -> None:
    assert said[what] == ""
