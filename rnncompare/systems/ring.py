"""A ring network of direction-selective neurons: a bump of activity that follows its input, persists or moves."""

import numpy as np

from rnncompare.systems._readout import circle_points, random_readout

NEURONS = 100
TAU = 10.0  # steps
CUE = 0.3  # duration of the cue as a share of the time


def ring(
    *,
    seed: int,
    conditions: int,
    times: int,
    units: int,
    w0: float = 0.9,
    w1: float = 1.0,
    drive: float = 0.1,
    shift: float = 0.0,
) -> np.ndarray:
    """(condition, time, unit) rectified ring network with a cued direction for each condition and a random read-out.

    tau dr/dt = -r + [W r + drive + cue]+, W_ij = (w0 + w1 cos(a_i - a_j - shift)) / N, N = 100, tau = 10 steps; the
    cue, 1 + cos(a_i - direction), is on for the first .3 of the time. With w0 = .9, w1 = 1, the feedback gain of a bump
    is w1 / 2 = .5 < 1: it is driven by its input and decays with tau / (1 - .5) = 20 steps after the cue. With w0 = -3,
    w1 = 4, drive = 1, the gain is 2 > 1, limited by inhibition: a ring attractor, whose bump remains at the cued
    direction. Conditions differ only in direction, so that nothing rotates after subtraction of their mean: the jPCA
    ratio is 0. There are two dimensions, or more if neurons become silent. The DSA angle is 0 to another seed, but not
    between the attractor and the driven ring.

    With a `shift` (radians, between -pi / 2 and pi / 2), the bump of the ring attractor moves at tan(shift) / tau in
    the direction of the sign of the shift: its size is constant if the feedback in phase with it has gain 1, and the
    feedback out of phase by 90 degrees, which turns it, is then tan(shift). In two components, the jPCA ratio is 1 at
    a frequency of tan(shift) / (2 pi tau). Steps of tau / 10 lower the speed by .01, .05 and .2 % for shifts of .05, .1
    and .2.

    A notebook for teaching lacks the weights of the last neuron (row and column), has the direction 0 twice, and drives
    the ring by an input that turns by 2 pi within tau; its bump does not persist without input.
    """
    direction = 2 * np.pi * np.arange(NEURONS) / NEURONS
    tuning = np.stack([np.cos(direction), np.sin(direction)])
    shifted = np.stack([np.cos(direction + shift), np.sin(direction + shift)])
    weights = (w0 + w1 * tuning.T @ shifted) / NEURONS
    cue = 1 + circle_points(conditions) @ tuning
    rate = np.zeros((times, conditions, NEURONS))
    for t in range(1, times):
        into = rate[t - 1] @ weights.T + drive + (cue if t < CUE * times else 0.0)
        rate[t] = rate[t - 1] + (np.maximum(into, 0.0) - rate[t - 1]) / TAU
    return random_readout(rate.transpose(1, 0, 2), units=units, seed=seed)
