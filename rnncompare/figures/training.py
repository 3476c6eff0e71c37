"""Task error during training, with one panel for each model."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import compact, fits, key, name_axes, page
from rnncompare.drawing.labels import proportion
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import colours

COLUMNS, WIDTH = 5, 34  # largest number of panels in one row, and the smallest width of one, mm
SOURCE_DATA = ("study", "model", "seed", "step", "error", "validation_error", "correct", "stop_at", "stop_correct")
SOURCE_DATA += ("ideal_correct", "stopped")


def training(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Task error during training.

    Normalised error (MSE divided by the variance of the targets; 1 is the best constant output) on the training
    conditions against the number of updates, with one line for each network. If training is stopped by the proportion
    of correct trials, that proportion is shown instead. The dashed line is the criterion at which training is stopped,
    and the dotted line, for a task that has one, the proportion of an ideal observer of the noisy inputs.
    A dot marks the end of training of a network that reached the criterion, and a cross that of one that did not.
    Titles give the number of networks that reached the criterion and the number of all networks.
    Networks that were trained elsewhere have no criterion; their errors are those of their files. Networks that were
    trained for a fixed number of updates have none, either, and no symbol at the end.
    """
    rows = of_study(tables, "training", study)
    criteria = rows.reindex(columns=["stop_at", "stop_correct"]).notna().any(axis=1)
    rows = rows.assign(stopped=rows["stopped"].where(criteria)) if "stopped" in rows else rows.assign(stopped=None)
    by, criterion, label = _stopped_by(rows)
    models = list(dict.fromkeys(rows["model"]))
    colour = colours(models, networks(tables, study))
    columns = compact(len(models), fits(WIDTH, COLUMNS))
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
        if _observed(mine, by):
            axis.axhline(mine["ideal_correct"].mean(), color="black", linestyle=":", linewidth=0.6)
    for axis in axes.flat[len(models) :]:
        axis.remove()
    for axis in axes.flat[max(len(models) - columns, 0) : len(models)]:
        axis.tick_params(labelbottom=True)  # there is no panel below
    if by == "error":
        axes[0, 0].set_yscale("log")
        axes[0, 0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes[0, 0].yaxis.set_major_formatter("{x:g}")
        axes[0, 0].yaxis.set_minor_locator(NullLocator())
    if by == "correct":
        proportion(axes[0, 0], "y", 0)
    name_axes(figure.axes, x="Update", y=label)
    _legend(figure, _observed(rows, by), criteria.any())
    return figure, rows[[c for c in SOURCE_DATA if c in rows and rows[c].notna().any()]]


def _stopped_by(rows: pd.DataFrame) -> tuple[str, str, str]:
    """Return the column that determines the end of training, the column of its criterion, and an axis label."""
    has = {c: c in rows and bool(rows[c].notna().any()) for c in ("stop_at", "stop_correct")}
    if has["stop_correct"] and not has["stop_at"]:
        return "correct", "stop_correct", "Proportion of correct trials"
    return "error", "stop_at", "Normalised error"


def _line(axis, one: pd.DataFrame, by: str, colour: str) -> bool:
    """Draw the training of a network; return whether it reached the criterion."""
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


def _observed(rows: pd.DataFrame, by: str) -> bool:
    """Whether proportions of correct trials are shown of a task that has an ideal observer."""
    return by == "correct" and "ideal_correct" in rows and bool(rows["ideal_correct"].notna().any())


def _legend(figure: Figure, observed: bool, criteria: bool) -> None:
    grey = "#444444"
    entries = (
        {}
        if not criteria
        else {
            "reached the criterion": Line2D(
                [], [], color=grey, marker="o", markersize=2.5, markeredgecolor="black", linewidth=0.6
            ),
            "did not reach the criterion": Line2D(
                [], [], color=grey, marker="x", markersize=4, markeredgecolor="black", linewidth=0.6
            ),
            "criterion": Line2D([], [], color="black", linestyle="--", linewidth=0.6),
        }
    )
    if observed:
        entries["ideal observer"] = Line2D([], [], color="black", linestyle=":", linewidth=0.6)
    key(figure, entries, columns=len(entries))
