"""When how many units of each area tell the choice."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.courses import courses


def selectivity_over_time(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Share of each area's units that tell the choice, over time.

    A row a source, a panel an area. Each point is the share of units whose choice probability in a window centred
    there passes a false discovery rate over units and windows; lines are means over networks, bands their 95 %
    bootstrap intervals, cut at 0 and 1. The authors' share of recorded units, where it is shown, is by their own
    test, counts time from the onset of the stimulus, and its band treats units as independent. Shares grow with the
    number of trials.
    """
    return courses(
        tables,
        study,
        "choice_probability",
        ("fraction_significant",),
        theirs="unit_selectivity",
        label="Share of units that tell",
    )
