"""Every model and control against the recording, by every measure."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import primary_statistics, lower_is_better
from rnncompare.drawing.dots import dots, entries, finish, height, in_rows, open_dots, panels
from rnncompare.drawing.rows import networks, of_study, similarities
from rnncompare.drawing.style import colours, key, page

LOWEST = -1.0  # where a score that is at most 1 is cut off


def similarity_by_measure(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Similarity of every model and control to the recording.

    Each row is a source: small dots are single networks (for controls, single draws), the diamond is their mean and the
    bar the 95 % bootstrap interval of the mean over them, with the condition-independent signal removed (the headline);
    open circles are means with it kept. The grey band runs from the mean of the null (conditions paired anew at random)
    to what one such pairing in twenty beats. Dashed and dotted lines are ceilings. Right is always more alike: the axis
    of an angle runs backwards. Scores below -1 are cut off, a triangle in their place. One statistic a measure, the
    first that it gives, and both directions of a prediction; a measure that is scored in sample is shown only as the
    thing not to trust. Panels beside each other list the sources that were given any of their measures.
    """
    summary = similarities(tables, study, "removed", "kept")
    sources = list(dict.fromkeys(summary["model"]))
    colour = colours(sources, networks(tables, study))
    rows = in_rows(primary_statistics(summary), summary, sources)
    figure = page(height(rows, 30))
    data = []
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
        finish(axis, present, **here, lower=lower, lowest=lowest)
        data += [removed.assign(shown="mean"), kept.assign(shown="mean"), seeds.assign(shown="one network or draw")]
    key(figure, entries(summary, "one network or draw", kept=True), columns=3)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")
