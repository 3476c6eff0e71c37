"""Noise covariance of single trials about the means of their conditions."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials


def noise_precision(trials: Trials, side: str) -> np.ndarray:
    """(unit, unit) inverse of the shrunken covariance of the mean rates of trials about the means of their conditions.

    Rates are first averaged over all times: trials are independent samples of the noise, the times of one trial are
    not. The rows and columns of units without noise are 0. Raises BadActivity, with the name of the side, if no unit
    has noise, or if there are not at least two trials more than conditions.
    """
    rate = trials.rate.mean(axis=1, dtype=float)
    count = np.bincount(trials.condition)
    sums = np.zeros((len(count), rate.shape[1]))
    np.add.at(sums, trials.condition, rate)
    residuals = rate - (sums / np.maximum(count, 1)[:, None])[trials.condition]
    degrees = len(rate) - int((count > 0).sum())
    spread = np.sqrt((residuals**2).mean(axis=0))
    noisy = np.flatnonzero(spread > 1e-10 * np.abs(rate).max(axis=0))
    if degrees < 2 or not len(noisy):
        raise BadActivity(
            f"noise of {side}: found {len(rate)} trials of {(count > 0).sum()} conditions and {len(noisy)} of "
            f"{rate.shape[1]} units that vary over trials of a condition, wanted at least 2 trials more than "
            "conditions and some units that vary"
        )
    found = np.zeros((rate.shape[1],) * 2)
    covariance = shrunken_covariance(residuals[:, noisy], degrees)
    found[np.ix_(noisy, noisy)] = np.linalg.inv(covariance)
    return found


def shrunken_covariance(residuals: np.ndarray, degrees: int) -> np.ndarray:
    """(unit, unit) covariance whose correlations are shrunk towards 0, with unchanged variances.

    residuals: (trial, unit) about estimated means; degrees: the number of trials minus that of means. The shrinkage of
    the correlations is the ratio of two sums over pairs of units, of their sampling variances and of their squares, and
    at most 1 (Schaefer and Strimmer 2005, target D, with `degrees` instead of n - 1). It is equivariant to a scale for
    each unit.
    """
    trials = len(residuals)
    scale = np.sqrt((residuals**2).sum(axis=0) / degrees)
    standard = residuals / scale
    total = standard.T @ standard
    squares = (standard**2).T @ standard**2
    variance = trials / degrees**3 * (squares - total**2 / trials)
    correlation = total / degrees
    apart = ~np.eye(len(total), dtype=bool)
    known = (correlation[apart] ** 2).sum()
    lost = min(1.0, float(variance[apart].sum() / known)) if known > 0 else 1.0
    return np.where(apart, (1 - lost) * correlation, 1.0) * np.outer(scale, scale)
