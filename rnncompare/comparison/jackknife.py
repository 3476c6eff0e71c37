"""Jackknife intervals, for statistics of pairs of networks, which are not independent of each other."""

import numpy as np

from rnncompare.comparison.measure_card import ANY, Bounds
from rnncompare.comparison.permutations import jackknife_error
from rnncompare.comparison.statistics import tails, truncated


def jackknife_interval(
    value: float, without: np.ndarray, *, level: float = 0.95, bounds: Bounds = ANY
) -> tuple[float, float]:
    """Interval of a statistic from its values without each of n independent networks (or sets of networks) in turn.

    without: (n,). The interval is value -+ t_(n-1) SE with the jackknife standard error, which for means over pairs
    (U-statistics) is consistent (Arvesen 1969); it is exact, Student's t interval, if the score of a pair is the mean
    of two Gaussian scores. It is truncated at `bounds`, and NaN for fewer than two networks and if the statistic is
    not defined (NaN) without one of them.
    """
    from scipy.special import stdtrit  # slow to import

    without = np.asarray(without, dtype=float)
    if len(without) < 2 or not np.isfinite(without).all():
        return float("nan"), float("nan")
    ends = stdtrit(len(without) - 1, tails(level)) * jackknife_error(without)
    return truncated(value + ends, bounds)
