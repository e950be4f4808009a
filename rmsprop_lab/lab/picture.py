"""The lab as a still: for print, for a page without JavaScript, for a code host."""

import base64
import html
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from rmsprop_lab import style
from rmsprop_lab.descent import Trajectory
from rmsprop_lab.networks.training import History
from rmsprop_lab.objectives import Objective
from rmsprop_lab.plots import expect, no_value_from, plot_contours, plot_losses, plot_path
from rmsprop_lab.style import Look

#: Batches whose mean loss a curve of training shows.
SMOOTH = 11
#: At most so wide, in px, is the still that goes along with a live lab.
LIGHT = 528


def as_racer(trajectory: Trajectory, key: str, name: str) -> Trajectory:
    """The path under a racer's key and name, where its optimiser may race several times."""
    return replace(trajectory, optimizer=replace(trajectory.optimizer, name=key, label=name))


def paths_picture(
    objective: Objective,
    trajectories: list[Trajectory],
    looks: Mapping[str, Look],
    losses: bool = True,
) -> bytes:
    """The map with the paths, and the losses, as a WebP picture; looks by the racer's key."""
    size, widths = ((8, 4.4), (3, 2)) if losses else ((4, 2.4), (1,))
    with style.context():
        figure, axes = plt.subplots(
            1, len(widths), figsize=size, width_ratios=widths, layout="constrained", squeeze=False
        )
        left = axes[0, 0]
        try:
            plot_contours(objective, left)
        except ValueError:  # a typed formula may be finite nowhere
            (x, y), title = objective.window, f"{objective.name} has no value here"
            left.set(xlim=x, ylim=y, xlabel="x", ylabel="y", aspect="equal", title=title)
        for ax in axes.flat:
            expect(ax, looks)
        for trajectory in trajectories:
            plot_path(trajectory, left, markersize=7)
        if losses:
            plot_losses(*trajectories, ax=axes[0, 1])
        return _as_webp(figure)


def _as_webp(figure: Figure, dpi: int = 110) -> bytes:
    with io.BytesIO() as drawn, io.BytesIO() as small:
        figure.savefig(drawn, format="png", dpi=dpi)
        plt.close(figure)
        # Few tones, so a palette of 64 holds them. The octree keeps the paths' colours, where
        # Pillow's default mixes them. Without loss WebP is a fifth smaller than PNG.
        palette = Image.open(drawn).convert("RGB").quantize(64, Image.Quantize.FASTOCTREE)
        palette.convert("RGB").save(small, "webp", lossless=True, quality=100)
        return small.getvalue()


def light(picture: bytes) -> bytes:
    """The picture for those who know neither widgets nor HTML: a small PNG."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    width = min(whole.width, LIGHT)
    smaller = whole.resize(
        (width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS
    )
    with io.BytesIO() as small:
        smaller.quantize(32, Image.Quantize.FASTOCTREE).save(small, "png", optimize=True)
        return small.getvalue()


def ending(trajectory: Trajectory) -> str:
    """Where a path ended, in words, as the lab's view says it."""
    label, valueless = trajectory.optimizer.label, no_value_from(trajectory)
    no_value = f"f has no value there, from step {valueless}"
    if trajectory.diverged_at is not None and valueless is not None:
        return f"{label} stopped: {no_value}"
    if trajectory.diverged_at is not None:
        return f"{label} diverged at step {trajectory.diverged_at}"
    (x, y), f = trajectory.params[-1], trajectory.losses[-1]
    height = f"f = {f:.9g}" if valueless is None else no_value
    return f"{label}, step {len(trajectory.params) - 1}: x = {x:.9g}, y = {y:.9g}, {height}"


#: Why a figure does not move, in its own words; the page's script takes the first away.
NO_SCRIPT = "This is a picture: the lab’s script does not run here."
NO_KERNEL = "This is a picture: only a notebook’s kernel can walk this lab."


def paths_alternative(objective: Objective, endings: list[str], losses: bool = True) -> str:
    """The picture of paths in words."""
    head = f"Contour map of {objective.name} with paths" + ", and the loss by step" * losses
    return "; ".join([head, *endings])


