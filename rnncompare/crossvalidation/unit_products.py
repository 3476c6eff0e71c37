"""Sums of products of every unit of one side with every unit of the other, over the training and left-out data.

Let a and b be both sides about their means over all N conditions, n of which are left out. Let q = sum of a_i' b_i over
the conditions that are left out, and p = s_a' s_b, where s is the sum over them of the part of a or b that enters the
mean (all of it, or its mean over times). About the mean of the other conditions, with c = 1 / (N - n), the products
over these are the sum over all conditions minus q + c p, and those over the left-out conditions are
q + (2 c + n c^2) p.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import batches, blocks

TABLE = 2**25  # numbers of the products of all conditions with all conditions, if they are computed in advance
NEAR = 2**18  # products of a batch of folds, which fit into the cache of a processor

PairedSum = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of positions in x and their partners in y


class Products(NamedTuple):
    """Sums of products of some folds about their training means; all are (fold, unit of x, unit of y) but `weight`."""

    training: np.ndarray
    inside: np.ndarray  # q
    means: np.ndarray  # p
    weight: np.ndarray  # (fold, 1) of p in the products of left-out data

    def left_out(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """(fold, pair) the products of left-out data for some pairs of units of each fold."""
        fold = np.arange(len(rows))[:, None]
        return self.inside[fold, rows, columns] + self.weight * self.means[fold, rows, columns]


class Units(NamedTuple):
    """The units of one side that vary, about the mean over all conditions or, if trials are left out, over those."""

    training: np.ndarray  # (condition, time, unit); if trials are left out, (fold, condition, time, unit)
    left_out: np.ndarray  # the same array, or the left-out trials about the training mean
    training_squares: np.ndarray  # (fold, unit) sums of squares about the training mean; 0 if due to rounding
    left_out_squares: np.ndarray  # (fold, unit)


def unit_products(pair: Pair, folds: Folds, x: Units, y: Units) -> Iterator[tuple[int, np.ndarray, Products]]:
    """For every draw, batch by batch of folds: the draw, the folds and their products."""
    found = products_of_conditions if pair.splits is None else products_of_trials
    return found(pair, folds, x, y)


def products_of_conditions(pair: Pair, folds: Folds, x: Units, y: Units) -> Iterator[tuple[int, np.ndarray, Products]]:
    paired = means = paired_sum(x.training, y.training, len(pair.orders))
    single = pair.axes == (0,) and len(folds.left_out) == len(pair.x)  # then all of q enters the mean: p equals q
    if not single:
        means = paired_sum(*(entering_mean(s.training, folds, pair.axes) for s in (x, y)), len(pair.orders))
    share, weight = np.array([mean_weights(len(rows), len(pair.x)) for rows in folds.left_out]).T[..., None]
    parts = [
        np.arange(len(share))[part] for part in batches(len(share), x.training[0, 0].size * y.training[0, 0].size, NEAR)
    ]
    for draw, (order, partners) in enumerate(zip(pair.orders, folds.partners, strict=True)):
        inside = [paired(rows, order[rows]) for rows in folds.left_out]
        total = sum(inside[1:], start=inside[0])
        for part in parts:
            q = np.stack([inside[fold] for fold in part])
            p = q if single else np.stack([means(np.array([fold]), partners[[fold]]) for fold in part])
            training = total - q
            training -= share[part, None] * p
            yield draw, part, Products(training, q, p, weight[part])


def products_of_trials(pair: Pair, folds: Folds, x: Units, y: Units) -> Iterator[tuple[int, np.ndarray, Products]]:
    every = np.arange(len(pair.x))
    for fold in range(len(folds.training)):
        parts = (x.training[fold], y.training[fold]), (x.left_out[fold], y.left_out[fold])
        training, left_out = (paired_sum(*part, len(pair.orders)) for part in parts)
        for draw, order in enumerate(pair.orders):
            q = left_out(every, order)[None]
            yield draw, np.array([fold]), Products(training(every, order)[None], q, q, np.zeros((1, 1)))


def paired_sum(a: np.ndarray, b: np.ndarray, draws: int) -> PairedSum:
    """A function of positions and their partners that returns the sum of a[position]' b[partner]."""
    if draws <= len(b) or len(a) * len(b) * a.shape[-1] * b.shape[-1] > TABLE:
        return lambda rows, partners: np.tensordot(a[rows], b[partners], axes=((0, 1), (0, 1)))
    table = blocks(a, b)
    return lambda rows, partners: table[rows[0], partners[0]] if len(rows) == 1 else table[rows, partners].sum(axis=0)


