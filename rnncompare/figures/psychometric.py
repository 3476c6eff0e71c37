"""Choices by the strength of the evidence."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.behaviour import POINT, bars, columns, entries, logarithmic, measured, panels, subject_lines
from rnncompare.drawing.canvas import key, room
from rnncompare.drawing.labels import proportion
from rnncompare.drawing.rows import published

PROPORTIONS = {
    "p_red": "Proportion red",
    "p_left": "Proportion left",
    "accuracy": "Proportion correct",
    "fraction_undecided": "Proportion undecided",
}
PARAMETERS = ["threshold", "slope", "lapse"]
FIT = "Weibull function (mean of the fits)"
SIGNED = {"p_red": "Coherence (green to red)", "p_left": "Coherence (right to left)"}
IDEAL = {"color": "0.5", "linestyle": "-.", "linewidth": 0.8, "zorder": 1}
ONE_LINE = 36  # smallest width in mm of a panel with its margins whose name in SIGNED is written in one line
AT_THRESHOLD = 1 - 0.5 / np.e  # proportion correct at the Weibull threshold, without lapses


def psychometric(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Choices by the strength of the evidence.

    Each column is a model; the recorded subjects are shown in black in all columns, with 95 % intervals over trials or
    sessions. Top: proportion of decided trials in which red, or in tasks without colours left, was chosen, against
    signed coherence. Middle: proportion of decided trials that were correct, against absolute coherence on a
    logarithmic axis; curves are Weibull functions fitted to each network (thin) and subject, and the mean of the
    functions of a model's networks (thick); squares are the thresholds of monkeys that the authors published, at .816
    correct; the grey line is the accuracy of an ideal observer of the noisy inputs, if the task has one. Bottom:
    proportion of trials without a decision, if there are any. Thin lines are single networks, and points are means over
    networks with 95 % bootstrap intervals, limited to 0 to 1. If some networks made too few decisions for a fit, the
    number of those that were fitted is given.
    """
    probes, summary = measured(tables, study, "psychometric")
    models, colour, dashes = columns(tables, study, probes)
    undecided = probes.loc[probes["statistic"].eq("fraction_undecided"), "value"].gt(0).any()
    present = {s: n for s, n in PROPORTIONS.items() if s in set(probes["statistic"]) and (undecided or s[0] != "f")}
    if not present:
        raise ValueError(f"figure of {study}: found no {', '.join(PROPORTIONS)} in probes.csv, wanted at least one row")
    theirs = published(tables, study, "psychometric", "threshold")
    figure, axes = panels(models, len(present), 30)
    seeds = probes[probes["statistic"].isin(present) & probes["strength"].notna()]
    means = summary[summary["statistic"].isin(present) & summary["strength"].notna()]
    means = means.assign(low=means["low"].clip(lower=0), high=means["high"].clip(upper=1))
    others = {s: d for s, d in dashes.items() if s not in models}
    for row, statistic in zip(axes, present, strict=True):
        one, mean = (t[t["statistic"] == statistic] for t in (seeds, means))
        for axis, model in zip(row, models, strict=True):
            _subjects(axis, one, probes, others, fitted=statistic == "accuracy")
            _model(axis, one, mean, probes, model, colour[model], fitted=statistic == "accuracy")
        _named(row, one, statistic)
    shown = entries(others, with_networks=models[0] not in dashes)
    if "accuracy" in present and probes["statistic"].eq("threshold").any():
        shown[FIT] = Line2D([], [], color="#444444", linewidth=1)
    if "accuracy" in present and "ideal_accuracy" in set(probes["statistic"]):
        shown |= _ideal(axes[list(present).index("accuracy")], probes, models)
    if "accuracy" in present and len(theirs):
        shown |= _thresholds(axes[list(present).index("accuracy")], theirs)
    key(figure, shown, columns=1 if len(models) == 1 else 3)
    shape = probes[probes["statistic"].isin(PARAMETERS)].assign(shown="fit")
    parts = [means.assign(shown="mean"), seeds.assign(shown="one network"), shape, theirs.assign(shown="published")]
    data = pd.concat(parts, ignore_index=True).drop(columns="counterpart")
    return figure, data[data["model"].isin([*models, *dashes, *theirs["model"]])].dropna(axis="columns", how="all")


