"""Directions on the circle: their names, and inputs that are tuned to them."""

import numpy as np


def circle(count: int) -> np.ndarray:
    """(direction,) degrees of `count` directions at equal distances, from 0 on."""
    return np.arange(count) * 360 / count


def named(degrees: np.ndarray) -> list[str]:
    """Directions (degrees) as text whose alphabetical order is their order, such as 022.50."""
    return [f"{angle:06.2f}" for angle in np.asarray(degrees, dtype=float).tolist()]


def tuned(degrees: np.ndarray, channels: int, concentration: float, height: float) -> np.ndarray:
    """(trial, channel) inputs of directions (trial,), degrees: height exp(concentration (cos d - 1)).

    d: the distance to the preferred direction of each of `channels` inputs, which are at equal distances from 0 degrees
    on. This is the density of a von Mises distribution, divided by its maximum.
    """
    away = np.deg2rad(np.asarray(degrees, dtype=float)[:, None] - circle(channels))
    return height * np.exp(concentration * (np.cos(away) - 1))
