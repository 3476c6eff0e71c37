"""Activity with the frequencies that it has, at random moments."""

from collections.abc import Iterator

import numpy as np

from rnncompare.comparison.pair_checks import numbers
from rnncompare.options.ranges import Draws, Seed


def phase_randomised(data: np.ndarray, *, draws: Draws, seed: Seed) -> Iterator[np.ndarray]:
    """Fourier phases over time rotated by random angles, one a condition and frequency, the same for all units.

    data: (condition, time, unit); draw k depends on seed and k alone. Kept exactly: in each condition the mean, the
    power spectrum and circular autocorrelation of each unit, the cross-spectra among units, and so their covariances.
    Lost: when things happen, relative to other conditions (so the condition-independent signal too) and to the other
    side, and bursts: what is transient spreads over the whole window. A null of "a stationary linear process with these
    spectra in each condition". It is a null of timing alone: units' means over time keep their tuning to conditions.
    The spectrum is that of the window repeated, whose ends meet in a jump if they differ.
    (Prichard and Theiler 1994; at the highest frequency of an even number of times a real signal can only change sign.)
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
