"""In-sample canonical correlation analysis, which overestimates similarity."""

import numpy as np

from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.held_out import in_sample
from rnncompare.options.ranges import Components


def cca_in_sample(pair: Pair, *, components: Components) -> dict[str, np.ndarray]:
    """In-sample canonical correlations of the first principal components of each side.

    mean, first: (draw,), 0 to 1; components_source and components_recording describe the input. Raises BadActivity.
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
    formula="mean of the singular values of (X'X)^(-1/2) X'Y (Y'Y)^(-1/2); X, Y: the first `components` principal "
    "components of each side, with conditions and times as samples",
    statistics={"mean": "mean of all canonical correlations", "first": "the highest canonical correlation"},
    bounds={"mean": SHARE, "first": SHARE},
    zero="the two sides are orthogonal over times and conditions",
    one="the components of one side are a linear map of those of the other",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="orders singular value decompositions of components x components",
    pitfalls="Scored in sample, and far above 0 for independent smooth activities: .54 (first .92) with 10 components "
    "on each side and 8 conditions of 45 times, smooth over 120 ms; more with more components, more smoothness and "
    "fewer conditions. Interpret it only relative to its null distribution; `cca` is the cross-validated alternative.",
    reference="Hotelling 1936; components and mean as in Sussillo, Churchland, Kaufman & Shenoy 2015",
    correlations=("mean", "first"),
)
cca_in_sample.first_look = {"components": 5}
