"""The jackknife: over conditions, with intervals over networks and conditions, and over the networks of pairs."""

import numpy as np

from rnncompare.statistics.bounds import ANY, Bounds
from rnncompare.statistics.intervals import tails, truncated


def jackknife_error(deleted: np.ndarray) -> float:
    """Jackknife standard error from the values obtained with each observation deleted in turn (Efron 1981)."""
    n = len(deleted)
    return float(np.sqrt((n - 1) / n * ((deleted - deleted.mean()) ** 2).sum()))


def condition_interval(
    *scores: np.ndarray, deleted: np.ndarray | None, level: float = 0.95, bounds: Bounds = ANY
) -> dict[str, float]:
    """Interval of a mean, or of the difference of two means, over networks and conditions as crossed random factors.

    scores: (n,) of the networks (or of differences between paired networks), or (n,) and (m,) of two models whose
    networks are not paired; deleted: (left_out,) the same mean or difference without each condition, or each group of
    conditions, in turn. `condition_low` and `condition_high` are the mean -+ t SE, where SE^2 is the squared standard
    error over networks plus that over conditions, which is a jackknife, and t has the degrees of freedom of
    Satterthwaite (1946). The interval excludes 0 if min F' of Clark (1973) is significant. It is conservative: the
    interaction of networks and conditions is part of both standard errors and is counted twice, as resampling both
    factors also counts it more than once (Owen 2007). The recording is the same, so its units do not vary. The interval
    is truncated at `bounds`; it is NaN for one network, or if nothing was left out (`deleted` is None).
    """
    scores = [np.asarray(side, dtype=float) for side in scores]
    if deleted is None or min(map(len, scores)) < 2:
        return {"condition_low": np.nan, "condition_high": np.nan}
    mean = scores[0].mean() - sum(side.mean() for side in scores[1:])
    variances = [side.var(ddof=1) / len(side) for side in scores] + [jackknife_error(deleted) ** 2]
    half = _half_width(np.array(variances), np.array([len(part) - 1 for part in (*scores, deleted)]), level)
    low, high = truncated(mean + np.array([-half, half]), bounds)
    return {"condition_low": low, "condition_high": high}


def _half_width(variances: np.ndarray, degrees: np.ndarray, level: float) -> float:
    """Half the width of the t interval whose variance is the sum of independent estimates with these degrees."""
    from scipy.special import stdtrit  # slow to import

    total = variances.sum()
    if total == 0:
        return 0.0
    freedom = 1 / ((variances / total) ** 2 / degrees).sum()
    return float(stdtrit(freedom, (1 + level) / 2) * np.sqrt(total))


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
