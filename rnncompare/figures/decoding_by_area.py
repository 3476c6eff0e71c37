"""What can be read from each area."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.by_area import by_area


def decoding_by_area(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Decoding from the single trials of each area, on trials that were left out.

    One panel a variable, one row an area. Small dots are single networks, diamonds means over networks, bars their
    95 % bootstrap intervals, cut at 0 and 1; the grey band runs from the mean of the null (classes shuffled over
    trials) to its 95th percentile; where the probe has none, a dotted line is chance for two classes. Squares are
    the authors' published values of the model of the same name, dashed lines theirs of the recorded area. 1: every
    trial is told.
    """
    return by_area(
        tables, study, "decoding", ("accuracy", "balanced_accuracy"), label="Share of trials told", chance=0.5
    )
