"""Cross-validated shape distance: the angle between two activities after partial whitening and a rotation."""

from functools import partial
from math import pi
from typing import NamedTuple

import numpy as np

from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.crossvalidation.held_out import Moments, held_out, in_sample
from rnncompare.geometry.shapes import angle, check_alpha, partial_whitening
from rnncompare.options.ranges import Components, Share


class Alignment(NamedTuple):
    """The alignment fitted to training conditions; leading dimensions are pairings."""

    map: np.ndarray  # (..., component of x, component of y) whitens both sides and rotates one onto the other
    x: np.ndarray  # (..., component of x) whitening
    y: np.ndarray  # (..., component of y) whitening


def shape(pair: Pair, *, alpha: Share, components: Components) -> Scores:
    """Generalised shape metric between the first principal components of each side (see `geometry.shapes`).

    alpha: 1 does not whiten the components (Procrustes), 0 whitens them completely (canonical correlations). angle,
    angle_in_sample: (draw,) radians; components_source, components_recording and variance_explained_recording describe
    the input. Raises BadOption, BadActivity. (Williams et al. 2021.)
    """
    check_alpha(alpha, "shape")
    scores = held_out(
        pair, components=components, fit=partial(align, alpha=alpha), sums=aligned_sums, finish=angle_of_sums
    )
    return scores._replace(values=scores.values | {"angle_in_sample": angle_in_sample(pair, alpha, components)})


def angle_of_sums(pooled: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"angle": angle(pooled["xy"], pooled["xx"], pooled["yy"])}


def angle_in_sample(pair: Pair, alpha: float, components: int) -> np.ndarray:
    """(draw,) in-sample angles, with whitening and rotation fitted to all conditions."""
    whole = in_sample(pair, components=components)
    x, y = (partial_whitening(size, size.mean(), alpha) for size in (diagonal(whole.xx), diagonal(whole.yy)))
    nuclear = np.linalg.svd(x[:, None] * whole.xy * y, compute_uv=False).sum(axis=-1)
    return angle(nuclear, *((factor**2 * diagonal(side)).sum() for factor, side in ((x, whole.xx), (y, whole.yy))))


def align(train: Moments, alpha: float) -> Alignment:
    """Partial whitening of both sides, and the orthogonal map of the whitened x that is closest to the whitened y.

    train: on principal components, so that xx and yy are diagonal, (fold, ...). The mean variance that alpha refers to
    is the mean over all folds; with a different value for each fold, folds would have different weights in the sums.
    """
    sizes = diagonal(train.xx), diagonal(train.yy)
    x, y = (partial_whitening(size, size.mean(axis=(0, -1), keepdims=True), alpha) for size in sizes)
    left, _, right = np.linalg.svd(x[..., None] * train.xy * y[..., None, :], full_matrices=False)
    return Alignment(x[..., None] * (left @ right) * y[..., None, :], x, y)


def aligned_sums(found: Alignment, test: Moments) -> dict[str, np.ndarray]:
    """(fold, draw) inner products of the whitened and rotated x and y, and their squared norms."""
    xy = (found.map * test.xy).sum(axis=(-2, -1))
    xx, yy = ((factor**2 * diagonal(side)).sum(axis=-1) for factor, side in ((found.x, test.xx), (found.y, test.yy)))
    return {"xy": xy, "xx": np.broadcast_to(xx, xy.shape), "yy": yy}


def diagonal(moments: np.ndarray) -> np.ndarray:
    """Diagonals (..., n) of matrices (..., n, n)."""
    return np.diagonal(moments, axis1=-2, axis2=-1)


shape.card = MeasureCard(
    formula="arccos(<XAQ, YB> / (|XA| |YB|)): X, Y the first principal components of each side; A = alpha I + "
    "(1 - alpha) m (X'X)^(-1/2), m the root mean square of X's singular values in all folds, B likewise; Q the best "
    "rotation. Axes, A, B and Q from training conditions, inner product and norms summed over the left-out ones.",
    statistics={
        "angle": "on left-out conditions, radians",
        "angle_in_sample": "on the conditions to which axes, whitening and rotation were fitted, radians; a metric",
    },
    bounds={"angle": (0, pi), "angle_in_sample": (0, pi / 2)},
    landmarks="angle pi/2: the alignment does not generalise to left-out conditions; above: it generalises with the "
    "opposite sign",
    zero="equal up to a rotation (with alpha 0: any linear map of the components), a scale and a translation",
    one="",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="folds x orders singular value decompositions of components x components",
    pitfalls="With alpha 1 components with large variance dominate; with alpha 0 all have the same weight, so that "
    "the value depends on their number. angle_in_sample is far below pi/2 for independent smooth activities and "
    "decreases with the number of components. alpha is relative to the variance of each activity, unlike in netrep; "
    "both agree if the mean eigenvalue of X'X is 1.",
    reference="Williams, Kunz, Kornblith & Linderman 2021",
    lower_is_better=("angle", "angle_in_sample"),
    metrics=("angle_in_sample",),
)
shape.first_look = {"alpha": 1.0, "components": 5}
