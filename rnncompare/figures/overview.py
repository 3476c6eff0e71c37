"""Overview of a recording."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import condition_key, page
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import NETWORKS, OTHER, condition_colours, condition_label

NAMED = 16  # largest number of conditions whose names fit below bars
HEIGHTS = {"trial_rate": 44, "average_rate": 36, "behavior": 38}  # mm


def overview(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Overview of a recording.

    Top: rates of four units in single trials, sorted by condition (coloured strip at the left), from white (0 or the
    lowest rate) to black (the highest rate); both are given in the titles. Middle: condition averages of the same units
    and of the behavior, with one line for each condition. Units are at evenly spaced ranks of their range of rates.
    Bottom: number of trials of each condition; cumulative distribution of the mean rates of the units of each area;
    proportion of trials in which a number is missing. Vertical lines are the event at time 0.
    """
    rows = of_study(tables, "overview", study)
    rows = rows[rows["source"] == rows["source"].iloc[0]]
    parts = dict(list(rows.groupby("kind", sort=False)))
    colour = condition_colours(list(dict.fromkeys(parts["trials"]["condition"])))
    draw = {"trial_rate": _trials, "average_rate": _averages, "behavior": _behavior}
    lines = [name for name in draw if name in parts]
    heights = [*(HEIGHTS[name] for name in lines), 40]
    figure = page(sum(heights) + 8)
    grid = figure.add_gridspec(len(heights), 12, height_ratios=heights)
    shown = []
    for row, name in enumerate(lines):
        axes = [figure.add_subplot(grid[row, k : k + 3]) for k in range(0, 12, 3)]
        shown += draw[name](axes, parts[name], colour)
    below = {"trials": _counts, "mean_rate": _mean_rates, "missing": _missing}
    panels = [name for name in below if name in parts]
    for name, places in zip(panels, np.split(np.arange(12), len(panels)), strict=True):
        below[name](figure.add_subplot(grid[len(lines), places[0] : places[-1] + 1]), parts[name], colour)
        shown.append(parts[name])
    condition_key(figure, colour)
    return figure, pd.concat(shown, ignore_index=True)


def _trials(axes: list[Axes], rows: pd.DataFrame, colour: dict[str, str]) -> list[pd.DataFrame]:
    """Draw single trials, with one panel for each unit."""
    panels = list(_panels(axes, rows, "unit"))
    for axis, unit, one in panels:
        grid = one.pivot(index="trial", columns="time", values="value")
        low, high = min(0.0, grid.min(axis=None)), grid.max(axis=None)
        place = {"aspect": "auto", "extent": (*_edges(grid.columns), len(grid), 0)}
        axis.imshow(grid, cmap="Greys", vmin=low, vmax=high if high > low else low + 1, **place)
        axis.set_title(f"{unit} ({_short(low)} to {_short(high)} {_unit(rows)})")
        condition = one.drop_duplicates("trial").sort_values("trial")["condition"].tolist()
        for name in dict.fromkeys(condition):
            first, last = condition.index(name), len(condition) - condition[::-1].index(name)
            strip = {"transform": axis.get_yaxis_transform(), "clip_on": False, "linewidth": 0}
            axis.fill_between([-0.05, -0.015], first, last, color=colour[name], **strip)
        axis.axvline(0, color=OTHER, linewidth=0.5)
        axis.set_xlim(grid.columns[0], grid.columns[-1])
        axis.set_ylim(len(grid), 0)
        axis.set_yticks([])
        axis.tick_params(labelbottom=False)
    axes[0].set_ylabel(f"{rows['trial'].nunique()} trials, by condition", labelpad=10)
    return [one for _, _, one in panels]


def _averages(axes: list[Axes], rows: pd.DataFrame, colour: dict[str, str]) -> list[pd.DataFrame]:
    axes[0].set_title(f"Averages ({_unit(rows)})", loc="left")
    return [_lines(axis, one, colour, "Rate") for axis, _, one in _panels(axes, rows, "unit")]


def _behavior(axes: list[Axes], rows: pd.DataFrame, colour: dict[str, str]) -> list[pd.DataFrame]:
    axes[0].set_title(f"Behavior ({rows['measured_in'].iloc[0]})", loc="left")
    panels = _panels(axes, rows, "channel")
    return [_lines(axis, one, colour, words(name)) for axis, name, one in panels]


def _lines(axis: Axes, one: pd.DataFrame, colour: dict[str, str], label: str) -> pd.DataFrame:
    """Draw one line for each condition."""
    for condition, line in one.groupby("condition", sort=False):
        axis.plot(line["time"], line["value"], color=colour[condition], linewidth=0.7)
    axis.axvline(0, color=OTHER, linewidth=0.5, zorder=0)
    axis.set_xlim(one["time"].min(), one["time"].max())
    axis.set_xlabel("Time (s)")
    axis.set_ylabel(label)
    return one


def _panels(axes: list[Axes], rows: pd.DataFrame, column: str) -> Iterator[tuple[Axes, str, pd.DataFrame]]:
    """Yield (axis, name, its rows) of the first names, and remove axes that are not needed."""
    names = list(dict.fromkeys(rows[column]))[: len(axes)]
    for axis in axes[len(names) :]:
        axis.remove()
    for axis, name in zip(axes, names, strict=False):
        yield axis, name, rows[rows[column] == name]


def _counts(axis: Axes, rows: pd.DataFrame, colour: dict[str, str]) -> None:
    names = rows["condition"].tolist()
    axis.bar(range(len(names)), rows["value"], color=[colour[name] for name in names], width=0.8)
    labels = [condition_label(names, name) for name in names] if len(names) <= NAMED else []
    axis.set_xticks(range(len(labels)), labels, rotation=90)
    axis.set_xlabel("Condition" if labels else f"{len(names)} conditions, in order")
    axis.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    axis.set_ylabel("Trials")


def _mean_rates(axis: Axes, rows: pd.DataFrame, colour: dict[str, str]) -> None:
    areas = list(dict.fromkeys(rows["area"]))
    for k, area in enumerate(areas):
        rate = np.sort(rows.loc[rows["area"] == area, "value"])
        label = f"{len(rate)} units" + (f" of {area}" if areas != ["all"] else "")
        share = np.arange(len(rate) + 1) / len(rate)
        axis.step([rate[0], *rate], share, where="post", color=NETWORKS[k % len(NETWORKS)], label=label)
    axis.set_ylim(0, 1.02)
    axis.set_xlabel(f"Mean rate ({_unit(rows)})")
    axis.set_ylabel("Fraction of units")
    axis.legend(loc="lower right")


def _missing(axis: Axes, rows: pd.DataFrame, colour: dict[str, str]) -> None:
    axis.barh(range(len(rows)), rows["value"], color=OTHER, height=0.6)
    for k, share in enumerate(rows["value"]):
        axis.text(max(share, 0) + 0.02, k, "none" if share == 0 else f"{share:.1%}", va="center", fontsize=6)
    axis.set_yticks(range(len(rows)), [words(name) for name in rows["channel"]])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(0, 1.2)
    axis.set_xticks([0, 0.5, 1])
    axis.set_xlabel("Fraction of trials without")


def _unit(rows: pd.DataFrame) -> str:
    """Return the unit of measurement, without the remark in brackets."""
    return rows["measured_in"].iloc[0].split(" (")[0]


def _edges(times: pd.Index) -> tuple[float, float]:
    """Return the edges of the first and the last bin, s."""
    step = (times[-1] - times[0]) / max(len(times) - 1, 1) or 1.0
    return times[0] - step / 2, times[-1] + step / 2


def _short(value: float) -> str:
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"
