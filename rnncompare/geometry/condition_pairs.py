"""Sums of products over pairs of conditions, for many pairings of the conditions of two activities at once.

A quantity of two conditions, such as their dissimilarity or kernel, is computed once. When conditions are permuted, it
is looked up at the new partners of the pair.
"""

from collections.abc import Iterator

import numpy as np

BATCH = 2**18  # pairs that are looked up together
TABLE = 2**25  # largest table of products, in numbers
LOOKUP_COST = 16  # cost of one look-up, in products of the table


def upper(conditions: int) -> tuple[np.ndarray, np.ndarray]:
    """First and second condition of each pair of different conditions, (pair,) each: the order of dissimilarities."""
    return np.triu_indices(conditions, 1)


def square(values: np.ndarray, conditions: int) -> np.ndarray:
    """(row, condition x condition) symmetric matrices with a zero diagonal, from values (row, pair) as in `upper`."""
    first, second = upper(conditions)
    found = np.zeros((len(values), conditions, conditions), dtype=values.dtype)
    found[:, first, second] = found[:, second, first] = values
    return found.reshape(len(values), -1)


def partners(orders: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], rows: int = 1) -> Iterator[np.ndarray]:
    """Positions of the partners of pairs in a flattened square, (draw, pair), for successive batches of draws.

    orders: (draw, condition); pairs: conditions (pair,) and (pair,); rows: the number of squares in which they are
    looked up.
    """
    first, second = pairs
    size = max(1, BATCH // (rows * len(first)))
    for start in range(0, len(orders), size):
        some = orders[start : start + size].astype(np.intp, copy=False)
        yield some[:, first] * orders.shape[1] + some[:, second]


def paired_sums(x: np.ndarray, y: np.ndarray, orders: np.ndarray, pairs: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """(draw,) sums over rows and over pairs (i, j) of x[row, pair] y[row, order[i], order[j]].

    x: (row, pair); y: (row, condition x condition). If there are many draws, a table of the products of all pairs with
    all pairs is summed over rows once, and the products of each draw are looked up in it.
    """
    pairs_of_x, pairs_of_y = x.shape[1], y.shape[1]
    if len(x) > 1 and pairs_of_y <= LOOKUP_COST * len(orders) and pairs_of_x * pairs_of_y <= TABLE:
        table, start = (x.T @ y).ravel(), np.arange(pairs_of_x) * pairs_of_y
        return np.concatenate([table.take(batch + start).sum(axis=1) for batch in partners(orders, pairs)])
    if len(x) == 1:
        return np.concatenate([y[0].take(batch) @ x[0] for batch in partners(orders, pairs)])
    return np.array([np.vdot(x, y.take(one, axis=1)) for batch in partners(orders, pairs) for one in batch])
