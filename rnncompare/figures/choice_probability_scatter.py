"""Choice probabilities of single units for two variables."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key, name_axes
from rnncompare.drawing.panels import area_panels
from rnncompare.drawing.populations import SIGNIFICANT, filled, of_first_seeds
from rnncompare.drawing.rows import networks, of_one_probe, of_study
from rnncompare.drawing.style import colours

UNIT = ["study", "model", "seed", "area", "unit"]
SMALL = {"s": 5, "linewidths": 0.4}


def choice_probability_scatter(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Choice probabilities of single units for two variables.

    Each panel is an area of a source, and each dot is a unit of the first network of each model. The
    variables are the first two of the probe. Full colours are units that are significant at a false discovery rate of
    5 % for both variables, light colours for one, and open grey circles for neither. Dotted lines are chance, 0.5. The
    title of each panel gives the numbers of units that are significant for the variable of the horizontal axis, for the
    variable of the vertical axis, and for both.
    """
    rows = of_first_seeds(of_study(tables, "probes", study))
    rows = of_one_probe(rows[rows["statistic"] == "cp"], "choice_probability")
    variables = list(dict.fromkeys(rows["variable"].dropna()))[:2] if {"unit", "variable"} <= set(rows) else []
    if len(variables) < 2:
        raise ValueError(
            f"figure of {study}: found choice probabilities of units for {len(variables)} variables in probes.csv, "
            "wanted two"
        )
    first, second = (rows[rows["variable"] == v].assign(area=filled(rows, "area")) for v in variables)
    pairs = first.merge(second, on=[*UNIT, "measure"], suffixes=("", "_other"))
    colour = colours(list(dict.fromkeys(rows["model"])), networks(tables, study))
    figure, places = area_panels(pairs, "model", 38, 16, sharex=True, sharey=True)
    for (model, area), axis in places.items():
        _panel(axis, pairs[pairs["model"].eq(model) & pairs["area"].eq(area)], colour[model])
    reach = max(np.abs(pairs[["value", "value_other"]].to_numpy() - 0.5).max() * 1.06, 0.1)
    axis = next(iter(places.values()))
    axis.set_xlim(0.5 - reach, 0.5 + reach)
    axis.set_ylim(0.5 - reach, 0.5 + reach)
    for axis in places.values():
        axis.set_aspect("equal")
        axis.locator_params(nbins=4)
        axis.tick_params(labelleft=True, labelbottom=True)
    x, y = (f"Choice probability, {words(name)}" for name in variables)
    name_axes(figure.axes, x=x, y=y)
    grey = "#444444"
    looks = {
        "both significant (q < 0.05)": (grey, 1.0, 0),
        "one significant": (grey, 0.35, 0),
        "neither significant": ("white", 1.0, 0.4),
    }
    marks = {"marker": "o", "linestyle": "", "markersize": 3, "markeredgecolor": "#999999"}
    shown = {
        name: Line2D([], [], markerfacecolor=face, alpha=alpha, markeredgewidth=edge, **(marks | {"color": grey}))
        for name, (face, alpha, edge) in looks.items()
    }
    key(figure, shown, columns=3)
    keep = [*UNIT, "measure", "value", "q", "value_other", "q_other"]
    data = pairs[pairs["model"].isin([model for model, _ in places])][keep]
    return figure, data.assign(variable=variables[0], variable_other=variables[1])


def _panel(axis: Axes, units: pd.DataFrame, colour: str) -> None:
    one, other = (units[q].to_numpy() < SIGNIFICANT for q in ("q", "q_other"))
    x, y = units["value"].to_numpy(), units["value_other"].to_numpy()
    axis.axhline(0.5, color="black", linestyle=":", linewidth=0.5, zorder=0)
    axis.axvline(0.5, color="black", linestyle=":", linewidth=0.5, zorder=0)
    for which, look in (
        (~one & ~other, {"facecolors": "white", "edgecolors": "#999999"}),
        (one ^ other, {"color": colour, "alpha": 0.4} | {"edgecolors": "none"}),
        (one & other, {"color": colour, "edgecolors": "none"}),
    ):
        axis.scatter(x[which], y[which], **SMALL | look)
    counts = f"{one.sum()}, {other.sum()} and {(one & other).sum()} of {len(units)} units"
    axis.set_title(f"{axis.get_title()}\n{counts}")
