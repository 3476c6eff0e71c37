"""Soft normalisation: rates of each unit divided by their range, so that units with high rates do not dominate."""

import numpy as np


def soft_normalised(rate: np.ndarray, constant: float | None) -> np.ndarray:
    """Rates (condition, time, unit) minus the mean of each unit, divided by `soft_scale`; unchanged for None."""
    mean, scale = soft_scale(rate, constant)
    return rate if constant is None else (rate - mean) / scale


def soft_scale(rate: np.ndarray, constant: float | None) -> tuple[np.ndarray | float, np.ndarray | float]:
    """(unit,) means, and ranges + constant x the median range of the population; 0 and 1 for None.

    The constant is relative, so that spikes/s and arbitrary units are treated alike and a scaled copy of an
    activity becomes the same activity (Churchland 2012 adds 5 spikes/s). Units with constant rates become 0.
    """
    if constant is None:
        return 0.0, 1.0
    span = np.ptp(rate, axis=(0, 1))
    scale = span + constant * np.median(span)
    return rate.mean(axis=(0, 1)), np.where(scale > 0, scale, 1.0)
