"""Known networks, from which the recordings of a calibration are simulated, and their inputs.

tau dx/dt = -x + J r + B u + b, from rest, without noise. The inputs of conditions are independent draws from one
distribution, so that conditions are exchangeable and the null hypothesis that networks share nothing is true.
"""

from typing import Literal, NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d

TAU = 0.05  # s
LONGEST_STEP = 0.01  # s, largest integration step; longer steps of a recording are divided
BURN_IN = 0.5  # s, with the first input
OWN, COMMON = 4, 2  # number of input channels that differ between conditions, and of those common to all
SMOOTHNESS = 0.06  # s, SD of the Gaussian that smooths inputs
MOVEMENT, EDGE = 0.4, 0.03  # s: duration of varying inputs after the event, and of their transitions
COMMON_SIZE = 3.0  # size of the common inputs, which gives a third to a half of the variance, as in motor cortex
BIAS, BIAS_SD = 0.2, 0.1  # keeps rectified units near their threshold
EXCITATORY = 0.8  # share of excitatory units in a network with Dale's law
LAYERS = 3  # of a feedforward network
RANK = 2  # of a low-rank network

Shared = Literal["nothing", "condition_independent", "geometry"]


class Kind(NamedTuple):
    """A kind of network; gain: SD of the weights x sqrt(number of inputs of a unit), or the largest eigenvalue."""

    architecture: Literal["dense", "dale", "low_rank", "feedforward"]
    nonlinearity: Literal["rectified_tanh", "relu", "tanh"]
    gain: float
    units: int


# Each kind differs from the first in one property (the gain depends on the nonlinearity or architecture).
KINDS = {
    "reference": Kind("dense", "rectified_tanh", 1.5, 150),
    "weak": Kind("dense", "rectified_tanh", 0.5, 150),  # driven by its inputs
    "strong": Kind("dense", "rectified_tanh", 4.0, 150),  # far above sqrt(2), beyond which activity is self-sustained
    "small": Kind("dense", "rectified_tanh", 1.5, 75),
    "large": Kind("dense", "rectified_tanh", 1.5, 300),
    "relu": Kind("dense", "relu", 1.0, 150),  # stable below sqrt(2)
    "tanh": Kind("dense", "tanh", 1.5, 150),
    "dale": Kind("dale", "rectified_tanh", 1.5, 150),
    "low_rank": Kind("low_rank", "rectified_tanh", 1.5, 150),
    "feedforward": Kind("feedforward", "rectified_tanh", 1.5, 150),
}


def known_network(kind: str, inputs: np.ndarray, *, seed: int, step: float) -> np.ndarray:
    """Noise-free, non-negative rates (condition, time, unit), a.u.; inputs: (condition, time, channel) every `step` s.

    Weights are drawn from `seed`; the same seed with other inputs is the same network.
    """
    rng = np.random.default_rng(seed)
    about = KINDS[kind]
    recurrent = _recurrent(about, rng)
    drive = inputs @ rng.standard_normal((about.units, inputs.shape[2])).T / np.sqrt(OWN)
    drive += rng.normal(BIAS, BIAS_SD, about.units)
    substeps = int(np.ceil(step / LONGEST_STEP - 1e-9))
    decay = 1 - np.exp(-step / substeps / TAU)
    x = np.zeros((len(inputs), about.units))
    rates = np.empty((len(inputs), inputs.shape[1], about.units))
    for k in range(-round(BURN_IN / step), inputs.shape[1]):
        for _ in range(substeps):
            x += decay * (_rate(x, about.nonlinearity) @ recurrent.T + drive[:, max(k, 0)] - x)
        if k >= 0:
            rates[:, k] = _rate(x, about.nonlinearity)
    return rates + 1 if about.nonlinearity == "tanh" else rates


def _rate(x: np.ndarray, nonlinearity: str) -> np.ndarray:
    rate = x if nonlinearity == "relu" else np.tanh(x)
    return rate if nonlinearity == "tanh" else np.maximum(rate, 0)


def _recurrent(kind: Kind, rng: np.random.Generator) -> np.ndarray:
    """(unit, unit) weights; rows are postsynaptic units."""
    n = kind.units
    weights = rng.standard_normal((n, n))
    if kind.architecture == "dale":  # columns of one sign; excitation and inhibition are balanced
        excitatory = np.arange(n) < EXCITATORY * n
        weights = np.abs(weights) * np.where(excitatory, 1.0, -EXCITATORY / (1 - EXCITATORY))
        return kind.gain / np.sqrt(n) * weights / np.sqrt((weights**2).mean())
    if kind.architecture == "low_rank":
        left = weights[:, :RANK]
        right = kind.gain * left + rng.standard_normal((n, RANK))
        return left @ right.T / n
    if kind.architecture == "feedforward":
        layer = np.arange(n) * LAYERS // n
        return kind.gain * np.sqrt(LAYERS / n) * weights * (layer[:, None] == layer + 1)
    return kind.gain / np.sqrt(n) * weights


def inputs(
    time: np.ndarray, conditions: int, own: np.random.Generator, common: np.random.Generator, *, ring: bool
) -> np.ndarray:
    """(condition, time, channel): constant during preparation, then smoothly varying for .4 s, with unit variance.

    time: s, evenly spaced; the event is at 0, or in the middle if the times do not include 0. own: generator of the
    inputs that differ between conditions; common: generator of the inputs common to all conditions; two networks share
    a part if their generators have the same state. ring: the inputs of conditions depend on the cosine and sine of an
    angle, so that neighbouring conditions are similar, like directions.
    """
    event = 0.0 if time[0] < 0 < time[-1] else time.mean()
    begun = 1 / (1 + np.exp(-np.clip((time - event) / EDGE, -50, 50)))
    moving = begun / (1 + np.exp(np.clip((time - event - MOVEMENT) / EDGE, -50, 50)))
    angle = 2 * np.pi * np.arange(conditions) / conditions
    mixing = np.stack([np.cos(angle), np.sin(angle)], axis=1) if ring else np.eye(conditions)
    constant = np.tensordot(mixing, own.standard_normal((mixing.shape[1], 1, OWN)), axes=1)
    varying = np.tensordot(mixing, _smooth(own, (mixing.shape[1], len(time), OWN), time), axes=1)
    shared = COMMON_SIZE * _smooth(common, (1, len(time), COMMON), time)
    parts = [constant * (1 - begun)[:, None] + varying * moving[:, None], shared * moving[:, None]]
    return np.concatenate([parts[0], np.repeat(parts[1], conditions, axis=0)], axis=2)


def _smooth(rng: np.random.Generator, shape: tuple[int, int, int], time: np.ndarray) -> np.ndarray:
    """Gaussian noise (.., time, channel) of unit variance, smoothed with SD SMOOTHNESS, without edge effects."""
    width = SMOOTHNESS / (time[1] - time[0])
    margin = int(np.ceil(4 * width)) + 1  # the filter extends over 4 SDs
    power = (gaussian_filter1d(np.eye(1, 2 * margin + 1, margin)[0], width) ** 2).sum()
    noise = rng.standard_normal((shape[0], shape[1] + 2 * margin, shape[2]))
    return gaussian_filter1d(noise, width, axis=1)[:, margin:-margin] / np.sqrt(power)
