"""Similarity of every model and control to the recording, by every measure."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import fewer_components, lower_is_better, primary_statistics
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import dots, entries, finish, height, in_rows, open_dots, panels
from rnncompare.drawing.rows import headline, networks, of_study, similarities
from rnncompare.drawing.style import colours

LOWEST = -1.0  # lower limit of scores whose maximum is 1


def similarity_by_measure(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Similarity of every model and control to the recording.

    Each row is a source, with the condition-independent signal removed (primary analysis): small dots are single
    networks (for controls, single draws), the diamond is their mean, and the bar is the 95 % bootstrap interval of the
    mean over them. Open circles are means with the condition-independent signal kept. The grey band extends from the
    mean to the 95th percentile of the null distribution (conditions paired at random). Dashed and dotted lines are
    ceilings. Values further to the right are more similar: the axis of an angle is inverted. A triangle marks a score
    below -1. The primary statistic of each measure is shown, in both directions if it is a prediction. Measures that
    are scored in sample are shaded and should not be interpreted. Each row of panels lists the sources to which any of
    its measures was applied; those that the study is about have bold names. A number of components is given for sources
    that have fewer than others. Networks that were trained on activity of the recording are marked; they are compared
    with its other units. Angles of very different sizes have a logarithmic axis.
    """
    summary = similarities(tables, study, "removed", "kept")
    sources = list(dict.fromkeys(summary["model"]))
    colour = colours(sources, networks(tables, study))
    rows = in_rows(primary_statistics(summary), summary, sources)
    figure = page(height(rows, 30))
    data, notes, bold = [], _notes(summary), headline(tables, study)
    for axis, measure, statistic, present in panels(figure, rows):
        here = {"measure": measure, "statistic": statistic}
        removed, kept = (
            of_study({"summary": summary}, "summary", study, **here, condition_independent=c)
            for c in ("removed", "kept")
        )
        seeds = of_study(tables, "similarity", study, **here, condition_independent="removed")
        lower = lower_is_better(removed)
        lowest = -float("inf") if lower else LOWEST
        dots(axis, removed, seeds, present, colour, lowest)
        open_dots(axis, kept, present, colour, lowest)
        finish(axis, present, **here, lower=lower, lowest=lowest, notes=notes, headline=bold)
        data += [removed.assign(shown="mean"), kept.assign(shown="mean"), seeds.assign(shown="one network or draw")]
    key(figure, entries(summary, "one network or draw", kept=True), columns=3)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _notes(summary: pd.DataFrame) -> dict[str, str]:
    """Source -> its number of components, if others have more, and whether it was trained on the recording."""
    notes = {}
    for (model, _), count in fewer_components(summary).items():
        notes.setdefault(model, {})[count] = None
    notes = {model: [f"{' or '.join(map(str, of))} components"] for model, of in notes.items()}
    for model in summary.reindex(columns=["model", "trained_on"]).dropna()["model"].unique():
        notes.setdefault(model, []).append("trained on the recording")
    return {model: ", ".join(said) for model, said in notes.items()}