def _thresholds(row: list[Axes], theirs: pd.DataFrame) -> dict[str, Line2D]:
    """Draw published thresholds in every panel; return their legend entry."""
    look = POINT | {"marker": "s", "color": "black", "markerfacecolor": "white"}
    for axis in row:
        axis.plot(theirs["value"], [AT_THRESHOLD] * len(theirs), **look)
    return {f"threshold: {', '.join(words(m) for m in theirs['model'])}": Line2D([], [], **look)}


def _ideal(row: list[Axes], probes: pd.DataFrame, models: list[str]) -> dict[str, Line2D]:
    """Draw the accuracy of the ideal observer of each model's inputs; return its legend entry."""
    of_ideal = probes[probes["statistic"] == "ideal_accuracy"]
    for axis, model in zip(row, models, strict=True):
        own = of_ideal[of_ideal["model"] == model].groupby("strength")["value"].mean()
        axis.plot(own.index, own.values, **IDEAL)
    return {"ideal observer": Line2D([], [], **IDEAL)}


def _subjects(axis: Axes, rows: pd.DataFrame, probes: pd.DataFrame, dashes: dict[str, str], *, fitted: bool) -> None:
    if not fitted:
        subject_lines(axis, rows, dashes)
        return
    for subject, style in dashes.items():
        one = rows[rows["model"] == subject]
        axis.plot(one["strength"], one["value"], ".", color="black", markersize=2.5, zorder=1)
        bars(axis, one, "value", "black")
        _curves(axis, probes[probes["model"] == subject], rows, {"color": "black", "linestyle": style})


def _model(
    axis: Axes,
    seeds: pd.DataFrame,
    means: pd.DataFrame,
    probes: pd.DataFrame,
    model: str,
    colour: str,
    *,
    fitted: bool,
) -> None:
    """Draw networks as thin lines, or as the curves fitted to them, and their mean with its interval."""
    own, mean = seeds[seeds["model"] == model], means[means["model"] == model].sort_values("strength")
    thin = {"color": colour, "linewidth": 0.4, "alpha": 0.6}
    if fitted:
        of_model = probes[probes["model"] == model]
        count, networks = _curves(axis, of_model, seeds, thin, mean=True)
        if count < networks:
            axis.text(0.97, 0.06, f"fitted: {count} of {networks}", transform=axis.transAxes, ha="right", fontsize=5.5)
    else:
        for _, one in own.groupby("seed"):
            one = one.sort_values("strength")
            axis.plot(one["strength"], one["value"], **thin)
        axis.plot(mean["strength"], mean["mean"], color=colour, linewidth=1)
    axis.plot(mean["strength"], mean["mean"], "o", color=colour, **POINT)
    bars(axis, mean, "mean", colour)


def _curves(axis: Axes, probes: pd.DataFrame, rows: pd.DataFrame, look: dict, mean: bool = False) -> tuple[int, int]:
    """Draw the fitted functions, and their mean; return their number and the number of networks."""
    level = np.geomspace(*rows.loc[rows["strength"] > 0, "strength"].agg(["min", "max"]), 60)
    fits = probes[probes["statistic"].isin(PARAMETERS)].pivot(index="seed", columns="statistic", values="value")
    if set(fits) == set(PARAMETERS):
        shares = [
            1 - fit.lapse - (0.5 - fit.lapse) * np.exp(-((level / fit.threshold) ** fit.slope))
            for fit in fits.itertuples()
        ]
        for share in shares:
            axis.plot(level, share, **{"linewidth": 0.8, "zorder": 1} | look)
        if mean and shares:
            axis.plot(level, np.mean(shares, axis=0), color=look["color"], linewidth=1)
    return len(fits), probes["seed"].nunique()


def _named(row: list[Axes], rows: pd.DataFrame, statistic: str) -> None:
    row[0].set_ylabel(PROPORTIONS[statistic])
    row[0].locator_params(axis="y", nbins=4)
    for axis in row:
        if statistic in SIGNED:
            axis.axhline(0.5, color="black", linestyle=":", linewidth=0.5, zorder=0)
            name = SIGNED[statistic]
            axis.set_xlabel(name.replace(" (", "\n(") if room() / len(row) < ONE_LINE else name)
            axis.locator_params(axis="x", nbins=3)
        else:
            logarithmic(axis, rows)
            axis.set_xlabel("|Coherence|")
    proportion(row[0], "y", 0.5 if statistic == "accuracy" else 0)
