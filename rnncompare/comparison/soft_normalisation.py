"""Soft normalisation: each unit's rates over their range, so that no unit counts for its rate alone."""

import numpy as np


def soft_normalised(rate: np.ndarray, constant: float | None) -> np.ndarray:
    """Each unit's rate (condition, time, unit), about its mean, over `soft_scale`; None leaves rates as they are."""
    mean, scale = soft_scale(rate, constant)
    return rate if constant is None else (rate - mean) / scale


def soft_scale(rate: np.ndarray, constant: float | None) -> tuple[np.ndarray | float, np.ndarray | float]:
    """(unit,) means, and ranges + constant x the population's median range; 0 and 1 for None.

    The constant is relative, so that spikes/s and arbitrary units are treated alike and a scaled copy of an
    activity becomes the same activity (Churchland 2012 adds 5 spikes/s). Units that never change stay at zero.
    """
    if constant is None:
        return 0.0, 1.0
    span = np.ptp(rate, axis=(0, 1))
    scale = span + constant * np.median(span)
    return rate.mean(axis=(0, 1)), np.where(scale > 0, scale, 1.0)
