"""Overlap of the coding axes of each area with the weights from that area to others."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.drawing.by_area import BELOW, finish, panel, published_entries
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import ROW, entries
from rnncompare.drawing.rows import networks, of_one_probe, of_study, published
from rnncompare.drawing.style import colours

STATISTICS = {"potent_overlap": "Overlap", "gain": "Gain over a random axis"}
ANY_GAIN = {"lowest": 0.01, "highest": float("inf")}
CONNECTION = ["model", "area", "to"]


def axis_overlap(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Overlap of the axis of each variable in the sending area with the output-potent space of the weights.

    Each column is a variable, and each row is a pair of areas. Top: squared length of the projection of the axis on the
    output-potent space of the weights; 0: orthogonal to it, 1: within it. Bottom: squared drive of the receiving area,
    relative to the drive by a random axis, on a logarithmic axis; a triangle marks a value below 0.01. Small dots are
    single networks, diamonds are means, and bars are 95 % bootstrap intervals over networks. The grey band extends from
    the mean to the 95th percentile of the null distribution (the entries of the weights permuted). Black lines extend
    from the mean (tick) to the 95th percentile of a random axis. Squares are the values that the authors published for
    the model of the same name.
    """
    parts = {name: _rows(tables, study, name) for name in STATISTICS}
    parts = {name: rows for name, rows in parts.items() if len(rows[0])}
    if not parts:
        raise ValueError(
            f"figure of {study}: found no axis_overlap between areas in probes.csv, wanted at least one row"
        )
    first = next(iter(parts.values()))[0]
    order = list(dict.fromkeys(first[CONNECTION].itertuples(index=False, name=None)))
    order = sorted(order, key=lambda row: list(first["model"]).index(row[0]))
    labels = {row: f"{words(row[0])}, {row[1]} → {row[2]}" for row in order}
    colour = colours(list(dict.fromkeys(first["model"])), networks(tables, study))
    ink = {labels[row]: colour[row[0]] for row in order}
    variables = list(dict.fromkeys(first["variable"]))
    figure = page(len(parts) * (ROW * len(order) + 16) + 10)
    axes = figure.subplots(len(parts), len(variables), sharex="row", sharey=True, squeeze=False)
    data, squares = [], []
    for line, (statistic, rows) in zip(axes, parts.items(), strict=True):
        means, seeds, theirs = (_labelled(t, labels) for t in rows)
        log = statistic == "gain"
        for axis, variable in zip(line, variables, strict=True):
            own = [t[t["variable"] == variable] for t in (means, seeds, theirs)]
            if log:
                axis.set_xscale("log")
            panel(axis, *own, list(ink), ink, **(ANY_GAIN if log else {}))
            _random(axis, own[0], list(ink))
            axis.set_title(title(variable), fontweight="bold")
            axis.set_xlabel(STATISTICS[statistic])
            if log:
                axis.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
                axis.xaxis.set_major_formatter("{x:g}")
                axis.xaxis.set_minor_formatter(NullFormatter())
        finish(line, list(ink), [row[0] for row in order])
        data += [means.assign(shown="mean"), seeds.assign(shown="one network"), theirs.assign(shown="published")]
        squares.append(theirs)
    look = {"color": "black", "linewidth": 0.8, "marker": "|", "markersize": 4}
    shown = entries(first, "one network") | {"random axis: mean to 95th percentile": Line2D([], [], **look)}
    key(figure, shown | published_entries(pd.concat(squares), {}), columns=3)
    data = pd.concat(data, ignore_index=True).drop(columns=["row", "counterpart"], errors="ignore")
    return figure, data.dropna(axis="columns", how="all")


def _rows(tables: dict[str, pd.DataFrame], study: str, statistic: str) -> tuple[pd.DataFrame, ...]:
    """Return means (with the values of random axes), single networks and published values, between different areas."""
    probes = of_study(tables, "probes", study)
    probes = of_one_probe(probes[probes["statistic"] == statistic], "axis_overlap")
    if probes.empty or "to" not in probes:
        return (pd.DataFrame(),) * 3
    seeds = probes[probes["to"].notna() & probes["to"].ne(probes["area"])]
    if seeds.empty:
        return (pd.DataFrame(),) * 3
    which = {"measure": set(seeds["measure"]), "statistic": statistic, "to": set(seeds["to"])}
    summary = of_study(tables, "summary", study, **which)
    means = summary[summary["to"].ne(summary["area"])]
    labels = [*CONNECTION, "measure", "variable"]
    random = [c for c in ("random_axis", "random_axis_95") if c in seeds]
    means = means.merge(seeds.groupby(labels, as_index=False)[random].mean(), on=labels)
    theirs = published(tables, study, "axis_overlap", statistic)
    return means, seeds, theirs[theirs["to"].notna()]


def _labelled(rows: pd.DataFrame, labels: dict[tuple[str, str, str], str]) -> pd.DataFrame:
    """Add column `row`, and drop published values without a corresponding row of ours."""
    models = rows["counterpart"] if "counterpart" in rows else rows["model"]
    names = [labels.get(place) for place in zip(models, rows["area"], rows["to"], strict=True)]
    return rows.assign(row=names).dropna(subset="row")


def _random(axis: Axes, means: pd.DataFrame, rows: list[str]) -> None:
    for row in means.itertuples():
        y, ends = rows.index(row.row) + BELOW, [row.random_axis, row.random_axis_95]
        axis.plot(ends, [y, y], color="black", linewidth=0.6)
        axis.plot(ends[0], y, "|", color="black", markersize=3, markeredgewidth=0.8)
