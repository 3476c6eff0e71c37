"""A line of states at which a system stays, and quick decay onto it."""

import numpy as np

from rnncompare.systems._seen import seen


def line_attractor(*, seed: int, conditions: int, times: int, units: int, decay: float = 5.0) -> np.ndarray:
    """(condition, time, unit) linear decay onto a line, on which nothing moves, seen by a random read-out.

    Three dimensions: along the line no decay at all (eigenvalue 1 a step), off it a time constant of `decay` steps
    (twice exp(-1 / decay)). Conditions start side by side along the line, off it in different directions. Symmetric:
    jPCA ratio 0 where r2_unconstrained is 1. After a few times `decay`, one dimension. Another seed: DSA angle 0;
    another `decay`: not.
    """
    along = np.linspace(-1, 1, conditions)
    angle = 2 * np.pi * np.arange(conditions) * (np.sqrt(5) - 1) / 2  # so that no direction goes with the position
    away = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    fading = np.exp(-np.arange(times) / decay)[:, None] * away[:, None]
    staying = np.repeat(along[:, None, None], times, axis=1)
    return seen(np.concatenate([staying, fading], axis=-1), units=units, seed=seed)
