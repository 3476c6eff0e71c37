"""What a search for fixed points refuses, in words."""

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics


def check(
    dynamics: Dynamics, u: np.ndarray, starts: np.ndarray, *, dt: float, steps: int, searches: int | None
) -> None:
    """Raise ValueError for inputs, starts or options with which nothing can be found, or for a map with noise."""
    if starts.ndim != 2 or starts.shape[1] != dynamics.state_size:
        raise ValueError(
            f"fixed points: found starts of shape {starts.shape}, wanted (start, {dynamics.state_size} variables)"
        )
    if not len(starts):
        raise ValueError("fixed points: found no starts, wanted at least 1")
    bad = np.flatnonzero(~np.isfinite(starts).all(axis=1))
    if len(bad):
        raise ValueError(
            f"fixed points: found {len(bad)} starts that are not finite (the first is {bad[0]}), wanted none"
        )
    if u.ndim != 1 or not np.isfinite(u).all():
        raise ValueError(f"fixed points: found inputs {u.tolist()}, wanted one finite number for each input")
    if not (np.isfinite(dt) and dt > 0):
        raise ValueError(f"fixed points: found dt {dt}, wanted a time step above 0 s")
    if steps < 1 or (searches is not None and searches < 1):
        raise ValueError(f"fixed points: found steps {steps} and searches {searches}, wanted at least 1 of each")
    check_map(dynamics, u, starts[:10])


def check_map(dynamics: Dynamics, u: np.ndarray, x: np.ndarray) -> None:
    """Raise ValueError if a step depends on more than states and inputs, or has another form than the protocol says.

    The map itself refuses inputs of another width than its own.
    """
    first, second = dynamics.step(x, u), dynamics.step(x, u)
    if first.shape != x.shape:
        raise ValueError(f"fixed points: found states of shape {first.shape} after a step, wanted {x.shape}")
    if not np.array_equal(first, second, equal_nan=True):
        raise ValueError(
            f"fixed points: found two results of one step that differ by up to {np.abs(first - second).max():.2g}, "
            "wanted a map without noise"
        )
    if not np.isfinite(first).all():
        raise ValueError("fixed points: found a step to states that are not finite, wanted weights that are finite")
