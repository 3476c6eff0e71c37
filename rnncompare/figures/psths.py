"""Condition-averaged rates of single units in recordings and networks."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import title
from rnncompare.drawing.canvas import condition_key, fits, page
from rnncompare.drawing.rows import main_networks, of_study, rate_label
from rnncompare.drawing.style import condition_colours

UNITS, WIDTH = 10, 16  # largest number of units of a source, and the smallest width of a panel, mm
ROWS = 4  # largest number of sources: the recording and three networks


def psths(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Condition-averaged rates of neurons, and of units of one network of each model.

    Each panel is a unit, and each line is a condition, with the same colours in all panels. Units are at evenly spaced
    ranks of their range of rates, from the largest to the median. The first network of each model is shown. The
    vertical scale is 0 to the largest rate of the unit, which is given in the panel. The vertical line is the alignment
    event, time 0.
    """
    rows = of_study(tables, "psths", study)
    shown = [s for s in ["recording", *main_networks(tables, study)] if s in set(rows["source"])][:ROWS]
    rows = rows[rows["source"].isin(shown)]
    colour = condition_colours(list(dict.fromkeys(rows["condition"])))
    most = fits(WIDTH, UNITS)
    figure = page(21 * len(shown) + 16)
    axes = figure.subplots(len(shown), most, sharex=True, squeeze=False)
    data = []
    for line, source in zip(axes, shown, strict=True):
        mine = rows[rows["source"] == source]
        mine = mine[mine["seed"] == mine["seed"].min()]
        units = list(dict.fromkeys(mine["unit"]))[:most]
        for axis, unit in zip(line, units, strict=False):
            one = mine[mine["unit"] == unit]
            _panel(axis, one, colour)
            data.append(one)
        for axis in line[len(units) :]:
            axis.axis("off")
        line[0].set_ylabel(title(source).replace(" ", "\n"), fontsize=7)
    figure.supxlabel("Time from the alignment event (s)", fontsize=6.5)
    condition_key(figure, colour)
    return figure, pd.concat(data, ignore_index=True)


def _panel(axis, one: pd.DataFrame, colour: dict[str, str]) -> None:
    for condition, line in one.groupby("condition", sort=False):
        axis.plot(line["time"], line["rate"], color=colour[condition], linewidth=0.7)
    largest = one["rate"].max()
    axis.axvline(0, color="#999999", linewidth=0.5, zorder=0)
    axis.set_ylim(min(0, one["rate"].min()), largest * 1.25 if largest > 0 else 1)
    axis.set_yticks([])
    axis.text(0.02, 1, rate_label(one), transform=axis.transAxes, va="top", fontsize=5)
    start, end = one["time"].min(), one["time"].max()
    axis.set_xlim(start, end)
    axis.set_xticks([0, round(end * 0.9, 1)] if end > 0.15 else [0])
