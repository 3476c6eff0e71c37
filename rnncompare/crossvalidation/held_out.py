"""Cross-validation of measures on held-out conditions or trials, for thousands of pairings at once.

The mean that is removed is that of the training conditions. With the mean of all conditions, the training residuals
would sum to minus the held-out residual, and a map that fits the training conditions closely would predict the held-out
condition of an unrelated activity.

Permuting conditions does not change the principal components of either side. They are therefore computed once for each
fold, and every pairing is a sum of condition-by-condition products.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.crossvalidation.cache import cached
from rnncompare.crossvalidation.fold_products import left_out_products, training_products
from rnncompare.crossvalidation.folds import Folds, folds_of
from rnncompare.crossvalidation.pairings import batches, paired_products
from rnncompare.crossvalidation.projection import Projection, axes_of, projected, projections, rank_of, spread

BATCH = 2**19  # size of the products that are fitted together, in numbers
SHARED = 2**23  # the largest number of training products that measures of a pair share


class Moments(NamedTuple):
    """Sums of products over conditions and times, about the training mean; leading dimensions are pairings.

    For fitting and scoring, the leading dimensions are (fold, draw); draw is 1 where the pairing does not matter.
    """

    xx: np.ndarray  # (..., component of x, component of x)
    yy: np.ndarray  # (..., component of y, component of y)
    xy: np.ndarray  # (..., component of x, component of y)


def held_out(pair: Pair, *, components: int, fit: Callable, sums: Callable, finish: Callable) -> Scores:
    """Cross-validate a measure: fit a map in each fold, score it on the left-out data, and add the sums over folds.

    fit: from training Moments (whose xx and yy are diagonal: principal components) to a map of any type.
    sums: from that map and the left-out Moments to named sums over samples, (fold, draw, ...).
    finish: from sums over folds, (draw, ...), to named statistics, (draw,). A statistic is a ratio of sums, not a mean
    of ratios, because the ratio of a condition with little variance is unstable.
    The pair determines whether groups of conditions or trials are left out. Raises BadActivity if too few data remain.
    """
    folds = folds_of(pair)
    x, y = projections(pair, folds, components)
    train, test = moments(x, y, folds, pair.orders, shared_products(pair, x, y, folds, components))
    size = len(folds.training) * max(train.xx[0, 0].size, train.yy[0, 0].size)
    total, each = {}, {}
    for draws in batches(len(pair.orders), size, BATCH):
        found = sums(fit(of_draws(train, draws)), of_draws(test, draws))
        for name, value in found.items():
            total.setdefault(name, []).append(value.sum(axis=0))
            each.setdefault(name, value[:, 0])  # draw 0 of the first batch is the true pairing
    return scores({name: np.concatenate(values) for name, values in total.items()}, each, finish, components_used(x, y))


def scores(total: dict[str, np.ndarray], each: dict[str, np.ndarray], finish: Callable, about: dict) -> Scores:
    """Statistics from sums over folds, the same without the sums of each fold in turn, and from those of each alone.

    total: (draw, ...), draw 0 being the true pairing; each: (fold, ...), the contribution of each fold to draw 0.
    Nothing is fitted again without a fold, so a jackknife of these values does not include how much the maps depend on
    single conditions. Statistics that are not finite after every deletion are left out, because a jackknife needs all
    deletions; a single fold without a finite statistic has NaN, because those of other folds can be used without it.
    """
    deleted = finish({name: total[name][:1] - each[name] for name in total})
    deleted = {name: values for name, values in deleted.items() if np.isfinite(values).all()}
    alone = {name: np.where(np.isfinite(values), values, np.nan) for name, values in finish(each).items()}
    return Scores(finish(total) | about, deleted, alone)


def shared_products(pair: Pair, x: Projection, y: Projection, folds: Folds, components: int) -> np.ndarray:
    """`training_products`, which are kept for other measures of the same pair unless they are many."""
    compute = partial(training_products, x, y, folds, pair.orders)
    size = folds.partners.size * x.axes.shape[-1] * y.axes.shape[-1]
    return compute() if size > SHARED else pair.once(("training products", components), compute)


def moments(
    x: Projection, y: Projection, folds: Folds, orders: np.ndarray, training: np.ndarray
) -> tuple[Moments, Moments]:
    """Moments of the training data and of the left-out data, each (fold, draw, ...)."""
    partners = folds.partners.T
    out_xx, out_yy = (np.stack([np.tensordot(c, c, axes=((0, 1), (0, 1))) for c in side.left_out]) for side in (x, y))
    train = Moments(diagonal(x.variance)[:, None], diagonal(y.variance)[partners], training)
    return train, Moments(out_xx[:, None], out_yy[partners], left_out_products(x.left_out, y.left_out, folds, orders))


def of_draws(moments: Moments, draws: slice) -> Moments:
    xy = moments.xy[:, draws].copy()  # the function of a measure may change it, and other measures use the products
    return Moments(moments.xx, moments.yy[:, draws], xy)


def diagonal(values: np.ndarray) -> np.ndarray:
    """(..., n) to (..., n, n) diagonal matrices."""
    return values[..., None] * np.eye(values.shape[-1])


def components_used(x: Projection, y: Projection) -> dict[str, float]:
    """The number of components of each side, and the share of the recording's left-out variance that they explain."""
    return {
        "components_source": x.axes.shape[-1],
        "components_recording": y.axes.shape[-1],
        "variance_explained_recording": y.variance_explained,
    }


def in_sample(pair: Pair, *, components: int) -> Moments:
    """Moments of all conditions on their own principal components; nothing is held out, so scores are inflated."""
    (x, xx), (y, yy) = (
        cached(data, ("in sample", pair.axes, components), partial(own_components, data, pair.axes, components, side))
        for side, data in (("source", pair.x), ("recording", pair.y))
    )
    return Moments(np.diag(xx), np.diag(yy), paired_products(x, y, pair.orders))


def own_components(
    data: np.ndarray, axes: tuple[int, ...], components: int, side: str
) -> tuple[np.ndarray, np.ndarray]:
    """(condition, time, component) principal components of all conditions, and their (component,) sums of squares."""
    found = spread(data, axes)
    values, vectors = axes_of(found.scatter, components)
    rank = rank_of(values, found.floor)
    if rank == 0:
        raise BadActivity(f"{side}: found no variance, wanted at least one component")
    return projected(data, found.mean, vectors[:, :rank]), values[:rank]
