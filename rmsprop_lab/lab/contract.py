"""What passes between Python and the lab's view, typed once.

mypy holds the package to it; ``tools/contract.py`` writes it as TypeScript, to which ``tsc`` holds
the view; and ``tests/lab/test_contract.py`` holds both to what real labs send.
"""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from rmsprop_lab.style import Marker as Marker

# JSON has lists only; what is more exact in TypeScript stands beside them.
Point = Annotated[list[float], "[number, number]"]
Window = Annotated[list[Point], "[Point, Point]"]  # (x from, x to), (y from, y to)
# An operation and its operands, which are places: 0 is the first argument, `takes.length` the first
# line. Only "number" has the number itself.
Line = Annotated[list[Any], "[operation: string, ...operands: number[]]"]


class Tape(TypedDict):
    """A rule or a surface as data."""

    takes: list[str]  # the names of its arguments
    lines: list[Line]
    returns: list[int]  # places
    names: NotRequired[dict[str, int]]  # the variables of a rule, and where they stand


class Parameter(TypedDict):
    """A number and what a person may set it to."""

    name: str
    symbol: str
    label: str
    low: float | None  # None: no lower limit
    high: float | None  # None: no upper limit
    openLow: bool
    openHigh: bool
    slider: Point  # from, to
    scale: Literal["linear", "log", "memory"]
    unit: str
    whole: bool


class Look(TypedDict):
    """How a racer is drawn."""

    light: str
    dark: str
    dash: list[float]  # px
    marker: Marker


class OptimizerSpec(TypedDict):
    """An optimiser."""

    name: str
    label: str
    rule: Tape | None  # of the Python rule; None: only the kernel can walk it
    parameters: list[str]
    state: list[str]
    initial: list[float]
    scales: bool  # each step is the gradient times an effective rate
    exact: bool  # takes the full gradient, without noise or batches
    source: NotRequired[str]  # its rule as Python text; only of the one that a reader may edit
    looks: list[Look]  # of its first racer, its second, and so on: of as many as may race


class Entry(TypedDict):
    """One who races."""

    optimizer: str  # its name
    settings: dict[str, float]  # its own, by the parameter's name; the others are everybody's


class ExamplesSpec(TypedDict):
    """The data whose mean loss a surface is, and the gradient of one of them."""

    rows: list[list[float]]
    grad: Tape  # takes x, y and a row


class ScheduleSpec(TypedDict):
    """What the learning rate is multiplied by, step by step."""

    name: str
    factor: Tape | None  # takes k, steps, the parameters; None: only the kernel can compute it
    parameters: list[str]


class ObjectiveSpec(TypedDict):
    """A surface."""

    name: str
    value: Tape | None  # of the Python functions; None: only the kernel knows it
    grad: Tape | None
    examples: ExamplesSpec | None  # to draw batches of
    line: bool  # the examples are points (u, 1, t), and their sums are arguments of the tapes
    parameters: list[str]
    settings: list[float]  # the parameters' own values; of a line, the sums
    start: Point
    window: Window
    minima: list[Point]


class CodeLine(TypedDict):
    """A line of code, with {name} where a value comes."""

    text: str
    needs: NotRequired[str]  # a name; where its value is 0 or there is none, there is no such line


class Code(TypedDict):
    """What optimisers, surfaces and schedules are called in code."""

    # By the name of the library, by the name of the optimiser.
    libraries: dict[str, dict[str, list[CodeLine]]]
    surfaces: dict[str, dict[str, str]]  # by name: its part of the values
    schedules: dict[str, dict[str, str]]  # the same


class Preset(TypedDict):
    """Settings under a name."""

    label: str
    settings: dict[str, Any]
    note: str


class DataSpec(TypedDict):
    """Examples with their classes."""

    inputs: list[float]  # row by row, each so many parts
    parts: int  # of 1, a power of two: grey levels are whole numbers by that, and short
    labels: list[int]


class WorldSpec(TypedDict):
    """What a network is trained and tested on."""

    name: str
    train: DataSpec
    test: DataSpec


class NetworkSpec(TypedDict):
    """A network, and the data that there are to choose from."""

    sizes: Annotated[list[int], "[number, number, ...number[]]"]
    worlds: Annotated[list[WorldSpec], "[WorldSpec, ...WorldSpec[]]"]
    image: Annotated[list[int] | None, "[number, number] | null"]  # columns and rows, of pictures


class Spec(TypedDict):
    """Everything about a figure that does not change."""

    # Those there are to choose from.
    objectives: list[ObjectiveSpec]  # one at least where there is no network
    optimizers: list[OptimizerSpec]
    schedules: list[ScheduleSpec]
    entries: list[Entry]  # as they were asked for: so an optimiser joins the race
    parameters: list[Parameter]  # every number the state holds
    controls: list[str]
    code: Code | None  # None: not asked for
    presets: list[Preset]
    rates: list[float]  # the learning rates that tuning tries
    far: float  # a coordinate farther out has diverged
    name: str  # of the figure, for those who do not see it
    caption: str
    network: NetworkSpec | None  # whose training is raced; None: paths on a surface
    replay: bool  # the paths were recorded: only the step and who races can be set


