"""The scores on which the verdict of a study rests: both models of its claim and the controls."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from rnncompare.comparison.primary_statistics import ceiling_sources, words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import dots, entries, finish
from rnncompare.drawing.favoured import mark_entries, marks
from rnncompare.drawing.rows import networks, of_study, similarities
from rnncompare.drawing.style import colours

ROW, REST = 6.0, 36  # mm: of a source, and of titles, labels and the legend
SOURCES = 5  # largest number, with which the figure is legible at half the width of a page
LOWEST = -1.0  # lower limit of scores whose maximum is 1
BAND = {"color": "#F3EBD8", "linewidth": 0, "zorder": -2}


def verdict(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Similarity to the recording of both models of the claim and of the controls.

    Small dots are single networks (for controls, single draws), diamonds are their means, and bars are the 95 %
    bootstrap intervals of the means, which are not drawn for fewer than four networks. Grey bars extend from the mean
    to the 95th percentile of the null distribution (conditions paired at random). Lines are references, such as another
    animal, and shaded bands their intervals. A star marks a source that is less similar than the first model, a
    triangle one that is more similar, by the rule of the verdict: the corrected p is below .05, the interval of the
    difference over networks and conditions excludes 0, and all animals agree. Values further to the right are more
    similar: the axis of an angle is inverted. The condition-independent signal is removed. At most three statistics of
    the corrected family, and at most five sources, are shown.
    """
    evidence = of_study(tables, "verdict", study)
    summary, seeds = similarities(tables, study, "removed"), of_study(tables, "similarity", study)
    model = evidence["model"].iloc[0]
    sources = [model, *dict.fromkeys(evidence["minus"])][:SOURCES]
    shown = evidence[evidence["rank"].notna()].sort_values("rank", kind="stable")
    pairs = list(dict.fromkeys(zip(shown["measure"], shown["statistic"], strict=True)))
    if not pairs:
        raise ValueError(f"figure of {study}: found no statistic with a rank in verdict.csv, wanted at least one")
    colour = colours(list(dict.fromkeys(summary["model"])), networks(tables, study))
    figure = page(len(sources) * ROW + REST, narrow=True)
    data = []
    for axis, (measure, statistic) in zip(
        figure.subplots(1, len(pairs), sharey=True, squeeze=False)[0], pairs, strict=True
    ):
        here = {"measure": measure, "statistic": statistic}
        scores, single, found = (_about(table, **here) for table in (summary, seeds, shown))
        single = single[(single["condition_independent"] == "removed") & single["model"].isin(sources)]
        lower = bool(found["lower_is_better"].iloc[0])
        lowest = -float("inf") if lower else LOWEST
        _references(axis, scores)
        dots(axis, scores[scores["model"].isin(sources)], single, sources, colour, lowest)
        finish(axis, sources, **here, lower=lower, lowest=lowest, across=54, headline=sources[:2])
        marks(axis, found, sources)
        drawn = scores["model"].isin([*sources, *ceiling_sources(scores).values()])
        data += [
            scores[drawn].assign(shown="mean"),
            single.assign(shown="one network or draw"),
            found.assign(shown="difference"),
        ]
    key(figure, _legend(summary, shown, model), columns=2)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _about(table: pd.DataFrame, *, measure: str, statistic: str) -> pd.DataFrame:
    return table[(table["measure"] == measure) & (table["statistic"] == statistic)]


def _references(axis: Axes, scores: pd.DataFrame) -> None:
    """Shade the intervals of the ceilings, whose means are lines."""
    for row in scores[scores["model"].isin(ceiling_sources(scores).values())].itertuples():
        if row.low < row.high:  # not if there is no interval
            axis.axvspan(row.low, row.high, **BAND)


def _legend(summary: pd.DataFrame, shown: pd.DataFrame, model: str) -> dict[str, Line2D | Patch]:
    """The symbols of the panels, and only those marks that occur."""
    first = _about(summary, measure=shown["measure"].iloc[0], statistic=shown["statistic"].iloc[0])
    found = entries(first, "one network or draw")
    references = first[first["model"].isin(ceiling_sources(first).values())]
    if (references["low"] < references["high"]).any():
        found["95 % interval of a reference"] = Patch(**BAND)
    model = words(model)
    return found | mark_entries(shown, f"less similar than {model}", f"more similar than {model}")
