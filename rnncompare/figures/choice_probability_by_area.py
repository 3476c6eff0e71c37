"""Choice probabilities of all units by area."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from rnncompare.comparison.primary_statistics import title
from rnncompare.drawing.by_area import finish
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.numbers import said
from rnncompare.drawing.populations import SIGNIFICANT, filled, population_name, populations
from rnncompare.drawing.rows import networks, of_one_probe, of_study
from rnncompare.drawing.style import colours

BINS = np.round(np.linspace(0, 1, 41), 9)
ROW = 7.5  # mm an area
TALLEST = 0.76  # of a row


def choice_probability_by_area(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Histograms of the choice probabilities of single units by area.

    Each panel is a variable, and each row is an area with the units of all networks of a model. The maximum of each
    histogram has the height of its row. The dotted line is chance, 0.5. Full colours are units that are significant at
    a false discovery rate of 5 % within their network, area and variable; the percentage is the proportion of these
    units. Triangles are means over units.
    """
    rows = of_study(tables, "probes", study)
    rows = of_one_probe(rows[rows["statistic"] == "cp"], "choice_probability")
    if rows.empty:
        raise ValueError(
            f"figure of {study}: found no choice probabilities of units in probes.csv, wanted at least one row"
        )
    # A probe without a variable is a probe of the choice.
    decided = filled(rows, "variable").replace("", "choice")
    order = list(dict.fromkeys(populations(rows)))
    variables = list(dict.fromkeys(decided))
    colour = colours(list(dict.fromkeys(rows["model"])), networks(tables, study))
    figure = page(ROW * len(order) + 26, narrow=len(variables) == 1)
    axes = figure.subplots(1, len(variables), sharex=True, sharey=True, squeeze=False)[0]
    data = []
    where = pd.Series(populations(rows), rows.index)
    reach = max(np.abs(rows["value"] - 0.5).max(), 0.1)
    for axis, variable in zip(axes, variables, strict=True):
        axis.axvline(0.5, color="black", linestyle=":", linewidth=0.5, zorder=0)
        axis.set_title(title(variable), fontweight="bold")
        for place, population in enumerate(order):
            units = rows[decided.eq(variable) & (where == population)]
            if len(units):
                counts = _ridge(axis, units, place, colour[population[0]])
                labels = {"study": study, "model": population[0], "area": population[1], "variable": variable}
                data.append(counts.assign(**labels))
    axes[0].set_xlim(0.5 - 1.08 * reach, 0.5 + 1.35 * reach)
    finish(axes, [population_name(p) for p in order], [model for model, _ in order])
    axes[0].set_ylim(len(order) - 0.45, -0.6)
    figure.supxlabel("Choice probability", fontsize=6.5)
    shown = {"not significant": Patch(color="#BBBBBB"), "q < 0.05": Patch(color="#444444")}
    key(figure, shown | {"mean": Line2D([], [], marker="v", color="#444444", linestyle="")}, columns=3)
    table = pd.concat(data, ignore_index=True)
    units = table.groupby(["model", "area"])[["significant", "others"]].sum().sum(axis=1) / len(variables)
    table.attrs["n"] = said(list(units), "unit", " of each area")
    return figure, table


def _ridge(axis: Axes, units: pd.DataFrame, place: int, colour: str) -> pd.DataFrame:
    """Draw one histogram in its row; return its counts."""
    passed = units["q"] < SIGNIFICANT
    significant, others = (np.histogram(units.loc[which, "value"], BINS)[0] for which in (passed, ~passed))
    scale = TALLEST / (significant + others).max()
    floor = place + 0.42
    occupied = np.flatnonzero(significant + others)
    counts = pd.DataFrame({"bin_low": BINS[:-1], "significant": significant, "others": others}).iloc[occupied]
    look = {"align": "edge", "color": colour, "linewidth": 0}
    axis.bar(counts["bin_low"], -scale * counts["significant"], BINS[1], floor, **look)
    axis.bar(
        counts["bin_low"], -scale * counts["others"], BINS[1], floor - scale * counts["significant"], alpha=0.35, **look
    )
    axis.plot(units["value"].mean(), floor - TALLEST - 0.07, "v", color=colour, markersize=2.6)
    share = f"{100 * passed.mean():.0f} %"
    axis.annotate(share, (1, place), xycoords=("axes fraction", "data"), ha="right", va="center", fontsize=5.5)
    return counts.assign(mean=units["value"].mean())
