"""Error against training, one panel a model."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import colours, key, page

COLUMNS = 4
SOURCE_DATA = ("study", "model", "seed", "step", "error", "validation_error", "correct", "stop_at", "stop_correct")
SOURCE_DATA += ("stopped",)


def training(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Task error during training.

    Normalised error (MSE over the variance of the targets; 1 is the best constant) on the training conditions against
    the number of updates, one line a network; where networks are stopped by the share of trials that they do right,
    that share. The dashed line is where they are stopped. A dot ends a network that reached it, a cross one that did
    not; numbers count the former of all. Networks that were trained elsewhere have neither, and errors as their files
    have them.
    """
    rows = of_study(tables, "training", study)
    by, criterion, label = _stopped_by(rows)
    models = list(dict.fromkeys(rows["model"]))
    colour = colours(models, networks(tables, study))
    columns = min(COLUMNS, len(models))
    height = -(-len(models) // columns)
    figure = page(32 * height + 12)
    axes = figure.subplots(height, columns, sharex=True, sharey=True, squeeze=False)
    for axis, model in zip(axes.flat, models, strict=False):
        mine = rows[rows["model"] == model]
        reached = [_line(axis, one, by, colour[model]) for _, one in mine.groupby("seed")]
        stopped = mine["stopped"].notna().any()
        axis.set_title(f"{words(model)} ({sum(reached)} of {len(reached)})" if stopped else words(model))
        if criterion in mine and mine[criterion].notna().any():
            axis.axhline(mine[criterion].dropna().iloc[0], color="black", linestyle="--", linewidth=0.6)
    for axis in axes.flat[len(models) :]:
        axis.remove()
    for axis in axes.flat[max(len(models) - columns, 0) : len(models)]:
        axis.tick_params(labelbottom=True)  # nothing stands below
    if by == "error":
        axes[0, 0].set_yscale("log")
        axes[0, 0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes[0, 0].yaxis.set_major_formatter("{x:g}")
        axes[0, 0].yaxis.set_minor_locator(NullLocator())
    figure.supxlabel("Update", fontsize=6.5)
    figure.supylabel(label, fontsize=6.5)
    _legend(figure)
    return figure, rows[[c for c in SOURCE_DATA if c in rows and rows[c].notna().any()]]


def _stopped_by(rows: pd.DataFrame) -> tuple[str, str, str]:
    """The column that decides when training ends, that of the criterion, and the label of the former."""
    asked = {c: c in rows and bool(rows[c].notna().any()) for c in ("stop_at", "stop_correct")}
    if asked["stop_correct"] and not asked["stop_at"]:
        return "correct", "stop_correct", "Share of trials correct"
    return "error", "stop_at", "Normalised error"


def _line(axis, one: pd.DataFrame, by: str, colour: str) -> bool:
    """Draw a network's course; whether it reached the criterion."""
    one = one[one[by].notna()]
    axis.plot(one["step"], one[by], color=colour, linewidth=0.6, alpha=0.8)
    if one["stopped"].isna().all():
        return False
    reached = one["stopped"].iloc[-1] == "reached"
    marker = {"marker": "o", "markersize": 2.5} if reached else {"marker": "x", "markersize": 4}
    axis.plot(
        one["step"].iloc[-1],
        one[by].iloc[-1],
        color=colour,
        markeredgecolor="black",
        markeredgewidth=0.6,
        zorder=3,
        **marker,
    )
    return reached


def _legend(figure: Figure) -> None:
    grey = "#444444"
    entries = {
        "stopped: reached the criterion": Line2D(
            [], [], color=grey, marker="o", markersize=2.5, markeredgecolor="black", linewidth=0.6
        ),
        "stopped: did not reach it": Line2D(
            [], [], color=grey, marker="x", markersize=4, markeredgecolor="black", linewidth=0.6
        ),
        "criterion": Line2D([], [], color="black", linestyle="--", linewidth=0.6),
    }
    key(figure, entries, columns=3)
