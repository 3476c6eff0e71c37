"""Projection of an activity onto the principal components of the training data of each fold, about their mean.

Activities may have single precision and are processed a few conditions at a time; sums have double precision.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.cache import Found, cached
from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import batches

RANK = 1e-10  # of the variance of the first component; components with less variance are rounding error
PART = 2**21  # numbers of an activity that are processed together
KEPT = 2**21  # the largest number of coordinates in all folds that is cached


class Spread(NamedTuple):
    """Mean and scatter of some of the conditions."""

    mean: np.ndarray  # (time or 1, unit)
    scatter: np.ndarray  # (unit, unit) sums of products over conditions and times, about the mean
    floor: float  # variance that can be due to rounding error


class Projection(NamedTuple):
    """One side, projected onto the components of each fold."""

    training: list[np.ndarray]  # for each fold: (condition, time, unit), all conditions, not centred
    grand_mean: np.ndarray | None  # (time or 1, unit) of all conditions; None if the folds have different averages
    mean: np.ndarray  # (fold, time or 1, unit) of the training conditions
    axes: np.ndarray  # (fold, unit, component)
    variance: np.ndarray  # (fold, component): sums of squares over the training conditions
    left_out: list[np.ndarray]  # for each fold: (condition, time, component) coordinates of the left-out conditions
    testing: list[np.ndarray]  # for each fold: (condition, time, unit) from which the left-out conditions are taken
    power: np.ndarray  # (fold, unit) sums of squares of the left-out conditions about the training mean
    variance_explained: float  # share of these sums of squares that the components explain, 0 to 1


def projections(pair: Pair, folds: Folds, components: int) -> tuple[Projection, Projection]:
    """Projections of both sides of a pair onto at most `components` components, the same number in all folds.

    Raises BadActivity.
    """
    if pair.splits is not None:
        sides = (("source", *pair.splits[:2]), ("recording", *pair.splits[2:]))
        return tuple(project(None, *parts, folds, pair.axes, components, name) for name, *parts in sides)
    count = len(folds.training)
    about = (tuple(tuple(rows) for rows in folds.left_out), pair.axes, components)
    return tuple(
        cached(
            data,
            ("projection", *about),
            partial(project, data, [data] * count, [data] * count, folds, pair.axes, components, name),
        )
        for name, data in (("source", pair.x), ("recording", pair.y))
    )


def project(
    whole: np.ndarray | None,
    training: list[np.ndarray],
    testing: list[np.ndarray],
    folds: Folds,
    axes: tuple[int, ...],
    components: int,
    side: str,
) -> Projection:
    """Projection of one side. Raises BadActivity.

    training, testing: (condition, time, unit) for each fold; whole: the array that all of them are, or None if they
    differ.
    """
    if whole is None:
        grand_mean, spreads = None, (spread(data, axes) for data in training)
    else:
        everything = spread(whole, axes)
        grand_mean, spreads = everything.mean, spreads_without(whole, everything, folds)
    found = [(s.mean, *axes_of(s.scatter, components), s.floor) for s in spreads]
    means, values, vectors, floors = (np.stack(part) for part in zip(*found, strict=True))
    rank = rank_of(values, floors[:, None])
    if rank == 0:
        where = "training trials" if whole is None else "conditions that remain when one is left out"
        raise BadActivity(f"{side}: found no variance in the {where}, wanted some in every training set")
    vectors, left_out, power = vectors[..., :rank], [], []
    for data, rows, mean, axis in zip(testing, folds.left_out, means, vectors, strict=True):
        left_out.append(projected(data[rows], mean, axis))
        power.append(squares_about(data[rows], mean))
    held, power = sum(np.vdot(c, c) for c in left_out), np.array(power)
    if not power.any():
        raise BadActivity(f"{side}: found left-out data that equal the mean of the training data, wanted some variance")
    explained = float(held / power.sum())
    return Projection(training, grand_mean, means, vectors, values[:, :rank], left_out, testing, power, explained)


def projected(data: np.ndarray, mean: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """(condition, time, component) coordinates about `mean`."""
    found = np.empty((*data.shape[:2], axes.shape[1]))
    for part in batches(len(data), data[0].size, PART):
        found[part] = (data[part] - mean) @ axes
    return found


def squares_about(data: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """(unit,) sums of squares over conditions and times about `mean`."""
    return sum(((data[part] - mean) ** 2).sum(axis=(0, 1)) for part in batches(len(data), data[0].size, PART))


def axes_of(scatter: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """(component,) eigenvalues and (unit, component) eigenvectors of the first components, the largest first.

    There are `components` of them, or as many as units if there are fewer units.
    """
    from scipy.linalg import eigh  # slow to import

    size = len(scatter)
    first = max(0, size - components)
    values, vectors = eigh(scatter, subset_by_index=[first, size - 1], check_finite=False)
    if len(values) < size - first:
        # Some eigenvalues are equal up to rounding, and LAPACK, which bisects for those in a range, missed some.
        values, vectors = (found[..., first:] for found in eigh(scatter, driver="evd", check_finite=False))
    return values[::-1], vectors[:, ::-1]


def rank_of(values: np.ndarray, floor: float | np.ndarray) -> int:
    """The number of components (..., component) whose variance exceeds rounding error in all leading dimensions."""
    return int((values > np.maximum(RANK * values[..., :1], floor)).sum(axis=-1).min())


def spread(data: np.ndarray, axes: tuple[int, ...]) -> Spread:
    """Mean of data (condition, time, unit) over `axes`, and the scatter about it."""
    mean = data.mean(axis=axes, keepdims=True, dtype=float)[0]
    scatter = scatter_about(data, mean)
    between_times = len(data) * ((mean - mean.mean(axis=0)) ** 2).sum()
    level = np.trace(scatter) + data[..., 0].size / len(mean) * (mean**2).sum()
    floor = max(rounding_error(level, data), NEGLIGIBLE * (np.trace(scatter) + between_times))
    return Spread(mean, scatter, floor)


def spreads_without(data: np.ndarray, everything: Spread, folds: Folds) -> Iterator[Spread]:
    """`Spread` of the training conditions of each fold: that of all conditions minus that of the left-out ones.

    If n conditions sum to s about the mean of all N, the mean of the other N - n is shifted by -s / (N - n).
    """
    for rows, others in zip(folds.left_out, folds.training, strict=True):
        about = data[rows].sum(axis=0, dtype=float) - len(rows) * everything.mean
        if len(everything.mean) == 1:  # the mean is over times as well
            about = about.mean(axis=0, keepdims=True)
        shift = -about / len(others)
        weight = len(others) * data.shape[1] / len(shift)
        scatter = everything.scatter - scatter_about(data[rows], everything.mean) - weight * (shift.T @ shift)
        yield Spread(everything.mean + shift, scatter, everything.floor)


def scatter_about(data: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """(unit, unit) sums of products over conditions and times about `mean`."""
    total = np.zeros((data.shape[-1], data.shape[-1]))
    for part in batches(len(data), data[0].size, PART):
        about = (data[part] - mean).reshape(-1, data.shape[-1])
        total += about.T @ about
    return total


def coordinates(side: Projection) -> list[np.ndarray]:
    """For each fold (condition, time, component): all conditions on its components, about its training mean."""
    return list(found_of(side, "coordinates", partial(own_coordinates, side)))


def own_coordinates(side: Projection) -> np.ndarray:
    """`coordinates` as one array, (fold, condition, time, component)."""
    if side.grand_mean is None:
        return np.stack([projected(*fold) for fold in zip(side.training, side.mean, side.axes, strict=True)])
    found = projected(side.training[0], side.grand_mean, np.hstack(side.axes))
    found = np.ascontiguousarray(np.moveaxis(found.reshape(*found.shape[:2], *side.axes.shape[::2]), 2, 0))
    found -= ((side.mean - side.grand_mean) @ side.axes)[:, None]
    return found


def found_of(side: Projection, about: Hashable, compute: Callable[[], Found]) -> Found:
    """The result of `compute` for a projection, cached unless the projection is large or has no grand mean."""
    folds, _, components = side.axes.shape
    large = folds * components * side.training[0][..., 0].size > KEPT
    return compute() if large or side.grand_mean is None else cached(side.axes, about, compute)
