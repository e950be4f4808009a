"""An optimiser and its settings as code: of this book, and of other libraries in their names.

What a library has no equal for, a comment says. ``tests/goldens/generate.py`` runs the
snippets with the libraries themselves; ``tests/test_libraries.py`` holds every "equal" and
every "nearest" to the paths they gave.

A template is a list of lines. The page fills in the same lines, so both write the same text.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from reprlib import repr as shortened
from typing import NamedTuple

from rmsprop_lab import objectives, optimizers, schedules
from rmsprop_lab.algebra.tape import UntraceableError, trace
from rmsprop_lab.descent import STEPS, check_start
from rmsprop_lab.objectives import Objective, ObjectiveLike
from rmsprop_lab.optimizers import Optimizer, OptimizerLike
from rmsprop_lab.parameter import Parameter
from rmsprop_lab.schedules import Schedule, ScheduleLike, has_rate
from rmsprop_lab.stochastic import Chance


class Line(NamedTuple):
    """One line of a template.

    Attributes:
        text: with ``{rho}`` where the value of that name comes.
        needs: a name; where its value is 0 or there is none, there is no such line.
    """

    text: str
    needs: str = ""


@dataclass(frozen=True)
class _Form:
    """What a library calls one of our rules, and what is not as here."""

    call: str
    arguments: tuple[str | Line, ...]
    remarks: tuple[str, ...] = ()


def _form(call: str, *arguments: str | Line, remarks: tuple[str, ...] = ()) -> _Form:
    return _Form(call, arguments, remarks)


_RATE_INSIDE = (
    "The rate stands inside the velocity, in this book outside:",
    "the path is equal for as long as the rate is constant.",
)
_SQUARED = (
    "Nearest: epsilon stands inside the root only. Squared there,",
    "the divisor is equal where s is 0, and elsewhere smaller,",
    "by a factor of sqrt(2) at most.",
)
_DIFFERENCE = (
    "Equal but for rounding, which can make its variance negative,",
    "a difference of two means. In this book it cannot.",
)

#: By library and by our name for a rule; tests/test_libraries.py holds them to the libraries.
FORMS: dict[str, dict[str, _Form]] = {
    "PyTorch": {
        "sgd": _form("torch.optim.SGD", "lr={learning_rate}"),
        "momentum": _form("torch.optim.SGD", "lr={learning_rate}", "momentum={momentum}"),
        "nesterov": _form(
            "torch.optim.SGD",
            "lr={learning_rate}",
            "momentum={momentum}",
            Line("nesterov=True", needs="momentum"),  # which it refuses without
        ),
        "adagrad": _form("torch.optim.Adagrad", "lr={learning_rate}", "eps={epsilon}"),
        "rmsprop": _form(
            "torch.optim.RMSprop", "lr={learning_rate}", "alpha={rho}", "eps={epsilon}"
        ),
        "rmsprop_inside": _form(
            "torch.optim.RMSprop",
            "lr={learning_rate}",
            "alpha={rho}",
            "eps={epsilon}**0.5",
            remarks=(
                "Nearest: epsilon stands outside the root only. Its root there,",
                "the divisor is equal where s is 0, and elsewhere larger,",
                "by a factor of sqrt(2) at most.",
            ),
        ),
        "rmsprop_centered": _form(
            "torch.optim.RMSprop",
            "lr={learning_rate}",
            "alpha={rho}",
            "eps={epsilon}",
            "centered=True",
            remarks=_DIFFERENCE,
        ),
        "rmsprop_momentum": _form(
            "torch.optim.RMSprop",
            "lr={learning_rate}",
            "alpha={rho}",
            "eps={epsilon}",
            "momentum={momentum}",
        ),
        "adam": _form(
            "torch.optim.Adam", "lr={learning_rate}", "betas=({beta1}, {beta2})", "eps={epsilon}"
        ),
    },
    "Keras": {
        "sgd": _form("keras.optimizers.SGD", "learning_rate={learning_rate}"),
        "momentum": _form(
            "keras.optimizers.SGD",
            "learning_rate={learning_rate}",
            "momentum={momentum}",
            remarks=_RATE_INSIDE,
        ),
        "nesterov": _form(
            "keras.optimizers.SGD",
            "learning_rate={learning_rate}",
            "momentum={momentum}",
            "nesterov=True",
            remarks=_RATE_INSIDE,
        ),
        "adagrad": _form(
            "keras.optimizers.Adagrad",
            "learning_rate={learning_rate}",
            "initial_accumulator_value=0.0",
            "epsilon={epsilon}**2",
            remarks=(*_SQUARED, "Unless told otherwise, s starts at 0.1."),
        ),
        "rmsprop": _form(
            "keras.optimizers.RMSprop",
            "learning_rate={learning_rate}",
            "rho={rho}",
            "epsilon={epsilon}**2",
            remarks=_SQUARED,
        ),
        "rmsprop_inside": _form(
            "keras.optimizers.RMSprop",
            "learning_rate={learning_rate}",
            "rho={rho}",
            "epsilon={epsilon}",
        ),
        "rmsprop_centered": _form(
            "keras.optimizers.RMSprop",
            "learning_rate={learning_rate}",
            "rho={rho}",
            "epsilon={epsilon}**2",
            "centered=True",
            remarks=(*_SQUARED, "Rounding can make its variance negative, in this book not."),
        ),
        "rmsprop_momentum": _form(
            "keras.optimizers.RMSprop",
            "learning_rate={learning_rate}",
            "rho={rho}",
            "momentum={momentum}",
            "epsilon={epsilon}**2",
            remarks=(*_SQUARED, *_RATE_INSIDE),
        ),
        "adam": _form(
            "keras.optimizers.Adam",
            "learning_rate={learning_rate}",
            "beta_1={beta1}",
            "beta_2={beta2}",
            "epsilon={epsilon}",
            remarks=(
                "Nearest: epsilon is added before v is corrected for its start,",
                "in this book after. In step t it counts as",
                "epsilon / sqrt(1 - beta_2**t): more at first, in the end as much.",
            ),
        ),
    },
    "Optax": {
        "sgd": _form("optax.sgd", "learning_rate={learning_rate}"),
        "momentum": _form("optax.sgd", "learning_rate={learning_rate}", "momentum={momentum}"),
        "nesterov": _form(
            "optax.sgd", "learning_rate={learning_rate}", "momentum={momentum}", "nesterov=True"
        ),
        "adagrad": _form(
            "optax.adagrad",
            "learning_rate={learning_rate}",
            "initial_accumulator_value=0.0",
            "eps={epsilon}**2",
            remarks=(*_SQUARED, "Unless told otherwise, s starts at 0.1."),
        ),
        "rmsprop": _form(
            "optax.rmsprop",
            "learning_rate={learning_rate}",
            "decay={rho}",
            "eps={epsilon}",
            "eps_in_sqrt=False",
        ),
        "rmsprop_inside": _form(
            "optax.rmsprop",
            "learning_rate={learning_rate}",
            "decay={rho}",
            "eps={epsilon}",
            "eps_in_sqrt=True",
        ),
        "rmsprop_centered": _form(
            "optax.rmsprop",
            "learning_rate={learning_rate}",
            "decay={rho}",
            "eps={epsilon}",
            "eps_in_sqrt=False",
            "centered=True",
            remarks=_DIFFERENCE,
        ),
        "rmsprop_momentum": _form(
            "optax.rmsprop",
            "learning_rate={learning_rate}",
            "decay={rho}",
            "eps={epsilon}",
            "eps_in_sqrt=False",
            "momentum={momentum}",
            remarks=_RATE_INSIDE,
        ),
        "adam": _form(
            "optax.adam",
            "learning_rate={learning_rate}",
            "b1={beta1}",
            "b2={beta2}",
            "eps={epsilon}",
        ),
    },
}

#: What a library has by the name of a rule that is one's own here, and what is not as in the book.
#: The book's AMSGrad is RMSProp with the largest s so far, without corrections.
NAMESAKES: dict[tuple[str, str], tuple[str, ...]] = {
    ("PyTorch", "amsgrad"): (
        "Its torch.optim.Adam(params, amsgrad=True) is Adam, divided by the largest v:",
        "it averages the gradient, too, and corrects both for their start,",
        "v after the largest is taken.",
    ),
    ("Keras", "amsgrad"): (
        "Its keras.optimizers.Adam(amsgrad=True) is Adam, divided by the largest v:",
        "it averages the gradient, too, and corrects both for their start,",
        "v after the largest is taken and epsilon is added.",
    ),
    ("Optax", "amsgrad"): (
        "Its optax.amsgrad(learning_rate) is Adam, divided by the largest v:",
        "it averages the gradient, too, and corrects both for their start,",
        "v before the largest is taken.",
    ),
}
_IMPORTS = {"PyTorch": "torch", "Keras": "keras", "Optax": "optax"}
_THIS_BOOK = "this book"

#: What code can be written for.
LIBRARIES = (_THIS_BOOK, *FORMS)


def as_code(
    optimizer: OptimizerLike,
    library: str = _THIS_BOOK,
    /,
    *,
    objective: ObjectiveLike = "bowl",
    start: tuple[float, float] | None = None,
    steps: int = 100,
    noise: float = 0.0,
    seed: int = 0,
    batch_size: int | None = None,
    schedule: ScheduleLike | None = None,
    **settings: float,
) -> str:
    """An optimiser with its settings as code, in the names of a library.

    Args:
        optimizer: an optimiser, a rule, or the name of a built-in one.
        library: one of :data:`LIBRARIES`. ``"PyTorch"``, ``"Keras"`` and ``"Optax"`` give the
            optimiser, ``"this book"`` the whole path, which is what the other arguments are for.
        objective: a surface, or the name of a built-in one.
        start: (x, y); the surface's own start without one.
        steps: how many updates.
        noise: standard deviation of what is added to each coordinate of each gradient.
        seed: of the noise and the batches.
        batch_size: how many of the surface's examples make a step's gradient.
        schedule: of the learning rate; for the other libraries a comment says that there is one.
        **settings: hyper-parameters; the optimiser's defaults where not given.

    Raises:
        ValueError: for a bad name or value, with what is allowed.

    Example:
        >>> print(as_code("rmsprop", "Optax", learning_rate=0.01), end="")
        import optax
        <BLANKLINE>
        optimizer = optax.rmsprop(
            learning_rate=0.01,
            decay=0.9,
            eps=1e-6,
            eps_in_sqrt=False,
        )
    """
    if library not in LIBRARIES:
        raise ValueError(f"no library {shortened(library)}; choices: {', '.join(LIBRARIES)}")
    optimizer, objective = optimizers.find(optimizer), objectives.find(objective)
    x, y = check_start(objective.start if start is None else start)
    chance = Chance.of(objective, noise, seed, batch_size)
    values = {
        "start": f"{number(x)}, {number(y)}",
        "steps": str(STEPS.check_one(steps)),
        **{parameter.name: number(parameter.default) for parameter in objective.parameters},
    }
    for parameter, value in zip(optimizer.parameters, optimizer.one_of_each(settings), strict=True):
        values[parameter.name] = number(value)
    if not optimizer.exact:
        values["noise"] = number(chance.noise)
        values["batch size"] = str(chance.batch_size or 0)
        values["seed"] = "" if chance.plain else str(chance.seed)
    code = surface_code(objective)
    if schedule is not None and has_rate(optimizer):
        schedule = schedules.find(schedule)
        values |= {p.name: schedule_number(p, p.default) for p in schedule.parameters}
        code |= schedule_code(schedule)
    parts = {part: put(text, values) for part, text in code.items()}
    return fill(template(optimizer, library), values | parts)


def template(optimizer: Optimizer, library: str) -> list[Line]:
    """The lines for an optimiser, with the names of what varies in them."""
    if library == _THIS_BOOK:
        return _path(optimizer)
    form = FORMS[library].get(optimizer.name)
    if form is None or not _is_built_in(optimizer):
        named = re.sub("[^a-z]", "", optimizer.label.lower())
        no_equal = f"{library} has no equal of {json.dumps(optimizer.label)}."
        said = (no_equal, *NAMESAKES.get((library, named), ()))
        return [Line(f"# {remark}") for remark in said]
    first = ["params"] if library == "PyTorch" else []
    return [
        *(Line(f"# {remark}") for remark in form.remarks),
        Line("# Not in it: the schedule {schedule name} of the learning rate.", "schedule name"),
        Line(f"import {_IMPORTS[library]}"),
        Line(""),
        Line(f"optimizer = {form.call}("),
        *(_argument(*_line(argument)) for argument in (*first, *form.arguments)),
        Line(")"),
    ]


def _path(optimizer: Optimizer) -> list[Line]:
    """The whole path, by this book's package."""
    known = _is_built_in(optimizer)
    own = f"# rule is your own, {json.dumps(optimizer.label)}, as you defined it."
    return [
        *([] if known else [Line(own)]),
        Line("# surface is your own, {own surface}, as you defined it.", needs="own surface"),
        Line("# schedule is your own, {own schedule}, as you defined it.", needs="own schedule"),
        Line("from rmsprop_lab import {import}{import schedules}"),
        Line(""),
        Line("path = descend("),
        _argument("{surface}"),
        _argument(json.dumps(optimizer.name) if known else "rule"),
        _argument("({start})"),
        _argument("steps={steps}"),
        _argument("noise={noise}", "noise"),
        _argument("batch_size={batch size}", "batch size"),
        _argument("seed={seed}", "seed"),
        *(_argument(f"{p.name}={{{p.name}}}") for p in optimizer.parameters),
        _argument("schedule={schedule}", "schedule"),
        Line(")"),
        Line("print(path.params[-1])"),
    ]


