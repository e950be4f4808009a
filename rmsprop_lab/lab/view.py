"""What every widget of the lab's view holds: its script, and what the view is told."""

import base64
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from reprlib import repr as shortened
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from rmsprop_lab.lab import exported
from rmsprop_lab.lab.picture import figure_html, light

STATIC = Path(__file__).parent / "static"
BUILT = (STATIC / "widget.js").exists()


class ViewNotBuiltError(RuntimeError):
    """The package runs from a clone, and its view has not been built: an install builds it."""

    def __init__(self) -> None:
        super().__init__(
            f"the lab's view is not built, so there is no lab to show: {STATIC / 'widget.js'} is "
            "missing. Run `make book` or `pip install .` in the clone: each builds it. All that "
            "computes works without: descend, descend_many, check, the plots"
        )


class Checked(traitlets.TraitType[Any, Any]):
    """A trait whose values a function checks, and refuses with a ValueError."""

    def __init__(self, check: Callable[[Any], Any], default: Any) -> None:
        self.check = check
        super().__init__(default_value=default)

    def validate(self, obj: Any, value: Any) -> Any:
        try:
            return self.check(value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


KERNEL = {"kind": "kernel"}  # what the page asks, and what it is told


class View(anywidget.AnyWidget):
    """The script and the style sheet, and the traits that do not depend on what is shown.

    Attributes:
        spec, computed, heights, step: as in :class:`~rmsprop_lab.lab.contract.State`.

    Raises:
        ViewNotBuiltError: without the script, which ``hatch_build.py`` builds.
    """

    _esm = STATIC / "widget.js" if BUILT else ""
    _css = STATIC / "lab.css" if BUILT else ""

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    computed = traitlets.Dict(None, allow_none=True, read_only=True).tag(sync=True)
    heights = traitlets.Any(None, read_only=True).tag(sync=True)
    step = traitlets.Int(None, min=0, allow_none=True).tag(sync=True)

    _travels: tuple[str, ...] = ("spec",)  # what the figure of a page has
    _kind = "rmsprop-lab"  # of figure
    _script = ""  # the scripts that its figure needs besides the labs' own
    _source = ""  # the rule that a reader may edit

    def __init__(self, **traits: Any) -> None:
        if not BUILT:
            raise ViewNotBuiltError
        super().__init__(**traits)
        self.on_msg(_answer)

    if TYPE_CHECKING:  # the hyper-parameters of the rules that race are traits by their names

        def __getattr__(self, name: str) -> Any: ...

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a trait or another attribute that there is.

        Raises:
            AttributeError: for a public name that there is not, with the nearest and the choices.
        """
        known = name.startswith("_") or hasattr(type(self), name) or name in self.__dict__
        if not known and self.spec:  # without it is still in the making
            choices = [one for one in self._travels if not self.traits()[one].read_only]
            near = get_close_matches(name, choices, 1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise AttributeError(
                f"{type(self).__name__} has no {shortened(name)} to set.{meant} "
                f"Choices: {', '.join(choices)}",
                name=name,
            )
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """One line: who races, and how all is set."""
        return self._line() if self.spec else object.__repr__(self)

    def _line(self) -> str:
        raise NotImplementedError

    def _still(self) -> tuple[bytes, str, bool]:
        """A picture, the same in words, and whether a page without a kernel can do more."""
        raise NotImplementedError

    def _sent(self) -> dict[str, Any]:
        """What the figure of a page has."""
        return {name: getattr(self, name) for name in self._travels}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live widget for a notebook, the figure as HTML for a static page, or a picture."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            exported.give_script()
            picture, words, live = self._still()
            bundle[0]["image/png"] = base64.b64encode(light(picture)).decode()
            bundle[0]["text/html"] = figure_html(
                picture,
                words,
                self._sent() if live else None,
                self.spec["name"],
                self.spec["caption"],
                self._source,
                self._script,
                self._kind,
            )
        return bundle


def _answer(view: View, asked: Any, _: list[bytes]) -> None:
    """Tell a page that asks that there is a kernel: a page on its own shows a picture."""
    if asked == KERNEL:
        view.send(KERNEL)
