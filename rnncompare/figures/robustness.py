"""Task error under perturbations of the inputs and of the recurrent weights."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatter

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.rows import main_networks, of_study
from rnncompare.drawing.style import colours

MEAN = {"fmt": "o-", "linewidth": 1.3, "markersize": 3, "capsize": 1.5, "elinewidth": 0.8}
TITLES = {
    "inputs": "Inputs",
    "inputs_zero_mean": "Inputs, zero mean",
    "recurrent": "Recurrent weights, relative",
    "recurrent_absolute": "Recurrent weights, absolute",
}
UNITS = {
    "inputs": "relative to inputs",
    "inputs_zero_mean": "relative to inputs",
    "recurrent": "relative to mean |J|",
    "recurrent_absolute": "SD added to J",
}


def robustness(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Task error under perturbation of inputs and of recurrent weights.

    Error, in % of the error of the null model (100: as large as that of a constant), against the strength of the
    perturbation, both on logarithmic axes; strengths are relative to the norm of the input or to the mean absolute
    weight, or are an SD. Strength 0, the network as it was trained, is shown at the left. Thin lines
    are single networks (means over repeats), thick lines are means over networks, and bars are 95 % bootstrap intervals
    over networks, which end at the edge of the axis if they reach beyond it.
    """
    rows = of_study(tables, "probes", study, measure="robustness", statistic="error_mean")
    means = of_study(tables, "summary", study, measure="robustness", statistic="error_mean")
    models = [m for m in main_networks(tables, study) if m in set(rows["model"])]
    colour = colours(models, models)
    kinds = list(dict.fromkeys(rows["variable"]))
    low, high = rows["value"].min() / 1.5, rows["value"].max() * 1.5  # of the axis, at which intervals are cut
    figure = page(58)
    axes = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
    for axis, kind in zip(axes, kinds, strict=True):
        strengths = sorted(rows.loc[rows["variable"] == kind, "strength"].unique())
        place = _places(strengths)
        for index, model in enumerate(models):
            one = rows[(rows["variable"] == kind) & (rows["model"] == model)]
            for _, line in one.groupby("seed"):
                axis.plot(line["strength"].map(place), line["value"], color=colour[model], linewidth=0.4, alpha=0.4)
            mean = means[(means["variable"] == kind) & (means["model"] == model)].sort_values("strength")
            x = mean["strength"].map(place) * (1 + 0.03 * index)  # side by side, so that bars do not hide each other
            known = mean.assign(low=mean["low"].clip(lower=low), high=mean["high"].clip(upper=high))
            bars = [(known["mean"] - known["low"]).clip(lower=0), (known["high"] - known["mean"]).clip(lower=0)]
            axis.errorbar(x, mean["mean"], bars, color=colour[model], **MEAN)
        _axis(axis, kind, place)
    axes[0].set_ylim(low, high)
    axes[0].set_ylabel("Error (% of the null model)")
    axes[0].yaxis.set_major_formatter("{x:g}")
    key(figure, {words(m): Line2D([], [], color=colour[m], marker="o", linewidth=1.3) for m in models}, columns=6)
    return figure, rows[rows["model"].isin(models)].dropna(axis="columns", how="all")


def _places(strengths: list[float]) -> dict[float, float]:
    """Return the position of each strength on a logarithmic axis; 0 is placed at the left of the smallest."""
    above = [s for s in strengths if s > 0]
    return {s: s if s > 0 else above[0] / 2.5 for s in strengths}


def _axis(axis, kind: str, place: dict[float, float]) -> None:
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.yaxis.set_minor_formatter(LogFormatter())  # plain text: math text is off, because a name may contain a $
    axis.axhline(100, color="black", linestyle=":", linewidth=0.6)
    axis.set_xticks(list(place.values()), [f"{s:g}".replace("0.", ".") for s in place])
    axis.set_xticks([], minor=True)
    axis.set_title(TITLES.get(kind, title(kind)))
    axis.set_xlabel(f"Strength, {UNITS.get(kind, '')}".rstrip(", "))
