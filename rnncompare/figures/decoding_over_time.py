"""When each area tells the task's variables."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.courses import courses


def decoding_over_time(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Decoding over time from the single trials of each area.

    A row a source, a panel an area. Each point is a classifier of the rates in one window of time, centred where it
    stands, on trials that were left out; lines are means over networks, bands their 95 % bootstrap intervals, cut
    at 0 and 1. The dotted line is the mean of the null, or chance for two classes where the probe has none. The
    authors' decoder of the recorded area, where it is shown, is by the strength of the evidence and counts time
    from the onset of the stimulus.
    """
    return courses(
        tables,
        study,
        "decoding",
        ("accuracy", "balanced_accuracy"),
        theirs="decoding",
        label="Share of trials told",
        chance=0.5,
    )
