"""Lines, rings and planes of fixed points, distinguished from single points.

On a continuum, the number of points that a search returns is that of its starts. A point belongs to one if the map has
an eigenvalue of 1 there, and there is a further fixed point beside it in the direction in which the map changes
nothing: a single point at a bifurcation has the eigenvalue, but not the neighbour.
"""

import numpy as np

from rnncompare.fixed_points.modes import MARGINAL
from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.solvers import newton, slope

EXACT = 1e-24  # q of a neighbour: next to a bifurcation, q is below 1e-18 in a whole region
LINK = 3  # merge distances between neighbours of one continuum
ROUNDS = 12  # each halves the gaps between neighbours


def continua(
    dynamics: Dynamics, u: np.ndarray, points: np.ndarray, eigenvalues: np.ndarray, distance: float
) -> np.ndarray:
    """The continuum (point) to which each fixed point (point, variable) belongs, from 0, or -1 for single points.

    eigenvalues of the map: (point, variable); distance: the merge distance. Two points belong to the same continuum if
    they are connected by fixed points at most 3 merge distances apart, which are searched between neighbours. Few
    starts on a curved continuum can leave parts of it apart.
    """
    label = np.full(len(points), -1)
    marginal = np.flatnonzero((np.abs(eigenvalues - 1) < MARGINAL).any(axis=1))
    if len(marginal):
        beside = _beside(dynamics, u, points[marginal], distance)
        members = marginal[beside]
        if len(members):
            label[members] = _chained(dynamics, u, points[members], LINK * distance)
    return label


def _beside(dynamics: Dynamics, u: np.ndarray, points: np.ndarray, distance: float) -> np.ndarray:
    """Whether each point has another fixed point about two merge distances away, in its flattest direction."""
    a = slope(dynamics, u, points)
    flattest = np.linalg.eigh(a.mT @ a)[1][:, :, 0]  # an SVD would take three times as long
    flattest *= 2 * distance / np.abs(flattest).max(axis=1, keepdims=True)
    near = [newton(dynamics, u, points + sign * flattest) for sign in (1, -1)]  # one side only at the end of a line
    return np.any([(q < EXACT) & (np.abs(x - points).max(axis=1) > distance) for x, q in near], axis=0)


def _chained(dynamics: Dynamics, u: np.ndarray, points: np.ndarray, gap: float) -> np.ndarray:
    """The chain of each point: two are in one if fixed points at most `gap` apart can be found between neighbours."""
    from scipy.sparse import coo_array  # slow to import
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree  # slow to import
    from scipy.spatial.distance import pdist, squareform  # slow to import

    tree = minimum_spanning_tree(squareform(pdist(points, "chebyshev"))).tocoo()
    whole = _bridged(dynamics, u, points[tree.row], points[tree.col], gap)
    bridges = coo_array((whole[whole], (tree.row[whole], tree.col[whole])), shape=tree.shape)
    return connected_components(bridges, directed=False)[1]


def _bridged(dynamics: Dynamics, u: np.ndarray, left: np.ndarray, right: np.ndarray, gap: float) -> np.ndarray:
    """Whether each pair of fixed points is connected by others, found by bisection."""
    whole, pair = np.ones(len(left), dtype=bool), np.arange(len(left))
    for _ in range(ROUNDS):
        width = np.abs(right - left).max(axis=1)
        left, right, pair, width = (part[(width > gap) & whole[pair]] for part in (left, right, pair, width))
        middle = (left + right) / 2
        found, q = newton(dynamics, u, middle)
        whole[pair[(q >= EXACT) | (np.abs(found - middle).max(axis=1) >= width / 2)]] = False
        left, right, pair = np.concatenate([left, found]), np.concatenate([found, right]), np.tile(pair, 2)
    whole[pair] = False  # still wide
    return whole
