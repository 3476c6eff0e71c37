"""Canonical correlations of 27 held-out conditions, 250 times x 150 units, compared with scikit-learn.

With all units, ours computes 150 correlations, and the peer computes 10 for 3 of the 27 conditions. With 10 principal
components, which are fitted without each held-out condition, both do the same work.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter1d
from sklearn.cross_decomposition import CCA
from sklearn.decomposition import PCA

from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.cache import ENTRIES
from rnncompare.similarity.cca import cca

COMPONENTS = 10
CONDITIONS, TIMES, UNITS, SOURCES = 27, 250, 150, 30


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


def ours(x: np.ndarray, y: np.ndarray, components: int) -> np.ndarray:
    ENTRIES.clear()  # the cache is cleared before each round
    pair = Pair(x, y, np.arange(len(x))[None], "kept")
    return cca(pair, components=components, curve=[]).values["mean"]


def peer(x: np.ndarray, y: np.ndarray, components: int | None, folds: int) -> float:
    """Return the mean of 10 correlations; components: None for all units."""
    sums = np.zeros((3, min(COMPONENTS, x.shape[-1])))
    for left_out in range(folds):
        sides = []
        for data in (x, y):
            training = np.delete(data, left_out, axis=0).reshape(-1, data.shape[-1])
            mean = training.mean(axis=0)
            axes = np.eye(data.shape[-1]) if components is None else PCA(components).fit(training).components_.T
            sides.append(((training - mean) @ axes, (data[left_out] - mean) @ axes))
        (train_x, test_x), (train_y, test_y) = sides
        model = CCA(n_components=sums.shape[1], scale=False).fit(train_x, train_y)
        u, v = test_x @ model.x_rotations_, test_y @ model.y_rotations_
        sums += [(u * v).sum(axis=0), (u**2).sum(axis=0), (v**2).sum(axis=0)]
    return float((sums[0] / np.sqrt(sums[1] * sums[2])).mean())


def left_out_conditions() -> list[tuple[str, Callable, Callable, dict]]:
    x, y = activities()
    return [
        (
            "left_out_conditions_150_units_peer_on_3_of_27",
            lambda: ours(x, y, UNITS),
            lambda: peer(x, y, None, 3),
            {"rounds": 1, "share": 3 / CONDITIONS},
        ),
        (
            "left_out_conditions_10_components",
            lambda: ours(x, y, COMPONENTS),
            lambda: peer(x, y, COMPONENTS, CONDITIONS),
            {"rounds": 3},
        ),
    ]
