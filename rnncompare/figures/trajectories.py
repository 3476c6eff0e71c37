"""Trajectories of the population in its first principal components."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import title
from rnncompare.drawing.canvas import condition_key, fits, page, room
from rnncompare.drawing.rows import main_networks, of_study
from rnncompare.drawing.style import condition_colours

SOURCES, WIDTH = 4, 26  # largest number of sources, and the smallest width of a panel, mm


def trajectories(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Trajectories of the population in its first three principal components, with one line for each condition.

    The condition-independent signal is removed. Top: first and second component; bottom: first and third component.
    Circles are the first time, triangles the last time, and black dots the alignment event. The titles give the
    variance explained by the three components. The first network of each model is shown, in its own components, which
    are rotated onto those of the recording for visual comparison only: the resulting resemblance is not evidence of
    similarity. Both axes of a panel have the same scale; scales differ between sources, whose rates have different
    units.
    """
    rows = of_study(tables, "trajectories", study)
    shown = [s for s in ["recording", *main_networks(tables, study)] if s in set(rows["source"])][
        : fits(WIDTH, SOURCES)
    ]
    colour = condition_colours(list(dict.fromkeys(rows["condition"])))
    data = rows[rows["source"].isin(shown)]
    if "seed" in data:
        data = data[data["seed"] == data.groupby("source")["seed"].transform("min")]
    figure = page(2 * 0.875 * room() / len(shown) + 20)
    axes = figure.subplots(2, len(shown), squeeze=False)
    for column, source in enumerate(shown):
        mine = data[data["source"] == source]
        axes[0, column].set_title(f"{title(source)} ({mine['variance_explained'].iloc[0]:.0%})")
        for axis, component in zip(axes[:, column], ("pc2", "pc3"), strict=True):
            for condition, path in mine.groupby("condition", sort=False):
                _path(axis, path, component, colour[condition])
            axis.set_aspect("equal", adjustable="datalim")
            axis.set_xticks([])
            axis.set_yticks([])
            axis.set_xlabel("PC1")
            axis.set_ylabel(component.upper())
    condition_key(figure, colour)
    return figure, data


def _path(axis, path: pd.DataFrame, component: str, colour: str) -> None:
    path = path.sort_values("time")
    x, y = path["pc1"].to_numpy(), path[component].to_numpy()
    axis.plot(x, y, color=colour, linewidth=0.9)
    axis.plot(x[0], y[0], "o", color=colour, markersize=3)
    axis.plot(x[-1], y[-1], "^", color=colour, markersize=3.5)
    event = path["time"].abs().to_numpy().argmin()
    axis.plot(x[event], y[event], ".", color="black", markersize=3, zorder=3)
