"""Surrogates in which the time course of each condition is shifted by a random lag."""

from collections.abc import Iterator

import numpy as np

from rnncompare.comparison.pair_checks import numbers
from rnncompare.options.ranges import Draws, Seed


def time_shift(data: np.ndarray, *, draws: Draws, seed: Seed) -> Iterator[np.ndarray]:
    """Surrogates in which each condition is shifted circularly in time by a random lag, the same for all units.

    data: (condition, time, unit); lags are uniform from 0 to the number of times - 1; draw k depends only on seed and
    k. Preserved exactly: the mean and the covariances between units of each condition, and the circular autocorrelation
    of each unit. Destroyed: the timing relative to other conditions (including the condition-independent signal) and to
    the other side. The null hypothesis is the same activity in each condition without time locking to events. It
    concerns timing only: the means of units over time keep their tuning to conditions, and a measure that compares
    these finds the same agreement in surrogates. The joined ends of the window produce a jump of the size of their
    difference.
    """
    data = numbers(data, "surrogate time_shift")
    times = np.arange(data.shape[1])
    for draw in range(draws):
        offsets = np.random.default_rng([seed, draw]).integers(len(times), size=len(data))
        yield np.take_along_axis(data, ((times - offsets[:, None]) % len(times))[..., None], axis=1)
