"""Decoding accuracy of each area."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.by_area import by_area


def decoding_by_area(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Decoding accuracy of the task's variables from single trials of each area, on held-out trials.

    Each panel is a variable, and each row is an area. Small dots are single networks, diamonds are means over networks,
    and bars are their 95 % bootstrap intervals, limited to 0 to 1. The grey band extends from the mean to the 95th
    percentile of the null distribution (classes permuted over trials); if the probe has none, a dotted line is chance
    for two classes. Squares are the values that the authors published for the model of the same name; dashed lines are
    their values for recorded areas.
    """
    return by_area(tables, study, "decoding", ("accuracy", "balanced_accuracy"), label="Decoding accuracy", chance=0.5)
