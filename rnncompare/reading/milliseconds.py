"""Rates of trials whose spikes come as counts in samples of 1 ms."""

import numpy as np

from rnncompare.plugins import BadOption
from rnncompare.reading.rates import clock, margin, to_rates

SAMPLES = 1000  # a second
ROUNDING = 1e-6  # of a sample


def rates_of(
    spikes: list[np.ndarray] | np.ndarray, *, first: float, bin: float, smooth: float, window: list[float], where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Times (time,), s, and spikes/s (trial, time, unit) in bins around them, smoothed as all recordings are.

    spikes: of each trial (unit, sample), counts of 1 ms; trials may differ in length. first: s, when the first sample
    begins. bin: s, an even number of ms, as bins lie half on each side of their times; smooth: s, SD of a Gaussian,
    0 for none; window: [start, stop], s. Raises BadOption where the shortest trial does not hold the window and what
    smoothing reads beyond it.
    """
    time, extra = clock(window, bin, where), margin(smooth, bin, where)
    half = bin * SAMPLES / 2
    if round(half) < 1 or abs(half - round(half)) > ROUNDING:
        near = max(2, 2 * round(half)) / SAMPLES
        raise BadOption(
            f"{where}: found bin {bin} s, wanted an even number of ms, such as {near:g} s: the file counts in ms"
        )
    width = 2 * round(half)
    start = round((time[0] - first) * SAMPLES) - (2 * extra + 1) * round(half)
    stop = start + (len(time) + 2 * extra) * width
    shortest = min(trial.shape[1] for trial in spikes)
    if start < 0 or stop > shortest:
        raise BadOption(
            f"{where}: found {shortest} samples in the shortest trial, {first:g} to {first + shortest / SAMPLES:g} s, "
            f"wanted {first + start / SAMPLES:g} to {first + stop / SAMPLES:g} s "
            "(the window, half a bin on each side, and what smoothing reads beyond it)"
        )
    shape = (spikes[0].shape[0], len(time) + 2 * extra, width)
    counts = np.stack([trial[:, start:stop].reshape(shape).sum(axis=2, dtype=float) for trial in spikes])
    return time, np.moveaxis(to_rates(counts, smooth, bin, where), 1, 2)
