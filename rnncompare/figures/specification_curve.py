"""Specification curve: scores under alternative choices of preprocessing and of the options of the measures."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.comparison.ranking import Specified, by_specification, half_interval
from rnncompare.comparison.shown_intervals import FEWEST
from rnncompare.drawing.canvas import balanced, fits, key, page
from rnncompare.drawing.labels import quantity, set_title
from rnncompare.drawing.numbers import said
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import GUIDE, NULL, OTHER, colours

COLUMNS, WIDTH = 4, 24  # panels in one row, and the smallest width of one, mm
DIFFERENCE, SCORES, ROW, REST = 20, 26, 2.6, 13  # mm: of the curve, of the models' scores, of a choice, of labels
UNDECIDED = "#8A8A8A"
LOWEST = -1.0  # lower limit of scores whose maximum is 1
CONTROLS = "s^vDPX"  # markers of sources that are not networks
TICK = {"linestyle": "", "marker": "|", "markersize": 4, "color": "#444444"}

Pair = tuple[str, str]
Levels = list[tuple[str, str]]


def specification_curve(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Robustness of the ranking of models: similarity under every combination of analysis choices.

    Each position on the horizontal axis is a specification, that is, a combination of choices. Top: score of the first
    model of the legend minus that of the second, in increasing order, with its 95 % interval (Student's t over
    networks, paired), in the colour of the better model if the interval excludes 0 and grey otherwise. Middle: mean
    scores of all models in the same order. Higher positions are more similar: axes of an angle are inverted. Bottom:
    ticks mark the choices of each specification; choices that are concentrated at one end determine the result, and
    choices that are spread evenly have no effect. The black vertical line is the default specification. The label below
    each panel gives the number of specifications in which the first model is better, and the number in which its
    difference is significant (the interval excludes 0). The condition-independent signal is removed. Scores below -1
    are not shown.
    """
    rows = of_study(tables, "sweep", study)
    pair = _pair(tables, study)
    groups = {key: by_specification(group) for key, group in rows.groupby(["measure", "statistic"], sort=False)}
    marks = _marks(tables, study, list(rows["model"]), pair)
    levels = list(dict.fromkeys(level for found in groups.values() for level in _levels(found.choices)))
    columns = balanced(len(groups), fits(WIDTH, max(COLUMNS, -(-len(groups) // 2))))
    blocks = -(-len(groups) // columns)
    heights = [DIFFERENCE, SCORES, ROW * len(levels)]
    figure = page(blocks * (sum(heights) + REST) + 10)
    axes = figure.subplots(3 * blocks, columns, height_ratios=heights * blocks, squeeze=False)
    axes = axes.reshape(blocks, 3, columns).transpose(0, 2, 1).reshape(-1, 3)
    data = []
    for place, ((measure, statistic), found) in enumerate(groups.items()):
        shown = _sorted(found, pair)
        _draw(axes[place], shown, list(found.scores.columns.unique("model")), pair, marks, levels)
        _label(axes[place], shown, measure, statistic, levels if place % columns == 0 else [], found.sign)
        data.append(shown.assign(measure=measure, statistic=statistic))
    for axis in axes[len(groups) :].flat:
        axis.remove()
    figure.supxlabel(f"Specifications, sorted by {words(pair[0])} minus {words(pair[1])}", fontsize=6.5)
    entries = {words(m): Line2D([], [], linestyle="", markersize=3, **look) for m, look in marks.items()}
    key(figure, entries | {"default specification": Line2D([], [], color="black", linewidth=0.6)}, columns=6)
    table = pd.concat(data, ignore_index=True).set_index(["measure", "statistic"]).reset_index()
    trained = rows[rows["model"].isin(networks(tables, study))].groupby("model")["seed"].nunique()
    table.attrs["n"] = said(list(trained), "network", " of each model") if len(trained) else ""
    return figure, table


def _pair(tables: dict[str, pd.DataFrame], study: str) -> Pair:
    """Return the two models of the first contrast; specifications are sorted by their difference."""
    pairs = of_study(tables, "ranking", study).dropna(subset=["model", "minus"])
    if pairs.empty:
        raise ValueError(
            f"figure of {study}: found no contrast of two models in ranking.csv, wanted one of models in the sweep"
        )
    return pairs["model"].iloc[0], pairs["minus"].iloc[0]


def _marks(tables: dict[str, pd.DataFrame], study: str, swept: list[str], pair: Pair) -> dict[str, dict[str, str]]:
    """Return the colour and marker of each model, beginning with the two of the pair."""
    models, trained = list(dict.fromkeys([*pair, *swept])), networks(tables, study)
    colour, controls = colours(trained, trained), [m for m in models if m not in trained]
    shape = {m: CONTROLS[k % len(CONTROLS)] for k, m in enumerate(controls)}
    return {m: {"color": colour.get(m, OTHER), "marker": shape.get(m, "o")} for m in models}


def _levels(choices: pd.DataFrame) -> Levels:
    """Return (varied option, value) for all choices."""
    return [(name, value) for name in choices.columns.drop("default") for value in choices[name].unique()]


def _sorted(found: Specified, pair: Pair) -> pd.DataFrame:
    """Return a row for each specification: difference and interval, significantly better model, means, choices."""
    one, other = pair
    differences = (found.scores[one] - found.scores[other]).dropna(axis="columns", how="all")
    mean = differences.mean(axis=1)
    half = half_interval(differences) if differences.shape[1] >= FEWEST else mean * np.nan
    lead = found.sign * mean
    table = pd.DataFrame({"difference": mean, "low": mean - half, "high": mean + half})
    table["significantly_better"] = np.select([lead > half, -lead > half], [one, other], "")
    means = found.scores.T.groupby(level="model", sort=False).mean().T.add_prefix("mean_")
    return table.join(means).join(found.choices).loc[lead.sort_values(kind="stable").index]


def _draw(axes: list[Axes], shown: pd.DataFrame, models: list[str], pair: Pair, marks: dict, levels: Levels) -> None:
    """Draw the curve, scores and choices of one statistic."""
    curve, scores, choices = axes
    x = np.arange(len(shown))
    size, width = min(6.0, 150 / len(x)), float(np.clip(80 / len(x), 0.35, 1))
    ink = [marks[m]["color"] if m else NULL for m in shown["significantly_better"]]
    curve.vlines(x, shown["low"], shown["high"], colors=ink, linewidths=width)
    inside = [marks[m]["color"] if m else UNDECIDED for m in shown["significantly_better"]]
    curve.scatter(x, shown["difference"], s=size / 2, linewidths=0, color=inside, zorder=3)
    curve.axhline(0, color="black", linestyle=":", linewidth=0.6)
    for model in [m for m in reversed(marks) if m in models]:
        scores.scatter(x, shown[f"mean_{model}"], s=size, linewidths=0, **marks[model])
    for y, (name, value) in enumerate(levels):
        has = x[(shown[name] == value).to_numpy()] if name in shown else x[:0]
        choices.plot(has, np.full(len(has), y), markeredgewidth=width, **TICK)
        if y and name != levels[y - 1][0]:
            choices.axhline(y - 0.5, color=GUIDE, linewidth=0.6, zorder=-1)
    for axis in axes:
        axis.axvline(x[shown["default"].to_numpy(dtype=bool)].item(), color="black", linewidth=0.6, zorder=0)
        axis.set_xlim(-1, len(x))
        axis.set_xticks([])
        axis.spines["bottom"].set_visible(False)
    choices.set_ylim(len(levels) - 0.4, -0.6)


def _label(axes: list[Axes], shown: pd.DataFrame, measure: str, statistic: str, levels: Levels, sign: float) -> None:
    """Add title, names and limits; levels: names of the choices, empty if they are given by another panel."""
    curve, scores, choices = axes
    unit = " (rad)" if "angle" in statistic else ""
    set_title(curve, measure, statistic, 26)
    curve.set_ylabel(f"difference{unit}")
    scores.set_ylabel(textwrap.fill(quantity(statistic), 18))
    if sign < 0:
        curve.invert_yaxis()
        scores.invert_yaxis()
    elif scores.get_ylim()[0] < LOWEST:
        scores.set_ylim(bottom=LOWEST)
    for axis in (curve, scores):
        axis.locator_params(axis="y", nbins=4)
    choices.set_yticks(range(len(levels)), [f"{words(name)}: {value}" for name, value in levels])
    choices.tick_params(axis="y", length=0)
    choices.spines["left"].set_visible(False)
    better = int((sign * shown["difference"] > 0).sum())
    significant = (sign * shown["low"] > 0) & (sign * shown["high"] > 0)
    choices.set_xlabel(f"better in {better} of {len(shown)},\nsignificantly in {int(significant.sum())}")
