"""Shares of correct decisions of networks."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.variable_panels import variable_panels


def correct_decisions(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Share of correct decisions in test trials, by a variable such as the rule of the trial.

    Each panel is a value of the variable. Trials without a decision are not correct. Small dots are single networks,
    diamonds are means, and bars are 95 % bootstrap intervals over networks.
    """
    return variable_panels(tables, study, "correct")
