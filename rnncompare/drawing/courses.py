"""Panels of statistics over time: one for each area of each source, with one colour for each variable."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import compact, fits, key, name_axes, page
from rnncompare.drawing.labels import proportion
from rnncompare.drawing.populations import MODELS, filled, population_name
from rnncompare.drawing.rows import of_one_probe, of_study, published
from rnncompare.drawing.style import shaded, variable_colours

HEIGHT = 25  # mm of a row
COLUMNS, WIDTH = 4, 42  # largest number of panels in one row, and the smallest width of one, mm
WIDTHS = (1.9, 1.1, 0.6, 0.4)  # points; later lines are thinner, so that coinciding lines remain visible
LEVEL = {"color": "black", "linestyle": ":", "linewidth": 0.6}


def courses(
    tables: dict[str, pd.DataFrame],
    study: str,
    kind: str,
    statistics: tuple[str, ...],
    *,
    theirs: str,
    label: str,
    chance: float | None = None,
) -> tuple[Figure, pd.DataFrame]:
    """Draw the first available of `statistics` (values of 0 to 1) over time, of probes *kind*, with published values.

    theirs: part of the name of the published measure; chance: position of a dotted line if the probe has no null.
    Raises ValueError if there are no rows.
    """
    rows, others = _rows(tables, study, kind, statistics, theirs)
    variables = list(dict.fromkeys([*rows["variable"], *others["variable"]]))
    colour = variable_colours(variables)
    thick = WIDTHS if len(variables) > 1 else WIDTHS[1:]
    width = {variable: thick[min(k, 3)] for k, variable in enumerate(variables)}
    figure, places, free = grid(rows, others)
    for (model, area), axis in places.items():
        one = rows[rows["model"].eq(model) & rows["area"].eq(area)]
        for variable, course in one.groupby("variable", sort=False):
            _course(axis, course.sort_values("time"), colour[variable], width[variable])
        axis.set_title(population_name((model, area)))
        level = one["null_mean"].mean() if one["null_mean"].notna().any() else chance
        if level is not None:
            axis.axhline(level, **LEVEL)
    shown = {words(v): Line2D([], [], color=colour[v], linewidth=width[v]) for v in variables if v}
    if rows["null_mean"].notna().any() or chance is not None:
        shown["mean of the null" if rows["null_mean"].notna().any() else "chance"] = Line2D([], [], **LEVEL)
    if free is not None:
        strengths = _others(free, others, colour)
        if len(strengths) > 1:
            ends = f"{words(others['model'].iloc[0])}: |coherence| {strengths[0]:.2g} (light) to {strengths[-1]:.2g}"
            shown[ends] = Line2D([], [], color=colour[others["variable"].iloc[0]], linewidth=0.6)
    name_axes(figure.axes, x="Time (s)", y=label)
    if chance is not None:
        proportion(figure.axes[0], "y", chance)
    else:
        figure.axes[0].set_ylim(bottom=0)
    key(figure, shown, columns=len(shown))
    data = pd.concat([rows.assign(shown="ours"), others.assign(shown="published", mean=others["value"])])
    return figure, data.drop(columns=["counterpart", "value"]).dropna(axis="columns", how="all")


def _rows(
    tables: dict[str, pd.DataFrame], study: str, kind: str, statistics: tuple[str, ...], theirs: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return our rows of the first available statistic (at most `MODELS` sources) and those of one published source."""
    rows = of_study(tables, "summary", study)
    rows = rows[rows["time"].notna()] if "time" in rows else rows[:0]
    rows = of_one_probe(rows[rows["statistic"].isin(statistics)], kind)
    if rows.empty:
        raise ValueError(f"figure of {study}: found no {kind} over time in summary.csv, wanted a probe with `windows`")
    statistic = next(s for s in statistics if s in set(rows["statistic"]))
    rows = rows[rows["statistic"].eq(statistic) & rows["model"].isin(list(dict.fromkeys(rows["model"]))[:MODELS])]
    rows = rows.reindex(columns=list(dict.fromkeys([*rows, "null_mean"])))
    others = published(tables, study, theirs, statistic)
    others = others[others["time"].notna()]
    others = others[others["model"].isin(others["model"].iloc[:1])]
    return tuple(t.assign(area=filled(t, "area"), variable=filled(t, "variable")) for t in (rows, others))


def grid(rows: pd.DataFrame, others: pd.DataFrame) -> tuple[Figure, dict[tuple[str, str], Axes], Axes | None]:
    """Create a panel for each area of each source, and a last one for published values if there are any."""
    populations = list(dict.fromkeys(zip(rows["model"], rows["area"], strict=True)))
    count = len(populations) + bool(len(others))
    columns = compact(count, fits(WIDTH, COLUMNS))
    lines = -(-count // columns)
    figure = page(HEIGHT * lines + 14, narrow=count == 1)
    axes = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axis in axes.flat[count:]:
        axis.remove()
    for axis in axes.flat[:count]:
        axis.tick_params(labelleft=True, labelbottom=True)
        axis.locator_params(nbins=4)
    return figure, dict(zip(populations, axes.flat, strict=False)), axes.flat[count - 1] if len(others) else None


def _course(axis: Axes, course: pd.DataFrame, colour: str, width: float) -> None:
    low, high = course["low"].clip(lower=0), course["high"].clip(upper=1)
    axis.fill_between(course["time"], low, high, color=colour, alpha=0.25, linewidth=0)
    axis.plot(course["time"], course["mean"], color=colour, linewidth=width)


def _others(axis: Axes, others: pd.DataFrame, colour: dict[str, str]) -> list[float]:
    """Draw published values, with one line for each strength of the evidence; return the strengths."""
    strengths = sorted(others["strength"].dropna().unique())
    for (variable, strength), course in others.groupby(["variable", "strength"], sort=False, dropna=False):
        share = strengths.index(strength) / max(len(strengths) - 1, 1) if strength in strengths else 1
        course = course.sort_values("time")
        ink = shaded(colour[variable], share)
        if len(strengths) < 2:
            axis.fill_between(course["time"], course["low"], course["high"], color=ink, alpha=0.25, linewidth=0)
        axis.plot(course["time"], course["value"], color=ink, linewidth=0.8)
    axis.set_title(words(others["model"].iloc[0]))
    return strengths
