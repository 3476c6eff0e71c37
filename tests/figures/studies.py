"""The made-up study that a figure can show; it is found by trying, so that a new figure needs no entry."""

from functools import cache

import pandas as pd
from figures.guide import STYLE
from figures.made_up import made_up_tables
from figures.made_up_deciding import deciding_tables
from matplotlib.figure import Figure

from rnncompare.figures import draw

FEW = {"one_area": 1, "three_area": 3}


@cache
def few_deciding() -> dict[str, pd.DataFrame]:
    return deciding_tables(FEW, networks=2, units=20)


@cache
def shown_of(name: str) -> tuple[dict[str, pd.DataFrame], str]:
    """Return (tables, study) for a figure: the study of reaching, or that of decisions if the former has no rows."""
    return _first(name)[0]


def drawn_first(name: str) -> tuple[Figure, pd.DataFrame]:
    """Return the figure and its source data as drawn when its study was searched for; later calls return the same."""
    return _first(name)[1]


@cache
def _first(name: str) -> tuple[tuple[dict[str, pd.DataFrame], str], tuple[Figure, pd.DataFrame]]:
    try:
        return (made_up_tables(), "reach"), draw(name, made_up_tables(), "reach", STYLE)
    except ValueError:
        return (few_deciding(), "deciding"), draw(name, few_deciding(), "deciding", STYLE)
