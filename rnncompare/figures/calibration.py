"""Calibration of the measures: false positives, power and identification on simulated recordings."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.grid import ROW, grid, label_rows, statistic_labels
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import GUIDE, OTHER
from rnncompare.statistics.p_values import LEVEL

FAILING = "#B00000"
NULLS = "os^Dv"  # a marker each
DOT = {"markersize": 3, "linestyle": "", "clip_on": False, "zorder": 3}


def calibration(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Calibration of every measure on simulated recordings of known networks, with the recording's sizes and rates.

    False positives: fraction of pairs of unrelated networks with p ≤ .05, with 95 % binomial intervals; half of the
    pairs have a common condition-independent time course. The dotted line is the nominal level; a measure whose whole
    interval is above it fails and is red. Open symbols: condition-independent signal kept. Same geometry: the same
    fraction for networks that share only the circular arrangement of their conditions; these are not false positives,
    but show what a small p does not exclude. Power: percentage of pairs with p ≤ .05, by the fraction of the
    recording's variance that the network generates (for the first null of the legend). Identification: how often the
    generating network has the highest similarity, compared with new networks of every kind (filled), and how often,
    among new networks, the network of the same kind has (open; the dotted line is chance).
    """
    table = of_study(tables, "calibration", study)
    curves = of_study(tables, "calibration_curves", study)
    labels = statistic_labels(table)
    marks = dict(zip(dict.fromkeys(table["null"]), NULLS, strict=False))
    removed = table[table["condition_independent"] == "removed"]
    figure = page(max(ROW, 2.2 * len(marks)) * len(labels) + 26)
    false, geometry, power, first = figure.subplots(1, 4, sharey=True, width_ratios=[3, 1.6, 2.2, 2])
    scores = list(labels)
    for _, row in table.iterrows():
        _false_positive(false, row, scores, marks)
    for _, row in removed.iterrows():
        y = _place(row, scores, marks)
        geometry.plot(row["geometry_rate"], y, marks[row["null"]], color=OTHER, **DOT)
    shown = _power(power, curves, scores, next(iter(marks)))
    _ranks(first, removed.drop_duplicates(["measure", "statistic"]), scores)
    for axis in (false, geometry, first):
        for y in range(1, len(scores)):
            axis.axhline(y - 0.5, color=GUIDE, linewidth=0.4, zorder=-1)
        axis.spines["left"].set_visible(False)
    _axes(false, geometry, first, table)
    label_rows(figure.axes, list(labels.values()))
    _key(figure, marks)
    return figure, pd.concat([table, shown], ignore_index=True).dropna(axis="columns", how="all")


def _place(row: pd.Series, scores: list[tuple[str, str]], marks: dict[str, str]) -> float:
    """Return the vertical position; the nulls of one statistic are below each other."""
    step = 0.7 / len(marks)
    return scores.index((row["measure"], row["statistic"])) + step * (
        list(marks).index(row["null"]) - (len(marks) - 1) / 2
    )


def _false_positive(axis: Axes, row: pd.Series, scores: list, marks: dict[str, str]) -> None:
    y, ink = _place(row, scores, marks), FAILING if row["failing"] else "black"
    if row["condition_independent"] == "removed":
        axis.plot([row["low"], row["high"]], [y, y], color=ink, linewidth=1)
        axis.plot(row["false_positive_rate"], y, marks[row["null"]], color=ink, **DOT)
    else:
        open_ = DOT | {"markersize": 2.4, "markerfacecolor": "white", "markeredgewidth": 0.5}
        axis.plot(row["false_positive_rate"], y + 0.2 / len(marks), marks[row["null"]], color=ink, **open_)


def _power(axis: Axes, curves: pd.DataFrame, scores: list, null: str) -> pd.DataFrame:
    """Draw the rates by fraction of variance; return the rows that were drawn."""
    shown = curves[
        (curves["part"] == "power")
        & (curves["shared"] == "either")
        & (curves["condition_independent"] == "removed")
        & (curves["null"] == null)
    ]
    cells = shown.pivot_table(index=["measure", "statistic"], columns="share", values="rate")
    grid(axis, cells, scores, [f"{s:g}" for s in cells.columns], percent=True)
    axis.set_title("Power (%)")
    axis.set_xlabel("fraction of variance")
    return shown


def _ranks(axis: Axes, rows: pd.DataFrame, scores: list) -> None:
    for row in rows.to_dict("records"):
        y = scores.index((row["measure"], row["statistic"]))
        for name, ink, face, away in (("first", "black", "black", -0.15), ("kind", OTHER, "white", 0.15)):
            axis.plot([row[f"{name}_low"], row[f"{name}_high"]], [y + away] * 2, color=ink, linewidth=0.8)
            axis.plot(row[f"{name}_rate"], y + away, "o", color=ink, markerfacecolor=face, **DOT)
    axis.axvline(rows["kind_chance"].iloc[0], color=OTHER, linestyle=":", linewidth=0.7)


def _axes(false: Axes, geometry: Axes, first: Axes, table: pd.DataFrame) -> None:
    false.axvline(LEVEL, color="black", linestyle=":", linewidth=0.7)
    removed = table[table["condition_independent"] == "removed"]
    right = np.nanmax([0.1, 1.05 * removed["high"].max(), 1.05 * table["false_positive_rate"].max()])
    false.set_xlim(0, min(right, 1))
    false.set_title("False positives")
    false.set_xlabel("rate of p ≤ 0.05")
    geometry.axvline(LEVEL, color="black", linestyle=":", linewidth=0.7)
    geometry.set_title("Same geometry")
    geometry.set_xlabel("rate of p ≤ 0.05")
    first.set_title("Identification")
    first.set_xlabel("rate")
    for axis in (geometry, first):
        axis.set_xlim(0, 1)
        axis.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])


def _key(figure: Figure, marks: dict[str, str]) -> None:
    dot = {"linestyle": "", "markersize": 3}
    entries = {f"null: {words(n)}": Line2D([], [], marker=m, color="black", **dot) for n, m in marks.items()}
    entries["condition-independent signal kept"] = Line2D(
        [], [], marker="o", color="black", markerfacecolor="white", **dot
    )
    entries["false positive rate significantly above .05"] = Line2D(
        [], [], marker="o", color=FAILING, linewidth=1, markersize=3
    )
    entries["generating network first"] = Line2D([], [], marker="o", color="black", linewidth=0.8, markersize=3)
    entries["network of the same kind first"] = Line2D(
        [], [], marker="o", color=OTHER, markerfacecolor="white", linewidth=0.8
    )
    key(figure, entries, columns=4)
