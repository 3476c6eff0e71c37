"""Agreement of dissimilarities: how alike two sets of them are, for many pairings of conditions at once."""

from typing import Literal, get_args

import numpy as np

from rnncompare.geometry.condition_pairs import paired_sums, partners, square, upper
from rnncompare.geometry.tau import concordance, ranks
from rnncompare.plugins import BadOption, nearest

Compare = Literal["cosine", "pearson", "spearman", "kendall", "whitened_cosine"]
ROUNDING = 1e-12  # of the largest; dissimilarities closer than this are tied
AT_ONCE = 2**21  # dissimilarities ranked at a time


def agreement(x: np.ndarray, y: np.ndarray, orders: np.ndarray, compare: Compare) -> np.ndarray:
    """(draw,) mean over rows of the agreement of x with y, whose conditions are re-paired.

    x, y: (row, pair of conditions), pairs in the order of `np.triu_indices`; orders: (draw, condition), what each
    condition of x is paired with in y. All from -1 to 1; 0 where a row of either does not vary (cosines: is zero).
    cosine; pearson; spearman; kendall: tau-a, which does not reward predicted ties (Nili et al. 2014);
    whitened_cosine: the cosine after dissimilarities are made independent and of equal variance, as if all patterns
    had the same noise: two dissimilarities that share a condition share its noise (Diedrichsen et al. 2020).
    """
    known = get_args(Compare)
    if compare not in known:
        raise BadOption(f"compare: found '{compare}', wanted one of {', '.join(known)}.{nearest(compare, known)}")
    conditions = orders.shape[1]
    if x.shape != y.shape or x.shape[1] != conditions * (conditions - 1) // 2:
        raise ValueError(
            f"agreement: found dissimilarities {x.shape} and {y.shape} of {conditions} conditions, wanted (row, pair), "
            "as many of both and one for each pair"
        )
    for side in (x, y):
        if not np.isfinite(side).all():
            bad = int((~np.isfinite(side)).sum())
            raise ValueError(f"agreement: found {bad} of {side.size} dissimilarities NaN or infinite, wanted none")
    if compare == "kendall":
        return tau(x, y, orders)
    x, y = (directions(side, conditions, compare) for side in (x, y))
    first, second = np.triu_indices(conditions)
    both_ways = np.where(first == second, 1.0, 2.0)
    return paired_sums(x[:, first * conditions + second] * both_ways, y, orders, (first, second)) / len(x)


def tau(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) mean over rows of Kendall's tau-a; arguments as of `agreement`."""
    total, conditions, entries = np.zeros(len(orders), dtype=np.int64), orders.shape[1], x.shape[1]
    size = max(1, AT_ONCE // entries)
    for start in range(0, len(x), size):
        a, b = (ranks(rounded(side[start : start + size])) for side in (x, y))
        b = square(b, conditions)
        lots = partners(orders, upper(conditions), rows=len(a))
        total += np.concatenate([concordance(a[:, None], b.take(lot, axis=1)).sum(axis=0) for lot in lots])
    return total / (len(x) * (entries * (entries - 1) // 2))


def directions(values: np.ndarray, conditions: int, compare: Compare) -> np.ndarray:
    """(row, condition x condition) symmetric matrices of unit norm whose inner products are the agreements of rows."""
    if compare == "spearman":
        from scipy.stats import rankdata  # slow to import

        values = rankdata(rounded(values), axis=1)
    if compare in ("pearson", "spearman"):
        flat = np.ptp(values, axis=1) <= ROUNDING * np.abs(values).max(axis=1)
        values = np.where(flat[:, None], 0.0, values - values.mean(axis=1, keepdims=True))
    found = square(values, conditions)
    if compare == "whitened_cosine":
        found = double_centred(found.reshape(-1, conditions, conditions)).reshape(found.shape)
    norm = np.linalg.norm(found, axis=1, keepdims=True)
    return np.divide(found, norm, out=found, where=norm > 0)


def double_centred(matrices: np.ndarray) -> np.ndarray:
    """Matrices (row, condition, condition) about the means of their rows and columns.

    Of dissimilarities, that is -2 times the inner products of patterns about their mean, whose entries have independent
    noise of equal variance: V^-1 of Diedrichsen et al. 2020, eq. 17 is this projection.
    """
    means = matrices.mean(axis=1, keepdims=True)
    return matrices - means - means.swapaxes(1, 2) + means.mean(axis=2, keepdims=True)


def rounded(values: np.ndarray) -> np.ndarray:
    """Each row (row, pair) in whole multiples of ROUNDING times its largest, so that rounding breaks no ties."""
    largest = np.abs(values).max(axis=1, keepdims=True)
    return np.rint(values / np.where(largest > 0, ROUNDING * largest, 1.0))
