"""The built-in surfaces.

Value and gradient are straight-line, like the rules, and may also use ``exp``, ``sin`` and
``cos``; so they run on floats, on arrays and, recorded, in the browser.
"""

from collections.abc import Callable
from dataclasses import replace
from math import inf, pi
from reprlib import repr as shortened
from typing import Any, TypeAlias

from numpy import cos, sin, sqrt

from rmsprop_lab.algebra.formula import FormulaError
from rmsprop_lab.number import Number
from rmsprop_lab.objectives.objective import Objective
from rmsprop_lab.parameter import Parameter


def _bowl(x: Number, y: Number) -> Number:
    return x * x + y * y


def _bowl_grad(x: Number, y: Number) -> tuple[Number, Number]:
    return 2 * x, 2 * y


bowl = Objective(
    name="bowl",
    formula=r"x^2 + y^2",
    value=_bowl,
    grad=_bowl_grad,
    start=(5.0, 4.0),
    window=((-6.0, 6.0), (-6.0, 6.0)),
    minima=((0.0, 0.0),),
    source="the isotropic quadratic, condition number 1",
)


# A true rotation: dividing by 1 + slope² keeps the eigenvalues at 1 and condition.
def _ravine(x: Number, y: Number, condition: Number, slope: Number) -> Number:
    along = x + slope * y
    across = y - slope * x
    return (along * along + condition * (across * across)) / (2 * (1 + slope * slope))


def _ravine_grad(x: Number, y: Number, condition: Number, slope: Number) -> tuple[Number, Number]:
    along = x + slope * y
    across = y - slope * x
    scale = 1 + slope * slope
    return (
        (along - condition * slope * across) / scale,
        (slope * along + condition * across) / scale,
    )


CONDITION = Parameter("condition", "κ", 20.0, low=1.0, high=1e6, slider=(1.0, 1000.0), scale="log")
SLOPE = Parameter("slope", "m", 0.0, low=-inf, high=inf, slider=(-1.0, 1.0))

ravine = Objective(
    name="ravine",
    formula=r"\tfrac12 (x^2 + \kappa y^2)",
    value=_ravine,
    grad=_ravine_grad,
    start=(-5.0, 2.0),
    window=((-6.0, 6.0), (-4.0, 4.0)),
    minima=((0.0, 0.0),),
    parameters=(CONDITION, SLOPE),
    source="the quadratic with eigenvalues 1 and κ along the axes",
)

rotated_ravine = replace(
    ravine,
    name="rotated ravine",
    formula=r"\tfrac12 (u^2 + \kappa v^2),\quad u = (x + m y) / \sqrt{1 + m^2},"
    r"\quad v = (y - m x) / \sqrt{1 + m^2}",
    start=(-5.0, -2.0),
    window=((-6.0, 6.0), (-6.0, 6.0)),
    parameters=(CONDITION, SLOPE.at(1.0)),
    source="the ravine with its floor along y = m x, the same eigenvalues",
)


def _rosenbrock(x: Number, y: Number) -> Number:
    rise = 1 - x
    off = y - x * x
    return rise * rise + 100 * (off * off)


def _rosenbrock_grad(x: Number, y: Number) -> tuple[Number, Number]:
    off = y - x * x
    return -2 * (1 - x) - 400 * x * off, 200 * off


rosenbrock = Objective(
    name="rosenbrock",
    formula=r"(1 - x)^2 + 100 (y - x^2)^2",
    value=_rosenbrock,
    grad=_rosenbrock_grad,
    start=(-1.2, 1.0),
    window=((-2.0, 2.0), (-1.0, 3.0)),
    minima=((1.0, 1.0),),
    source="Rosenbrock (1960), The Computer Journal 3(3) 175-184",
)


def _beale(x: Number, y: Number) -> Number:
    y2 = y * y
    a = 1.5 - x + x * y
    b = 2.25 - x + x * y2
    c = 2.625 - x + x * (y2 * y)
    return a * a + b * b + c * c


def _beale_grad(x: Number, y: Number) -> tuple[Number, Number]:
    y2 = y * y
    y3 = y2 * y
    a = 1.5 - x + x * y
    b = 2.25 - x + x * y2
    c = 2.625 - x + x * y3
    return (
        2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1)),
        2 * x * (a + 2 * b * y + 3 * c * y2),
    )


beale = Objective(
    name="beale",
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    value=_beale,
    grad=_beale_grad,
    start=(1.0, 1.5),
    window=((-1.0, 4.5), (-2.0, 2.0)),
    minima=((3.0, 0.5),),
    source="Beale (1958), Technical Report 25, Princeton University",
)


