"""Kernels between samples, and the dependence between two kernels, for many pairings of conditions."""

import numpy as np

from rnncompare.crossvalidation.pairings import paired_sum
from rnncompare.geometry.condition_pairs import LOOKUP_COST, paired_sums

BATCH = 2**21  # entries of a kernel that are multiplied together


def squared_distances(products: np.ndarray) -> np.ndarray:
    """(sample, sample) squared distances from inner products, in place."""
    own = products.diagonal().copy()
    products *= -2
    products += own
    products += own[:, None]
    np.maximum(products, 0.0, out=products)
    np.fill_diagonal(products, 0.0)
    return products


def median_distance(squared: np.ndarray) -> float:
    """Median distance over pairs of different samples; squared: (sample, sample)."""
    apart = np.concatenate([row[k + 1 :] for k, row in enumerate(squared)])
    middle = [(len(apart) - 1) // 2, len(apart) // 2]
    apart.partition(middle)
    return float(np.sqrt(apart[middle]).mean())


def block_products(k: np.ndarray, other: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) sum of the products of the entries of two kernels, with the conditions of the second permuted.

    k, other: (time, condition, time, condition), symmetric.
    """
    times, conditions = k.shape[:2]
    if conditions**2 > LOOKUP_COST * len(orders):
        return np.array([np.vdot(k, reordered(other, order)) for order in orders])
    pairs = np.divmod(np.arange(conditions**2), conditions)
    size, total = max(1, BATCH // (times * conditions**2)), 0.0
    for start in range(0, times, size):
        ahead = np.arange(start, times) - np.arange(start, min(start + size, times))[:, None]
        counted = np.where(ahead > 0, 2.0, 1.0)[ahead >= 0]  # each pair of times once, with weight 2
        x, y = (m[start : start + size, :, start:].transpose(0, 2, 1, 3)[ahead >= 0] for m in (k, other))
        x, y = x.reshape(-1, conditions**2) * counted[:, None], y.reshape(-1, conditions**2)
        total = total + paired_sums(x, y, orders, pairs)
    return total


def reordered(kernel: np.ndarray, order: np.ndarray) -> np.ndarray:
    """A kernel (time, condition, time, condition) with its conditions in the given order."""
    return kernel if (order == np.arange(len(order))).all() else kernel[:, order][:, :, :, order]


def unbiased_dependence(products: np.ndarray, x_rows: np.ndarray, y_rows: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) n (n - 3) times the unbiased Hilbert-Schmidt independence criterion of two kernels, for each order.

    For n samples (Song et al. 2012, eq. 5), from kernels with a zero diagonal. products: (draw,) sum of the products of
    their entries; x_rows, y_rows: (condition, time) sums of their rows.
    """
    n = x_rows.size
    rows = paired_sum(x_rows @ y_rows.T, orders)
    return products + x_rows.sum() * y_rows.sum() / ((n - 1) * (n - 2)) - 2 * rows / (n - 2)
