"""A line attractor: a line of fixed points with fast decay towards it."""

import numpy as np

from rnncompare.systems._readout import random_readout


def line_attractor(*, seed: int, conditions: int, times: int, units: int, decay: float = 5.0) -> np.ndarray:
    """(condition, time, unit) linear decay towards a line of fixed points, with a random read-out.

    Three dimensions: no decay along the line (eigenvalue 1 per step), and a time constant of `decay` steps away from it
    (two eigenvalues exp(-1 / decay)). Conditions start at different positions along the line, displaced from it in
    different directions. The dynamics are symmetric: the jPCA ratio is 0, with r2_unconstrained 1. After several times
    `decay`, activity has one dimension. The DSA angle is 0 to another seed, but not to another `decay`.
    """
    along = np.linspace(-1, 1, conditions)
    angle = 2 * np.pi * np.arange(conditions) * (np.sqrt(5) - 1) / 2  # so that direction and position are uncorrelated
    away = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    fading = np.exp(-np.arange(times) / decay)[:, None] * away[:, None]
    staying = np.repeat(along[:, None, None], times, axis=1)
    return random_readout(np.concatenate([staying, fading], axis=-1), units=units, seed=seed)
