"""p values of contrasts by sign flips, and corrections for several tests."""

from collections.abc import Iterator

import numpy as np

LEVEL = 0.05  # significance level: the false-positive rate of a test
EXACT = 16  # number of pairs up to which all sign flips are enumerated; for more pairs, 2**16 are drawn at random
MOST_NUMBERS = 2**24  # random numbers of a test that are in memory at a time: 128 MB
TIE = 1e-10  # relative; a statistic this close to the observed one counts as equal: the difference is rounding error


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
    best = np.concatenate([np.abs(block @ scaled).max(axis=1) for block in flips(len(differences))])
    return (best[:, None] >= observed).mean(axis=0)


def flips(pairs: int) -> Iterator[np.ndarray]:
    """Blocks (flip, pair) of 1 and -1, first without a flip: all possible flips up to `EXACT` pairs, else a sample."""
    if pairs <= EXACT:
        yield 1.0 - 2.0 * ((np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1)
        return
    rng, first = np.random.default_rng(0), np.ones((1, pairs))
    for size in in_blocks(2**EXACT, pairs):
        yield np.vstack([first, rng.choice([1.0, -1.0], size=(size, pairs))])
        first = np.empty((0, pairs))


def in_blocks(rows: int, columns: int) -> Iterator[int]:
    """The numbers of rows of the blocks of an array of which not more than `MOST_NUMBERS` are held at a time."""
    each = max(1, MOST_NUMBERS // columns)
    for start in range(0, rows, each):
        yield min(each, rows - start)