def mean_weights(left: int, conditions: int) -> tuple[float, float]:
    """The weights of p in the products about the training mean: in those of training data, and of left-out data."""
    share = 1 / (conditions - left)
    return share, 2 * share + left * share**2


def entering_mean(data: np.ndarray, folds: Folds, axes: tuple[int, ...]) -> np.ndarray:
    """(fold, time or 1, unit) s, scaled such that the sum over its times of s_a s_b is p."""
    sums = np.stack([data[rows].sum(axis=0) for rows in folds.left_out])
    return sums.sum(axis=1, keepdims=True) / np.sqrt(data.shape[1]) if 1 in axes else sums


def varying_units(pair: Pair, folds: Folds) -> tuple[Units, Units]:
    """Both sides. Raises BadActivity if no unit of a side varies on left-out data."""
    splits = (None, None, None, None) if pair.splits is None else pair.splits
    sides = ("source", pair.x, *splits[:2]), ("recording", pair.y, *splits[2:])
    return tuple(units_of(*side, folds, pair.axes) for side in sides)


def units_of(
    name: str,
    whole: np.ndarray,
    training: np.ndarray | None,
    left_out: np.ndarray | None,
    folds: Folds,
    axes: tuple[int, ...],
) -> Units:
    if training is None:
        training = left_out = whole - whole.mean(axis=axes, keepdims=True, dtype=float)
        squares = squares_of_conditions(training, folds, axes)
    else:
        mean = training.mean(axis=tuple(axis + 1 for axis in axes), keepdims=True, dtype=float)
        training, left_out = training - mean, left_out - mean
        squares = ((part**2).sum(axis=(1, 2)) for part in (training, left_out))
    return without_constant_units(name, Units(training, left_out, *squares), rounding_errors(whole))


def squares_of_conditions(data: np.ndarray, folds: Folds, axes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(fold, unit) sums of squares about the training mean, over training and over left-out data."""
    q = np.stack([(data[rows] ** 2).sum(axis=(0, 1)) for rows in folds.left_out])
    p = (entering_mean(data, folds, axes) ** 2).sum(axis=1)
    share, weight = np.array([mean_weights(len(rows), len(data)) for rows in folds.left_out]).T[..., None]
    return q.sum(axis=0) - q - share * p, q + weight * p


def without_constant_units(name: str, units: Units, floor: np.ndarray) -> Units:
    """The units whose left-out data vary. floor: (unit,) sums of squares that can be due to rounding."""
    kept = units.left_out_squares.sum(axis=0) > floor
    if not kept.any():
        raise BadActivity(f"{name}: found no unit that varies on left-out data, wanted at least one")
    training, left_out, of_training, of_left_out = (np.ascontiguousarray(part[..., kept]) for part in units)
    return Units(training, left_out, np.where(of_training > floor[kept], of_training, 0.0), of_left_out)


def rounding_errors(data: np.ndarray) -> np.ndarray:
    """(unit,) sums of squares about a mean below which the variance of a unit is a rounding error."""
    level, total = (
        ((data - mean) ** 2).sum(axis=(0, 1), dtype=float) for mean in (0.0, data.mean(axis=(0, 1), dtype=float))
    )
    return np.maximum(rounding_error(level, data), NEGLIGIBLE * total)
