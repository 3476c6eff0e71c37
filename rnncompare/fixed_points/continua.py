"""Lines, rings and planes of fixed points, told from single points.

On a continuum, the number of points that a search returns is that of its starts. A point belongs to one if the map has
an eigenvalue of 1 there, and there is a further fixed point beside it in the direction in which the map changes
nothing: a single point at a bifurcation has the eigenvalue, but not the neighbour.
"""

import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from rnncompare.fixed_points.merging import linked
from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.solvers import newton, slope

MARGINAL = 1e-6  # distance of an eigenvalue from 1 below which a direction neither grows nor decays
EXACT = 1e-24  # q of a neighbour: next to a bifurcation, q is below 1e-18 in a whole region
LINK = 3  # merge distances between neighbours of one continuum
ROUNDS = 10  # each halves the gaps between neighbours


def continua(
    dynamics: Dynamics, u: np.ndarray, points: np.ndarray, eigenvalues: np.ndarray, distance: float
) -> np.ndarray:
    """The continuum (point) to which each fixed point (point, variable) belongs, from 0, or -1 for single points.

    eigenvalues of the map: (point, variable); distance: the merge distance. Two points belong to the same continuum if
    they are connected by fixed points at most 3 merge distances apart; these are searched between them.
    """
    label = np.full(len(points), -1)
    marginal = np.flatnonzero((np.abs(eigenvalues - 1) < MARGINAL).any(axis=1))
    if len(marginal):
        beside = _beside(dynamics, u, points[marginal], distance)
        members = marginal[beside]
        if len(members):
            chain = _filled(dynamics, u, points[members], LINK * distance)
            label[members] = linked(chain, LINK * distance)[: len(members)]
            label[members] = np.unique(label[members], return_inverse=True)[1]
    return label


def _beside(dynamics: Dynamics, u: np.ndarray, points: np.ndarray, distance: float) -> np.ndarray:
    """Whether each point has another fixed point about two merge distances away, in its flattest direction."""
    a = slope(dynamics, u, points)
    flattest = np.linalg.eigh(a.mT @ a)[1][:, :, 0]  # an SVD would take three times as long
    flattest *= 2 * distance / np.abs(flattest).max(axis=1, keepdims=True)
    near = [newton(dynamics, u, points + sign * flattest) for sign in (1, -1)]  # one side only at the end of a line
    return np.any([(q <= EXACT) & (np.abs(x - points).max(axis=1) > distance) for x, q in near], axis=0)


def _filled(dynamics: Dynamics, u: np.ndarray, points: np.ndarray, gap: float) -> np.ndarray:
    """The points, and after them fixed points between neighbours that are more than `gap` apart."""
    for _ in range(ROUNDS):
        tree = minimum_spanning_tree(squareform(pdist(points, "chebyshev"))).tocoo()
        wide = tree.data > gap
        ends = points[tree.row[wide]], points[tree.col[wide]]
        middle = (ends[0] + ends[1]) / 2
        found, q = newton(dynamics, u, middle)
        between = (q <= EXACT) & (np.abs(found - middle).max(axis=1) < tree.data[wide] / 2)
        if not between.any():
            break
        points = np.concatenate([points, found[between]])
    return points
