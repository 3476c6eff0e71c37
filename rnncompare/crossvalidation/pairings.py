"""Sums of products over conditions, for many pairings of the conditions of two activities at once."""

from collections.abc import Callable, Iterator

import numpy as np

# Sizes of batches in numbers: powers of two that were fastest on processors with caches of 1-2 MB.
TABLE = 2**20  # condition-by-condition products
NEAR = 2**16  # sums of these products
MANY = 2**25  # arrays that have to fit into memory


def batches(count: int, size: int, limit: int) -> Iterator[slice]:
    """Slices of 0 to count, each with as many items of `size` numbers as fit into `limit`, and at least one."""
    step = max(1, limit // max(1, size))
    return (slice(k, min(k + step, count)) for k in range(0, count, step))


def paired_products(
    a: np.ndarray, b: np.ndarray, orders: np.ndarray, then: Callable = lambda products: products
) -> np.ndarray:
    """Sum over conditions i and times of a[i]' b[order[i]], for each order: (draw, unit of a, unit of b).

    a, b: (condition, time, unit); b may have conditions that do not occur in the orders. Orders are processed in
    batches that fit into memory, and `then` is applied to each batch, so that it can reduce a result that would not
    fit.
    """
    parts = batches(len(orders), a.shape[-1] * b.shape[-1], MANY)
    return np.concatenate([then(paired_totals(a, b, orders[part]).swapaxes(0, 1)) for part in parts])


def paired_totals(a: np.ndarray, b: np.ndarray, orders: np.ndarray, about: np.ndarray | None = None) -> np.ndarray:
    """Sum over conditions i and times of a[i]' (b[order[i]] - about), (unit of a, draw, unit of b).

    Draws are the first dimension in memory. If there are more orders than conditions, the sums are taken from a table
    of condition-by-condition products, for a few units of `a` at a time.
    """
    total = np.zeros((len(orders), a.shape[-1], b.shape[-1]))
    if not tabled(b, orders):
        for part in batches(len(a), a[0].size + b[0].size, MANY):
            flat = a[part].reshape(-1, a.shape[-1]).T
            for draw, order in enumerate(orders):
                chosen = b[order[part]] if about is None else b[order[part]] - about
                total[draw] += flat @ chosen.reshape(-1, b.shape[-1])
        return total.swapaxes(0, 1)
    b = time_first(b, about)
    for conditions in batches(len(a), b[:, 0].size, TABLE):
        pairing = indicator(orders[:, conditions], len(b))
        for units in batches(a.shape[-1], pairing.shape[1] * b.shape[-1], TABLE):
            table = blocks(a[conditions, :, units], b)
            found = pairing @ table.reshape(pairing.shape[1], -1)
            total[:, units] += found.reshape(len(orders), *table.shape[2:])
    return total.swapaxes(0, 1)


def tabled(b: np.ndarray, orders: np.ndarray) -> bool:
    """Whether a table of the products of all pairs of conditions is smaller than the products for all orders."""
    return len(orders) > len(b)


def time_first(data: np.ndarray, about: np.ndarray | None) -> np.ndarray:
    """data - about, (condition, time, unit), with a memory layout from which a table is made without a copy."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(data if about is None else data - about, 1, 0)), 0, 1)


def table_of(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(condition of a, unit of a, condition of b, unit of b) sums over times; a, b: (condition, time, unit)."""
    across = a.swapaxes(1, 2)
    products = across.reshape(-1, a.shape[1]) @ b.swapaxes(0, 1).reshape(b.shape[1], -1)
    return products.reshape(*across.shape[:2], *b.shape[::2])


def blocks(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(condition of a, condition of b, unit of a, unit of b) sums over times; a, b: (condition, time, unit)."""
    return np.ascontiguousarray(table_of(a, b).swapaxes(1, 2))


def indicator(orders: np.ndarray, partners: int):
    """A sparse matrix (draw, condition x partner) whose product with values of each pair adds those of each order."""
    from scipy.sparse import csr_array  # slow to import

    draws, conditions = orders.shape
    columns = orders + np.arange(conditions) * partners
    parts = np.ones(columns.size), columns.ravel(), np.arange(draws + 1) * conditions
    return csr_array(parts, shape=(draws, conditions * partners))


def paired_sum(blocks: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Sum over i of blocks[i, order[i]], for each order; blocks: (condition of x, condition of y, ...)."""
    total = blocks[0, orders[:, 0]]
    for i in range(1, orders.shape[1]):
        total += blocks[i, orders[:, i]]
    return total
