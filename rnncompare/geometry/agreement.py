"""Agreement of two dissimilarity matrices, for many pairings of conditions at once."""

from typing import Literal, get_args

import numpy as np

from rnncompare.geometry.condition_pairs import paired_sums, partners, square, upper
from rnncompare.geometry.tau import concordance, ranks
from rnncompare.plugins import BadOption, nearest

Compare = Literal["cosine", "pearson", "spearman", "kendall", "whitened_cosine"]
ROUNDING = 1e-12  # of the largest dissimilarity; smaller differences count as ties
BATCH = 2**21  # dissimilarities that are ranked together


def agreement(x: np.ndarray, y: np.ndarray, orders: np.ndarray, compare: Compare) -> np.ndarray:
    """(draw,) mean over rows of the agreement of x with y, for each pairing of conditions.

    x, y: (row, pair of conditions), pairs in the order of `np.triu_indices`; orders: (draw, condition), the condition
    of y with which each condition of x is paired. The agreement is from -1 to 1, and 0 if a row of x or y does not vary
    (for cosines: if it is zero). cosine; pearson; spearman; kendall: tau-a, which does not reward predicted ties (Nili
    et al. 2014); whitened_cosine: the cosine after the dissimilarities have been decorrelated and scaled to equal
    variance under the assumption that all patterns have the same noise, because two dissimilarities that share a
    condition share its noise (Diedrichsen et al. 2020). Raises BadOption, ValueError.
    """
    known = get_args(Compare)
    if compare not in known:
        raise BadOption(f"compare: found '{compare}', wanted one of {', '.join(known)}.{nearest(compare, known)}")
    conditions = orders.shape[1]
    if x.shape != y.shape or x.shape[1] != conditions * (conditions - 1) // 2:
        raise ValueError(
            f"agreement: found dissimilarities of shapes {x.shape} and {y.shape} for {conditions} conditions, wanted "
            "(row, pair) with the same number of rows in both and a column for each pair"
        )
    for side in (x, y):
        if not np.isfinite(side).all():
            bad = int((~np.isfinite(side)).sum())
            raise ValueError(
                f"agreement: found {bad} of {side.size} dissimilarities NaN or infinite, wanted finite numbers"
            )
    if compare == "kendall":
        return tau(x, y, orders)
    x, y = (directions(side, conditions, compare) for side in (x, y))
    first, second = np.triu_indices(conditions)
    both_ways = np.where(first == second, 1.0, 2.0)
    return paired_sums(x[:, first * conditions + second] * both_ways, y, orders, (first, second)) / len(x)


def tau(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) mean over rows of Kendall's tau-a; the arguments are those of `agreement`."""
    total, conditions, entries = np.zeros(len(orders), dtype=np.int64), orders.shape[1], x.shape[1]
    size = max(1, BATCH // entries)
    for start in range(0, len(x), size):
        a, b = (ranks(rounded(side[start : start + size])) for side in (x, y))
        b = square(b, conditions)
        batches = partners(orders, upper(conditions), rows=len(a))
        total += np.concatenate([concordance(a[:, None], b.take(batch, axis=1)).sum(axis=0) for batch in batches])
    return total / (len(x) * (entries * (entries - 1) // 2))


def directions(values: np.ndarray, conditions: int, compare: Compare) -> np.ndarray:
    """(row, condition x condition) symmetric matrices of unit norm; their inner products are the agreement of rows."""
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
    """Matrices (row, condition, condition) minus the means of their rows and columns (double centring).

    For dissimilarities, the result is -2 times the inner products of patterns about their mean, whose entries have
    independent noise of equal variance; V^-1 in eq. 17 of Diedrichsen et al. 2020 is this projection.
    """
    means = matrices.mean(axis=1, keepdims=True)
    return matrices - means - means.swapaxes(1, 2) + means.mean(axis=2, keepdims=True)


def rounded(values: np.ndarray) -> np.ndarray:
    """Rows (row, pair) as integer multiples of ROUNDING times their largest value, so that rounding keeps ties."""
    largest = np.abs(values).max(axis=1, keepdims=True)
    return np.rint(values / np.where(largest > 0, ROUNDING * largest, 1.0))
