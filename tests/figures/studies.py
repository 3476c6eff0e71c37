"""The made-up study that a figure can show; it is found by trying, so that a new figure needs no entry."""

from functools import cache

import pandas as pd
from figures.made_up import made_up_tables
from figures.made_up_deciding import deciding_tables

from rnncompare.figures import draw

FEW = {"one_area": 1, "three_area": 3}


@cache
def few_deciding() -> dict[str, pd.DataFrame]:
    return deciding_tables(FEW, networks=2, units=20)


@cache
def shown_of(name: str) -> tuple[dict[str, pd.DataFrame], str]:
    """Return (tables, study) for a figure: the study of reaching, or that of decisions if the former has no rows."""
    try:
        draw(name, made_up_tables(), "reach")
    except ValueError:
        return few_deciding(), "deciding"
    return made_up_tables(), "reach"
