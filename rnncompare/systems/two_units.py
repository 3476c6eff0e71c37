"""Two linear units with mutual excitation, which have a slow and a fast mode."""

import numpy as np

from rnncompare.systems._readout import circle_points, random_readout

WEIGHTS = np.array([[0.0, 0.8], [0.8, 0.0]])
TAU = 4.0  # steps


def two_units(*, seed: int, conditions: int, times: int, units: int) -> np.ndarray:
    """(condition, time, unit) decay of tau dx/dt = -x + W x from points on a circle, with a random read-out.

    W = [[0, .8], [.8, 0]], tau = 4 steps: the eigenvalues are .8 (sum of the units) and -.8 (difference), the effective
    time constants tau / (1 - eigenvalue) are 20 and 2.22 steps, and linear dynamics have eigenvalues exp(-1/20) and
    exp(-1/2.22) per step. The dynamics are symmetric and do not rotate: the jPCA ratio is 0, with r2_unconstrained 1.
    Two dimensions; tangling is only that of a decay. The DSA angle to another seed is 0.

    Notebooks for teaching integrate it by Euler steps, with a fast eigenvalue of .55 and a time constant of 1.67 steps;
    here the solution is exact, .638 and 2.22.
    """
    slow, fast = TAU / (1 - np.linalg.eigvalsh(WEIGHTS)[::-1])
    modes = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)  # sum and difference of the units
    decay = np.exp(-np.arange(times)[:, None] / [slow, fast])
    amplitude = circle_points(conditions) @ modes.T
    return random_readout((amplitude[:, None] * decay) @ modes, units=units, seed=seed)
