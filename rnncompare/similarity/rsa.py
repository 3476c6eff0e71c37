"""Representational similarity: do two activities find the same conditions alike?"""

import numpy as np
from scipy.stats import rankdata

from rnncompare.activity import BadActivity
from rnncompare.pair import Pair
from rnncompare.plugins import BadOption, nearest


def rsa(pair: Pair, *, distance: str, compare: str, time_resolved: bool) -> dict[str, np.ndarray]:
    """Agreement of the two sides' dissimilarities between conditions.

    1: the same conditions are alike, in the same order (spearman, kendall: tau-a), linearly (pearson)
    or in proportion (cosine); 0: no relation, except for cosine, whose chance is far above 0; -1: the opposite.
    rdm: dissimilarities averaged over the window; rdm_by_time (where time_resolved): the mean over times of
    each time's agreement, a time without differences counting 0.
    distance: sqeuclidean, between patterns over units, per unit; correlation, 1 - Pearson correlation of
    patterns. Nothing is fitted. Symmetric; invariant to rotation, translation and one scale (sqeuclidean, for
    which the condition-independent signal makes no difference) or to a scale for each condition
    (correlation, which depends on it). (Kriegeskorte et al. 2008; tau-a: Nili et al. 2014.)
    """
    distances = member(DISTANCES, distance, "distance")
    agreement = member(AGREEMENTS, compare, "compare")
    first, second = np.triu_indices(len(pair.x), 1)
    x, y = (distances(side)[:, first, second] for side in pair.centred())  # (time, pair of conditions)
    which = np.zeros((len(pair.x),) * 2, dtype=int)
    which[first, second] = which[second, first] = np.arange(len(first))
    moved = which[pair.orders[:, first], pair.orders[:, second]]  # (draw, pair): where each pair of y comes from
    found = {"rdm": agreement(x.mean(axis=0), y.mean(axis=0), moved)}
    if time_resolved:
        found["rdm_by_time"] = np.mean([agreement(a, b, moved) for a, b in zip(x, y, strict=True)], axis=0)
    return found


def member(table: dict, name: str, option: str):
    """The entry of a table, or BadOption with the nearest that there is."""
    if name not in table:
        raise BadOption(f"rsa: found {option} '{name}', wanted one of {', '.join(table)}.{nearest(name, table)}")
    return table[name]


def sqeuclidean(data: np.ndarray) -> np.ndarray:
    """(time, condition, condition) mean over units of squared differences; data: (condition, time, unit)."""
    pattern = (data - data.mean(axis=0)).transpose(1, 0, 2)
    product = pattern @ pattern.transpose(0, 2, 1)
    norm = np.diagonal(product, axis1=1, axis2=2)
    return np.maximum(norm[:, :, None] + norm[:, None] - 2 * product, 0.0) / data.shape[-1]


def correlation(data: np.ndarray) -> np.ndarray:
    """(time, condition, condition) 1 - correlation over units; 1 with a pattern that is the same in all units."""
    if data.shape[-1] < 3:
        raise BadActivity(f"rsa with distance correlation: found {data.shape[-1]} units, wanted at least 3")
    pattern = data.transpose(1, 0, 2) - data.mean(axis=-1).T[..., None]
    norm = np.linalg.norm(pattern, axis=-1, keepdims=True)
    flat = norm <= 1e-12 * np.abs(data).max()
    pattern = np.where(flat, 0.0, pattern / np.where(flat, 1.0, norm))
    return 1.0 - pattern @ pattern.transpose(0, 2, 1)


def cosine(x: np.ndarray, y: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """(draw,) cosines of x with y[moved]; x, y: (pair,), moved: (draw, pair); 0 where either is zero."""
    size = np.linalg.norm(x) * np.linalg.norm(y)
    return y[moved] @ x / size if size > 0 else np.zeros(len(moved))


def pearson(x: np.ndarray, y: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """(draw,) correlations; 0 where either does not vary."""
    x, y = (np.zeros_like(v) if np.ptp(v) <= 1e-12 * np.abs(v).max() else v - v.mean() for v in (x, y))
    return cosine(x, y, moved)


def spearman(x: np.ndarray, y: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """(draw,) correlations of ranks, ties sharing theirs."""
    return pearson(rankdata(x), rankdata(y), moved)


def kendall(x: np.ndarray, y: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """(draw,) tau-a: concordant less discordant pairs over all pairs, ties counting 0."""
    x, y = (np.sign(v[:, None] - v).astype(np.int8) for v in (x, y))
    total = [np.einsum("ab,ab->", x, y[np.ix_(m, m)], dtype=np.int64) for m in moved]
    return np.array(total) / (len(x) * (len(x) - 1))


DISTANCES = {"sqeuclidean": sqeuclidean, "correlation": correlation}
AGREEMENTS = {"spearman": spearman, "pearson": pearson, "cosine": cosine, "kendall": kendall}