def _is_built_in(optimizer: Optimizer) -> bool:
    return optimizers.ALL.get(optimizer.name) is optimizer


def surface_code(objective: Objective) -> dict[str, str]:
    """A surface's part of a template's values, with the names of its numbers in it."""
    code = {"import": "descend", "import schedules": "", "own surface": ""}
    name = json.dumps(objective.name, ensure_ascii=False)
    if objective.sums and objective.examples:  # of a line: its points say all
        inputs, _, targets = zip(*objective.examples.rows, strict=True)
        columns = "".join(
            f"        [{', '.join(map(number, one))}],\n" for one in (inputs, targets)
        )
        line = f"least_squares(\n{columns}    )"
        return code | {"import": "descend, least_squares", "surface": line}
    if not _is_known_by_its_name(objective):
        return code | {"surface": "surface", "own surface": name}
    if not objective.parameters:
        return code | {"surface": name}
    settings = "".join(f"        {p.name}={{{p.name}}},\n" for p in objective.parameters)
    surface = f"objectives.{objective.name.replace(' ', '_')}.at(\n{settings}    )"
    return code | {"import": "descend, objectives", "surface": surface}


def schedule_code(schedule: Schedule) -> dict[str, str]:
    """A schedule's part of a template's values, with the names of its numbers in it."""
    name, own = json.dumps(schedule.name), ""
    built_in = schedules.ALL.get(schedule.name)
    found = f"schedules.{schedule.name}"
    if built_in is None or built_in.factor is not schedule.factor:
        found, own = "schedules.find(schedule)", name
    settings = "".join(f"        {p.name}={{{p.name}}},\n" for p in schedule.parameters)
    return {
        "import schedules": ", schedules",
        "schedule": f"{found}.at(\n{settings}    )",
        "schedule name": name,
        "own schedule": own,
    }


