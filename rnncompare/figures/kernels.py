"""The effect of relevant and irrelevant inputs on the decision over the time of the stimulus, by model."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import compact, fits, key, name_axes, page
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import GUIDE, VARIABLES

COLOURS = {"relevant": VARIABLES[0], "irrelevant": VARIABLES[1]}
COLUMNS, WIDTH = 5, 34  # largest number of panels in one row, and the smallest width of one, mm
ROW = 30  # mm
SHOWN = (-1.5, 4.5)  # of the ordinate


def kernels(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """The effect of the inputs on the decision by the time at which they are given, to first order, for each model.

    Kernels are divided by the mean of the relevant one over the stimulus, so that an observer that sums the relevant
    input and ignores the other has 1 and 0 at all times (dotted). Thin lines are networks, of which contexts are
    averaged; thick lines are medians over networks. Values below -1.5 and above 4.5 are not shown. n: networks.
    """
    rows = of_study(tables, "probes", study)
    timed = rows.reindex(columns=["time"])["time"].notna()
    rows = rows[rows["statistic"].isin(COLOURS) & timed]
    if rows.empty:
        raise ValueError("kernels: found no rows of kernels, wanted the mechanism kernels in the study")
    labels = ["model", "statistic", "seed", "time"]
    data = rows.groupby(labels, sort=False, as_index=False)["value"].mean()
    models = list(dict.fromkeys(data["model"]))
    columns = compact(len(models), fits(WIDTH, COLUMNS))
    lines = -(-len(models) // columns)
    figure = page(ROW * lines + 14)
    axes = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axis, model in zip(axes.flat, models, strict=False):
        own = data[data["model"] == model]
        for statistic, colour in COLOURS.items():
            _courses(axis, own[own["statistic"] == statistic], colour)
        for level in (0, 1):
            axis.axhline(level, color=GUIDE, linestyle=":", linewidth=0.6, zorder=0)
        axis.set_title(f"{words(model)} (n = {own['seed'].nunique()})")
        axis.tick_params(labelbottom=True)
    for axis in axes.flat[len(models) :]:
        axis.remove()
    axes[0, 0].set_ylim(
        max(SHOWN[0], min(-0.2, data["value"].min())), min(SHOWN[1], max(1.2, data["value"].max() * 1.05))
    )
    name_axes(figure.axes, x="Time from the beginning\nof the stimulus (s)", y="Effect on the decision\n(relative)")
    entries = {f"{name} input": Line2D([], [], color=colour) for name, colour in COLOURS.items()}
    key(figure, entries, columns=2)
    return figure, data


def _courses(axis: Axes, rows: pd.DataFrame, colour: str) -> None:
    """A line for each network, and their median."""
    wide = rows.pivot_table(index="time", columns="seed", values="value").sort_index()
    time = wide.index.to_numpy(dtype=float)
    axis.plot(time, wide.to_numpy(), color=colour, linewidth=0.3, alpha=0.5)
    axis.plot(time, np.nanmedian(wide.to_numpy(), axis=1), color=colour, linewidth=1.2)