class ComputedPath(TypedDict):
    """A path that the page does not work out."""

    # Rows: of x where it stands, its gradient, its update, its states; the same of y; f.
    numbers: bytes | list[float]
    divergedAt: int | None
    failure: str | None  # what stopped it, in words


class Computed(TypedDict):
    """The paths that the page does not work out, by the racer's key."""

    paths: dict[str, ComputedPath]


class Heights(TypedDict):
    """A surface that the page cannot work out, sampled at the middles of a grid's cells."""

    numbers: bytes | list[float]  # row by row from the bottom
    size: Point  # columns and rows
    window: Window  # what the grid spans


# ---- What the page needs to check a rule as `rmsprop_lab.checking` does.

# A number, or an array with its shape.
Given = Annotated[Any, "number | { shape: number[]; numbers: number[] }"]
# An operation on what is "x", on what came "before", and on numbers.
Done = Annotated[list[Any], "[operation: string, ...operands: (string | number)[]]"]


class Wrong(TypedDict):
    """A wrong version of a rule that is known by name."""

    name: str
    hint: str
    convention: bool  # not a mistake
    tape: Tape


class Step(TypedDict):
    """A call that can be worked by hand."""

    first: bool  # whether it is the first step
    given: list[Given]


class Factor(TypedDict):
    """What a result may have been multiplied by, made of a number."""

    text: str  # with {} for the number's name
    tape: Tape


class Raised(TypedDict):
    """An error that Python raises where an array stands for a number."""

    error: str
    least: int  # numbers in the smallest array for which it does


class Tolerances(TypedDict):
    """How near is the same, and how far apart is another."""

    relative: float
    absolute: float  # of the largest number
    single: float  # of the largest number, in single precision
    mostlyWrong: float  # of all coordinates: then it is not right but for some values
    moves: list[float]  # factors of an argument, to see whether it has an effect
    moved: int  # first probes, in which it is moved
    enough: int  # right calls that turn wrong with an argument, where it is said to decide
    tried: int  # first mistakes that explain the state, each with every second one
    clear: float  # of the map's width: so far apart are paths that one sees part
    visible: float


class Check(TypedDict):
    """A right rule, its wrong versions, the calls to tell them apart, and what is said."""

    label: str
    rule: Tape
    outputs: list[str]
    probes: list[list[Given]]
    steps: list[Step]
    mistakes: list[Wrong]
    forms: list[Tape]  # the right rule as it may also be written
    done: list[list[Done]]  # what one may do to a number too much
    likely: list[list[Done]]  # the likelier of these
    typed: list[float]  # in place of a hyper-parameter
    factors: list[Factor]
    names: dict[str, str]  # what people call the arguments
    strangers: list[str]  # arguments that no rule has
    branch: Raised  # where Python asks whether something is true
    math: Raised  # of the functions of math
    tolerances: Tolerances
    findings: dict[str, Annotated[list[str], "[name: string, text: string]"]]
    phrases: dict[str, str]
    places: list[dict[str, float]]  # settings at which one may see two paths part


class RaceHistory(TypedDict):
    """What one racer's training came to."""

    batchLosses: list[float]  # of each step's batch, before the step
    test: list[float]  # the share of right answers on new data, at the start and after each epoch
    divergedAt: int | None  # the step, from 0


class State(TypedDict):
    """What a figure's model holds, besides the numbers of `Spec.parameters` by name.

    What is not required a replay does not have.
    """

    spec: Spec
    surface: str  # the name of one of the objectives, or a formula
    steps: int
    step: int | None  # that is shown; None: the end
    racers: list[Entry]  # in the order of drawing, no two alike
    rule: NotRequired[str]  # as a reader has edited it; "": as it was sent
    # Of the arguments that only the edited rule takes: the value, and the slider's from and to.
    own: NotRequired[dict[str, Annotated[list[float], "[number, number, number]"]]]
    computed: Computed | None
    heights: Heights | None
    start: NotRequired[Point]  # where the paths begin
    schedule: NotRequired[str]  # the name of one of the schedules; constant where there are none
    world: NotRequired[str]  # of a race of networks: the name of the data
    window: NotRequired[Window | None]  # what the map shows; None: the surface's own
    data: NotRequired[list[Point] | None]  # of a line, its points (u, t); None: the surface's own
    # Of a race of networks: what it came to, by the racer's name, once it has stopped.
    history: NotRequired[dict[str, RaceHistory]]
    sweep: NotRequired[list[str]]  # of the convergence map: a racer's key, parameters along x and y
    check: NotRequired[Check]  # of an exercise, where a rule of one's own is checked
