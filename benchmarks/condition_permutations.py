"""Canonical correlations of 10 components for 1,000 permutations of 27 conditions x 250 times x 150 units.

Ours also computes the principal components, which are given to the peers. The peers, scikit-learn and a loop of QR
decompositions, compute only a fraction of the permutations.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter1d
from sklearn.cross_decomposition import CCA

from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders
from rnncompare.similarity.cca_in_sample import cca_in_sample

CONDITIONS, TIMES, UNITS, COMPONENTS, PERMUTATIONS = 27, 250, 150, 10, 1000
BY_SKLEARN, BY_QR = 10, 50  # permutations


def pair_of(conditions: int, times: int, units: int, permutations: int) -> Pair:
    """Return two smooth random activities with all permutations of conditions."""
    rng = np.random.default_rng(0)
    x, y = (gaussian_filter1d(rng.standard_normal((conditions, times, units)), 5.0, axis=1) for _ in range(2))
    return Pair(x, y, condition_orders(conditions, permutations=permutations, seed=0), "removed")


def ours(pair: Pair, components: int) -> np.ndarray:
    return cca_in_sample(pair, components=components)["mean"]


def scores_of(pair: Pair, components: int) -> list[np.ndarray]:
    """(condition, time, component) scores of both activities."""
    scores = []
    for data in pair.centred():
        flat = data.reshape(-1, data.shape[-1])
        scores.append(data @ np.linalg.svd(flat, full_matrices=False)[2][:components].T)
    return scores


def by_sklearn(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    found, x = [], x.reshape(-1, x.shape[-1])
    for order in orders:
        u, v = CCA(n_components=x.shape[1], scale=False).fit_transform(x, y[order].reshape(len(x), -1))
        found.append(np.mean([np.corrcoef(u[:, k], v[:, k])[0, 1] for k in range(x.shape[1])]))
    return np.array(found)


def by_qr(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    found, x = [], x.reshape(-1, x.shape[-1])
    for order in orders:
        bases = [np.linalg.qr(side)[0] for side in (x, y[order].reshape(len(x), -1))]
        found.append(np.linalg.svd(bases[0].T @ bases[1], compute_uv=False).mean())
    return np.array(found)


def condition_permutations() -> list[tuple[str, Callable, Callable, dict]]:
    pair = pair_of(CONDITIONS, TIMES, UNITS, PERMUTATIONS)
    x, y = scores_of(pair, COMPONENTS)
    return [
        (
            f"condition_permutations_{name}_on_{count}_of_{PERMUTATIONS}",
            lambda: ours(pair, COMPONENTS),
            lambda peer=peer, count=count: peer(x, y, pair.orders[1 : 1 + count]),
            {"rounds": 3, "share": count / PERMUTATIONS},
        )
        for name, peer, count in (("sklearn", by_sklearn, BY_SKLEARN), ("qr", by_qr, BY_QR))
    ]
