"""A known system as a recording sees it."""

import numpy as np


def seen(states: np.ndarray, *, units: int, seed: int) -> np.ndarray:
    """(condition, time, unit) random orthonormal read-out of (condition, time, dimension) states.

    With as many units as dimensions or more, nothing is lost and distances stay: another seed is a rotated copy.
    """
    size = max(units, states.shape[-1])
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]
    return states @ turn[: states.shape[-1], :units]


def round_a_circle(conditions: int) -> np.ndarray:
    """(condition, 2) points at equal steps round the unit circle, whose mean is 0."""
    angle = 2 * np.pi * np.arange(conditions) / conditions
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)
