"""Crossnobis: cross-validated Mahalanobis distances between conditions, which noise does not bias."""

from collections.abc import Iterator

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials
from rnncompare.geometry.noise import noise_precision
from rnncompare.plugins import BadOption


def crossnobis_patterns(
    trials: Trials | None, folds: int, conditions: int, side: str, batch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Chunks of (condition, fold, time, unit) patterns of training trials, and of left-out trials times the precision.

    Their kernel k gives the distance k_ii + k_jj - k_ij - k_ji, the mean over folds of a'P b, where a and b are the
    differences of two conditions in training and in left-out trials, and P is the inverse of the noise covariance
    (`noise.noise_precision`). The distance is unbiased: it is 0 on average between equal conditions, and can therefore
    be negative (Walther et al. 2016; Diedrichsen et al. 2020). The k-th trial of a condition is left out in fold k
    modulo `folds`. Raises BadActivity if there are no single trials or fewer than folds, BadOption.
    """
    where = f"distance crossnobis of the {side}"
    if folds < 2:
        raise BadOption(f"{where}: found trial_folds {folds}, wanted at least 2")
    if trials is None:
        raise BadActivity(
            f"{where}: found one trial for each condition, wanted several; distance sqeuclidean needs no single trials"
        )
    if trials.copies:
        raise BadActivity(
            f"{where}: found {trials.copies} of {len(trials.rate)} trials that are copies of others, wanted each trial "
            "once: the copy of a left-out trial would be in the training set; `copies: leave out` in the card excludes "
            "copies"
        )
    count = np.bincount(trials.condition, minlength=conditions)
    if count.min() < folds:
        few = int((count < folds).sum())
        raise BadActivity(
            f"{where}: found {few} of {conditions} conditions with fewer than {folds} trials (at least one with "
            f"{count.min()}), wanted {folds} or more, one for each fold"
        )
    return whitened(trials, folds, conditions, noise_precision(trials, side), batch)


def whitened(
    trials: Trials, folds: int, conditions: int, precision: np.ndarray, batch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """As `crossnobis_patterns`, with a given precision (unit, unit)."""
    cell = fold_of_trials(trials.condition, folds) + folds * trials.condition  # sorted by condition, then by fold
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    times, units = trials.rate.shape[1:]
    left_out = np.bincount(cell, minlength=conditions * folds).reshape(conditions, folds, 1, 1)
    training = left_out.sum(axis=1, keepdims=True) - left_out
    size = max(1, batch // (len(order) * units))
    for start in range(0, times, size):
        left = trials.rate[order, start : start + size].astype(float, copy=False)
        if len(starts) < len(order):
            left = np.add.reduceat(left, starts, axis=0)
        left = left.reshape(conditions, folds, -1, units)
        right = (left.reshape(-1, units) @ precision).reshape(left.shape)
        left = left.sum(axis=1, keepdims=True) - left
        left /= training
        right /= left_out * folds
        yield left, right


def fold_of_trials(condition: np.ndarray, folds: int) -> np.ndarray:
    """(trial,) the fold of each trial: the trials of a condition are assigned to the folds in turn."""
    order = np.argsort(condition, kind="stable")
    starts = np.flatnonzero(np.diff(condition[order], prepend=-1))
    place = np.arange(len(condition)) - np.repeat(starts, np.diff(starts, append=len(condition)))
    found = np.empty(len(condition), dtype=int)
    found[order] = place % folds
    return found
