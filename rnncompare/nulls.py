"""Nulls: what a value would be if conditions had nothing to do with each other, and how far above that it is."""

import math
from itertools import permutations as all_orders

import numpy as np

TIE = 1e-10  # relative; a null draw this close to the value counts as equal to it, which is rounding


def condition_orders(conditions: int, *, permutations: int, seed: int) -> np.ndarray:
    """(1 + draws, condition) orders: the true one, then as many random ones as asked for.

    Where there are no more other orders than that, all of them, each once: the test is then exact.
    """
    if math.factorial(conditions) - 1 <= permutations:
        return np.array(list(all_orders(range(conditions))))  # the identity comes first
    identity = np.arange(conditions)
    drawn = np.random.default_rng(seed).permuted(np.tile(identity, (permutations, 1)), axis=1)
    return np.vstack([identity, drawn])


def against_null(values: np.ndarray, *, lower: bool) -> dict[str, float | int | None]:
    """A statistic beside its null: value, null_mean, null_95, p, draws.

    values: (1 + draws,), the value first; or a single number, which has no null. null_95 is what one draw
    in twenty beats: the 95th percentile, or the 5th where lower is better. p = (1 + draws at least as good)
    / (1 + draws), so that it is never 0 and is exact where the draws are all the other pairings.
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


def jackknife_error(deleted: np.ndarray) -> float:
    """Standard error from values with each observation deleted in turn (Efron 1981)."""
    n = len(deleted)
    return float(np.sqrt((n - 1) / n * ((deleted - deleted.mean()) ** 2).sum()))
