"""How much of each area's variance the task's variables make."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.by_area import by_area


def demixed_variance(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Share of each area's variance that the demixed components of each variable put back.

    One panel a variable, `time` being what all trials have in common; one row an area. Small dots are single
    networks, diamonds means over networks, bars their 95 % bootstrap intervals, cut at 0 and 1. Squares are the
    authors' published values of the model of the same name, dashed lines theirs of the recorded area. Components of
    different variables are not orthogonal, so that shares need not add up to 1.
    """
    return by_area(
        tables,
        study,
        "demixed_variance",
        ("component_variance", "marginal_variance"),
        label="Share of the variance about units' means",
    )
