"""Activity as it is, in each condition at a time of its own."""

from collections.abc import Iterator

import numpy as np

from rnncompare.comparison.pair_checks import numbers
from rnncompare.options.ranges import Draws, Seed


def time_shift(data: np.ndarray, *, draws: Draws, seed: Seed) -> Iterator[np.ndarray]:
    """Each condition's course shifted circularly, all units alike, by a number of times drawn for it: 0 to all but one.

    data: (condition, time, unit); draw k depends on seed and k alone. Kept exactly: each condition's mean and
    covariances over units, and each unit's circular autocorrelation. Lost: when things happen, relative to other
    conditions (so the condition-independent signal too) and to the other side.
    A null of "the same activity in each condition, not locked to the same events". It is a null of timing alone: units'
    means over time keep their tuning to conditions, and a measure that finds agreement there finds it in
    surrogates too. Where the end is joined to the beginning there is a jump, as large as activity ends far from where
    it began.
    """
    data = numbers(data, "surrogate time_shift")
    times = np.arange(data.shape[1])
    for draw in range(draws):
        offsets = np.random.default_rng([seed, draw]).integers(len(times), size=len(data))
        yield np.take_along_axis(data, ((times - offsets[:, None]) % len(times))[..., None], axis=1)
