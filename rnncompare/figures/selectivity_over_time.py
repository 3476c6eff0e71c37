"""Fraction of units of each area that are selective for the choice, over time."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.courses import courses


def selectivity_over_time(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Fraction of the units of each area that are selective for the choice, over time.

    Each row is a source, and each panel is an area. Each point is the fraction of units whose choice probability in a
    window of time, centred at the point, is significant at a false discovery rate of 5 % over units and windows. Lines
    are means over networks, and bands are their 95 % bootstrap intervals, limited to 0 to 1. The authors' fraction of
    recorded units, if shown, is by their own test, with time from the onset of the stimulus and an interval that treats
    units as independent. Fractions increase with the number of trials.
    """
    return courses(
        tables,
        study,
        "choice_probability",
        ("fraction_significant",),
        theirs="unit_selectivity",
        label="Fraction of selective units",
    )
