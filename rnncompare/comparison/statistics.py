"""Intervals and p-values that every table uses."""

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from rnncompare.comparison.measure_card import ANY, Bounds

LEVEL = 0.05  # of p: the false-positive rate that a test promises
EXACT = 16  # pairs up to which every flip of signs is counted; beyond, 2**16 are drawn
TIE = 1e-10  # relative; a statistic this close to the observed one counts as equal to it, which is rounding


def hierarchical_interval(
    values: np.ndarray,
    *,
    resampled: np.ndarray | None = None,
    seed: int,
    draws: int,
    level: float = 0.95,
    bounds: Bounds = ANY,
) -> tuple[float, float]:
    """Interval of the mean of `values` over two levels: which seeds there were, and which units were recorded.

    values: (n,) scores of the seeds; resampled: (resample, n) the same scores when the recording's units were
    resampled, or None. Each draw picks a resample, and seeds within it, with replacement. What a draw adds to the mean
    of `values` is its deviation from the mean over all resamples: a resample has units twice, which shifts the score of
    most measures, and that shift is no uncertainty. Deviations over seeds are widened by t / z sqrt(n / (n - 1)), or
    few seeds would cover too rarely (after Hesterberg 2015): of 95 % intervals, 80 % with 4 seeds, 88 % with 8.
    bounds: the least and the most that one of `values` can be. Their mean cannot leave them either, so the interval is
    cut off there and covers it as often as before.
    With one seed only units vary, without resamples only seeds; NaN where neither can. Raises ValueError.
    """
    values = np.asarray(values, dtype=float)
    scores = values[None] if resampled is None else np.asarray(resampled, dtype=float)
    if scores.ndim != 2 or scores.shape[1] != len(values):
        raise ValueError(f"interval: found resampled scores {scores.shape}, wanted (resample, {len(values)})")
    n = len(values)
    if n < 2 and len(scores) < 2:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(scores), size=draws)
    of_units = scores.mean(axis=1)
    of_seeds = scores[rows[:, None], rng.integers(n, size=(draws, n))].mean(axis=1) - of_units[rows]
    deviations = of_units[rows] - of_units.mean() + small_sample(n, level) * of_seeds
    ends = values.mean() + np.quantile(deviations, tails(level))
    return _within(ends, bounds)


