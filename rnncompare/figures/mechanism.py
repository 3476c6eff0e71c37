"""How networks select the relevant input: choices, kernels and fixed points of every model and context."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.labels import proportion
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import GUIDE

PANELS = {  # statistic: label, and the value that is marked by a line
    "correct": ("correct decisions", None),
    "relevant_of_ideal": ("relevant slope / ideal", 1.0),
    "irrelevant_of_relevant": ("irrelevant / relevant slope", 0.0),
    "predicted_of_measured": ("predicted / measured slope", 1.0),
    "cosine_relevant": ("cosine of sensitivity and input", 0.0),
    "late_to_early": ("kernel, late / early", 1.0),
}
OTHERS = ("cosine_irrelevant", "ideal_correct", "stable", "saddles", "unstable", "bistable", "chain")
RATIOS = ("irrelevant_of_relevant", "predicted_of_measured", "late_to_early")
KEYS = ["model", "variable", "seed"]
CHANCE = 0.6  # largest fraction of correct decisions of networks whose ratios are not shown
SHOWN = (-0.5, 3.0)  # of late / early
MARKS = "os^D"  # of contexts
TOPOLOGIES = {"one stable point": "#BBBBBB", "bistable": "#0072B2", "chain": "#56B4E9", "other": "#D55E00"}
ROW = 5.2  # mm of a model


def mechanism(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """How networks select the relevant input, by model and context.

    Small symbols are networks, large ones their medians; circles and squares are contexts. Correct decisions: fraction
    of noisy trials in which the outputs have the right order in the decision period; bars are that of an ideal observer
    of the noisy input. Slopes: probit slopes of the choices by the relevant coherence, relative to the ideal observer;
    by the irrelevant coherence, relative to the relevant one; and predicted to first order by the sensitivity of the
    decision along the trajectory without evidence, relative to the measured one. Cosine: between the sensitivity and
    the effect of the relevant (filled) and the irrelevant input (open). Kernel, late / early: effect of the relevant
    input in the last third of the stimulus relative to that in the first; below 1, early evidence counts more. Right:
    percentage of networks by their fixed points with the inputs of a context (upper and lower bar): one stable point;
    bistable, two stable points and the saddle between them; a chain of five or more that alternate; or any other set.
    Networks whose choices have no errors have no slopes. For networks that decide by chance (at most 60 % correct),
    ratios are not shown; of late / early, neither are values below -.5 or above 3.
    """
    rows = of_study(tables, "probes", study)
    at_no_level = rows.reindex(columns=["strength"])["strength"].isna()  # topology counts points at levels of an input
    rows = rows[rows["statistic"].isin([*PANELS, *OTHERS]) & at_no_level]
    if not rows["statistic"].isin(PANELS).any():
        raise ValueError("mechanism: found no rows of selection, wanted some")
    chance = rows[(rows["statistic"] == "correct") & (rows["value"] <= CHANCE)]
    undecided = rows.set_index(KEYS).index.isin(chance.set_index(KEYS).index) & rows["statistic"].isin(RATIOS)
    late = rows["statistic"].eq("late_to_early") & ~rows["value"].between(*SHOWN)
    rows = rows[~undecided & ~late]
    models, contexts = (list(dict.fromkeys(rows[name])) for name in ("model", "variable"))
    place = {
        (m, c): k + 0.36 * (j / max(len(contexts) - 1, 1) - 0.5)
        for k, m in enumerate(models)
        for j, c in enumerate(contexts)
    }
    figure = page(ROW * len(models) + 26)
    axes = figure.subplots(1, len(PANELS) + 1, sharey=True)
    for axis, (statistic, (label, line)) in zip(axes, PANELS.items(), strict=False):
        _dots(axis, rows[rows["statistic"] == statistic], place, contexts)
        if statistic == "cosine_relevant":
            _dots(axis, rows[rows["statistic"] == "cosine_irrelevant"], place, contexts, open_=True)
        if line is not None:
            axis.axvline(line, color="black", linestyle=":", linewidth=0.6)
        axis.set_xlabel(label.replace(" / ", " /\n").replace(" of ", " of\n").replace("correct ", "correct\n"))
    proportion(axes[0], "x", 0.5)
    drawn = rows[rows["statistic"].isin([*PANELS, "cosine_irrelevant"])]
    parts = [drawn, _ideal(axes[0], rows[rows["statistic"] == "ideal_correct"], place)]
    parts.append(_topologies(axes[-1], rows, place))
    for axis in axes:
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)
        axis.locator_params(axis="x", nbins=3)
        for y in range(1, len(models)):
            axis.axhline(y - 0.5, color=GUIDE, linewidth=0.4, zorder=-1)
    axes[0].set_yticks(range(len(models)), [words(model) for model in models])
    axes[0].set_ylim(len(models) - 0.4, -0.6)
    grey = {"color": "#444444", "linestyle": "", "markersize": 4}
    entries = {f"context {c}": Line2D([], [], marker=MARKS[j], **grey) for j, c in enumerate(contexts)}
    entries |= {name: Patch(color=colour) for name, colour in TOPOLOGIES.items()}
    key(figure, entries, columns=len(entries))
    return figure, pd.concat(parts, ignore_index=True).dropna(axis="columns", how="all")


def _dots(axis: Axes, rows: pd.DataFrame, place: dict, contexts: list[str], open_: bool = False) -> None:
    """Networks and their means, one symbol for each context."""
    for (model, context), group in rows.groupby(["model", "variable"], sort=False):
        y, mark = place[model, context], MARKS[contexts.index(context) % len(MARKS)]
        face = {"markerfacecolor": "white"} if open_ else {}
        axis.plot(
            group["value"],
            np.full(len(group), y),
            mark,
            color="#777777",
            markersize=1.6,
            alpha=0.6,
            linewidth=0,
            **face,
        )
        axis.plot(group["value"].median(), y, mark, color="black", markersize=3.6, clip_on=False, zorder=3, **face)


def _ideal(axis: Axes, rows: pd.DataFrame, place: dict) -> pd.DataFrame:
    """Bars of the ideal observer; return their positions."""
    found = rows.groupby(["model", "variable", "statistic"], sort=False, as_index=False)["value"].mean()
    for row in found.itertuples():
        y = place[row.model, row.variable]
        axis.plot([row.value] * 2, [y - 0.14, y + 0.14], color="#D55E00", linewidth=1.2)
    return found


def _topologies(axis: Axes, rows: pd.DataFrame, place: dict) -> pd.DataFrame:
    """Percentage of networks by the kind of their set of fixed points; return the percentages."""
    wide = rows.pivot_table(index=["model", "variable", "seed"], columns="statistic", values="value", sort=False)
    found = []
    if {"stable", "saddles", "unstable", "bistable", "chain"} <= set(wide):
        alone = (wide["stable"] == 1) & (wide["saddles"] + wide["unstable"] == 0)
        kinds = np.select([alone, wide["bistable"] == 1, wide["chain"] == 1], list(TOPOLOGIES)[:3], default="other")
        for where, group in pd.Series(kinds, index=wide.index).groupby(level=[0, 1], sort=False):
            left = 0.0
            for kind, colour in TOPOLOGIES.items():
                share = 100 * (group == kind).mean()
                axis.barh(place[where], share, left=left, height=0.3, color=colour, linewidth=0)
                left += share
                found.append({"model": where[0], "variable": where[1], "statistic": kind, "value": share})
    axis.set_xlim(0, 100)
    axis.set_xlabel("networks by\nfixed points (%)")
    return pd.DataFrame(found)
