"""Permutation test: the null distribution of a statistic under permuted conditions, and the p-value against it."""

import math
from itertools import permutations as all_orders
from itertools import product

import numpy as np

PERMUTATION = "conditions"  # the null of permuted conditions
RING = "ring_orders"  # the null of turned and mirrored directions
PAIRINGS = (PERMUTATION, RING)  # nulls of other pairings of conditions; all other nulls are surrogates
TIE = 1e-10  # relative; a null draw this close to the value counts as equal, because the difference is rounding error


def condition_orders(
    conditions: int, *, permutations: int, seed: int, groups: np.ndarray | None = None, crossed: bool = False
) -> np.ndarray:
    """(1 + draws, condition) orders: the true one, followed by `permutations` random ones.

    If there are no more than that many other orders, each of them is given once, and the test is exact.
    groups: (condition,) int, conditions with the same number are left out together. Orders map whole groups to whole
    groups: groups of the same size are exchanged, and conditions are permuted within groups. crossed: every group holds
    the same conditions in the same order; conditions are then relabelled in the same way in all groups, because a
    condition resembles itself in another group.
    """
    groups = np.arange(conditions) if groups is None else np.asarray(groups)
    members = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    identity = np.arange(conditions)
    if crossed:
        orders = condition_orders(len(members[0]), permutations=permutations, seed=seed)
        found = np.empty((len(orders), conditions), dtype=int)
        for places in members:
            found[:, places] = places[orders]
        return found
    if len(members) == conditions:
        if math.factorial(conditions) - 1 <= permutations:
            return np.array(list(all_orders(range(conditions))))  # the identity comes first
        drawn = np.random.default_rng(seed).permuted(np.tile(identity, (permutations, 1)), axis=1)
        return np.vstack([identity, drawn])
    equal_sized = [[m for m in members if len(m) == size] for size in sorted({len(m) for m in members})]
    ways = math.prod(math.factorial(len(a)) * math.factorial(len(a[0])) ** len(a) for a in equal_sized)
    if ways - 1 <= permutations:
        return _orders_of_groups(equal_sized, conditions)
    rng = np.random.default_rng(seed)
    drawn = np.tile(identity, (1 + permutations, 1))
    for row in drawn[1:]:
        for groups_of_a_size in equal_sized:
            for places, other in zip(groups_of_a_size, rng.permutation(len(groups_of_a_size)), strict=True):
                row[places] = rng.permutation(groups_of_a_size[other])
    return drawn


def _orders_of_groups(equal_sized: list[list[np.ndarray]], conditions: int) -> np.ndarray:
    """Every order that maps whole groups to whole groups of the same size, the identity first."""
    places = np.concatenate([group for groups in equal_sized for group in groups])
    found = []
    for moved in product(*(all_orders(groups) for groups in equal_sized)):
        for order in product(*(all_orders(group) for groups in moved for group in groups)):
            found.append(np.empty(conditions, dtype=int))
            found[-1][places] = np.concatenate(order)
    return np.array(found)


def against_null(values: np.ndarray, *, lower: bool) -> dict[str, float | int | None]:
    """A statistic with its null distribution: value, null_mean, null_95, p, draws.

    values: (1 + draws,), the value first; or a single number, which has no null distribution. null_95 is the 95th
    percentile of the null distribution, or the 5th if `lower` (smaller is better). p = (1 + draws at least as good)
    / (1 + draws); it is never 0, and it is exact if the draws are all the other pairings.
    """
    values = np.atleast_1d(values)
    value, null = values[0], values[1:]
    if not len(null):
        return {"value": float(value), "null_mean": None, "null_95": None, "p": None, "draws": 0}
    sign = -1.0 if lower else 1.0
    as_good = int((sign * null >= sign * value - TIE * max(1.0, abs(value))).sum())
    return {
        "value": float(value),
        "null_mean": float(null.mean()),
        "null_95": float(np.quantile(null, 0.05 if lower else 0.95)),
        "p": (1 + as_good) / (1 + len(null)),
        "draws": len(null),
    }
