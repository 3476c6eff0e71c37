"""All canonical correlations of two activities of 6,750 samples x 150 units, compared with 10 by scikit-learn."""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter1d
from sklearn.cross_decomposition import CCA

from rnncompare.geometry.canonical import canonical_correlations as ours

CONDITIONS, TIMES, UNITS, SOURCES, CORRELATIONS = 27, 250, 150, 30, 10


def activities(
    conditions: int = CONDITIONS, times: int = TIMES, units: int = UNITS, shared_sources: int = SOURCES
) -> tuple[np.ndarray, np.ndarray]:
    """Return two smooth random activities (condition, time, unit) with shared latent variables of decreasing size.

    The peer would not converge if many correlations were nearly equal.
    """
    rng = np.random.default_rng(0)
    shared, *sides = (gaussian_filter1d(rng.standard_normal((conditions, times, units)), 5.0, axis=1) for _ in range(3))
    sources = shared[..., :shared_sources] * 3 * 0.8 ** np.arange(shared_sources)
    axes = [np.linalg.qr(rng.standard_normal((units, units)))[0][:shared_sources] for _ in sides]
    return tuple(side + sources @ a for side, a in zip(sides, axes, strict=True))


def peer(x: np.ndarray, y: np.ndarray, count: int = CORRELATIONS) -> np.ndarray:
    """Return the first `count` canonical correlations by scikit-learn."""
    u, v = CCA(n_components=count).fit(x, y).transform(x, y)
    return np.array([np.corrcoef(u[:, k], v[:, k])[0, 1] for k in range(count)])


def canonical_correlations() -> list[tuple[str, Callable, Callable, dict]]:
    x, y = (side.reshape(-1, UNITS) for side in activities())
    return [("canonical_correlations_6750_x_150", lambda: ours(x, y), lambda: peer(x, y), {"rounds": 2})]
