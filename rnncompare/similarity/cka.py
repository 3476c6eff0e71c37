"""Centred kernel alignment with linear kernels, debiased."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.pair import Pair
from rnncompare.pairings import paired_products, paired_sum
from rnncompare.plugins import BadOption, nearest


def cka(pair: Pair, *, samples: str) -> dict[str, np.ndarray]:
    """Debiased linear CKA: how alike the two sides' similarities between samples are.

    1: the same up to rotation, translation and one scale; 0: unrelated (and below 0 by chance).
    samples: "times", the usual one, a condition at a time being a sample; or "conditions", a whole trajectory
    being one. Nothing is fitted, so nothing is held out. Symmetric; invariant to rotation, reflection,
    translation and one scale.
    Debiasing leaves out each sample's similarity with itself, as if samples were independent. Neighbouring
    times of smooth rates are nearly the same sample: with "times", independent smooth populations (150 and 141
    units, SD 50 ms) score .63 with 8 conditions of 1.2 s and .19 with 27 of 2.5 s; with "conditions", 0. So
    read "times" beside its null only. A condition-independent signal counts as similarity with "times" and
    makes no difference with "conditions", of which it needs 4.
    (Kornblith et al. 2019; unbiased estimator of Song et al. 2012; debiased as in Murphy et al. 2024.)
    """
    x, y = pair.centred()
    if samples == "conditions":
        if len(x) < 4:
            raise BadActivity(f"cka with samples conditions: found {len(x)} conditions, wanted at least 4")
        x, y = trajectories(x), trajectories(y)
    elif samples != "times":
        close = nearest(samples, ["times", "conditions"])
        raise BadOption(f"cka: found samples '{samples}', wanted times or conditions.{close}")
    identity = np.arange(len(x))[None]
    own = [dependence(side, side, identity)[0] for side in (x, y)]
    return {"cka": dependence(x, y, pair.orders) / np.sqrt(own[0] * own[1])}


def trajectories(data: np.ndarray) -> np.ndarray:
    """(condition, 1, coordinate) whole trajectories as single samples, in the few coordinates that they span."""
    flat = data.reshape(len(data), -1)
    values, vectors = np.linalg.eigh(flat @ flat.T)
    return (vectors * np.sqrt(np.maximum(values, 0.0)))[:, None]


def dependence(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """n (n - 3) times the unbiased Hilbert-Schmidt independence criterion of x with y in each order: (draw,).

    Song et al. 2012, eq. 5, with kernel matrices xx' and yy' whose diagonals are set to zero; neither is formed.
    """
    n = x.shape[0] * x.shape[1]
    x_self, y_self = ((side**2).sum(axis=-1) for side in (x, y))  # the diagonals, (condition, time)
    x_row, y_row = (side @ side.sum(axis=(0, 1)) - own for side, own in ((x, x_self), (y, y_self)))
    both = paired_products(x, y, orders, then=lambda products: np.einsum("dij,dij->d", products, products))
    both = both - paired_sum(x_self @ y_self.T, orders)
    rows = paired_sum(x_row @ y_row.T, orders)
    return both + x_row.sum() * y_row.sum() / ((n - 1) * (n - 2)) - 2 * rows / (n - 2)
