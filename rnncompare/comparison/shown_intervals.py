"""Which intervals are shown: none from fewer than four networks, in figures and in the tables of the report."""

import re
from collections.abc import Collection

import pandas as pd

FEWEST = 4  # with fewer networks, an interval over networks has hardly more information than the networks themselves
SIZES = ("seeds", "minus_seeds", "networks", "minus_networks", "input_sets")  # columns with numbers of networks
END = re.compile(r"(?:^|_)(?:low|high)$")  # of the name of a column with the end of an interval


def with_shown_intervals(rows: pd.DataFrame, networks: Collection[str], sizes: Collection[str] = SIZES) -> pd.DataFrame:
    """The rows of a table, without the ends of intervals from fewer than `FEWEST` networks or draws.

    networks: the models whose sources are networks; sizes: the columns with the numbers of networks. A source that is
    no network and was drawn once, such as a second animal, keeps its interval, which is over resampled units of the
    recording. A row without a number of networks, such as a mean over animals or a published value, keeps its interval.
    """
    ends = [column for column in rows if END.search(str(column))]
    sizes = [column for column in sizes if column in rows]
    if not ends or not sizes or rows.empty:
        return rows
    fewest = rows[sizes].min(axis=1)
    sources = [column for column in ("model", "minus") if column in rows]
    of_networks = rows[sources].isin(set(networks)).any(axis=1)
    few = (fewest < FEWEST) & ((fewest > 1) | of_networks)
    return rows.assign(**{column: rows[column].mask(few) for column in ends}) if few.any() else rows
