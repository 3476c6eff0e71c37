"""Pairings: sums of products over conditions, for many ways of pairing the conditions of two activities at once."""

from collections.abc import Callable

import numpy as np

CACHE = 2**16  # numbers added up at a time, so that they stay near the processor


def paired_products(
    a: np.ndarray, b: np.ndarray, orders: np.ndarray, then: Callable = lambda products: products
) -> np.ndarray:
    """Sum over conditions i and times of a[i]' b[order[i]], for each order: (draw, unit of a, unit of b).

    a, b: (condition, time, unit). From condition-by-condition blocks where orders outnumber conditions;
    a few orders at a time, each lot passed through `then`, which may reduce what would not fit in memory.
    """
    if len(orders) <= len(a):
        return np.concatenate([then(np.tensordot(a, b[order], axes=((0, 1), (0, 1)))[None]) for order in orders])
    products = blocks(a, b)
    size = max(1, CACHE // products[0, 0].size)
    return np.concatenate([then(paired_sum(products, orders[k : k + size])) for k in range(0, len(orders), size)])


def blocks(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(condition of a, condition of b, unit of a, unit of b) sums over time; a, b: (condition, time, unit)."""
    return np.ascontiguousarray(np.tensordot(a, b, axes=(1, 1)).transpose(0, 2, 1, 3))


def paired_sum(blocks: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Sum over i of blocks[i, order[i]], for each order; blocks: (condition of x, condition of y, ...)."""
    total = blocks[0, orders[:, 0]]
    for i in range(1, orders.shape[1]):
        total += blocks[i, orders[:, i]]
    return total
