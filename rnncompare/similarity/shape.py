"""Angle left between two activities after whitening and a rotation that were found on other conditions."""

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
    """What was found in training; leading dimensions are pairings."""

    turn: np.ndarray  # (..., component of x, component of y) whitens both sides and rotates one onto the other
    x: np.ndarray  # (..., component of x) whitening
    y: np.ndarray  # (..., component of y) whitening


def shape(pair: Pair, *, alpha: Share, components: Components) -> Scores:
    """Generalised shape metric between the first principal components of each side (`rnncompare.shapes`).

    alpha: 1 leaves the components' sizes as they are (Procrustes), 0 makes them equal (canonical correlations).
    angle, angle_in_sample: (draw,) radians; components_source, components_recording and variance_explained_recording describe.
    Raises BadOption, BadActivity. (Williams et al. 2021.)
    """
    check_alpha(alpha, "shape")
    scores = held_out(
        pair, components=components, fit=partial(align, alpha=alpha), sums=aligned_sums, finish=angle_of_sums
    )
    return Scores(scores.values | {"angle_in_sample": angle_in_sample(pair, alpha, components)}, scores.errors)


def angle_of_sums(pooled: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"angle": angle(pooled["xy"], pooled["xx"], pooled["yy"])}


def angle_in_sample(pair: Pair, alpha: float, components: int) -> np.ndarray:
    """(draw,) angles of all conditions, whitened and rotated by what was found in them."""
    whole = in_sample(pair, components=components)
    x, y = (partial_whitening(size, size.mean(), alpha) for size in (diagonal(whole.xx), diagonal(whole.yy)))
    nuclear = np.linalg.svd(x[:, None] * whole.xy * y, compute_uv=False).sum(axis=-1)
    return angle(nuclear, *((factor**2 * diagonal(side)).sum() for factor, side in ((x, whole.xx), (y, whole.yy))))


def align(train: Moments, alpha: float) -> Alignment:
    """Partial whitening of both sides, and the orthogonal map of the whitened x that comes closest to the whitened y.

    train: on principal components, so that xx and yy are diagonal, (fold, ...). What alpha means is one number a
    side, the mean over all folds: were it each fold's own, folds would weigh differently in the sums.
    """
    sizes = diagonal(train.xx), diagonal(train.yy)
    x, y = (partial_whitening(size, size.mean(axis=(0, -1), keepdims=True), alpha) for size in sizes)
    left, _, right = np.linalg.svd(x[..., None] * train.xy * y[..., None, :], full_matrices=False)
    return Alignment(x[..., None] * (left @ right) * y[..., None, :], x, y)


def aligned_sums(found: Alignment, test: Moments) -> dict[str, np.ndarray]:
    """(fold, draw) inner products of x and y, whitened and rotated, and their squared norms."""
    xy = (found.turn * test.xy).sum(axis=(-2, -1))
    xx, yy = ((factor**2 * diagonal(side)).sum(axis=-1) for factor, side in ((found.x, test.xx), (found.y, test.yy)))
    return {"xy": xy, "xx": np.broadcast_to(xx, xy.shape), "yy": yy}


def diagonal(moments: np.ndarray) -> np.ndarray:
    """(..., n, n) to (..., n)."""
    return np.diagonal(moments, axis1=-2, axis2=-1)


shape.card = MeasureCard(
    formula="arccos(<XAQ, YB> / (|XA| |YB|)): X, Y the first principal components of each side; A = alpha I + "
    "(1 - alpha) m (X'X)^(-1/2), m the root mean square of X's singular values in all folds, B likewise; Q the best "
    "rotation. Axes, A, B and Q from training conditions, inner product and norms summed over the left-out ones.",
    statistics={
        "angle": "on conditions left out of axes, whitening and rotation, radians",
        "angle_in_sample": "on the conditions that all was fitted to: arccos of a nuclear norm, radians, a metric",
    },
    bounds={"angle": (0, pi), "angle_in_sample": (0, pi / 2)},
    landmarks="angle pi/2: nothing carries over to the left-out conditions, above: it carries over upside down",
    zero="the same up to a rotation (alpha 0: any linear map of the components), a scale and a translation",
    one="",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="folds x orders singular value decompositions of components x components",
    pitfalls="With alpha 1 the largest component decides; with alpha 0 the smallest counts as much, so the number of "
    "components does. In sample it is far below pi/2 for independent smooth activities and falls as components are "
    "added. alpha is relative to each activity's own size, unlike in netrep: the two agree where the eigenvalues of "
    "X'X are 1 on average.",
    reference="Williams, Kunz, Kornblith & Linderman 2021",
    lower_is_better=("angle", "angle_in_sample"),
    metrics=("angle_in_sample",),
)
shape.first_look = {"alpha": 1.0, "components": 5}
