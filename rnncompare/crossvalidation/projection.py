"""Projections: one activity on the principal components of what each fold trains on, about its mean.

Activities may be single precision and are read a few conditions at a time; sums are double.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.cache import Found, recalled
from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import lots

RANK = 1e-10  # of the first component's variance; components with less are rounding
PART = 2**21  # numbers of an activity that are looked at together
KEPT = 2**21  # coordinates in all folds that are worth keeping


class Spread(NamedTuple):
    """Where some conditions are and how they vary about that."""

    mean: np.ndarray  # (time or 1, unit)
    scatter: np.ndarray  # (unit, unit) sums of products over conditions and times
    floor: float  # variance that is rounding


class Projection(NamedTuple):
    """One side on the components of each fold."""

    training: list[np.ndarray]  # of each fold: (condition, time, unit), all conditions as they are
    middle: np.ndarray | None  # (time or 1, unit) of all conditions; None where folds are not parts of one whole
    mean: np.ndarray  # (fold, time or 1, unit) of training
    axes: np.ndarray  # (fold, unit, component)
    variance: np.ndarray  # (fold, component): sums of squares in training
    left_out: list[np.ndarray]  # of each fold: (condition, time, component) coordinates of what is left out
    testing: list[np.ndarray]  # of each fold: (condition, time, unit), of which conditions are left out
    power: np.ndarray  # (fold, unit) sums of squares of what is left out, about the training mean
    captured: float  # share of them that the components hold, 0 to 1


def projections(pair: Pair, folds: Folds, components: int) -> tuple[Projection, Projection]:
    """Both sides of a pair, each on at most `components` components, as many in all folds. Raises BadActivity."""
    if pair.splits is not None:
        sides = (("source", *pair.splits[:2]), ("recording", *pair.splits[2:]))
        return tuple(project(None, *parts, folds, pair.axes, components, name) for name, *parts in sides)
    count = len(folds.training)
    about = (tuple(tuple(rows) for rows in folds.left_out), pair.axes, components)
    return tuple(
        recalled(
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
    """One side. training, testing: (condition, time, unit) for each fold; whole: what they are if they are all one."""
    if whole is None:
        middle, spreads = None, (spread(data, axes) for data in training)
    else:
        everything = spread(whole, axes)
        middle, spreads = everything.mean, spreads_without(whole, everything, folds)
    found = [(s.mean, *axes_of(s.scatter, components), s.floor) for s in spreads]
    means, values, vectors, floors = (np.stack(part) for part in zip(*found, strict=True))
    rank = rank_of(values, floors[:, None])
    if rank == 0:
        where = "training trials of which" if whole is None else "a condition without which"
        raise BadActivity(f"{side}: found {where} nothing varies, wanted some variance in the others")
    vectors, left_out, power = vectors[..., :rank], [], []
    for data, rows, mean, axis in zip(testing, folds.left_out, means, vectors, strict=True):
        left_out.append(projected(data[rows], mean, axis))
        power.append(squares_about(data[rows], mean))
    held, power = sum(np.vdot(c, c) for c in left_out), np.array(power)
    if not power.any():
        raise BadActivity(f"{side}: found nothing left out that differs from what is trained on, wanted some variance")
    captured = float(held / power.sum())
    return Projection(training, middle, means, vectors, values[:, :rank], left_out, testing, power, captured)


def projected(data: np.ndarray, mean: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """(condition, time, component) coordinates about `mean`."""
    found = np.empty((*data.shape[:2], axes.shape[1]))
    for part in lots(len(data), data[0].size, PART):
        found[part] = (data[part] - mean) @ axes
    return found


def squares_about(data: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """(unit,) sums of squares over conditions and times about `mean`."""
    return sum(((data[part] - mean) ** 2).sum(axis=(0, 1)) for part in lots(len(data), data[0].size, PART))


def axes_of(scatter: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """(component,) eigenvalues and (unit, component) eigenvectors of the largest components, largest first."""
    size = len(scatter)
    values, vectors = eigh(scatter, subset_by_index=[max(0, size - components), size - 1], check_finite=False)
    return values[::-1], vectors[:, ::-1]


def rank_of(values: np.ndarray, floor: float | np.ndarray) -> int:
    """How many of the components (..., component) are more than rounding wherever they were computed."""
    return int((values > np.maximum(RANK * values[..., :1], floor)).sum(axis=-1).min())


def spread(data: np.ndarray, axes: tuple[int, ...]) -> Spread:
    """Mean over `axes` of (condition, time, unit), and what varies about it."""
    mean = data.mean(axis=axes, keepdims=True, dtype=float)[0]
    scatter = scatter_about(data, mean)
    between_times = len(data) * ((mean - mean.mean(axis=0)) ** 2).sum()
    level = np.trace(scatter) + data[..., 0].size / len(mean) * (mean**2).sum()
    floor = max(rounding_error(level, data), NEGLIGIBLE * (np.trace(scatter) + between_times))
    return Spread(mean, scatter, floor)


def spreads_without(data: np.ndarray, everything: Spread, folds: Folds) -> Iterator[Spread]:
    """The same for the conditions that each fold trains on, by taking those it leaves out away from all.

    Where n conditions sum to s about the mean of all, the mean of the other N - n is moved by -s / (N - n).
    """
    for rows, others in zip(folds.left_out, folds.training, strict=True):
        about = data[rows].sum(axis=0, dtype=float) - len(rows) * everything.mean
        if len(everything.mean) == 1:  # over times as well
            about = about.mean(axis=0, keepdims=True)
        moved = -about / len(others)
        weight = len(others) * data.shape[1] / len(moved)
        scatter = everything.scatter - scatter_about(data[rows], everything.mean) - weight * (moved.T @ moved)
        yield Spread(everything.mean + moved, scatter, everything.floor)


def scatter_about(data: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """(unit, unit) sums of products over conditions and times about `mean`."""
    total = np.zeros((data.shape[-1], data.shape[-1]))
    for part in lots(len(data), data[0].size, PART):
        about = (data[part] - mean).reshape(-1, data.shape[-1])
        total += about.T @ about
    return total


def coordinates(side: Projection) -> list[np.ndarray]:
    """Of each fold (condition, time, component): all conditions on its components, about its training mean."""
    return list(found_of(side, "coordinates", partial(own_coordinates, side)))


def own_coordinates(side: Projection) -> np.ndarray:
    """(fold, condition, time, component)."""
    if side.middle is None:
        return np.stack([projected(*fold) for fold in zip(side.training, side.mean, side.axes, strict=True)])
    found = projected(side.training[0], side.middle, np.hstack(side.axes))
    found = np.ascontiguousarray(np.moveaxis(found.reshape(*found.shape[:2], *side.axes.shape[::2]), 2, 0))
    found -= ((side.mean - side.middle) @ side.axes)[:, None]
    return found


def found_of(side: Projection, about: Hashable, compute: Callable[[], Found]) -> Found:
    """What was computed of a projection, for when it is asked for again; of a large one it is computed again."""
    folds, _, components = side.axes.shape
    large = folds * components * side.training[0][..., 0].size > KEPT
    return compute() if large or side.middle is None else recalled(side.axes, about, compute)
