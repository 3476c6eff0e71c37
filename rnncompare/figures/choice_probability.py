"""Choice probabilities of single units."""

import textwrap

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

BINS = np.linspace(0, 1, 41)


def choice_probability(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Choice probability (cp) of single units.

    Histograms: numbers of units by choice probability; 0.5 is chance. Full colours are units that are significant at a
    false discovery rate of 5 %, and the triangle is the mean. For networks, the first network of each model is shown.
    Right: mean over units of 0.5 + |cp - 0.5|, which is above 0.5 by chance; the grey band extends from the mean to the
    95th percentile of its null distribution (choices permuted within conditions). If there are several variables, the
    first is shown. For instructed targets, these values describe target selectivity rather than a choice.
    """
    rows = of_first_seeds(of_one_probe(of_study(tables, "probes", study), "choice_probability"))
    rows, variable = of_first_variable(rows[rows["time"].isna()] if "time" in rows else rows)
    units = of_study({"probes": rows}, "probes", study, statistic="cp")
    means = of_study({"probes": rows}, "probes", study, statistic="mean_unsigned_cp")
    shown = list(dict.fromkeys(populations(units)))[:SOURCES]
    colour = colours(list(dict.fromkeys(rows["model"])), networks(tables, study))
    figure = page(52, narrow=len(shown) == 1)
    *histograms, last = figure.subplots(1, len(shown) + 1, width_ratios=[*[1.6] * len(shown), 1])
    data = []
    for axis, population in zip(histograms, shown, strict=True):
        one = units[[p == population for p in populations(units)]]
        data.append(_histogram(axis, one, colour[population[0]]))
        axis.set_title(population_name(population))
        axis.set_xlabel(", ".join(filter(None, ["Choice probability", variable])))
    histograms[0].set_ylabel("Units")
    _unsigned(last, means, shown, colour)
    entries = {
        "not significant": Patch(color="#BBBBBB"),
        "q < 0.05": Patch(color="#444444"),
        "null distribution: mean to 95th percentile": Patch(color=NULL),
    }
    key(
        figure,
        entries | {"mean": Line2D([], [], marker="v", color="#444444", linestyle="")},
        columns=2 if len(shown) == 1 else 4,
    )
    return figure, pd.concat([*data, means], ignore_index=True).dropna(axis="columns", how="all")


def _histogram(axis, units: pd.DataFrame, colour: str) -> pd.DataFrame:
    """Draw the counts of units by bin; return the units with their bins."""
    passed = units["q"] < SIGNIFICANT
    counts = {
        name: np.histogram(units.loc[which, "value"], BINS)[0]
        for name, which in (("significant", passed), ("others", ~passed))
    }
    filled = np.flatnonzero(sum(counts.values()))
    look = {"align": "edge", "color": colour, "linewidth": 0}
    axis.bar(BINS[:-1], counts["significant"], np.diff(BINS), **look)
    axis.bar(BINS[:-1], counts["others"], np.diff(BINS), counts["significant"], alpha=0.35, **look)
    axis.axvline(0.5, color="black", linestyle=":", linewidth=0.6)
    axis.plot(units["value"].mean(), sum(counts.values()).max() * 1.08, "v", color=colour)
    reach = max(0.5 - BINS[filled[0]], BINS[filled[-1] + 1] - 0.5, 0.1)
    axis.set_xlim(0.5 - reach * 1.05, 0.5 + reach * 1.05)
    axis.locator_params(axis="x", nbins=5)
    axis.yaxis.get_major_locator().set_params(integer=True)
    return units.assign(bin_low=BINS[np.digitize(units["value"], BINS[:-1]) - 1])


def _unsigned(axis, means: pd.DataFrame, shown: list[tuple[str, str]], colour: dict[str, str]) -> None:
    for row, population in zip(means.itertuples(), populations(means), strict=True):
        if population in shown:
            x = shown.index(population)
            axis.bar(x, row.null_95 - row.null_mean, 0.8, row.null_mean, color=NULL, linewidth=0)
            axis.plot(x, row.value, "D", color=colour[row.model])
    axis.use_sticky_edges = False
    axis.set_xticks(range(len(shown)), [textwrap.fill(population_name(p), 7 if len(shown) > 2 else 11) for p in shown])
    axis.set_xlim(-0.8, len(shown) - 0.2)
    axis.set_ylabel("Mean unsigned\nchoice probability")
    axis.locator_params(axis="y", nbins=4)