def _himmelblau(x: Number, y: Number) -> Number:
    a = x * x + y - 11
    b = x + y * y - 7
    return a * a + b * b


def _himmelblau_grad(x: Number, y: Number) -> tuple[Number, Number]:
    a = x * x + y - 11
    b = x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


himmelblau = Objective(
    name="himmelblau",
    formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    value=_himmelblau,
    grad=_himmelblau_grad,
    start=(-0.5, 0.5),
    window=((-6.0, 6.0), (-6.0, 6.0)),
    minima=(
        (3.0, 2.0),
        (-2.8051180869527448, 3.131312518250573),
        (-3.7793102533777469, -3.2831859912861694),
        (3.5844283403304918, -1.8481265269644035),
    ),
    source="Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill",
)


def _saddle(x: Number, y: Number) -> Number:
    y2 = y * y
    return (x * x - y2 + y2 * y2 / 2) / 2


def _saddle_grad(x: Number, y: Number) -> tuple[Number, Number]:
    return x, y * (y * y - 1)


saddle = Objective(
    name="saddle",
    formula=r"\tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4",
    value=_saddle,
    grad=_saddle_grad,
    start=(1.5, 0.001),
    window=((-2.0, 2.0), (-2.0, 2.0)),
    minima=((0.0, 1.0), (0.0, -1.0)),
    source="a saddle at the origin between two minima",
)


# The edge runs along the circle of radius 3; a gentle bowl tilts plateau and basin.
def _cliff(x: Number, y: Number) -> Number:
    r2 = x * x + y * y
    height = r2 - 9
    return (1 + height / sqrt(1 + height * height)) / 2 + r2 / 400


def _cliff_grad(x: Number, y: Number) -> tuple[Number, Number]:
    height = x * x + y * y - 9
    root = sqrt(1 + height * height)
    steepness = 1 / (root * root * root) + 1 / 200
    return x * steepness, y * steepness


cliff = Objective(
    name="cliff",
    formula=r"\tfrac12 (1 + h / \sqrt{1 + h^2}) + \tfrac1{400}(x^2 + y^2),"
    r"\quad h = x^2 + y^2 - 9",
    value=_cliff,
    grad=_cliff_grad,
    start=(4.5, 2.0),
    window=((-6.0, 6.0), (-6.0, 6.0)),
    minima=((0.0, 0.0),),
    source="a plateau that ends in a cliff around a basin",
)


def _rastrigin(x: Number, y: Number) -> Number:
    return 20 + x * x + y * y - 10 * (cos(2 * pi * x) + cos(2 * pi * y))


def _rastrigin_grad(x: Number, y: Number) -> tuple[Number, Number]:
    return (
        2 * x + 20 * pi * sin(2 * pi * x),
        2 * y + 20 * pi * sin(2 * pi * y),
    )


rastrigin = Objective(
    name="rastrigin",
    formula=r"20 + x^2 + y^2 - 10 \cos 2\pi x - 10 \cos 2\pi y",
    value=_rastrigin,
    grad=_rastrigin_grad,
    start=(3.3, 2.4),
    window=((-4.0, 4.0), (-4.0, 4.0)),
    minima=((0.0, 0.0),),
    source="Rastrigin (1974), Systems of Extremal Control, Nauka",
)

#: Every built-in surface by name.
ALL: dict[str, Objective] = {
    objective.name: objective
    for objective in (
        bowl,
        ravine,
        rotated_ravine,
        rosenbrock,
        beale,
        himmelblau,
        saddle,
        cliff,
        rastrigin,
    )
}


#: A surface, its name, a formula, or a function of x and y: what is accepted for a surface.
ObjectiveLike: TypeAlias = Objective | str | Callable[..., Any]


def find(objective: ObjectiveLike) -> Objective:
    """The surface of that name, formula or function; a surface as it is.

    Raises:
        ValueError: for what is neither a name nor a formula, with the choices.

    Example:
        >>> find("bowl").name, find("x^2 + 3*y^2").gradient(1.0, 1.0)
        ('bowl', (2.0, 6.0))
    """
    if isinstance(objective, Objective):
        return objective
    unknown = f"no objective {shortened(objective)}; choices: {', '.join(ALL)}"
    if isinstance(objective, str):
        if objective in ALL:
            return ALL[objective]
        try:
            return Objective.of(objective)
        except FormulaError as error:
            meant = f"; perhaps {error.suggestion!r}" if error.suggestion else ""
            raise ValueError(f"{unknown}; nor is it a formula in x and y: {error}{meant}") from None
    if callable(objective):
        return Objective.of(objective)
    raise ValueError(unknown)
