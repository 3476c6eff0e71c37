"""What each ingredient of training does: alone, and left out."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out
from rnncompare.drawing.dots import dots, entries, finish, height, in_rows, panels
from rnncompare.drawing.rows import networks, of_study, similarities
from rnncompare.drawing.style import RUNGS, ablation, colours, key, page


def ablations(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """The ablation ladder: networks with one ingredient alone (only ...) and with all but one (no ...).

    Above them the networks that are no rung of the ladder. Similarity to the recording, condition-independent signal
    removed: small dots are networks, diamonds means, bars 95 % bootstrap intervals over networks, grey bands the null
    of the mean (its mean to what one re-pairing of conditions in twenty beats), dashed and dotted lines ceilings. Right
    is more alike: the axis of an angle runs backwards. Measures that no rung was given, and those that are scored in
    sample, are left out.
    """
    summary = similarities(tables, study, "removed")
    models = _ladder([n for n in networks(tables, study) if n in set(summary["model"])])
    if not any(map(ablation, models)):
        raise ValueError(
            f"figure of {study}: found models {', '.join(models) or 'none'}, wanted some named only_* or no_*"
        )
    everything, summary = summary, summary[summary["model"].isin(models)]
    rungs = summary[summary["model"].map(ablation) != ""]
    rows = in_rows(primary_held_out(rungs), summary, models)
    colour = colours(models, networks(tables, study))
    figure = page(height(rows, 28))
    data = []
    for axis, measure, statistic, ladder in panels(figure, rows):
        here = {"measure": measure, "statistic": statistic}
        means = of_study({"summary": summary}, "summary", study, **here)
        seeds = of_study(tables, "similarity", study, **here, condition_independent="removed", model=models)
        dots(axis, means, seeds, ladder, colour)
        finish(axis, ladder, **here, lower=lower_is_better(means))
        for y in range(1, len(ladder)):
            if ablation(ladder[y]) != ablation(ladder[y - 1]):
                axis.axhline(y - 0.5, color="black", linewidth=0.6)
        data += [means.assign(shown="mean"), seeds.assign(shown="one network")]
    key(figure, entries(everything, "one network"), columns=5)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _ladder(models: list[str]) -> list[str]:
    """Models that are no rung, as they come; then each penalty alone, then all but one."""
    return sorted(models, key=lambda m: ["", *RUNGS].index(ablation(m)))
