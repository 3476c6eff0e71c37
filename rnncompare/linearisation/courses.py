"""Courses of states that follow from linear maps, and how much of the true courses they explain."""

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.solvers import SETTLED, relaxed

ENOUGH = 0.5  # R2 at a time from which on a prediction has failed


def at_rest(dynamics: Dynamics, x: np.ndarray, u: np.ndarray, steps: int) -> np.ndarray | None:
    """The state (variable,) to which the map leads from x with constant inputs u; None if it does not come to rest."""
    end, q = relaxed(dynamics, u, x[None], steps)
    return end[0] if q[0] <= SETTLED else None


def about_point(dynamics: Dynamics, point: np.ndarray, u: np.ndarray, first: np.ndarray, times: int) -> np.ndarray:
    """Deviations (condition, time, variable) that follow from `first` (condition, variable) by dF/dx at one point."""
    step = dynamics.jacobian(point[None], u)[0]
    return _course(first, [step] * (times - 1))


def along_mean(dynamics: Dynamics, mean: np.ndarray, u: np.ndarray, first: np.ndarray) -> np.ndarray:
    """As `about_point`, by dF/dx along the course `mean` (time, variable)."""
    return _course(first, dynamics.jacobian(mean[:-1], u))


def _course(first: np.ndarray, steps) -> np.ndarray:
    found = [first]
    for step in steps:
        found.append(found[-1] @ step.T)
    return np.stack(found, axis=1)


def explained(true: np.ndarray, guess: np.ndarray) -> float:
    """R2 = 1 - sum((true - guess)^2) / sum(true^2) of deviations (condition, time, variable); NaN if all are 0."""
    total = (true**2).sum()
    return float(1 - ((true - guess) ** 2).sum() / total) if total > 0 else np.nan


def time_explained(true: np.ndarray, guess: np.ndarray, dt: float) -> float:
    """The time in s from the beginning up to which the R2 at each time is at least .5."""
    lost = ((true - guess) ** 2).sum(axis=(0, 2)) > (1 - ENOUGH) * (true**2).sum(axis=(0, 2))
    return float((np.argmax(lost) if lost.any() else len(lost)) * dt)
