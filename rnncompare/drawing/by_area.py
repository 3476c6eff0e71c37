"""Panels with one row for each area of a source and one panel for each variable, with published values."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import MEAN, ROW, dots, entries
from rnncompare.drawing.populations import filled, population_name, populations
from rnncompare.drawing.rows import AUTHORS, networks, of_one_probe, of_study, published
from rnncompare.drawing.style import GUIDE, colours

LINES = ("--", "-.", ":")  # line styles of published sources that have no row
BELOW = 0.28  # distance of a published value below ours, rows


def by_area(
    tables: dict[str, pd.DataFrame],
    study: str,
    kind: str,
    statistics: tuple[str, ...],
    *,
    label: str,
    chance: float | None = None,
) -> tuple[Figure, pd.DataFrame]:
    """Draw the first available of `statistics` (values of 0 to 1) of the probe whose name contains `kind`.

    chance: position of a dotted line if the probe has no null. Raises ValueError if there are no rows.
    """
    probes, summary, statistic = of_probe(tables, study, kind, statistics)
    order = list(dict.fromkeys(populations(summary)))
    rows = {population: population_name(population) for population in order}
    colour = colours(list(dict.fromkeys(summary["model"])), networks(tables, study))
    ink = {rows[population]: colour[population[0]] for population in order}
    theirs = published(tables, study, kind, statistic)
    theirs = theirs[theirs["time"].isna() & theirs["strength"].isna()]
    beside, lines = with_and_without_row(theirs, order)
    dashes = {name: LINES[k % len(LINES)] for k, name in enumerate(dict.fromkeys(lines["model"]))}
    means, seeds = (t.assign(row=[rows[p] for p in populations(t)]) for t in (summary, probes))
    beside = beside.assign(row=[rows[p] for p in zip(beside["counterpart"], beside["area"], strict=True)])
    variables = list(dict.fromkeys(summary["variable"])) if "variable" in summary else [None]
    figure = page(ROW * len(order) + 26)
    axes = figure.subplots(1, len(variables), sharex=True, sharey=True, squeeze=False)[0]
    for axis, variable in zip(axes, variables, strict=True):
        parts = [t[t["variable"].eq(variable)] if variable is not None else t for t in (means, seeds, beside, lines)]
        panel(axis, *parts[:3], list(ink), ink)
        for row in parts[3].itertuples():
            axis.axvline(row.value, color="black", linestyle=dashes[row.model], linewidth=0.7, zorder=0.5)
        if chance is not None and parts[0]["null_mean"].isna().all():
            axis.axvline(chance, color="black", linestyle=":", linewidth=0.5, zorder=0.5)
        axis.set_title(title(variable or kind), fontweight="bold")
    finish(axes, list(ink), [population[0] for population in order])
    figure.supxlabel(label, fontsize=6.5)
    shown = entries(means, "one network") | published_entries(beside, dashes)
    key(figure, shown, columns=min(len(shown), 5))
    everything = [means.assign(shown="mean"), seeds.assign(shown="one network"), beside.assign(shown="published")]
    data = pd.concat([*everything, lines.assign(shown="published")], ignore_index=True)
    return figure, data.drop(columns=["row", "counterpart"]).dropna(axis="columns", how="all")


def of_probe(
    tables: dict[str, pd.DataFrame], study: str, kind: str, statistics: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return the rows of probes.csv and of summary.csv, without those over time, of the first available statistic."""
    probes = of_study(tables, "probes", study)
    probes = probes[probes["time"].isna()] if "time" in probes else probes
    probes = of_one_probe(probes[probes["statistic"].isin(statistics)], kind)
    if probes.empty:
        raise ValueError(
            f"figure of {study}: found no {' or '.join(statistics)} of a probe named *{kind}* in probes.csv, "
            "wanted at least one row"
        )
    statistic = next(s for s in statistics if s in set(probes["statistic"]))
    probes = probes[probes["statistic"] == statistic]
    summary = of_study(tables, "summary", study, measure=probes["measure"].iloc[0], statistic=statistic)
    summary = summary[summary["time"].isna()] if "time" in summary else summary
    blank = {c: np.nan for c in ("null_mean", "null_95") if c not in summary}
    return probes, summary.assign(**blank), statistic


def with_and_without_row(theirs: pd.DataFrame, order: list[tuple[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Separate published values of the populations in `order` from those of other recorded (named) areas."""
    places = zip(theirs["counterpart"], filled(theirs, "area"), strict=True)
    own = np.array([place in order for place in places], dtype=bool)
    named = np.array([bool(area) and not area.isdigit() for area in filled(theirs, "area")], dtype=bool)
    return theirs[own], theirs[named & ~own]


def panel(
    axis: Axes,
    means: pd.DataFrame,
    seeds: pd.DataFrame,
    beside: pd.DataFrame,
    rows: list[str],
    ink: dict[str, str],
    lowest: float = 0.0,
    highest: float = 1.0,
) -> None:
    """Draw one variable; column `row` gives the row. Intervals are cut at `lowest` and `highest`."""
    means = means.assign(
        model=means["row"], low=means["low"].clip(lower=lowest), high=means["high"].clip(upper=highest)
    )
    dots(axis, means, seeds.assign(model=seeds["row"]), rows, ink, lowest)
    for row in beside.itertuples():
        look = MEAN | {"markerfacecolor": "white", "markersize": 2.8}
        axis.plot(max(row.value, lowest), rows.index(row.row) + BELOW, "s", color="black", **look)


def finish(axes: list[Axes], rows: list[str], models: list[str]) -> None:
    """Add the names of the rows and the lines between them."""
    for axis in axes:
        axis.tick_params(axis="y", length=0)
        axis.spines["left"].set_visible(False)
        for y in range(1, len(rows)):
            new = models[y] != models[y - 1]
            axis.axhline(y - 0.5, color="#BBBBBB" if new else GUIDE, linewidth=0.6 if new else 0.4, zorder=-1)
        axis.set_yticks(range(len(rows)), rows)
        axis.set_ylim(len(rows) - 0.4, -0.6)
        if axis.get_xscale() == "linear":
            axis.locator_params(axis="x", nbins=5)


def published_entries(beside: pd.DataFrame, dashes: dict[str, str]) -> dict[str, Line2D]:
    """Return the legend entries of published values."""
    shown = {}
    if len(beside):
        look = {"marker": "s", "linestyle": "", "markerfacecolor": "white", "markersize": 2.8}
        shown["same model" + AUTHORS] = Line2D([], [], color="black", **look)
    for name, look in dashes.items():
        shown[words(name)] = Line2D([], [], color="black", linestyle=look, linewidth=0.7)
    return shown
