"""Decoding from recordings and networks."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.variable_panels import variable_panels

LOWEST = -1.0  # where an R² is cut off


def decoding(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Cross-validated decoding from the recording and from networks, on held-out trials or conditions.

    Each panel is a probe and variable, and shows the first statistic of the probe. Small dots are single networks,
    diamonds are means, and bars are 95 % bootstrap intervals over networks. The grey band extends from the mean to the
    95th percentile of the null distribution, if the probe has one. Sources for which the statistic was not measured
    have no symbol. A triangle marks an R² below -1. Trials of sources that are condition averages are simulated, as
    given in column trials of the source data.
    """
    return variable_panels(tables, study, "decoding", LOWEST)
