"""Error against training, one panel a model."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from rnncompare.figures._rows import networks, of_study
from rnncompare.figures._style import colours, key, page
from rnncompare.headlines import words

COLUMNS = 4


def training(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Task error during training.

    Normalised error (MSE over the variance of the targets; 1 is the best constant) on the training conditions against
    the number of updates, one line a network. The dashed line is the error at which twins are stopped. A dot ends a
    network that reached it, a cross one that did not; numbers count the former of all.
    """
    rows = of_study(tables, "training", study)
    models = list(dict.fromkeys(rows["model"]))
    colour = colours(models, networks(tables, study))
    columns = min(COLUMNS, len(models))
    height = -(-len(models) // columns)
    figure = page(32 * height + 12)
    axes = figure.subplots(height, columns, sharex=True, sharey=True, squeeze=False)
    for axis, model in zip(axes.flat, models, strict=False):
        mine = rows[rows["model"] == model]
        reached = [_line(axis, one, colour[model]) for _, one in mine.groupby("seed")]
        axis.set_title(f"{words(model)} ({sum(reached)} of {len(reached)})")
        if "stop_at" in mine and mine["stop_at"].notna().any():
            axis.axhline(mine["stop_at"].dropna().iloc[0], color="black", linestyle="--", linewidth=0.6)
    for axis in axes.flat[len(models) :]:
        axis.remove()
    axes[0, 0].set_yscale("log")
    axes[0, 0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes[0, 0].yaxis.set_major_formatter("{x:g}")
    axes[0, 0].yaxis.set_minor_locator(NullLocator())
    figure.supxlabel("Update", fontsize=6.5)
    figure.supylabel("Normalised error", fontsize=6.5)
    _legend(figure)
    keep = [
        c for c in ("study", "model", "seed", "step", "error", "validation_error", "stop_at", "stopped") if c in rows
    ]
    return figure, rows[keep]


def _line(axis, one: pd.DataFrame, colour: str) -> bool:
    """Draw a network's error; whether it reached the criterion."""
    reached = one["stopped"].iloc[-1] == "reached"
    axis.plot(one["step"], one["error"], color=colour, linewidth=0.6, alpha=0.8)
    marker = {"marker": "o", "markersize": 2.5} if reached else {"marker": "x", "markersize": 4}
    axis.plot(
        one["step"].iloc[-1],
        one["error"].iloc[-1],
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
