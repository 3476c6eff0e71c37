"""Similarity to the recording against task error."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import lower_is_better, primary_statistics, words
from rnncompare.drawing.canvas import compact, fits, key, name_axes, page
from rnncompare.drawing.labels import quantity, set_title
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import ABLATION_LABELS, ablation, colours


def similarity_against_error(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Similarity to the recording against task error.

    Each symbol is a network: its similarity (condition-independent signal removed) against its normalised error at the
    end of training. Networks that were not trained are omitted. Trained networks have the same stopping rule, such as
    an error of at most `stop_at` after at least `at_least` updates; their final errors can be lower than this threshold
    and can differ. Higher positions are more similar: the axis of an angle is inverted.
    """
    scores = of_study(tables, "similarity", study, condition_independent="removed")
    errors = (
        of_study(tables, "training", study).sort_values("step").groupby(["model", "seed"], sort=False)["error"].last()
    )
    data = scores.merge(errors.rename("task_error").reset_index(), on=["model", "seed"])
    if data.empty:
        raise ValueError(
            f"figure of {study}: found no network with rows in both similarity.csv and training.csv, wanted at least "
            "one"
        )
    shown = primary_statistics(data)
    trained = [m for m in networks(tables, study) if m in set(data["model"])]
    colour = colours(trained, networks(tables, study))
    columns = compact(len(shown), fits(34, 5))
    height = -(-len(shown) // columns)
    figure = page(38 * height + 14)
    axes = figure.subplots(height, columns, sharex=True, squeeze=False)
    for axis, (measure, statistic) in zip(axes.flat, shown, strict=False):
        mine = data[(data["measure"] == measure) & (data["statistic"] == statistic)]
        for model in trained:
            one = mine[mine["model"] == model]
            axis.plot(
                one["task_error"],
                one["value"],
                _marker(model),
                color=colour[model],
                markersize=2.8,
                alpha=0.75,
                markeredgewidth=0,
            )
        set_title(axis, measure, statistic, 120 // columns)
        axis.set_ylabel(quantity(statistic))
        if lower_is_better(mine):
            axis.invert_yaxis()
        axis.locator_params(axis="both", nbins=4)
    for axis in axes.flat[len(shown) :]:
        axis.remove()
    for axis in axes.flat[max(len(shown) - columns, 0) : len(shown)]:
        axis.tick_params(labelbottom=True)  # there is no panel below
    name_axes(figure.axes, x="Normalised task error")
    entries = {ABLATION_LABELS.get(ablation(m), words(m)): (colour[m], _marker(m)) for m in trained}
    marks = {
        name: Line2D([], [], color=c, marker=m, linestyle="", markeredgewidth=0) for name, (c, m) in entries.items()
    }
    key(figure, marks, columns=6)
    kept = ["study", "recording", "model", "seed", "measure", "statistic", "value", "task_error"]
    pairs = pd.MultiIndex.from_frame(data[["measure", "statistic"]])
    return figure, data.loc[pairs.isin(shown), kept]


def _marker(model: str) -> str:
    return {"only_": "^", "no_": "v"}.get(ablation(model), "o")
