"""Kendall's tau-a between dissimilarities, compared with rsatoolbox.

The cases are all pairs of 250 and 250 sets of 27 conditions (all times of two activities), and one pair of sets of 250
conditions.
"""

from collections.abc import Callable

import numpy as np
from rsatoolbox.rdm import RDMs, compare

from rnncompare.geometry import tau


def all_with_all(x: np.ndarray, y: np.ndarray) -> tuple[Callable, Callable]:
    """Return ours and the peer's (row of x, row of y); x, y: (row, pair of conditions)."""
    theirs = RDMs(x), RDMs(y)
    return lambda: tau.tau_a(x[:, None], y), lambda: compare(*theirs, method="tau-a")


def tau_a() -> list[tuple[str, Callable, Callable]]:
    """Return the case of many small sets and the case of one large pair."""
    rng = np.random.default_rng(0)
    many, large = (rng.random((2, rows, n * (n - 1) // 2)) for rows, n in ((250, 27), (1, 250)))
    return [("tau_a", *all_with_all(*many)), ("tau_a_250_conditions", *all_with_all(*large))]
