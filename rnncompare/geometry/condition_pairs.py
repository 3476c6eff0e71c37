"""Pairs of conditions: sums of products over them, for many ways of pairing the conditions of two activities at once.

What is known of each two conditions (their dissimilarity, their kernel) is not computed again where conditions are
re-paired: it is looked up at the pair's new partners.
"""

from collections.abc import Iterator

import numpy as np

AT_ONCE = 2**18  # pairs looked up at a time
TABLE = 2**25  # numbers that a table of products may hold
WORTH = 16  # products of a table that take as long as one look-up


def upper(conditions: int) -> tuple[np.ndarray, np.ndarray]:
    """First and second condition of each pair of different ones, (pair,) each: the order of all dissimilarities."""
    return np.triu_indices(conditions, 1)


def square(values: np.ndarray, conditions: int) -> np.ndarray:
    """(row, condition x condition) symmetric matrices, their diagonals 0, from pairs (row, pair) in `upper`'s order."""
    first, second = upper(conditions)
    found = np.zeros((len(values), conditions, conditions), dtype=values.dtype)
    found[:, first, second] = found[:, second, first] = values
    return found.reshape(len(values), -1)


def partners(orders: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], rows: int = 1) -> Iterator[np.ndarray]:
    """Where the partners of pairs lie in a flattened square, (some draws, pair), for lots of draws in turn.

    orders: (draw, condition); pairs: conditions (pair,) and (pair,); rows: how many squares each is looked up in.
    """
    first, second = pairs
    size = max(1, AT_ONCE // (rows * len(first)))
    for start in range(0, len(orders), size):
        some = orders[start : start + size].astype(np.intp, copy=False)
        yield some[:, first] * orders.shape[1] + some[:, second]


def paired_sums(x: np.ndarray, y: np.ndarray, orders: np.ndarray, pairs: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """(draw,) sums over rows and over pairs (i, j) of x[row, pair] y[row, order[i], order[j]].

    x: (row, pair); y: (row, condition x condition). Where draws outnumber what a table of all pairs with all pairs
    costs, its products are summed over rows once, and each draw looks its own up.
    """
    pairs_of_x, pairs_of_y = x.shape[1], y.shape[1]
    if len(x) > 1 and pairs_of_y <= WORTH * len(orders) and pairs_of_x * pairs_of_y <= TABLE:
        table, start = (x.T @ y).ravel(), np.arange(pairs_of_x) * pairs_of_y
        return np.concatenate([table.take(lot + start).sum(axis=1) for lot in partners(orders, pairs)])
    if len(x) == 1:
        return np.concatenate([y[0].take(lot) @ x[0] for lot in partners(orders, pairs)])
    return np.array([np.vdot(x, y.take(one, axis=1)) for lot in partners(orders, pairs) for one in lot])
