"""Choice probability over time."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.populations import (
    SIGNIFICANT,
    SOURCES,
    of_first_seeds,
    of_first_variable,
    population_name,
    populations,
)
from rnncompare.drawing.rows import networks, of_one_probe, of_study
from rnncompare.drawing.style import NULL, colours

PANELS = {
    "mean_unsigned_cp": "Mean unsigned\nchoice probability",
    "mean_cp": "Mean choice\nprobability",
    "fraction_significant": "Fraction of\nsignificant units",
}

INTERVAL = {"linestyle": "-", "linewidth": 0.4}


def choice_probability_over_time(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Choice probability (cp) over time.

    Each point is at the centre of one window of time. Top: mean over units of 0.5 + |cp - 0.5|, which is above 0.5 by
    chance; the grey band extends from the mean to the 95th percentile of its null distribution (choices permuted within
    conditions). Middle: mean choice probability, in which units of opposite preference cancel; thin lines are its 95 %
    interval over trials and units. Filled symbols: p < 0.05, corrected over all windows of the curve. Bottom: fraction
    of units that are significant at a false discovery rate of 5 % over all units and windows. For networks, the first
    network of each model is shown. If there are several variables, the first is shown. For instructed targets, these
    values describe target selectivity rather than a choice.
    """
    rows = of_first_seeds(of_one_probe(of_study(tables, "probes", study), "choice_probability"))
    if "time" not in rows or rows["time"].isna().all():
        raise ValueError(
            f"figure of {study}: found no choice probability over time in probes.csv, wanted a probe with `windows`"
        )
    rows, variable = of_first_variable(rows[rows["time"].notna()])
    shown = list(dict.fromkeys(populations(rows)))[:SOURCES]
    colour = colours(list(dict.fromkeys(rows["model"])), networks(tables, study))
    statistics = [s for s in PANELS if s in set(rows["statistic"])]
    figure = page(28 * len(statistics) + 16, narrow=len(shown) == 1)
    axes = figure.subplots(len(statistics), len(shown), sharex=True, sharey="row", squeeze=False)
    data = []
    for column, population in zip(axes.T, shown, strict=True):
        one = rows[[p == population for p in populations(rows)]]
        column[0].set_title(", ".join(filter(None, [population_name(population), variable])))
        column[-1].set_xlabel("Time (s)")
        for axis, statistic in zip(column, statistics, strict=True):
            course = one[one["statistic"] == statistic].sort_values("time")
            _course(axis, course, colour[population[0]])
            data.append(course)
    for axis, statistic in zip(axes[:, 0], statistics, strict=True):
        axis.set_ylabel(PANELS[statistic])
        axis.locator_params(axis="y", nbins=4)
        if statistic == "fraction_significant":
            axis.set_ylim(bottom=0)
    _key(figure, data, colour[shown[0][0]], columns=2 if len(shown) == 1 else 4)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _course(axis, course: pd.DataFrame, colour: str) -> None:
    """Draw a curve with its null distribution or interval; significant points are filled."""
    time, value = course["time"], course["value"]
    if course["statistic"].iloc[0] == "mean_unsigned_cp":
        axis.fill_between(time, course["null_mean"], course["null_95"], color=NULL, linewidth=0)
    if course["statistic"].iloc[0] == "mean_cp":
        axis.axhline(0.5, color="black", linestyle=":", linewidth=0.6)
        for end in [name for name in ("low", "high") if name in course]:
            axis.plot(time, course[end], color=colour, **INTERVAL)
    axis.plot(time, value, "-", color=colour, linewidth=1)
    corrected = course.get("p_corrected")
    if corrected is None or corrected.isna().all():
        return
    passed = np.asarray(corrected < SIGNIFICANT)
    look = {"linestyle": "", "marker": "o", "markersize": 2.5, "color": colour, "markeredgewidth": 0.6}
    axis.plot(time[~passed], value[~passed], markerfacecolor="white", **look)
    axis.plot(time[passed], value[passed], **look)


def _key(figure: Figure, data: list[pd.DataFrame], colour: str, columns: int) -> None:
    entries = {
        "p < 0.05, corrected over time": Line2D([], [], marker="o", markersize=2.5, color=colour),
        "null distribution: mean to 95th percentile": Patch(color=NULL),
    }
    if any("low" in course and course["low"].notna().any() for course in data):
        entries["95 % interval"] = Line2D([], [], color=colour, **INTERVAL)
    key(figure, entries, columns=columns)
