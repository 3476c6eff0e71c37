"""Rounding of the numbers in tables to the digits that are the same on every processor.

The kernels of another processor add numbers in another order, which changes a sum by about 1e-15 of its terms. That is
1e-15 of most statistics, and much more of small differences of large numbers, such as an R2 or an angle near 0. A
number is therefore written with `DIGITS` significant digits, and with at most as many decimals as give the largest
number of its statistic `DIGITS` + 2 digits: 9 if that is from 1 to 10.

Measured with all similarity measures and probes on simulated trials (2,013 numbers per run), with OpenBLAS's kernels
for Haswell, Sandy Bridge, Nehalem, Prescott and Zen, and the last also without numpy's own AVX2 and FMA: of 12,078
numbers, this many differ from those with the Haswell kernels, by the number of digits that are written:

digits    15   14  13  12  11  10  9  8
differ  1202  344  67  28   7   2  0  0

A number that is closer to the border between two roundings can still be written in two ways, at 8 digits about two in a
million (extrapolated). No rounding avoids this, so kernels are pinned where they can be. The angle between identical
activities, which rounding errors change by 2e-8, is 0 (`shapes.angle`).
"""

from math import isfinite

import numpy as np
import pandas as pd

DIGITS = 8
# Labels, counts, and quantities computed from counts are the same on every processor and are not rounded.
EXACT = {"time", "strength", "seed", "p", "q", "p_corrected"}


def shortened(table: pd.DataFrame) -> pd.DataFrame:
    """The table with floating-point numbers as rounded text; missing values stay missing.

    The scale of a column is the largest absolute value for one measure and statistic, or for all rows if the table has
    no such columns.
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
    """A column with floating-point numbers as rounded text; other values are unchanged."""
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
    """The number of decimals for numbers with this largest absolute value."""
    exponent = int(f"{largest:.{DIGITS - 1}e}".partition("e")[2])  # after rounding: 0.99999999999 becomes 1
    return DIGITS + 1 - exponent


def written(value: float, places: int) -> str:
    """A number as text with at most `places` decimals."""
    kept = round(value, places) if isfinite(value) else value
    return f"{kept:.{DIGITS}g}" if kept else "0"  # not -0
