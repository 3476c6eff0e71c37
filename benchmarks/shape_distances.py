"""All Procrustes angles between 20 networks, compared with the algorithm of netrep 0.0.2 in a loop over pairs.

netrep is not on a package index. It centres and whitens both activities (with alpha 1 by the identity), computes the
rotations that align them from the singular vectors of their product, and then the angle between the centred and aligned
samples.
"""

from collections.abc import Callable

import numpy as np

from rnncompare.geometry.shapes import shape_distances as ours

NETWORKS, CONDITIONS, TIMES, UNITS = 20, 27, 250, 150


def networks(count: int, conditions: int, times: int, units: int) -> list[np.ndarray]:
    """Return networks (condition, time, unit): mixed noise with decreasing variances."""
    rng = np.random.default_rng(0)
    shape, falling = (conditions, times, units), np.linspace(1.0, 0.1, units)
    return [(rng.standard_normal(shape) * falling) @ rng.standard_normal((units, units)) for _ in range(count)]


def fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(unit, unit) maps that align both activities (sample, unit)."""
    left, _, right = np.linalg.svd((x - x.mean(axis=0)).T @ (y - y.mean(axis=0)))
    return np.eye(x.shape[1]) @ left, np.eye(y.shape[1]) @ right.T


def score(x: np.ndarray, y: np.ndarray, maps: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the angle (rad) between both activities after alignment."""
    x, y = ((side - side.mean(axis=0)) @ onto for side, onto in zip((x, y), maps, strict=True))
    cosine = np.dot(x.ravel(), y.ravel()) / (np.linalg.norm(x) * np.linalg.norm(y))
    return float(np.arccos(np.clip(cosine, -1.0, 1.0)))


def pair_by_pair(activities: list[np.ndarray]) -> np.ndarray:
    """(activity, activity) angles."""
    samples = [a.reshape(-1, a.shape[-1]) for a in activities]
    found = np.zeros((len(samples), len(samples)))
    for i, x in enumerate(samples):
        for j in range(i):
            found[i, j] = found[j, i] = score(x, samples[j], fit(x, samples[j]))
    return found


def shape_distances() -> list[tuple[str, Callable, Callable]]:
    activities = networks(NETWORKS, CONDITIONS, TIMES, UNITS)
    return [
        (
            "shape_distances",
            lambda: ours(activities, alpha=1.0, components=None),
            lambda: pair_by_pair(activities),
        )
    ]
