"""Trajectories, fixed points and flow of networks in the plane of their decision, for each context."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key, name_axes, page
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import CHOICES, shaded

MARKS = {  # kind: label, marker and face
    "stable": ("stable point", "o", "black"),
    "saddle": ("saddle", "s", "white"),
    "unstable": ("other unstable point", "^", "white"),
    "slow": ("slow point", "D", "#999999"),
}
MODELS = 4
ROW = 44  # mm
LIGHTEST = 0.08  # opacity of an arrow where the network leaves the plane


def choice_plane(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """The first network of each model in the plane of its decision, one column for each context.

    Abscissa: projection onto the gradient of the read-out, left minus right; ordinate: the direction in which states
    vary most beside it. Lines: mean trajectories from the beginning of the stimulus to the end of the decision, for
    each relevant coherence (colour: sign; light to dark: strength); the irrelevant input is averaged. Points: fixed and
    slow points with the inputs of the context and no evidence. Arrows: direction of the flow in the plane with these
    inputs; the paler an arrow, the smaller the share of the speed that lies in the plane, so that pale arrows say
    little. At most four models are shown. Each panel has its own scale.
    """
    rows = of_study(tables, "choice_plane", study)
    models = list(dict.fromkeys(rows["source"]))[:MODELS]
    rows = rows[rows["source"].isin(models)]
    contexts = list(dict.fromkeys(rows["variable"]))
    figure = page(ROW * len(models) + 12)
    axes = figure.subplots(len(models), len(contexts), squeeze=False)
    for line, model in zip(axes, models, strict=True):
        for axis, context in zip(line, contexts, strict=True):
            own = rows[rows["source"].eq(model) & rows["variable"].eq(context)]
            _flow(axis, own[own["kind"] == "flow"])
            _trajectories(axis, own[own["kind"] == "trajectory"])
            for kind, (_, mark, face) in MARKS.items():
                here = own[own["kind"] == kind]
                axis.plot(here["x"], here["y"], mark, color="black", markerfacecolor=face, markersize=4, zorder=4)
            axis.set_title(f"{words(model)}, context {words(context)}")
            axis.locator_params(nbins=4)
    name_axes(list(axes.flat), x="choice axis (a.u.)", y="second axis (a.u.)")
    present = [kind for kind in MARKS if kind in set(rows["kind"])]
    ink = {"color": "black", "linestyle": "", "markersize": 4}
    entries = {MARKS[k][0]: Line2D([], [], marker=MARKS[k][1], markerfacecolor=MARKS[k][2], **ink) for k in present}
    entries |= {
        name: Line2D([], [], color=c) for name, c in zip(("evidence left", "evidence right"), CHOICES, strict=True)
    }
    key(figure, entries, columns=len(entries))
    return figure, rows.dropna(axis="columns", how="all")


def _flow(axis: Axes, rows: pd.DataFrame) -> None:
    """Arrows of equal length on the scale of the panel."""
    velocity = rows[["dx", "dy"]].to_numpy(dtype=float)
    scale = np.ptp(rows[["x", "y"]].to_numpy(dtype=float), axis=0)
    scale[scale == 0] = 1
    size = np.linalg.norm(velocity / scale, axis=1, keepdims=True)
    arrows = np.divide(velocity / scale, size, out=np.zeros_like(velocity), where=size > 0) * scale
    colour = [to_rgba("black", max(LIGHTEST, share)) for share in rows["in_plane"].clip(0, 1)]
    step = 0.6 / np.sqrt(max(len(rows), 1))
    axis.quiver(
        rows["x"], rows["y"], *(arrows * step).T, color=colour, angles="xy", scale_units="xy", scale=1, width=0.003,
        headwidth=4, zorder=1,
    )  # fmt: skip


def _trajectories(axis: Axes, rows: pd.DataFrame) -> None:
    """A line for each relevant coherence, from light (weak) to dark (strong)."""
    strongest = rows["strength"].abs().max()
    for strength, course in rows.groupby("strength", sort=True):
        ink = shaded(CHOICES[0] if strength > 0 else CHOICES[1], abs(strength) / strongest)
        course = course.sort_values("time")
        axis.plot(course["x"], course["y"], color=ink, linewidth=0.9, zorder=3)
        axis.plot(course["x"].iloc[-1:], course["y"].iloc[-1:], ".", color=ink, markersize=2.5, zorder=3)
