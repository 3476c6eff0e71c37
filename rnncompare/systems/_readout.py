"""Random linear read-out of known systems, and points on a circle."""

import numpy as np


def random_readout(states: np.ndarray, *, units: int, seed: int) -> np.ndarray:
    """(condition, time, unit) random orthonormal read-out of (condition, time, dimension) states.

    With at least as many units as dimensions, distances are preserved, and another seed gives a rotated copy.
    """
    size = max(units, states.shape[-1])
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]
    return states @ turn[: states.shape[-1], :units]


def circle_points(conditions: int) -> np.ndarray:
    """(condition, 2) evenly spaced points on the unit circle, with mean 0."""
    angle = 2 * np.pi * np.arange(conditions) / conditions
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)
