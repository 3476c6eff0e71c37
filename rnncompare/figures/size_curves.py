"""What changes with the number of units, of condensed networks and of networks trained at each size."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import compact, fits, key, name_axes, page
from rnncompare.drawing.labels import panel_title, quantity
from rnncompare.drawing.numbers import said
from rnncompare.drawing.rows import of_study

FAMILIES = {  # family of size_curves.csv: label, colour, marker
    "trained": ("trained at this size", "black", "o"),
    "loadings": ("condensed by loadings", "#0072B2", "s"),
    "correlation": ("condensed by correlation", "#009E73", "D"),
    "random": ("condensed by random pairs", "#D55E00", "^"),
}
LINES = (
    ("-", "full"),
    ("--", "none"),
    ("-.", "top"),
    ((0, (5, 1)), "left"),
)  # of the curves of a family: line, filling
OTHER_SEEDS = "other_seeds"
OF_PROBES = ("participation_ratio", "temporal_scaling", "mean_absolute_error")  # measures or statistics
WIDTH, COLUMNS, ROW = 40, 4, 38  # mm: smallest width of a panel; largest number in a row; height of a row


def size_curves(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """What changes with the number of units.

    Condensed networks: units of trained networks are merged and the rest is trained again, from the largest number of
    units to the smallest. Black: networks that were trained from the beginning with so many units; the largest are
    those that were condensed. Panels: the error of the task; the distance of each network from the network that was
    condensed to it, or, for networks trained at this size, from the one with the same seed; the similarity to the
    recording, if there is one; and statistics of the activity. The dotted line is the mean distance of the networks
    that were condensed from each other: a network at this distance is no more like its parent than another seed is.
    Several curves of one way to condense have lines of their own, named by their first models. Means over networks with
    95 % t intervals. Errors and numbers of units have logarithmic axes.
    """
    rows = of_study(tables, "size_curves", study)
    of_probe = rows["measure"].isin(OF_PROBES) | rows["statistic"].isin(OF_PROBES)
    rows = rows[(rows["measure"] == "training") | rows["compared_with"].isin(["parent", "recording"]) | of_probe]
    beside = rows["compared_with"].fillna("")
    order = beside.map({"parent": 1, "recording": 2, "": 3}).where(rows["measure"] != "training", 0)
    rows = rows.assign(compared_with=beside).iloc[order.argsort(kind="stable")]
    curves = _curves(rows)
    shown = list(dict.fromkeys(zip(rows["measure"], rows["statistic"], rows["compared_with"], strict=True)))
    columns = compact(len(shown), fits(WIDTH, COLUMNS))
    lines = -(-len(shown) // columns)
    figure = page(lines * ROW + 12)
    axes = figure.subplots(lines, columns, sharex=True, squeeze=False)
    for axis in axes.flat[len(shown) :]:
        axis.remove()
    for axis in axes.flat[max(len(shown) - columns, 0) : len(shown)]:
        axis.tick_params(labelbottom=True)  # there is no panel below
    for axis, (measure, statistic, beside) in zip(axes.flat, shown, strict=False):
        here = rows[(rows["measure"] == measure) & (rows["statistic"] == statistic)]
        _panel(axis, here[here["compared_with"] == beside], curves)
        _names(axis, measure, statistic, beside)
    units = sorted(set(rows["units"]))
    axes[0, 0].set_xscale("log")
    axes[0, 0].xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes[0, 0].xaxis.set_major_formatter("{x:g}")
    axes[0, 0].xaxis.set_minor_locator(NullLocator())
    axes[0, 0].set_xlim(units[0] / 1.2, units[-1] * 1.2)
    name_axes(figure.axes, x="Units")
    _legend(figure, curves, OTHER_SEEDS in set(rows["family"]))
    rows.attrs["n"] = said(list(rows.loc[rows["family"] != OTHER_SEEDS, "networks"]), "network", " of each model")
    return figure, rows


def _curves(rows: pd.DataFrame) -> list[tuple[str, str | None]]:
    """Family and curve of each line, in the order of FAMILIES; the curve is None if a family has a single one."""
    found = []
    for family in FAMILIES:
        own = rows[rows["family"] == family]
        names = own["curve"].dropna().unique().tolist() if "curve" in own else []
        found += [(family, name) for name in names] if len(names) > 1 else [(family, None)] * (len(own) > 0)
    return found


def _look(curves: list[tuple[str, str | None]], curve: tuple[str, str | None]) -> dict:
    """Colour and marker of the family of a curve, and the line and the filling of markers that are its own."""
    _, colour, marker = FAMILIES[curve[0]]
    line, filling = LINES[_number(curves, curve) % len(LINES)]
    return {"color": colour, "marker": marker, "linewidth": 0.8, "linestyle": line, "fillstyle": filling}


def _number(curves: list[tuple[str, str | None]], curve: tuple[str, str | None]) -> int:
    return [one for one in curves if one[0] == curve[0]].index(curve)


def _panel(axis: Axes, rows: pd.DataFrame, curves: list[tuple[str, str | None]]) -> None:
    """Means and intervals by the number of units, with a line for each curve that has several models."""
    for curve in curves:
        family, name = curve
        own, look = rows[rows["family"] == family].sort_values("units"), _look(curves, curve)
        own = own if name is None else own[own["curve"] == name]
        place = list(FAMILIES).index(family) - 1 + _number(curves, curve) / 3
        x = own["units"] * 1.03**place  # beside each other
        edge = 0 if look["fillstyle"] == "full" else 0.5
        axis.plot(x, own["mean"], **look, markersize=2.8, markeredgewidth=edge)
        axis.vlines(x, own["low"], own["high"], color=look["color"], linewidth=0.8)
    for mean in rows.loc[rows["family"] == OTHER_SEEDS, "mean"]:
        axis.axhline(mean, color="black", linestyle=":", linewidth=0.7)


def _names(axis: Axes, measure: str, statistic: str, beside: str) -> None:
    if measure == "training":
        axis.set_title("Task")
        axis.set_ylabel("normalised error")
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_locator(NullLocator())
        return
    titles = {"parent": f"{panel_title(measure, statistic)}, to parent", "recording": panel_title(measure, statistic)}
    axis.set_title(titles.get(beside, panel_title(measure, statistic)))
    axis.set_ylabel("distance" if beside == "parent" and "angle" not in statistic else quantity(statistic))
    axis.locator_params(axis="y", nbins=5)


def _legend(figure: Figure, curves: list[tuple[str, str | None]], other_seeds: bool) -> None:
    entries = {
        FAMILIES[curve[0]][0] + ("" if curve[1] is None else f", {words(curve[1])}"): Line2D(
            [], [], **_look(curves, curve), markersize=3
        )
        for curve in curves
    }
    if other_seeds:
        entries["parents of other seeds"] = Line2D([], [], color="black", linestyle=":", linewidth=0.7)
    key(figure, entries, columns=5)