def rerun_interval(values: np.ndarray, *, level: float = 0.95, bounds: Bounds = ANY) -> dict[str, float]:
    """Prediction interval of the mean that the same study would find if all of its networks were trained anew.

    values: (n,) scores of the seeds. `rerun_low` and `rerun_high` are mean -+ t_(n-1) SD sqrt(1 / n + 1 / n): the old
    mean and the new one, of as many networks, both vary. It covers the new mean as often as `level` says where scores
    are Gaussian; the recording is the same one, so its units do not vary. Cut off at `bounds`, as the mean is; NaN of
    one network. Two sets of networks of one recipe, on one kind of processor or on two, should agree to within it.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    half = stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) * np.sqrt(2 / n) if n > 1 else np.nan
    return dict(zip(("rerun_low", "rerun_high"), _within(values.mean() + np.array([-half, half]), bounds), strict=True))


def _within(ends: np.ndarray, bounds: Bounds) -> tuple[float, float]:
    """The ends of an interval, cut off at the least and the most that its values can be."""
    least, most = (end if bound is None else bound for bound, end in zip(bounds, (-np.inf, np.inf), strict=True))
    low, high = np.clip(ends, least, most)
    return float(low), float(high)


def small_sample(n: int, level: float) -> float:
    """How much wider than a bootstrap percentile interval of a mean of n values the exact one for a Gaussian is."""
    if n < 2:
        return 1.0
    tail = (1 - level) / 2
    return float(stdtrit(n - 1, tail) / ndtri(tail) * np.sqrt(n / (n - 1)))


def tails(level: float) -> list[float]:
    """The two quantiles that `level` lies between, half of the rest on each side."""
    return [(1 - level) / 2, (1 + level) / 2]


def resample_units(sessions: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """(draws, unit) positions of units drawn with replacement, as many as there are.

    sessions: (unit,) the session of each; all the same where they were recorded together. Of several sessions as many
    are drawn first, with replacement; units are then drawn from all of theirs, a session drawn twice counting twice.
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
    """p-values (test,) that hold for all tests at once: the chance that any test does as well where none has an effect.

    values: (test,) statistics; null: (draw, test), each draw made for all tests together (the same pairing of
    conditions), so that what they have in common costs nothing; lower: (test,) bool, whether lower is better.
    Each test is put on one scale by the mean and SD of value and draws together, which keeps the test exact; one whose
    value and draws are all the same says nothing and has p = 1. p = (1 + draws in which the best test is at least as
    good) / (1 + draws). (Single-step max-T, Westfall and Young 1993.) Raises ValueError.
    """
    values, null, lower = np.asarray(values, dtype=float), np.asarray(null, dtype=float), np.asarray(lower, dtype=bool)
    if null.ndim != 2 or not (values.shape == lower.shape == null.shape[1:]):
        raise ValueError(
            f"max-T: found values {values.shape}, null {null.shape} and lower {lower.shape}, "
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
    """Step-down adjusted p-values (test,) (Holm 1979)."""
    p = np.asarray(p, dtype=float)
    order = np.argsort(p, kind="stable")
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    result = np.empty_like(p)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def sign_flip_p(differences: np.ndarray) -> float:
    """Two-sided p of a mean paired difference (pair,) against all sign flips (exact up to 16 pairs)."""
    return float(sign_flip_max_t(np.asarray(differences, dtype=float)[:, None])[0])


def sign_flip_max_t(differences: np.ndarray) -> np.ndarray:
    """Two-sided p-values (test,) of mean paired differences that hold for all tests at once.

    differences: (pair, test); a flip changes a pair's signs in all tests together. The statistic is the sum of a
    test's differences over the root of the sum of their squares, which no flip changes: it orders flips as Student's t
    does. A test whose differences are all 0 has p = 1. Exact up to 16 pairs, and then never below 2**(1 - pairs);
    2**16 flips drawn beyond.
    """
    differences = np.asarray(differences, dtype=float)
    size = np.sqrt((differences**2).sum(axis=0))
    scaled = np.divide(differences, size, out=np.zeros_like(differences), where=size > 0)
    observed = np.abs(scaled.sum(axis=0)) * (1 - TIE)
    best = np.abs(flips(len(differences)) @ scaled).max(axis=1)
    return (best[:, None] >= observed).mean(axis=0)


def flips(pairs: int) -> np.ndarray:
    """(flip, pair) of 1 and -1, the unflipped first: all of them up to `EXACT` pairs."""
    if pairs <= EXACT:
        return 1.0 - 2.0 * ((np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1)
    drawn = np.random.default_rng(0).choice([1.0, -1.0], size=(2**EXACT, pairs))
    return np.vstack([np.ones(pairs), drawn])


def spearman_brown(r: np.ndarray | float, factor: float = 2.0) -> np.ndarray | float:
    """The correlation that `factor` times as much data would give, from that of the data there is.

    r: correlation between two halves, of units or of trials; factor 2: the whole. -1 to 1; at 0 and below nothing
    repeatable was found, there is nothing to extrapolate, and r is given back as it is. (Spearman 1910; Brown 1910.)
    Raises ValueError for what is no correlation.
    """
    r = np.asarray(r, dtype=float)
    if not (np.abs(r) <= 1 + TIE).all():
        raise ValueError(f"Spearman-Brown: found correlation {r.flat[np.nanargmax(np.abs(r))]:g}, wanted -1 to 1")
    stepped = np.where(r > 0, factor * r / (1 + (factor - 1) * np.maximum(r, 0)), r)
    return stepped if stepped.ndim else float(stepped)


def binomial_interval(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of the probability behind k successes in n (Clopper and Pearson 1934): covers at least `level`."""
    if not 0 <= k <= n:
        raise ValueError(f"binomial interval: found {k} of {n}, wanted 0 to n")
    low, high = tails(level)
    return (
        float(betaincinv(k, n - k + 1, low)) if k > 0 else 0.0,
        float(betaincinv(k + 1, n - k, high)) if k < n else 1.0,
    )
