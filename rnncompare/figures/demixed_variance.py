"""Variance of each area that is explained by demixed components of the task's variables."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.by_area import by_area


def demixed_variance(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Variance of each area that is explained by the demixed components of each variable.

    Each panel is a variable; `time` is the time course that is common to all trials. Each row is an area. Small dots
    are single networks, diamonds are means over networks, and bars are their 95 % bootstrap intervals, limited to 0 to
    1. Squares are the values that the authors published for the model of the same name; dashed lines are their values
    for recorded areas. Variance is taken about the mean of each unit. Components of different variables are not
    orthogonal, so that fractions need not add up to 1.
    """
    return by_area(
        tables,
        study,
        "demixed_variance",
        ("component_variance", "marginal_variance"),
        label="Fraction of variance explained",
    )
