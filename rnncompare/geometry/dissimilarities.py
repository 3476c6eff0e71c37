"""Dissimilarities between the conditions of one activity, at each time or averaged over times.

Every distance is computed from patterns, whose products form a kernel between conditions. Patterns are generated in
chunks of times, so that no array of the size of the activity is held in addition to it.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, get_args

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials
from rnncompare.geometry.condition_pairs import upper
from rnncompare.geometry.crossnobis import crossnobis_patterns
from rnncompare.plugins import BadOption, nearest

Distance = Literal["sqeuclidean", "correlation", "plain_correlation", "crossnobis"]
Average = Literal["dissimilarities", "patterns"]  # the quantity that is averaged over times
BATCH = 2**17  # numbers of an activity that are processed together and fit into the cache of a processor
FLAT = 1e-12  # of the largest rate; a pattern that varies less over units counts as constant


class Side(NamedTuple):
    """One activity for the computation of dissimilarities."""

    data: np.ndarray  # (condition, time, unit) averages
    trials: Trials | None  # for crossnobis
    name: str  # in error messages


def by_time(side: Side, distance: Distance, *, axes: tuple[int, ...], trial_folds: int | None) -> np.ndarray:
    """(time, pair) dissimilarities between conditions, pairs in the order of `np.triu_indices`.

    sqeuclidean: mean over units of squared differences. correlation: 1 - Pearson correlation over units of rates about
    their mean over `axes` (conditions, or conditions and times); 1 if a pattern is equal in all units.
    plain_correlation: the same without subtracting that mean, whatever `axes`, so that mean rates that all conditions
    share make them similar. crossnobis: see `crossnobis.crossnobis_patterns`. (Kriegeskorte et al. 2008.) Raises
    BadActivity, BadOption.
    """
    chunks = patterns(side, distance, axes, trial_folds)
    kernels = ((left.transpose(1, 2, 0, 3) @ right.transpose(1, 2, 3, 0)).sum(axis=0) for left, right in chunks)
    return np.concatenate([from_kernels(kernel, distance, side.data.shape[2]) for kernel in kernels])


def over_times(
    side: Side, distance: Distance, *, average: Average, axes: tuple[int, ...], trial_folds: int | None
) -> np.ndarray:
    """(pair,) mean over times of `by_time`, computed without holding it; or dissimilarities of time-averaged rates."""
    if average == "patterns":
        trials = side.trials and side.trials._replace(rate=mean_over_times(side.trials.rate))
        side = Side(mean_over_times(side.data), trials, side.name)
    kernel = summed_kernel(patterns(side, distance, axes, trial_folds)) / side.data.shape[1]
    return from_kernels(kernel[None], distance, side.data.shape[2])[0]


def mean_over_times(rate: np.ndarray) -> np.ndarray:
    """(condition or trial, 1, unit) mean of rates over times."""
    return rate.mean(axis=1, keepdims=True, dtype=float)


def summed_kernel(chunks: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """(condition, condition) sums of left times right over folds, times and units."""
    return sum(left.reshape(len(left), -1) @ right.reshape(len(right), -1).T for left, right in chunks)


def from_kernels(kernels: np.ndarray, distance: Distance, units: int) -> np.ndarray:
    """(time, pair) dissimilarities from kernels (time, condition, condition)."""
    conditions = kernels.shape[-1]
    first, second = upper(conditions)
    flat = kernels.reshape(len(kernels), -1)
    between = flat.take(first * conditions + second, axis=1)
    if distance in ("correlation", "plain_correlation"):
        return 1.0 - between
    own = flat[:, :: conditions + 1]
    found = own.take(first, axis=1)
    found += own.take(second, axis=1)
    found -= 2 * between if distance == "sqeuclidean" else between + flat.take(second * conditions + first, axis=1)
    found /= units
    return (
        np.maximum(found, 0.0, out=found) if distance == "sqeuclidean" else found
    )  # a negative square is rounding error


def patterns(
    side: Side, distance: Distance, axes: tuple[int, ...], trial_folds: int | None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Left and right patterns (condition, fold, time, unit), in chunks of times, whose products form the kernel."""
    known = get_args(Distance)
    if distance not in known:
        raise BadOption(f"distance: found '{distance}', wanted one of {', '.join(known)}.{nearest(distance, known)}")
    if distance == "sqeuclidean":
        return ((chunk[:, None], chunk[:, None]) for chunk in deviations(side.data))
    if distance in ("correlation", "plain_correlation"):
        chunks = directions(side, distance, axes if distance == "correlation" else None)
        return ((chunk[:, None], chunk[:, None]) for chunk in chunks)
    folds_of_trials(distance, trial_folds)
    return crossnobis_patterns(side.trials, trial_folds, len(side.data), side.name, BATCH)


def folds_of_trials(distance: Distance | tuple[Distance, Distance], trial_folds: int | None) -> None:
    """Raise BadOption for a crossnobis distance without a number of folds."""
    if "crossnobis" in ([distance] if isinstance(distance, str) else distance) and trial_folds is None:
        raise BadOption("distance crossnobis: found trial_folds None, wanted a number of at least 2")


def deviations(data: np.ndarray) -> Iterator[np.ndarray]:
    """Chunks (condition, time, unit) of rates minus those of the first condition, which keeps differences precise."""
    for times in time_chunks(data):
        yield np.subtract(data[:, times], data[:1, times], dtype=float)


def directions(side: Side, distance: Distance, axes: tuple[int, ...] | None) -> Iterator[np.ndarray]:
    """Chunks (condition, time, unit) of patterns of norm 1, about their mean over `axes`, if any, and then over units.

    A pattern that is constant over units is 0.
    """
    data = side.data
    if data.shape[-1] < 3:
        raise BadActivity(f"distance {distance} of the {side.name}: found {data.shape[-1]} units, wanted at least 3")
    mean = np.zeros(1) if axes is None else data.mean(axis=axes, keepdims=True, dtype=float)
    mean = np.broadcast_to(mean, (1, *data.shape[1:]))
    least = FLAT * max(abs(float(data.max())), abs(float(data.min())))
    for times in time_chunks(data):
        chunk = data[:, times] - mean[:, times]
        chunk -= chunk.mean(axis=-1, keepdims=True)
        norm = np.linalg.norm(chunk, axis=-1, keepdims=True)
        yield np.divide(chunk, norm, out=np.zeros_like(chunk), where=norm > least)


def time_chunks(data: np.ndarray) -> Iterator[slice]:
    """Slices of the times of (condition, time, unit), with about BATCH numbers each."""
    size = max(1, BATCH // (data.shape[0] * data.shape[2]))
    return (slice(start, start + size) for start in range(0, data.shape[1], size))
