"""Contrasts between sources: which of two is more similar to the recording, and by how much."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out, words
from rnncompare.drawing.canvas import key
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.statistic_panels import statistic_panels
from rnncompare.drawing.style import GUIDE, NETWORKS
from rnncompare.statistics.p_values import LEVEL

ROW, REST = 3.6, 15  # mm: of a contrast, of titles and labels of a panel
DOT = {"marker": "o", "markersize": 3}
SIGNIFICANT, OTHER = NETWORKS[0], "#8A8A8A"


def contrasts(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Differences between two sources in their similarity to the recording, for every contrast of the study.

    Dots are differences of means, with 95 % bootstrap intervals over networks (over sets of inputs, if these are
    random) and units. Thin lines are 95 % t intervals over networks and conditions. Filled dots are significant at .05
    after correction over the statistics of the family; open dots are not, or were not tested. Values further to the
    right are in favour of the first source: the axis of an angle is inverted. The condition-independent signal is
    removed.
    """
    rows = of_study(tables, "contrasts", study, condition_independent="removed")
    summary = of_study(tables, "summary", study, condition_independent="removed")
    present = set(zip(rows["measure"], rows["statistic"], strict=True))
    shown = [pair for pair in primary_held_out(summary) if pair in present]
    if not shown:
        raise ValueError(f"figure of {study}: found no primary statistic in contrasts.csv, wanted at least one")
    pairs = list(dict.fromkeys(zip(rows["model"], rows["minus"], strict=True)))
    figure, panels = statistic_panels(shown, height=len(pairs) * ROW + REST, more=10)
    data = []
    for axis, measure, statistic in panels:
        here = rows[(rows["measure"] == measure) & (rows["statistic"] == statistic)]
        scores = summary[(summary["measure"] == measure) & (summary["statistic"] == statistic)]
        _panel(axis, here, pairs)
        if lower_is_better(scores):
            axis.invert_xaxis()
        data.append(here)
    figure.supxlabel("Difference of the first source from the second", fontsize=6.5)
    entries = {
        "p < .05, corrected": Line2D([], [], color=SIGNIFICANT, **DOT),
        "other": Line2D([], [], color=OTHER, markerfacecolor="white", **DOT),
        "over networks and conditions": Line2D([], [], color=OTHER, linewidth=0.5),
    }
    key(figure, entries, columns=3)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _panel(axis: Axes, rows: pd.DataFrame, pairs: list[tuple[str, str]]) -> None:
    """One statistic, with a line for each contrast."""
    tested = rows.reindex(columns=[*rows, "p_corrected"] if "p_corrected" not in rows else rows.columns)
    for row in tested.itertuples():
        y = pairs.index((row.model, row.minus))
        significant = row.p_corrected < LEVEL  # not if it is missing
        line = {"color": SIGNIFICANT if significant else OTHER, "solid_capstyle": "butt"}
        axis.plot([row.condition_low, row.condition_high], [y, y], linewidth=0.5, **line)
        axis.plot([row.low, row.high], [y, y], linewidth=1.2, **line)
        axis.plot(row.difference, y, color=line["color"], markerfacecolor=None if significant else "white", **DOT)
    for y in range(1, len(pairs)):
        axis.axhline(y - 0.5, color=GUIDE, linewidth=0.4, zorder=-1)
    axis.axvline(0, color="black", linewidth=0.6, zorder=0)
    axis.set_yticks(range(len(pairs)), [f"{words(one)} - {words(other)}" for one, other in pairs])
    axis.set_ylim(len(pairs) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.locator_params(axis="x", nbins=4)
    axis.margins(x=0.1)
