"""What every widget of the lab's view holds: its script, and what the view is told."""

from pathlib import Path

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
if not (STATIC / "widget.js").exists():
    raise ImportError("the lab's script is not built: run `make book` once")


class View(anywidget.AnyWidget):
    """The script and the style sheet, and the traits that do not depend on what is shown.

    Attributes:
        spec: what does not change: ``Spec`` of ``src/spec.ts``.
        computed: the paths and heights that the view does not work out itself; ``Computed`` of
            ``src/kernel.ts``.
        step: the step that is shown; ``None`` for the end.
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "lab.css"

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    computed = traitlets.Dict(None, allow_none=True, read_only=True).tag(sync=True)
    step = traitlets.Int(None, min=0, allow_none=True).tag(sync=True)
