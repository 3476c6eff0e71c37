"""Crossnobis: distances between conditions in units of trials' noise, without the bias that noise gives distances."""

from collections.abc import Iterator

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials
from rnncompare.geometry.noise import noise_precision
from rnncompare.plugins import BadOption


def crossnobis_patterns(
    trials: Trials | None, folds: int, conditions: int, side: str, at_once: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Chunks of (condition, fold, time, unit) patterns of training trials, and of the trials left out over noise.

    Their kernel k gives k_ii + k_jj - k_ij - k_ji, the mean over folds of a'P b: a and b the difference of two
    conditions in training and in left-out trials, P the inverse of the noise's covariance (`noise.noise_precision`).
    Its mean is the true distance, 0 between conditions that do not differ, so that it can be negative (Walther et al.
    2016; Diedrichsen et al. 2020). The k-th trial of a condition, in their order, is left out in fold k modulo `folds`.
    Raises BadActivity where there are no trials or fewer than folds, BadOption.
    """
    where = f"distance crossnobis of the {side}"
    if folds < 2:
        raise BadOption(f"{where}: found trial_folds {folds}, wanted at least 2")
    if trials is None:
        raise BadActivity(f"{where}: found one trial a condition, wanted single trials; sqeuclidean needs none")
    if trials.copies:
        raise BadActivity(
            f"{where}: found {trials.copies} of {len(trials.rate)} trials that are another one's, wanted each once: "
            "what is left out would be known from its copy; `copies: leave out` in the card leaves them out"
        )
    count = np.bincount(trials.condition, minlength=conditions)
    if count.min() < folds:
        few = int((count < folds).sum())
        raise BadActivity(
            f"{where}: found {few} of {conditions} conditions with fewer than {folds} trials (at least one with "
            f"{count.min()}), wanted {folds} or more, one for each fold"
        )
    return whitened(trials, folds, conditions, noise_precision(trials, side), at_once)


def whitened(
    trials: Trials, folds: int, conditions: int, precision: np.ndarray, at_once: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """As `crossnobis_patterns`, given what noise is divided by, (unit, unit)."""
    cell = fold_of_trials(trials.condition, folds) + folds * trials.condition  # condition by condition, fold by fold
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    times, units = trials.rate.shape[1:]
    left_out = np.bincount(cell, minlength=conditions * folds).reshape(conditions, folds, 1, 1)
    training = left_out.sum(axis=1, keepdims=True) - left_out
    size = max(1, at_once // (len(order) * units))
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
    """(trial,) fold of each: a condition's trials, in their order, are dealt to the folds in turn."""
    order = np.argsort(condition, kind="stable")
    starts = np.flatnonzero(np.diff(condition[order], prepend=-1))
    place = np.arange(len(condition)) - np.repeat(starts, np.diff(starts, append=len(condition)))
    found = np.empty(len(condition), dtype=int)
    found[order] = place % folds
    return found
