"""Canonical correlations on conditions that were not used to find them."""

import numpy as np

from rnncompare.heldout import Moments, held_out
from rnncompare.pair import Pair


def cca(pair: Pair, *, components: int) -> dict[str, np.ndarray]:
    """Cross-validated canonical correlation analysis of the first principal components of each side.

    1: the directions that agree best on the other conditions agree perfectly on the one left out; 0: not at
    all; below 0: they disagree. In between the sides only rotations, shears and scalings are forgiven.
    first: of the pair of directions with the highest training correlation; mean: over all pairs;
    variance_weighted: weighted by how much of the recording's left-out variance each pair's direction
    holds. Invariant to any invertible linear map of the components; symmetric, but for the weights.
    (Hotelling 1936; components and means as in Sussillo et al. 2015.)
    """
    pooled, saw = held_out(pair, components=components, fit=canonical_weights, sums=canonical_sums)
    size = np.sqrt(pooled["xx"] * pooled["yy"])
    # a direction in which nothing happens in any left-out condition correlates with nothing
    correlation = np.divide(pooled["xy"], size, out=np.zeros_like(size), where=size > 0)
    weight = pooled["held"]
    weighted = (weight * correlation).sum(axis=-1) / weight.sum(axis=-1)
    return {"mean": correlation.mean(axis=-1), "first": correlation[..., 0], "variance_weighted": weighted} | saw


def canonical_weights(train: Moments) -> tuple[np.ndarray, np.ndarray]:
    """(..., component, correlation) weights of each side, of unit variance in training, highest correlation first."""
    x, y = (np.sqrt(np.diagonal(side, axis1=-2, axis2=-1))[..., None] for side in (train.xx, train.yy))
    left, _, right = np.linalg.svd(train.xy / x / np.swapaxes(y, -1, -2), full_matrices=False)
    return left / x, np.swapaxes(right, -1, -2) / y


def canonical_sums(weights: tuple[np.ndarray, np.ndarray], test: Moments) -> dict[str, np.ndarray]:
    """Products of the two sides' variates, their squares, and the recording's variance that each holds."""
    x, y = weights
    loading = test.yy @ y
    yy = (y * loading).sum(axis=-2)
    held = (loading**2).sum(axis=-2)
    return {
        "xy": (x * (test.xy @ y)).sum(axis=-2),
        "xx": (x * (test.xx @ x)).sum(axis=-2),
        "yy": yy,
        "held": np.divide(held, yy, out=np.zeros_like(yy), where=yy > 0),
    }
