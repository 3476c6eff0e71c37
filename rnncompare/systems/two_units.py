"""Two linear units that excite each other: one slow mode, one fast."""

import numpy as np

from rnncompare.systems._seen import round_a_circle, seen

WEIGHTS = np.array([[0.0, 0.8], [0.8, 0.0]])
TAU = 4.0  # steps


def two_units(*, seed: int, conditions: int, times: int, units: int) -> np.ndarray:
    """(condition, time, unit) decay of tau dx/dt = -x + W x from points round a circle, seen by a random read-out.

    W = [[0, .8], [.8, 0]], tau = 4 steps, so eigenvalues .8 (units together) and -.8 (units apart) and effective time
    constants tau / (1 - eigenvalue) of 20 and 2.22 steps: linear dynamics have eigenvalues exp(-1/20) and exp(-1/2.22)
    a step. Symmetric, so it does not rotate: jPCA ratio 0 where r2_unconstrained is 1. Two dimensions. No tangling
    beyond that of a decay. Another seed: DSA angle 0.
    """
    slow, fast = TAU / (1 - np.linalg.eigvalsh(WEIGHTS)[::-1])
    modes = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)  # the units together, and apart
    decay = np.exp(-np.arange(times)[:, None] / [slow, fast])
    amplitude = round_a_circle(conditions) @ modes.T
    return seen((amplitude[:, None] * decay) @ modes, units=units, seed=seed)