def _is_known_by_its_name(objective: Objective) -> bool:
    """Whether the name finds this very surface: a built-in one, or a formula."""
    try:
        found = objectives.find(objective.name)
    except ValueError:
        return False
    if found.value is objective.value or objective.parameters or objective.examples:
        return found.value is objective.value
    try:
        return str(trace(found.value)) == str(trace(objective.value))
    except UntraceableError:
        return False


def fill(lines: Iterable[Line], values: Mapping[str, str]) -> str:
    """The lines with the values in their places, without those whose need is 0 or empty."""
    needless = ("", "0", "0.0")
    written = [
        line for line in lines if not line.needs or values.get(line.needs, "") not in needless
    ]
    return "".join(put(line.text, values) + "\n" for line in written)


def put(text: str, values: Mapping[str, str]) -> str:
    """The text with the values where their names stand in braces."""
    return re.sub(r"{([^{}]+)}", lambda place: values.get(place[1], place[0]), text)


def number(value: float) -> str:
    """A number in Python's words, which read back are the same: ``0.1``, ``1e-6``, ``1.0``."""
    return repr(float(value)).replace("e-0", "e-").replace("e+", "e")


def schedule_number(parameter: Parameter, value: float) -> str:
    """A number of a schedule; a whole one as such."""
    return str(int(value)) if parameter.whole else number(value)


def _line(argument: str | Line) -> Line:
    return argument if isinstance(argument, Line) else Line(argument)


def _argument(text: str, needs: str = "") -> Line:
    return Line(f"    {text},", needs)
