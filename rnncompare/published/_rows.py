"""Functions shared by sources of published statistics: labels, and intervals computed from the authors' values."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.statistics.intervals import binomial_interval, tails

AUTHORS = "authors"
MODEL = "PMd (authors)"


def checked_level(level: float, where: str) -> float:
    """The confidence level of intervals. Raises BadOption unless it is between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
        raise BadOption(f"{where}: found level {level}, wanted a number between 0 and 1, such as 0.95")
    return float(level)


def mean_over(values: np.ndarray, *, level: float, of: str, where: str) -> dict:
    """Mean of `values` (n,) without NaN, with Student's t interval, as keys of a row.

    of: name of the values; where: place for errors. For a single value, there is no interval. Raises BadActivity if all
    values are NaN.
    """
    from scipy.special import stdtrit  # slow to import

    known = values[~np.isnan(values)]
    if len(known) == 0:
        raise BadActivity(f"{where}: mean over {of}: found {len(values)} values, all NaN, wanted at least one")
    row = {"value": float(known.mean()), "n": len(known), "n_of": of}
    if len(known) < 2:
        return row
    half = -stdtrit(len(known) - 1, tails(level)[0]) * known.std(ddof=1) / np.sqrt(len(known))
    interval = f"{level:g}, Student's t over {of}, worked out here from the authors' values"
    return row | {"low": float(known.mean() - half), "high": float(known.mean() + half), "interval": interval}


def share(count: int, n: int, *, level: float, of: str, where: str) -> dict:
    """The share count / n with the interval of Clopper and Pearson, as keys of a row; where: place for errors.

    Raises BadActivity if n is 0.
    """
    if n == 0:
        raise BadActivity(f"{where}: share of {of}: found none, wanted at least one")
    low, high = binomial_interval(count, n, level)
    interval = f"{level:g}, binomial over {of} as if independent, worked out here from the authors' values"
    return {"value": count / n, "n": n, "n_of": of, "low": low, "high": high, "interval": interval}


def numbers(value: object, shape: tuple[int, ...], where: str) -> np.ndarray:
    """`value` as floats if it has `shape`, in which -1 means any length. Raises BadActivity."""
    found = f"shape {value.shape} of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
    right = (
        isinstance(value, np.ndarray)
        and value.dtype.kind in "fiub"
        and value.ndim == len(shape)
        and all(n in (-1, m) for n, m in zip(shape, value.shape, strict=True))
    )
    if not right:
        raise BadActivity(f"{where}: found {found}, wanted numbers of shape {str(shape).replace('-1', 'any')}")
    return value.astype(float)
