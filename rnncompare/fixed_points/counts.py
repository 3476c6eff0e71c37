"""Numbers of the points that a search found, by kind."""

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.result import FixedPoints

MEANINGS = {  # for the cards of mechanisms
    "stable": "number of stable fixed points",
    "saddles": "number of fixed points with one unstable direction",
    "unstable": "number of fixed points with more unstable directions",
    "slow": "number of local minima of q that are not fixed points",
    "continua": "number of lines or planes of fixed points",
}
KINDS = tuple(MEANINGS)
OF_INDEX = "sum of the signs of det(I - dF/dx): 1 if no point is missing"


def single_points(dynamics: Dynamics, found: FixedPoints) -> np.ndarray:
    """Indices of the single fixed points, without states that a gated network keeps only up to rounding errors."""
    reachable = getattr(dynamics, "reachable", None)
    return found.fixed if reachable is None else found.fixed[reachable(found.states[found.fixed])]


def counts_by_kind(found: FixedPoints, single: np.ndarray) -> dict[str, int]:
    """Kind (KINDS) -> number; single: indices of the single fixed points.

    stable, saddles and unstable are single fixed points with no, one and more unstable directions.
    """
    unstable = found.unstable[single]
    numbers = ((unstable == 0).sum(), (unstable == 1).sum(), (unstable > 1).sum(), len(found.slow), found.continua)
    return dict(zip(KINDS, map(int, numbers), strict=True))


def index(found: FixedPoints, single: np.ndarray) -> float:
    """Sum over single fixed points of the sign of det(I - dF/dx): 1 if none is missing (see `mechanisms`)."""
    return float(np.sign(np.prod(1 - found.eigenvalues[single], axis=1).real).sum())
