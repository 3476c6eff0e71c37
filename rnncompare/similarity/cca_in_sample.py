"""Canonical correlations on the conditions that they were fitted to: the number not to trust."""

import numpy as np

from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.held_out import in_sample
from rnncompare.options.ranges import Components


def cca_in_sample(pair: Pair, *, components: Components) -> dict[str, np.ndarray]:
    """Canonical correlations of the first principal components of each side, scored where they were fitted.

    mean, first: (draw,), 0 to 1; components_source and components_recording describe. Raises BadActivity.
    (Hotelling 1936; as in Sussillo et al. 2015.)
    """
    moments = in_sample(pair, components=components)
    x, y = (np.sqrt(np.diagonal(side)) for side in (moments.xx, moments.yy))
    correlation = np.minimum(np.linalg.svd(moments.xy / x[:, None] / y, compute_uv=False), 1.0)
    return {
        "mean": correlation.mean(axis=-1),
        "first": correlation[..., 0],
        "components_source": len(x),
        "components_recording": len(y),
    }


cca_in_sample.card = MeasureCard(
    formula="mean of the singular values of (X'X)^(-1/2) X'Y (Y'Y)^(-1/2); X, Y the first `components` principal "
    "components of each side, conditions and times being samples",
    statistics={"mean": "over all canonical correlations", "first": "the highest"},
    bounds={"mean": SHARE, "first": SHARE},
    zero="orthogonal in time and conditions",
    one="the components of one side are a linear map of the other's",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="orders singular value decompositions of components x components",
    pitfalls="Scored on what it was fitted to, and so far above 0 for independent smooth activities: with 10 "
    "components a side, 8 conditions of 45 times of 120-ms smoothness reach .54 (first .92). It grows with "
    "components and smoothness and falls with conditions. Read it only beside its null; `cca` is the number to trust.",
    reference="Hotelling 1936; components and mean as in Sussillo, Churchland, Kaufman & Shenoy 2015",
    correlations=("mean", "first"),
)
cca_in_sample.first_look = {"components": 5}
