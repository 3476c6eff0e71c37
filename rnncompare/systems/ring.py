"""A ring of neurons that prefer directions: a bump of activity that follows its input, or stays when it is gone."""

import numpy as np

from rnncompare.systems._seen import round_a_circle, seen

NEURONS = 100
TAU = 10.0  # steps
CUE = 0.3  # of the time, from the beginning


def ring(
    *, seed: int, conditions: int, times: int, units: int, w0: float = 0.9, w1: float = 1.0, drive: float = 0.1
) -> np.ndarray:
    """(condition, time, unit) rectified ring network, cued at a direction a condition, seen by a random read-out.

    tau dr/dt = -r + [W r + drive + cue]+, W_ij = (w0 + w1 cos(a_i - a_j)) / N, N = 100, tau = 10 steps; the cue,
    1 + cos(a_i - direction), is on for the first .3 of the time. w0 = .9, w1 = 1: a bump is fed back with gain
    w1 / 2 = .5 < 1, so it is driven by its input and fades with tau / (1 - .5) = 20 steps after the cue. w0 = -3, w1 =
    4, drive = 1: gain 2 > 1, held by inhibition: a ring attractor, whose bump stays where the cue put it. Conditions
    differ in direction alone, so without their mean nothing rotates: jPCA ratio 0; two dimensions, or some more where
    neurons fall silent. Another seed: DSA angle 0; the attractor against the driven ring: not.
    """
    direction = 2 * np.pi * np.arange(NEURONS) / NEURONS
    tuning = np.stack([np.cos(direction), np.sin(direction)])
    weights = (w0 + w1 * tuning.T @ tuning) / NEURONS
    cue = 1 + round_a_circle(conditions) @ tuning
    rate = np.zeros((times, conditions, NEURONS))
    for t in range(1, times):
        into = rate[t - 1] @ weights.T + drive + (cue if t < CUE * times else 0.0)
        rate[t] = rate[t - 1] + (np.maximum(into, 0.0) - rate[t - 1]) / TAU
    return seen(rate.transpose(1, 0, 2), units=units, seed=seed)
