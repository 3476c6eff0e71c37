"""In-sample canonical correlations, weighted by the activity that each of them accounts for."""

from functools import partial

import numpy as np

from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.pairings import batches, paired_products
from rnncompare.options.ranges import PositiveShare
from rnncompare.similarity.svcca import whitened_sides

BATCH = 2**18  # numbers of loadings that are processed together


def pwcca(pair: Pair, *, variance: PositiveShare) -> dict[str, np.ndarray]:
    """Projection-weighted mean of the canonical correlations of the components that explain `variance` of each side.

    in_sample_source_to_recording: (draw,) weighted by the source; in_sample_recording_to_source: weighted by the
    recording; components_source, components_recording: numbers of components. variance 1: all components that are not
    rounding error, as in the paper. Raises BadOption, BadActivity. (Morcos et al. 2018.)
    """
    x, y = whitened_sides(pair, variance)
    means = paired_products(x.basis, y.basis, pair.orders, then=partial(means_in_batches, x=x.loading, y=y.loading))
    return {
        "in_sample_source_to_recording": means[:, 0],
        "in_sample_recording_to_source": means[:, 1],
        "components_source": x.basis.shape[-1],
        "components_recording": y.basis.shape[-1],
    }


def means_in_batches(products: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`weighted_means` in batches of draws, because the loadings on variates are larger than the products."""
    parts = batches(len(products), x.size + y.size, BATCH)
    return np.concatenate([weighted_means(products[part], x, y) for part in parts])


def weighted_means(products: np.ndarray, x_loading: np.ndarray, y_loading: np.ndarray) -> np.ndarray:
    """(draw, 2) means of the canonical correlations with weights from x and from y.

    products: (draw, component of x, component of y) of orthonormal bases; loadings: (unit, component). The weight of
    a pair of variates is the sum over units of the absolute inner product of the unit with the variate of that side.
    """
    x, y, correlation = variates(products)
    weights = [np.abs(side @ directions).sum(axis=-2) for side, directions in ((x_loading, x), (y_loading, y))]
    return np.stack([(w * correlation).sum(axis=-1) / w.sum(axis=-1) for w in weights], axis=-1)


def variates(products: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Canonical directions (draw, component, pair) of x and of y in orthonormal bases, and correlations (draw, pair).

    They are computed from the eigenvectors of a product with its transpose, which is faster than a singular value
    decomposition. The correlations are computed along these directions, because square roots of eigenvalues would be
    imprecise for small correlations.
    """
    if products.shape[-2] > products.shape[-1]:
        y, x, correlation = variates(np.swapaxes(products, -1, -2))
        return x, y, correlation
    across = np.swapaxes(products, -1, -2)
    _, x = np.linalg.eigh(products @ across)
    y = across @ x
    correlation = np.linalg.norm(y, axis=-2)
    y = np.divide(y, correlation[..., None, :], out=np.zeros_like(y), where=correlation[..., None, :] > 0)
    return x, y, np.minimum(correlation, 1.0)


pwcca.card = MeasureCard(
    formula="sum_i w_i r_i / sum_i w_i; r_i: canonical correlations of the components that explain the share "
    "`variance` of each side; w_i = sum over units j of |<h_i, x_j>|, with h_i the i-th canonical variate (over "
    "samples) and x_j unit j of the side that gives the weights",
    statistics={
        "in_sample_source_to_recording": "weighted by the source: the share of its activity that the recording has too",
        "in_sample_recording_to_source": "weighted by the recording",
    },
    bounds=dict.fromkeys(("in_sample_source_to_recording", "in_sample_recording_to_source"), SHARE),
    zero="the two sides are orthogonal over samples",
    one="the components of one side are a linear map of those of the other",
    invariant_to=("permutation", "translation", "scale"),
    symmetric=False,
    cost="orders eigendecompositions of components x components, and units x components^2 for each",
    pitfalls="Scored in sample, and far above 0 for independent smooth activities: interpret it only relative to its "
    "null distribution. Absolute values are summed over units, so that a rotation of the side that gives the weights "
    "changes it. The paper takes the weights of one side, its code those of the side with fewer components.",
    reference="Morcos, Raghu & Bengio 2018",
)
pwcca.first_look = {"variance": 0.9}
