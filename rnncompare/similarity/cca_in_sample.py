"""Canonical correlations on the conditions that they were fitted to: the number not to trust."""

import numpy as np

from rnncompare.heldout import in_sample
from rnncompare.pair import Pair


def cca_in_sample(pair: Pair, *, components: int) -> dict[str, np.ndarray]:
    """Canonical correlations of the first principal components of each side, scored where they were fitted.

    0: orthogonal, 1: the same up to an invertible linear map; first is the highest, mean is over all.
    Independent smooth activities of 8 conditions reach .54 (first .92): read it only beside its null.
    (Hotelling 1936; as in Sussillo et al. 2015.)
    """
    moments = in_sample(pair, components=components)
    x, y = (np.sqrt(np.diagonal(side)) for side in (moments.xx, moments.yy))
    correlation = np.linalg.svd(moments.xy / x[:, None] / y, compute_uv=False)
    return {
        "mean": correlation.mean(axis=-1),
        "first": correlation[..., 0],
        "components_source": len(x),
        "components_recording": len(y),
    }
