"""Recorded units drawn with replacement."""

import numpy as np


def resample_units(sessions: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """(draws, unit) positions of units drawn with replacement; each draw has the original number of units.

    sessions: (unit,) the session of each unit; all equal if they were recorded together. If there are several sessions,
    the same number of sessions is drawn first, with replacement; units are then drawn from their union, in which a
    session that was drawn twice counts twice.
    """
    rng = np.random.default_rng(seed)
    names, session = np.unique(sessions, return_inverse=True)
    members = [np.flatnonzero(session == k) for k in range(len(names))]
    picked = np.empty((draws, len(session)), dtype=int)
    for row in picked:
        pool = np.concatenate([members[k] for k in rng.integers(len(names), size=len(names))])
        row[:] = rng.choice(pool, size=len(session))
    return picked
