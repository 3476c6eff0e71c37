"""Recordings and networks in the shape space."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.rows import networks, of_study, sources
from rnncompare.drawing.style import GUIDE, OTHER, RECORDING, ablation, colours

ROW = 4.4  # mm a source
MARKERS = ("s", "^", "v", "P", "X", "d")  # of sources that are not networks
STAR = {"marker": "*", "s": 70, "zorder": 4, "linewidths": 0.5, "edgecolors": "white"}
MEAN, AMONG = "mean angle to the recording", "mean angle within the source"


def shape_space(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Recordings and networks as points whose distances are angles between shapes.

    The condition-independent signal is removed. Left: classical multidimensional scaling of the angles between all
    activities. Each point is one network, or one draw of a control, and the star is the recording. The title gives the
    fraction of the squared angles that the two dimensions explain; activities that differ in other dimensions can
    appear close. Right: angles of single activities (dots) and mean angles (diamonds) to the recording; open circles
    are mean angles between the activities of a source. 0 rad: the same shape, pi/2 rad: orthogonal shapes. Angles are
    fitted in sample and are therefore far below pi/2 by chance: positions are descriptive and are not a test. Ablations
    are omitted.
    """
    rows = of_study(tables, "shape_space", study)
    rows = rows[[not ablation(s) and not ablation(o) for s, o in zip(rows["source"], rows["other"], strict=True)]]
    data = of_study({"shape_space": rows}, "shape_space", study, other="recording", other_seed=0)
    data = data.drop(columns=["other", "other_seed"]).rename(columns={"angle": "angle_to_recording"})
    data = data.merge(_among(rows), on="source", how="left")
    shown = list(dict.fromkeys(data["source"]))
    look = _looks(shown, colours(sources(tables, study), networks(tables, study)), networks(tables, study))
    figure = page(max(70, ROW * len(shown) + 30))
    left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
    _plane(left, data, look)
    _angles(right, data[data["source"] != "recording"], look)
    key(figure, _entries(look), columns=4)
    return figure, data


def _among(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the mean angle between the activities of each source that has several."""
    own = rows[(rows["source"] == rows["other"]) & (rows["seed"] != rows["other_seed"])]
    return own.groupby("source", sort=False)["angle"].mean().rename("angle_among_own").reset_index()


def _looks(shown: list[str], colour: dict[str, str], nets: list[str]) -> dict[str, dict]:
    """Return the symbol of each source: a star for the recording, circles for networks, and grey for others."""
    others = [s for s in shown if s not in nets and s != "recording"]
    marks = {s: {"marker": MARKERS[k % len(MARKERS)], "s": 14} for k, s in enumerate(others)}
    circle = {"marker": "o", "s": 12}
    plain = {s: {"facecolors": colour.get(s, OTHER), "linewidths": 0, **marks.get(s, circle)} for s in shown}
    return plain | {"recording": {"facecolors": RECORDING, **STAR}}


def _plane(axis: Axes, data: pd.DataFrame, look: dict[str, dict]) -> None:
    for source, mine in data.groupby("source", sort=False):
        axis.scatter(mine["x"], mine["y"], **look[source])
    axis.set_aspect("equal", adjustable="datalim")
    axis.margins(0.08)
    axis.set_xlabel("Dimension 1 (rad)")
    axis.set_ylabel("Dimension 2 (rad)")
    axis.set_title(f"Multidimensional scaling ({data['plane_share'].iloc[0]:.0%})")


def _angles(axis: Axes, data: pd.DataFrame, look: dict[str, dict]) -> None:
    names = list(dict.fromkeys(data["source"]))
    for y, source in enumerate(names):
        mine, ink = data[data["source"] == source], look[source]["facecolors"]
        axis.scatter(mine["angle_to_recording"], [y - 0.2] * len(mine), color=ink, s=3, linewidths=0, alpha=0.6)
        axis.plot(mine["angle_to_recording"].mean(), y, "D", color=ink, markersize=3.2)
        among = mine["angle_among_own"].iloc[0]
        if pd.notna(among):
            axis.plot(among, y + 0.25, "o", color=ink, markersize=2.6, markerfacecolor="white", markeredgewidth=0.6)
    for y in range(1, len(names)):
        axis.axhline(y - 0.5, color=GUIDE, linewidth=0.4, zorder=-1)
    axis.set_yticks(range(len(names)), [words(s) for s in names])
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.axvline(np.pi / 2, color=OTHER, linewidth=0.5, linestyle=":")
    axis.set_xlim(0, 1.04 * np.pi / 2)
    axis.set_xlabel("Angle (rad; dotted: π/2)")
    axis.set_title("Angle to the recording")


def _entries(look: dict[str, dict]) -> dict[str, Line2D]:
    grey = "#444444"
    shown = {
        title(source): Line2D([], [], color=mark["facecolors"], marker=mark["marker"], linestyle="", markersize=4)
        for source, mark in look.items()
    }
    return shown | {
        MEAN: Line2D([], [], color=grey, marker="D", linestyle="", markersize=3.2),
        AMONG: Line2D([], [], color=grey, marker="o", linestyle="", markerfacecolor="white"),
    }
