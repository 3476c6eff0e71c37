"""Surrogates with the power spectra of the data and random Fourier phases."""

from collections.abc import Iterator

import numpy as np

from rnncompare.comparison.pair_checks import numbers
from rnncompare.options.ranges import Draws, Seed


def phase_randomised(data: np.ndarray, *, draws: Draws, seed: Seed) -> Iterator[np.ndarray]:
    """Surrogates in which Fourier phases over time are rotated by random angles, the same for all units.

    There is one angle for each condition and frequency. data: (condition, time, unit); draw k depends only on seed and
    k. Preserved exactly in each condition: the mean, power spectrum and circular autocorrelation of each unit, the
    cross-spectra between units, and therefore their covariances. Destroyed: the timing relative to other conditions
    (including the condition-independent signal) and to the other side, and transients, which spread over the whole
    window. The null hypothesis is a stationary linear process with these spectra in each condition. It concerns timing
    only: the means of units over time keep their tuning to conditions. The spectrum is that of the periodically
    repeated window, which has a jump if its ends differ. (Prichard and Theiler 1994; at the highest frequency of an
    even number of times, a real signal can only change its sign.)
    """
    data = numbers(data, "surrogate phase_randomised")
    conditions, times, _ = data.shape
    spectrum = np.fft.rfft(data, axis=1)
    for draw in range(draws):
        angles = np.random.default_rng([seed, draw]).uniform(0, 2 * np.pi, (conditions, spectrum.shape[1]))
        angles[:, 0] = 0
        if times % 2 == 0:
            angles[:, -1] = np.pi * (angles[:, -1] > np.pi)
        yield np.fft.irfft(spectrum * np.exp(1j * angles)[..., None], n=times, axis=1)
