"""Rotation at one speed, onto one circle."""

import numpy as np

from rnncompare.systems._seen import seen


def limit_cycle(
    *, seed: int, conditions: int, times: int, units: int, period: float = 50.0, attraction: float = 10.0
) -> np.ndarray:
    """(condition, time, unit) rotation with `period` steps, drawn to the unit circle, seen by a random read-out.

    tau dr/dt = r (1 - r^2) / 2, so that a small distance from the circle falls with time constant tau = `attraction`
    steps; conditions start round it, in turn at radius .7, 1 and 1.3. Two dimensions. On the circle: jPCA ratio 1 at
    a frequency of 1 / period a step; tangling (2 pi / period)^2 x 4 / (4 + epsilon) a step^2, the least that motion at
    this speed can have. The linear dynamics fitted to it have eigenvalues exp(+-2 pi i / period). Another seed: DSA
    angle 0; another period: not, although the states are the same.
    """
    start = np.resize([0.7, 1.0, 1.3], conditions)[:, None]
    step = np.arange(times)
    squared = 1 / (1 + (1 / start**2 - 1) * np.exp(-step / attraction))  # the solution for r^2
    angle = 2 * np.pi * (np.arange(conditions)[:, None] / conditions + step / period)
    states = np.sqrt(squared)[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return seen(states, units=units, seed=seed)
