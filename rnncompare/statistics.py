"""Intervals and p-values that every table uses."""

from itertools import product

import numpy as np


def bootstrap_interval(values: np.ndarray, *, seed: int, draws: int, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of the mean over resamples of `values` (n,); NaN for a single value, which has none."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return float("nan"), float("nan")
    picks = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    tail = (1 - level) / 2
    low, high = np.quantile(values[picks].mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def sign_flip_p(differences: np.ndarray) -> float:
    """Two-sided p of a mean paired difference against all sign flips (exact up to 16 pairs, 2**16 drawn beyond)."""
    differences = np.asarray(differences, dtype=float)
    n = len(differences)
    if n <= 16:
        signs = np.array(list(product([1, -1], repeat=n)))
        means = np.abs(signs @ differences)
        return float((means >= means[0] * (1 - 1e-12)).mean())
    signs = np.random.default_rng(0).choice([1, -1], size=(2**16, n))
    observed = abs(differences.sum()) * (1 - 1e-12)
    return float((1 + (np.abs(signs @ differences) >= observed).sum()) / (1 + len(signs)))
