"""Panels with one row for each source: single networks, means with intervals, null distributions and ceilings."""

import textwrap
from collections.abc import Collection, Iterator
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, NullFormatter

from rnncompare.comparison.primary_statistics import ceiling_sources, ceilings, lower_is_better, words
from rnncompare.drawing.canvas import balanced, fits, room
from rnncompare.drawing.labels import quantity, set_title
from rnncompare.drawing.style import GUIDE, NULL

ROW = 4.4  # mm of a source
PANELS, PANEL = 8, 22  # largest number in one row, and the smallest width of one with its share of the names, mm
WIDE = 20  # ratio of the largest to the smallest mean angle above which their axis is logarithmic
PAGE = 183  # mm; `across` of `finish` refers to it
CEILINGS = ("--", ":", "-.")
ONE = {"s": 3, "linewidths": 0, "alpha": 0.6}
MEAN = {"markersize": 3.2, "markeredgewidth": 0.6, "clip_on": False, "zorder": 3}


def dots(
    axis: Axes,
    means: pd.DataFrame,
    seeds: pd.DataFrame,
    sources: list[str],
    colour: dict[str, str],
    lowest: float = -float("inf"),
) -> None:
    """Draw one statistic, with one line for each source.

    means: rows of summary.csv; seeds: rows of single networks; a mean below `lowest` is drawn as a triangle at
    `lowest`. Angles of very different sizes have a logarithmic axis.
    """
    axis.use_sticky_edges = False
    if wide(means, seeds):
        lowest = _logarithmic(axis, means, seeds)
    for row in means.itertuples():
        y, ink = sources.index(row.model), colour[row.model]
        axis.barh(y, row.null_95 - row.null_mean, left=row.null_mean, height=0.8, color=NULL, linewidth=0, zorder=0)
        axis.plot(
            [max(row.low, lowest), max(row.high, lowest)], [y, y], color=ink, linewidth=1.4, solid_capstyle="butt"
        )
        axis.plot(max(row.mean, lowest), y, "D" if row.mean >= lowest else "<", color=ink, **MEAN)
    inside = seeds[seeds["value"] >= lowest]
    axis.scatter(
        inside["value"],
        [sources.index(m) - 0.27 for m in inside["model"]],
        color=[colour[m] for m in inside["model"]],
        **ONE,
    )
    for style, value in zip(CEILINGS, ceilings(means).values(), strict=False):
        axis.axvline(value, color="black", linestyle=style, linewidth=0.7)


def wide(means: pd.DataFrame, seeds: pd.DataFrame) -> bool:
    """Whether values are angles, all above 0, with means that differ by more than a factor of `WIDE`."""
    if not len(means) or not lower_is_better(means) or min(means["mean"].min(), seeds["value"].min()) <= 0:
        return False
    return means["mean"].max() / means["mean"].min() > WIDE


def _logarithmic(axis: Axes, means: pd.DataFrame, seeds: pd.DataFrame) -> float:
    """Make the axis logarithmic; return its lower end, at which intervals that reach 0 are cut."""
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(numticks=4))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter(NullFormatter())
    return min(means["mean"].min(), seeds["value"].min()) / 1.5


def open_dots(axis: Axes, means: pd.DataFrame, sources: list[str], colour: dict[str, str], lowest: float) -> None:
    """Add the means of a second version of the same statistic as open symbols below the first."""
    for row in means.itertuples():
        marker = "o" if row.mean >= lowest else "<"
        axis.plot(
            max(row.mean, lowest),
            sources.index(row.model) + 0.3,
            marker,
            color=colour[row.model],
            **MEAN | {"markerfacecolor": "white", "markersize": 2.6},
        )


class Row(NamedTuple):
    """One row of panels: their measures and statistics, and the sources that they share."""

    shown: list[tuple[str, str]]
    sources: list[str]


