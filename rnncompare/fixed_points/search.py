"""The search for fixed points of a map at constant inputs, from many starts at once."""

import numpy as np

from rnncompare.fixed_points.checks import check
from rnncompare.fixed_points.continua import continua
from rnncompare.fixed_points.kinds import FIXED, NOWHERE, points_of
from rnncompare.fixed_points.merging import distinct, merge_distance
from rnncompare.fixed_points.modes import eigenvalues, unstable
from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.result import NOT_SEARCHED, FixedPoints
from rnncompare.fixed_points.solvers import SETTLED, levenberg_marquardt, relaxed, residual

ROUND = 200  # searches between two looks at whether there are likely to be more points


def find_fixed_points(
    dynamics: Dynamics,
    u: np.ndarray,
    starts: np.ndarray,
    *,
    dt: float,
    steps: int = 400,
    searches: int | None = None,
) -> FixedPoints:
    """Fixed and slow points of x' = F(x, u) with inputs u (input), from starts (start, variable).

    1. The map is iterated for at most `steps` steps from all starts, which leads to stable points. 2. From the same
    starts, q = |F - x|^2 / 2 is reduced by Levenberg-Marquardt, which leads to points of any stability: from `searches`
    of them at equal distances in their order, or (None) from 200 after another, until each point was found at least
    twice. 3. Newton's method brings the ends of both to rounding error, and those within 1e-3 of the range of the
    states are merged. 4. Continua are distinguished from points. dt: the time step of the map, s. Raises ValueError.

    The cost of the second step is cubic in the number of variables. A point that one of n starts leads to is missed by
    200 with a probability of (1 - 1 / n)^200, 13 % for n = 100: `searches` of all starts leaves less to chance.
    """
    u, starts = np.asarray(u, dtype=float), np.asarray(starts, dtype=float)
    check(dynamics, u, starts, dt=dt, steps=steps, searches=searches)
    flowed, flowed_q = relaxed(dynamics, u, starts, steps)
    begun, ends, end_q, stationary = _searched(dynamics, u, starts, searches)
    settled, arrived = flowed_q <= SETTLED, end_q < FIXED
    lingering = stationary & ~arrived

    near = np.concatenate([ends[arrived], flowed[settled]])
    distance = merge_distance(starts, near)
    points, fixed, to = points_of(dynamics, u, near, ends[lingering], distance)
    mu = eigenvalues(dynamics.jacobian(points, u))
    order = _order(mu, to, fixed)
    points, mu, to = points[order], mu[order], np.append(np.argsort(order), NOWHERE)[to]
    parts = np.split(to, np.cumsum([arrived.sum(), settled.sum()]))
    flows_to, searched_to = np.full(len(starts), NOWHERE), np.full(len(starts), NOT_SEARCHED)
    searched_to[begun] = NOWHERE
    searched_to[begun[arrived]], flows_to[settled], searched_to[begun[lingering]] = parts
    label = np.full(len(points), -1)
    label[:fixed] = continua(dynamics, u, points[:fixed], mu[:fixed], distance)
    return FixedPoints(
        states=points,
        kinds=np.where(np.arange(len(points)) < fixed, "fixed", "slow"),
        q=residual(dynamics, u, points)[1],
        outputs=dynamics.read(points),
        eigenvalues=mu,
        continuum=label,
        flows_to=flows_to,
        searched_to=searched_to,
        ends=_of_all(len(starts), begun, ends),
        end_q=_of_all(len(starts), begun, end_q),
        u=u,
        dt=dt,
        merge_distance=distance,
    )


def _searched(
    dynamics: Dynamics, u: np.ndarray, starts: np.ndarray, searches: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The starts from which all points were searched, and what `levenberg_marquardt` returns for them."""
    rounds = -(-len(starts) // ROUND)
    chosen = [np.unique(np.linspace(0, len(starts) - 1, min(searches or 1, len(starts))).astype(int))]
    begun, found = [], []
    for group in chosen if searches else [np.arange(first, len(starts), rounds) for first in range(rounds)]:
        begun.append(group)
        found.append(levenberg_marquardt(dynamics, u, starts[group]))
        ends, q = (np.concatenate([part[k] for part in found]) for k in (0, 1))
        if not _found_once(starts, ends[q < FIXED]):
            break
    return np.concatenate(begun), *(np.concatenate(parts) for parts in zip(*found, strict=True))


def _found_once(starts: np.ndarray, ends: np.ndarray) -> bool:
    """Whether a point is the end of a single start, or there is no point yet: so that there are likely to be others.

    The share of points found once estimates the probability that another start leads to a new one (Good 1953).
    """
    place = distinct(ends, merge_distance(starts, ends))[1]
    return not len(ends) or bool((np.bincount(place) == 1).any())


def _order(mu: np.ndarray, to: np.ndarray, fixed: int) -> np.ndarray:
    """Fixed points by their number of unstable directions and then by that of the ends at them, before slow points."""
    ends = np.bincount(to[to >= 0], minlength=len(mu))
    return np.lexsort((-ends, unstable(mu), np.arange(len(mu)) >= fixed))


def _of_all(count: int, begun: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values (start, ..) of all starts from those of some, NaN for the others."""
    found = np.full((count, *values.shape[1:]), np.nan)
    found[begun] = values
    return found
