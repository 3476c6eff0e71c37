"""A limit cycle: rotation at constant speed that converges to the unit circle."""

import numpy as np

from rnncompare.systems._readout import random_readout


def limit_cycle(
    *, seed: int, conditions: int, times: int, units: int, period: float = 50.0, attraction: float = 10.0
) -> np.ndarray:
    """(condition, time, unit) rotation with `period` steps that converges to the unit circle, with a random read-out.

    tau dr/dt = r (1 - r^2) / 2, so that a small distance from the circle decays with time constant tau = `attraction`
    steps; conditions start at different angles, with radius .7, 1 and 1.3 in turn. Known properties: two dimensions.
    On the circle, the jPCA ratio is 1 at a frequency of 1 / period per step, and tangling is (2 pi / period)^2 x
    4 / (4 + epsilon) per step^2, the minimum for motion at this speed. Linear dynamics fitted to it have eigenvalues
    exp(+-2 pi i / period). The DSA angle is 0 to another seed, but not to another period, although the states are the
    same.
    """
    start = np.resize([0.7, 1.0, 1.3], conditions)[:, None]
    step = np.arange(times)
    squared = 1 / (1 + (1 / start**2 - 1) * np.exp(-step / attraction))  # the solution for r^2
    angle = 2 * np.pi * (np.arange(conditions)[:, None] / conditions + step / period)
    states = np.sqrt(squared)[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return random_readout(states, units=units, seed=seed)