def in_rows(shown: list[tuple[str, str]], means: pd.DataFrame, sources: list[str]) -> list[Row]:
    """Arrange statistics in rows of nearly equal length, each with the sources that have any of its statistics."""
    columns = balanced(len(shown), fits(PANEL, PANELS))
    rows = [shown[k : k + columns] for k in range(0, len(shown), columns)]
    has = means.groupby(["measure", "statistic"])["model"].agg(set)
    return [Row(row, [s for s in sources if any(s in has[statistic] for statistic in row)]) for row in rows]


def panels(figure: Figure, rows: list[Row]) -> Iterator[tuple[Axes, str, str, list[str]]]:
    """Yield a panel for each statistic, with its measure, statistic and sources."""
    heights = [len(row.sources) for row in rows]
    columns = max(len(row.shown) for row in rows)
    axes = figure.subplots(len(rows), columns, sharey="row", squeeze=False, height_ratios=heights)
    for line, row in zip(axes, rows, strict=True):
        for axis, (measure, statistic) in zip(line, row.shown, strict=False):
            yield axis, measure, statistic, row.sources
        for axis in line[len(row.shown) :]:
            axis.remove()


def height(rows: list[Row], more: float) -> float:
    """Return the height of these panels in mm; more: mm for headings, labels and legend of one row of panels."""
    return sum(ROW * len(row.sources) + more for row in rows)


def finish(
    axis: Axes,
    sources: list[str],
    *,
    measure: str,
    statistic: str,
    lower: bool,
    lowest: float = -float("inf"),
    notes: dict[str, str] | None = None,
    across: int = 96,
    headline: Collection[str] = (),
) -> None:
    """Add names, limits and lines between the sources; the axis is inverted if lower values are better.

    notes: of some sources, which follow their names; across: characters that fit side by side in all panels of a row
    of the width of a page; headline: sources whose names are bold.
    """
    width = int(across * min(room() / PAGE, 1)) // axis.get_gridspec().ncols
    set_title(axis, measure, statistic, width)
    axis.set_xlabel(textwrap.fill(quantity(statistic), width, break_long_words=False))
    low, high = axis.get_xlim()
    axis.set_xlim(max(low, lowest), high)
    if lower:
        axis.invert_xaxis()
    if axis.get_xscale() == "linear":
        axis.locator_params(axis="x", nbins=3)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    for y in range(1, len(sources)):
        axis.axhline(y - 0.5, color=GUIDE, linewidth=0.4, zorder=-1)
    notes = notes or {}
    axis.set_yticks(range(len(sources)), [words(s) + (f" ({notes[s]})" if s in notes else "") for s in sources])
    axis.set_ylim(len(sources) - 0.4, -0.6)
    for source, label in zip(sources, axis.get_yticklabels(), strict=False):  # none at a panel with hidden names
        label.set_fontweight("bold" if source in headline else "normal")


def entries(means: pd.DataFrame, one: str, kept: bool = False) -> dict[str, Line2D | Patch]:
    """Return the legend entries of the symbols; one: the meaning of a small dot."""
    grey = "#444444"
    shown = {
        one: Line2D([], [], color=grey, marker=".", linestyle="", markersize=3, alpha=0.6),
    }
    if means["low"].notna().any():
        shown["mean, 95 % interval"] = Line2D([], [], color=grey, marker="D", linewidth=1.4)
    else:
        shown["mean"] = Line2D([], [], color=grey, marker="D", linestyle="")
    if kept:
        shown["mean, condition-independent signal kept"] = Line2D(
            [], [], color=grey, marker="o", linestyle="", markerfacecolor="white"
        )
    if means["null_95"].notna().any():
        shown["null distribution: mean to 95th percentile"] = Patch(color=NULL, linewidth=0)
    for style, (column, source) in zip(CEILINGS, ceiling_sources(means).items(), strict=False):
        name = words(column) if source == column else f"reference: {words(source)}"
        shown[name] = Line2D([], [], color="black", linestyle=style, linewidth=0.7)
    return shown
