"""Intervals of means, over networks, sets of random inputs and recorded units, and of probabilities."""

import numpy as np

from rnncompare.statistics.bounds import ANY, Bounds


def by_input_set(scores: np.ndarray, input_sets: list[int] | np.ndarray | None) -> np.ndarray:
    """(..., set) means of scores (..., network) over the networks that share a set of random inputs.

    input_sets: (network,) the set of each network, or None if inputs are not random: the scores are then returned
    unchanged. Networks with the same inputs are not independent of each other, and inputs vary as much as networks do;
    intervals and tests over networks therefore use the means of sets, which are independent. Sets are in the order in
    which they occur first. Raises ValueError.
    """
    scores = np.asarray(scores, dtype=float)
    if input_sets is None:
        return scores
    if len(input_sets) != scores.shape[-1]:
        raise ValueError(f"input sets: found {len(input_sets)} for {scores.shape[-1]} networks, wanted one for each")
    _, first, place = np.unique(np.asarray(input_sets), return_index=True, return_inverse=True)
    members = [np.flatnonzero(place == k) for k in np.argsort(first)]
    return np.stack([scores[..., m].mean(axis=-1) for m in members], axis=-1)


def hierarchical_interval(
    values: np.ndarray,
    *,
    resampled: np.ndarray | None = None,
    seed: int,
    draws: int,
    level: float = 0.95,
    bounds: Bounds = ANY,
) -> tuple[float, float]:
    """Hierarchical bootstrap interval of the mean of `values`, over seeds and over the recorded units.

    values: (n,) scores of the seeds; resampled: (resample, n) the same scores with resampled units of the recording, or
    None. Each draw picks a resample, and seeds within it, with replacement. Its deviation from the mean over all
    resamples, not its own value, is added to the mean of `values`: a resample contains some units twice, which shifts
    the score of most measures, and this shift is not part of the uncertainty. Deviations over seeds are widened by t /
    z sqrt(n / (n - 1)), because the percentile interval of few seeds has too low a coverage (after Hesterberg 2015):
    for a nominal 95 %, 80 % with 4 seeds and 88 % with 8. bounds: minimum and maximum of one of `values`. Their mean
    has the same bounds, so that truncating the interval there does not change its coverage. With one seed only units
    vary, without resamples only seeds; NaN if neither can vary. Raises ValueError.
    """
    values = np.asarray(values, dtype=float)
    scores = values[None] if resampled is None else np.asarray(resampled, dtype=float)
    if scores.ndim != 2 or scores.shape[1] != len(values):
        raise ValueError(f"interval: found resampled scores of shape {scores.shape}, wanted (resample, {len(values)})")
    n = len(values)
    if n < 2 and len(scores) < 2:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(scores), size=draws)
    of_units = scores.mean(axis=1)
    of_seeds = scores[rows[:, None], rng.integers(n, size=(draws, n))].mean(axis=1) - of_units[rows]
    deviations = of_units[rows] - of_units.mean() + small_sample(n, level) * of_seeds
    ends = values.mean() + np.quantile(deviations, tails(level))
    return truncated(ends, bounds)


def prediction_interval(values: np.ndarray, *, level: float = 0.95, bounds: Bounds = ANY) -> dict[str, float]:
    """Prediction interval of the mean that a repetition of the study with newly trained networks would find.

    values: (n,) scores of the seeds. `prediction_low` and `prediction_high` are mean -+ t_(n-1) SD sqrt(1 / n + 1 / n),
    because the mean and that of the repetition, with the same number of networks, both vary. The interval covers the
    new mean with probability `level` if scores are Gaussian; the recording is the same, so its units do not vary. It is
    truncated at `bounds`, as the mean is, and NaN for one network. Two sets of networks trained in the same way, on the
    same kind of processor or not, should agree to within this interval.
    """
    from scipy.special import stdtrit  # slow to import

    values = np.asarray(values, dtype=float)
    n = len(values)
    half = stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) * np.sqrt(2 / n) if n > 1 else np.nan
    low, high = truncated(values.mean() + np.array([-half, half]), bounds)
    return {"prediction_low": low, "prediction_high": high}


def t_interval(values: np.ndarray, *, level: float = 0.95) -> tuple[float, float]:
    """Student's t interval of the mean of (n,) independent values; NaN for one value."""
    from scipy.special import stdtrit  # slow to import

    values = np.asarray(values, dtype=float)
    n = len(values)
    half = stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
    return float(values.mean() - half), float(values.mean() + half)


def truncated(ends: np.ndarray, bounds: Bounds) -> tuple[float, float]:
    """The ends of an interval, truncated at the bounds of its values."""
    minimum, maximum = (end if bound is None else bound for bound, end in zip(bounds, (-np.inf, np.inf), strict=True))
    low, high = np.clip(ends, minimum, maximum)
    return float(low), float(high)


def small_sample(n: int, level: float) -> float:
    """Ratio of the width of Student's t interval of a mean of n values to that of the bootstrap percentile interval."""
    from scipy.special import ndtri, stdtrit  # slow to import

    if n < 2:
        return 1.0
    tail = (1 - level) / 2
    return float(stdtrit(n - 1, tail) / ndtri(tail) * np.sqrt(n / (n - 1)))


def tails(level: float) -> list[float]:
    """The quantiles at the two ends of a central interval with coverage `level`."""
    return [(1 - level) / 2, (1 + level) / 2]


def binomial_interval(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a probability from k successes in n, with coverage of at least `level` (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv  # slow to import

    if not 0 <= k <= n:
        raise ValueError(f"binomial interval: found {k} successes of {n}, wanted 0 to {n}")
    low, high = tails(level)
    return (
        float(betaincinv(k, n - k + 1, low)) if k > 0 else 0.0,
        float(betaincinv(k + 1, n - k, high)) if k < n else 1.0,
    )
