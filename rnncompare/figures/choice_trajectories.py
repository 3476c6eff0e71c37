"""Trajectories of each area in two principal components, by choice and strength of the evidence."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import name_axes
from rnncompare.drawing.choices import choice_key, lines_of
from rnncompare.drawing.panels import area_panels
from rnncompare.drawing.rows import first_networks
from rnncompare.drawing.style import choice_colours


def choice_trajectories(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Trajectories of each area in its first two principal components.

    Each panel is an area of a source, and each line is the average of the trials of one choice (hue) and
    strength of the evidence (darker: stronger). Circles are the first time, triangles the last time, and black dots the
    event at time 0. Percentages are the variance of these averages that is explained by the two components. For
    networks, the first network of each model that made decisions is shown; the source data name it and give the reasons
    for which others were omitted. Each area has its own components. Both axes of a panel have the same scale.
    """
    rows, passed = first_networks(tables, "choice_trajectories", study)
    if "pc2" not in rows:
        raise ValueError(f"figure of {study}: found one component in choice_trajectories.csv, wanted at least two")
    choices, strengths = list(dict.fromkeys(rows["choice"])), sorted(rows["strength"].unique())
    colour = choice_colours(choices, strengths)
    figure, places = area_panels(rows, "source", 36, 18)
    data = []
    for (source, area), axis in places.items():
        mine = rows[rows["source"].eq(source) & rows["area"].eq(area)]
        _panel(axis, mine, colour)
        data.append(mine)
    name_axes(figure.axes, x="Component 1", y="Component 2")
    choice_key(figure, choices, strengths)
    return figure, pd.concat([*data, passed], ignore_index=True)


def _panel(axis: Axes, rows: pd.DataFrame, colour: dict[tuple[str, float], str]) -> None:
    for which, path in lines_of(rows):
        x, y = path["pc1"].to_numpy(), path["pc2"].to_numpy()
        axis.plot(x, y, color=colour[which], linewidth=0.8)
        axis.plot(x[0], y[0], "o", color=colour[which], markersize=2)
        axis.plot(x[-1], y[-1], "^", color=colour[which], markersize=2.5)
        event = path["time"].abs().to_numpy().argmin()
        axis.plot(x[event], y[event], ".", color="black", markersize=2, zorder=3)
    axis.set_aspect("equal", adjustable="datalim")
    axis.set_xticks([])
    axis.set_yticks([])
    share = f"{100 * rows['variance_explained'].iloc[0]:.0f} %"
    axis.text(0.98, 0.98, share, transform=axis.transAxes, ha="right", va="top", fontsize=5.5)
