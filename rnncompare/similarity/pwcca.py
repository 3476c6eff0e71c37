"""Canonical correlations weighted by how much of an activity they account for, where they were fitted."""

from functools import partial

import numpy as np

from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.pairings import batches, paired_products
from rnncompare.options.ranges import PositiveShare
from rnncompare.similarity.svcca import whitened_sides

BATCH = 2**18  # numbers of loadings that are weighed together


def pwcca(pair: Pair, *, variance: PositiveShare) -> dict[str, np.ndarray]:
    """Projection-weighted mean of the canonical correlations of the components that hold `variance` of each side.

    in_sample_source_to_recording: (draw,) weighted by the source, how much of it the recording has;
    in_sample_recording_to_source: weighted by the recording; components_source, components_recording: how many.
    variance 1: all components that are more than rounding, as in the paper. Raises BadOption, BadActivity.
    (Morcos et al. 2018.)
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
    """`weighted_means`, a few draws at a time: each draw's loadings on its variates are larger than its products."""
    parts = batches(len(products), x.size + y.size, BATCH)
    return np.concatenate([weighted_means(products[part], x, y) for part in parts])


def weighted_means(products: np.ndarray, x_loading: np.ndarray, y_loading: np.ndarray) -> np.ndarray:
    """(draw, 2) means of the canonical correlations with weights from x and from y.

    products: (draw, component of x, component of y) of orthonormal bases; loadings: (unit, component). The weight of
    a pair of variates is the sum over units of the absolute inner product of a unit's activity with its variate.
    """
    x, y, correlation = variates(products)
    weights = [np.abs(side @ directions).sum(axis=-2) for side, directions in ((x_loading, x), (y_loading, y))]
    return np.stack([(w * correlation).sum(axis=-1) / w.sum(axis=-1) for w in weights], axis=-1)


def variates(products: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Canonical directions (draw, component, pair) of x and of y in orthonormal bases, and correlations (draw, pair).

    From the eigenvectors of a product with its transpose, which is faster than its singular vectors; correlations are
    then measured along them, since square roots of eigenvalues would lose half of the digits of the small ones.
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
    formula="sum_i w_i r_i / sum_i w_i: r_i the canonical correlations of the components that hold the share "
    "`variance` of each side; w_i = sum over units j of |<h_i, x_j>|, h_i the i-th canonical variate (a course over "
    "samples) of the side that weighs, x_j its unit j",
    statistics={
        "in_sample_source_to_recording": "weighted by the source: how much of what its units do the recording does too",
        "in_sample_recording_to_source": "weighted by the recording",
    },
    bounds=dict.fromkeys(("in_sample_source_to_recording", "in_sample_recording_to_source"), SHARE),
    zero="orthogonal in time",
    one="the components of one side are a linear map of the other's",
    invariant_to=("permutation", "translation", "scale"),
    symmetric=False,
    cost="orders eigendecompositions of components x components, and units x components^2 for each",
    pitfalls="In sample: independent smooth activities score far above 0, so read it only beside its null. Absolute "
    "values are summed over units, so a rotation of the weighing side changes it. The paper weighs by one side only; "
    "its code by the side with fewer components.",
    reference="Morcos, Raghu & Bengio 2018",
)
pwcca.first_look = {"variance": 0.9}