def training_picture(histories: Mapping[str, History], looks: list[Look]) -> bytes:
    """What came of a training, as a WebP picture: the loss by step, and who is right by epoch."""
    with style.context():
        figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
        for (name, history), look in zip(histories.items(), looks, strict=True):
            line = {"color": look.light, "linestyle": (0, look.dash) if look.dash else "-"}
            losses, count = history.batch_losses, len(history.batch_losses)
            smooth = np.convolve(losses, np.ones(SMOOTH) / SMOOTH, "valid")
            left.plot(np.arange(count - len(smooth), count), smooth, **line, label=name)
            right.plot(100 * history.test[:, 1], **line)
        left.set(yscale="log", xlabel="step", ylabel="training loss, running mean")
        right.set(xlabel="epoch", ylabel="right on new data, %")
        left.legend()
        return _as_webp(figure, dpi=80)  # a page that carries its data has less room


#: Points across and up in a still of the plane, room around the data, markers of the classes.
_ACROSS, _ROOM, _CLASSES = 120, 0.08, "o^sPD*"


def plane_picture(
    histories: Mapping[str, History],
    looks: list[Look],
    data: tuple[np.ndarray, np.ndarray],
    seen: Callable[[np.ndarray], np.ndarray],
) -> bytes:
    """What each says of the plane at the end, as a WebP picture; ``seen`` is as networks see it."""
    points, labels = data
    low, high = points.min(axis=0), points.max(axis=0)
    room = _ROOM * (high - low)
    x, y = (np.linspace(*edge, _ACROSS) for edge in zip(low - room, high + room, strict=True))
    inputs = seen(np.column_stack([of.ravel() for of in np.meshgrid(x, y)]))
    columns = min(len(histories), 3)
    rows = -(-len(histories) // columns)
    with style.context():
        figure, axes = plt.subplots(
            rows, columns, figsize=(2.4 * columns, 2.6 * rows), layout="constrained", squeeze=False
        )
        for ax in axes.flat[len(histories) :]:
            ax.set_axis_off()
        for ax, (name, history), look in zip(axes.flat, histories.items(), looks, strict=False):
            with np.errstate(all="ignore"):  # the scores of one that diverged may have no number
                said = history.network.forward(history.params, inputs)[-1].argmax(axis=1)
            if len(borders := np.unique(said)[1:] - 0.5):
                ax.contour(x, y, said.reshape(_ACROSS, _ACROSS), borders, colors="k")
            for label, marker in zip(np.unique(labels), cycle(_CLASSES), strict=False):
                fill = "k" if label % 2 else "w"  # as the view has it
                ax.plot(*points[labels == label].T, marker, color="k", mfc=fill, ms=3, mew=0.5)
            ax.set_title(name, color=look.light, fontsize=10)
            ax.set(xticks=[], yticks=[])
        return _as_webp(figure)


def figure_html(
    picture: bytes,
    alternative: str,
    model: dict[str, Any] | None,
    name: str,
    caption: str,
    rule: str = "",
    needs: str = "",
    kind: str = "rmsprop-lab",
) -> str:
    """The figure of a static page: the model as JSON, and the picture until it is live.

    Without a model it stays a picture, and says why. A rule that can be edited is to be read. What
    it needs are scripts besides the labs' own.
    """
    image = base64.b64encode(picture).decode()
    with Image.open(io.BytesIO(picture)) as opened:
        width, height = opened.size  # so that a page keeps the room
    # "<" cannot close the script element when it is written as an escape.
    data = json.dumps(model, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    script = f'<script type="application/json">{data}</script>' if model else ""
    why = f'<p class="lab-why">{NO_SCRIPT if model else NO_KERNEL}</p>'
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    code = f'<pre class="lab-source"><code>{html.escape(rule)}</code></pre>' if rule else ""
    besides = f' data-needs="{html.escape(needs)}"' if needs else ""
    return (
        f'<figure class="{kind}" data-state="static" aria-label="{html.escape(name)}"'
        f"{besides}>"
        f'<img class="lab-picture" width="{width}" height="{height}" '
        f'alt="{html.escape(alternative)}" src="data:image/webp;base64,{image}">'
        f"{script}{code}{why}{below}</figure>"
    )
