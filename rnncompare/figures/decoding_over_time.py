"""Decoding accuracy of each area over time."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.courses import courses


def decoding_over_time(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Decoding accuracy of the task's variables over time, from single trials of each area.

    Each row is a source, and each panel is an area. Each point is the accuracy, on held-out trials, of a classifier of
    the rates in one window of time, at the centre of the window. Lines are means over networks, and bands are their
    95 % bootstrap intervals, limited to 0 to 1. The dotted line is the mean of the null distribution, or chance for two
    classes if the probe has none. The authors' decoder of the recorded area, if shown, is given by strength of the
    evidence, with time from the onset of the stimulus.
    """
    return courses(
        tables,
        study,
        "decoding",
        ("accuracy", "balanced_accuracy"),
        theirs="decoding",
        label="Decoding accuracy",
        chance=0.5,
    )
