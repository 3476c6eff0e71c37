"""Noise of single trials: how units vary together about their condition's mean."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials


def noise_precision(trials: Trials, side: str) -> np.ndarray:
    """(unit, unit) inverse of the shrunken covariance of trials' mean rates about their condition's mean.

    Rates are averaged over all times first: trials are independent samples of noise, the times of one trial are not.
    A unit without noise says nothing in units of it: its row and column are 0. Raises BadActivity, naming the side,
    where no unit has any, or fewer than two trials are left beyond one a condition.
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
            f"noise of {side}: found {len(rate)} trials of {(count > 0).sum()} conditions, {len(noisy)} of "
            f"{rate.shape[1]} units varying among a condition's, wanted at least 2 trials more than conditions and some"
            " that vary"
        )
    found = np.zeros((rate.shape[1],) * 2)
    covariance = shrunken_covariance(residuals[:, noisy], degrees)
    found[np.ix_(noisy, noisy)] = np.linalg.inv(covariance)
    return found


def shrunken_covariance(residuals: np.ndarray, degrees: int) -> np.ndarray:
    """(unit, unit) covariance whose correlations are shrunk towards 0, variances kept: Ledoit-Wolf's to the diagonal.

    residuals: (trial, unit) about means that were estimated, degrees: trials less the number of means. The share that
    correlations lose is the sum over pairs of units of their sampling variance over that of their squares, at most 1
    (Schaefer and Strimmer 2005, target D, whose n - 1 is `degrees` here). A scale for each unit carries over.
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
