"""How many digits of a measured number a table holds: as many as are the same on every processor.

Sums are added up in another order by another processor's kernels, which moves a result by some 1e-15 of what was added.
That is 1e-15 of most statistics, and much more of those that are small differences of large numbers, such as an R2 or
an angle near 0. So a number is written to `DIGITS` digits, and with no more decimals than leave the largest number of
its statistic `DIGITS` + 2 digits: 9 where that is from 1 to 10. What was measured: docs/robustness.md.
"""

from math import isfinite

import numpy as np
import pandas as pd

DIGITS = 8
# Labels, counts and what is decided by counts are the same everywhere, and are written as they are.
EXACT = {"time", "strength", "seed", "p", "q", "p_corrected"}


def shortened(table: pd.DataFrame) -> pd.DataFrame:
    """The table with measured numbers as text of as many digits as every processor gives; missing ones stay missing.

    The scale of a column is the largest of its numbers of one measure and statistic, or of all of them where the table
    has no such columns.
    """
    by = [name for name in ("measure", "statistic") if name in table]
    group = table.groupby(by, sort=False, dropna=False).ngroup().to_numpy() if by else np.zeros(len(table), dtype=int)
    found = table.copy()
    for place, name in enumerate(table.columns):
        column = table.iloc[:, place]
        if name not in EXACT and (column.dtype == object or pd.api.types.is_float_dtype(column)):
            found.isetitem(place, column_of(column, group))
    return found


def column_of(column: pd.Series, group: np.ndarray) -> pd.Series:
    """A column whose floating-point numbers are text; what is none of them stays."""
    is_float = column.notna().to_numpy()
    if column.dtype == object:
        is_float = is_float & np.array([isinstance(v, float | np.floating) for v in column], dtype=bool)
    if not is_float.any():
        return column
    numbers, of = column.to_numpy()[is_float].astype(float), group[is_float]
    largest = np.zeros(group.max() + 1)
    np.maximum.at(largest, of, np.where(np.isfinite(numbers), np.abs(numbers), 0.0))
    places = [decimals(one) for one in largest.tolist()]
    text = column.astype(object).to_numpy(copy=True)
    text[is_float] = [written(v, places[g]) for v, g in zip(numbers.tolist(), of.tolist(), strict=True)]
    return pd.Series(text, index=column.index, dtype=object)


def decimals(largest: float) -> int:
    """How many decimals numbers have whose largest is this one."""
    exponent = int(f"{largest:.{DIGITS - 1}e}".partition("e")[2])  # of what is written: 0.99999999999 is 1
    return DIGITS + 1 - exponent


def written(value: float, places: int) -> str:
    """A number as text, of at most so many decimals."""
    kept = round(value, places) if isfinite(value) else value
    return f"{kept:.{DIGITS}g}" if kept else "0"  # and not -0
