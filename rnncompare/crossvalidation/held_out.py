"""Held-out conditions or trials: fit on the others, score on those, for thousands of pairings at once.

The mean that is removed is the training conditions' own. Were it the mean of all conditions, the training
residuals would sum to minus the held-out one, and a map that fits the training conditions closely
would predict the held-out condition of an activity that has nothing to do with it.

Re-pairing conditions changes neither side's principal components, so those are found once a fold, and every pairing
is then a sum of condition-by-condition products.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.comparison.permutations import jackknife_error
from rnncompare.crossvalidation.cache import recalled
from rnncompare.crossvalidation.folds import Folds, folds_of
from rnncompare.crossvalidation.pairings import lots, paired_products
from rnncompare.crossvalidation.products import left_out_products, training_products
from rnncompare.crossvalidation.projection import Projection, axes_of, projected, projections, rank_of, spread

LOT = 2**19  # numbers of products that are fitted together


class Moments(NamedTuple):
    """Sums over conditions and times of products, about the training mean; leading dimensions are pairings.

    Where measures fit and score, the leading dimensions are (fold, draw), draw being 1 where pairings do not matter.
    """

    xx: np.ndarray  # (..., component of x, component of x)
    yy: np.ndarray  # (..., component of y, component of y)
    xy: np.ndarray  # (..., component of x, component of y)


def held_out(pair: Pair, *, components: int, fit: Callable, sums: Callable, finish: Callable) -> Scores:
    """Fit a map without some conditions, score it on those, add up what it scores over all: a measure's whole frame.

    fit: from training Moments (whose xx and yy are diagonal: principal components) to a map, whatever it is.
    sums: from that map and the left-out Moments to named sums over samples, (fold, draw, ...).
    finish: from sums added over folds, (draw, ...), to named statistics, (draw,). A statistic is made of
    added sums, not of a mean of ratios: a condition in which little happens has a wild ratio.
    What is left out is the pair's groups of conditions, or its trials. Raises BadActivity where too little is left.
    """
    folds = folds_of(pair)
    x, y = projections(pair, folds, components)
    train, test = moments(x, y, folds, pair.orders)
    size = len(folds.training) * max(train.xx[0, 0].size, train.yy[0, 0].size)
    total, each = {}, {}
    for draws in lots(len(pair.orders), size, LOT):
        found = sums(fit(of_draws(train, draws)), of_draws(test, draws))
        for name, value in found.items():
            total.setdefault(name, []).append(value.sum(axis=0))
            each.setdefault(name, value[:, 0])  # of the first lot: the true pairing
    return scores({name: np.concatenate(values) for name, values in total.items()}, each, finish, seen(x, y))


def scores(total: dict[str, np.ndarray], each: dict[str, np.ndarray], finish: Callable, about: dict) -> Scores:
    """Statistics of sums over folds, and their standard errors over folds.

    total: (draw, ...), draw 0 being true; each: (fold, ...), what each fold added to draw 0. The errors are a
    jackknife that deletes a fold's sums (Efron 1981): nothing is fitted again, so they leave out how much the maps
    depend on single conditions. Given where every deletion leaves a statistic finite.
    """
    deleted = finish({name: total[name][:1] - each[name] for name in total})
    errors = {name: jackknife_error(values) for name, values in deleted.items() if np.isfinite(values).all()}
    return Scores(finish(total) | about, errors)


def moments(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> tuple[Moments, Moments]:
    """Of what is trained on and of what is left out, (fold, draw, ...) each."""
    partners = folds.partners.T
    out_xx, out_yy = (np.stack([np.tensordot(c, c, axes=((0, 1), (0, 1))) for c in side.left_out]) for side in (x, y))
    train = Moments(
        diagonal(x.variance)[:, None], diagonal(y.variance)[partners], training_products(x, y, folds, orders)
    )
    return train, Moments(out_xx[:, None], out_yy[partners], left_out_products(x.left_out, y.left_out, folds, orders))


def of_draws(moments: Moments, draws: slice) -> Moments:
    return Moments(moments.xx, moments.yy[:, draws], moments.xy[:, draws])


def diagonal(values: np.ndarray) -> np.ndarray:
    """(..., n) to (..., n, n) diagonal matrices."""
    return values[..., None] * np.eye(values.shape[-1])


def seen(x: Projection, y: Projection) -> dict[str, float]:
    """What a fitted measure looked at: components a side, the share of the recording's left-out variance in them."""
    return {
        "components_source": x.axes.shape[-1],
        "components_recording": y.axes.shape[-1],
        "captured_recording": y.captured,
    }


def in_sample(pair: Pair, *, components: int) -> Moments:
    """Moments of all conditions on their own principal components: nothing is held out, so a fit to them flatters."""
    (x, xx), (y, yy) = (
        recalled(data, ("in sample", pair.axes, components), partial(own_components, data, pair.axes, components, side))
        for side, data in (("source", pair.x), ("recording", pair.y))
    )
    return Moments(np.diag(xx), np.diag(yy), paired_products(x, y, pair.orders))


def own_components(
    data: np.ndarray, axes: tuple[int, ...], components: int, side: str
) -> tuple[np.ndarray, np.ndarray]:
    """(condition, time, component) coordinates on the principal components of all conditions, and (component,) sums."""
    found = spread(data, axes)
    values, vectors = axes_of(found.scatter, components)
    rank = rank_of(values, found.floor)
    if rank == 0:
        raise BadActivity(f"{side}: found nothing that varies, wanted at least one component")
    return projected(data, found.mean, vectors[:, :rank]), values[:rank]
