"""Ablations of a model: similarity with one component alone, and with one component removed."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import dots, entries, finish, height, in_rows, panels
from rnncompare.drawing.rows import headline, networks, of_study, similarities
from rnncompare.drawing.style import ABLATION_LABELS, ablation, colours


def ablations(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Similarity of ablations to the recording, with one component alone (only ...) or one component removed (no ...).

    The networks that are not ablations are shown at the top. The condition-independent signal is removed. Small dots
    are networks, diamonds are means, and bars are 95 % bootstrap intervals over networks. Grey bands extend from the
    mean to the 95th percentile of the null distribution of the mean (conditions paired at random). Dashed and dotted
    lines are ceilings. Values further to the right are more similar: the axis of an angle is inverted. Measures that
    were not applied to ablations, and those that are scored in sample, are omitted.
    """
    summary = similarities(tables, study, "removed")
    models = _ablations_last([n for n in networks(tables, study) if n in set(summary["model"])])
    if not any(map(ablation, models)):
        raise ValueError(
            f"figure of {study}: found models {', '.join(models) or 'none'}, wanted some named only_* or no_*"
        )
    everything, summary = summary, summary[summary["model"].isin(models)]
    ablated = summary[summary["model"].map(ablation) != ""]
    rows = in_rows(primary_held_out(ablated), summary, models)
    colour = colours(models, networks(tables, study))
    figure = page(height(rows, 28))
    data = []
    for axis, measure, statistic, present in panels(figure, rows):
        here = {"measure": measure, "statistic": statistic}
        means = of_study({"summary": summary}, "summary", study, **here)
        seeds = of_study(tables, "similarity", study, **here, condition_independent="removed", model=models)
        dots(axis, means, seeds, present, colour)
        finish(axis, present, **here, lower=lower_is_better(means), headline=headline(tables, study))
        for y in range(1, len(present)):
            if ablation(present[y]) != ablation(present[y - 1]):
                axis.axhline(y - 0.5, color="black", linewidth=0.6)
        data += [means.assign(shown="mean"), seeds.assign(shown="one network")]
    key(figure, entries(everything, "one network"), columns=5)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _ablations_last(models: list[str]) -> list[str]:
    """Sort models: first those that are not ablations, then one component alone, then one component removed."""
    return sorted(models, key=lambda m: ["", *ABLATION_LABELS].index(ablation(m)))
