"""Intervals and p-values that are used in all tables."""

import numpy as np

from rnncompare.comparison.measure_card import ANY, Bounds

LEVEL = 0.05  # significance level: the false-positive rate of a test
EXACT = 16  # number of pairs up to which all sign flips are enumerated; for more pairs, 2**16 are drawn at random
TIE = 1e-10  # relative; a statistic this close to the observed one counts as equal: the difference is rounding error


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


def resample_units(sessions: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """(draws, unit) positions of units drawn with replacement; each draw has the original number of units.

    sessions: (unit,) the session of each unit; all equal if they were recorded together. If there are several sessions,
    the same number of sessions is drawn first, with replacement; units are then drawn from their union, in which a
    session that was drawn twice counts twice.
    """
    rng = np.random.default_rng(seed)
    names, session = np.unique(sessions, return_inverse=True)
    members = [np.flatnonzero(session == k) for k in range(len(names))]
    picked = np.empty((draws, len(session)), dtype=int)
    for row in picked:
        pool = np.concatenate([members[k] for k in rng.integers(len(names), size=len(names))])
        row[:] = rng.choice(pool, size=len(session))
    return picked


def max_t(values: np.ndarray, null: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """p-values (test,) corrected for multiple tests by single-step max-T (Westfall and Young 1993).

    values: (test,) statistics; null: (draw, test), each draw made for all tests together (the same pairing of
    conditions), so that the correction takes correlations between tests into account; lower: (test,) bool, whether
    smaller is better. Each test is standardised with the mean and SD of its value and draws together, which keeps the
    test exact. A test whose value and draws are all equal has p = 1. p = (1 + draws in which the best test is at least
    as good) / (1 + draws). Raises ValueError.
    """
    values, null, lower = np.asarray(values, dtype=float), np.asarray(null, dtype=float), np.asarray(lower, dtype=bool)
    if null.ndim != 2 or not (values.shape == lower.shape == null.shape[1:]):
        raise ValueError(
            f"max-T: found shapes {values.shape} of values, {null.shape} of null and {lower.shape} of lower, "
            "wanted (test,), (draw, test) and (test,)"
        )
    scores = np.where(lower, -1.0, 1.0) * np.vstack([values, null])
    rounding, spread = TIE * np.abs(scores).max(axis=0), scores.std(axis=0)
    varies = spread > rounding
    spread = np.where(varies, spread, 1.0)
    studentised = np.where(varies, (scores - scores.mean(axis=0)) / spread, -np.inf)
    best = studentised.max(axis=1)[:, None]
    return (best >= studentised[0] - rounding / spread).mean(axis=0)


def holm(p: np.ndarray) -> np.ndarray:
    """p-values (test,) corrected by the step-down method of Holm (1979)."""
    p = np.asarray(p, dtype=float)
    order = np.argsort(p, kind="stable")
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    result = np.empty_like(p)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def sign_flip_p(differences: np.ndarray) -> float:
    """Two-sided p-value of a mean paired difference (pair,) by a sign-flip test (exact up to 16 pairs)."""
    return float(sign_flip_max_t(np.asarray(differences, dtype=float)[:, None])[0])


def sign_flip_max_t(differences: np.ndarray) -> np.ndarray:
    """Two-sided p-values (test,) of mean paired differences by a sign-flip test, corrected by max-T.

    differences: (pair, test); a flip changes the signs of a pair in all tests together. The statistic is the sum of the
    differences of a test divided by the root of the sum of their squares; because no flip changes the latter, it orders
    flips in the same way as Student's t. A test whose differences are all 0 has p = 1. The test is exact up to 16
    pairs, with p at least 2**(1 - pairs); for more pairs, 2**16 flips are drawn at random.
    """
    differences = np.asarray(differences, dtype=float)
    size = np.sqrt((differences**2).sum(axis=0))
    scaled = np.divide(differences, size, out=np.zeros_like(differences), where=size > 0)
    observed = np.abs(scaled.sum(axis=0)) * (1 - TIE)
    best = np.abs(flips(len(differences)) @ scaled).max(axis=1)
    return (best[:, None] >= observed).mean(axis=0)


def flips(pairs: int) -> np.ndarray:
    """(flip, pair) of 1 and -1, first without a flip: all possible flips up to `EXACT` pairs, else a random sample."""
    if pairs <= EXACT:
        return 1.0 - 2.0 * ((np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1)
    drawn = np.random.default_rng(0).choice([1.0, -1.0], size=(2**EXACT, pairs))
    return np.vstack([np.ones(pairs), drawn])


def spearman_brown(r: np.ndarray | float, factor: float = 2.0) -> np.ndarray | float:
    """Spearman-Brown formula: the correlation expected with `factor` times as much data (Spearman 1910; Brown 1910).

    r: correlation between two halves, of units or of trials, from -1 to 1; factor 2 gives the reliability of the whole.
    A correlation of 0 or below indicates no reliable signal, cannot be extrapolated, and is returned unchanged. Raises
    ValueError if r is not a correlation.
    """
    r = np.asarray(r, dtype=float)
    if not (np.abs(r) <= 1 + TIE).all():
        raise ValueError(
            f"Spearman-Brown: found correlation {r.flat[np.nanargmax(np.abs(r))]:g}, wanted values from -1 to 1"
        )
    stepped = np.where(r > 0, factor * r / (1 + (factor - 1) * np.maximum(r, 0)), r)
    return stepped if stepped.ndim else float(stepped)


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
