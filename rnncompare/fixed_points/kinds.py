"""The ends of searches as points: fixed or slow, each once."""

import numpy as np

from rnncompare.fixed_points.merging import distinct, linked
from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.solvers import is_stationary, newton, residual

FIXED = 1e-18  # q of a fixed point; rounding errors are below 1e-26 for states of order 1
NOWHERE = -1  # instead of the number of a point


def points_of(
    dynamics: Dynamics, u: np.ndarray, near: np.ndarray, lingering: np.ndarray, distance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points (point, variable), the number of those that are fixed, which come first, and the point of each end.

    near (end, variable): ends close to where F(x, u) = x; lingering (end, variable): local minima of q. The points of
    ends (near and lingering, one after the other) are their numbers, or -1 for ends that are neither.
    """
    points, place = _polished(dynamics, u, near, distance)
    fixed = residual(dynamics, u, points)[1] < FIXED
    pool = np.concatenate([points[~fixed], lingering])
    slow, minimum = _lowest(dynamics, u, pool, distance)
    minimum[minimum >= 0] += fixed.sum()
    number = np.cumsum(fixed) - 1
    number[~fixed] = minimum[: (~fixed).sum()]
    to = np.concatenate([number[place], minimum[(~fixed).sum() :]])
    return np.concatenate([points[fixed], pool[slow]]), fixed.sum(), to


def _polished(dynamics: Dynamics, u: np.ndarray, near: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Distinct states at rounding error from where F(x, u) = x, as far as there are any, and that of each end."""
    first, place = distinct(near, distance)
    points, q = newton(dynamics, u, near[first])
    best = np.argsort(q >= FIXED, kind="stable")  # an end beside a fixed point belongs to it
    second, again = distinct(points[best], distance)
    return points[best][second], again[np.argsort(best)][place]


def _lowest(dynamics: Dynamics, u: np.ndarray, pool: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the lowest of each group of connected local minima of q, and the group of each state, or -1."""
    group = np.full(len(pool), NOWHERE)
    still = np.flatnonzero(is_stationary(dynamics, u, pool))
    group[still] = linked(pool[still], distance)
    q = residual(dynamics, u, pool)[1]
    members = [np.flatnonzero(group == number) for number in range(group.max(initial=-1) + 1)]
    return np.array([states[q[states].argmin()] for states in members], dtype=int), group
