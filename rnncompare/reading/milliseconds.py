"""Rates from spike counts in samples of 1 ms."""

import numpy as np

from rnncompare.plugins import BadOption
from rnncompare.reading.rates import clock, margin, to_rates

SAMPLES = 1000  # per second
ROUNDING = 1e-6  # tolerance in samples


def rates_of(
    spikes: list[np.ndarray] | np.ndarray, *, first: float, bin: float, smooth: float, window: list[float], where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Times (time,) in s, and smoothed rates (trial, time, unit) in spikes/s in bins centred on them.

    spikes: (unit, sample) counts in 1 ms for each trial; trials may differ in length. first: start of the first sample
    in s. bin: s, an even number of ms, because bins are centred on their times; smooth: SD of a Gaussian in s, 0 for
    none; window: [start, stop] in s. Raises BadOption if the shortest trial does not cover the window and the margins
    for smoothing.
    """
    time, extra = clock(window, bin, where), margin(smooth, bin, where)
    half = bin * SAMPLES / 2
    if round(half) < 1 or abs(half - round(half)) > ROUNDING:
        near = max(2, 2 * round(half)) / SAMPLES
        raise BadOption(
            f"{where}: found bin {bin} s, wanted an even number of ms, such as {near:g} s: samples are 1 ms"
        )
    width = 2 * round(half)
    start = round((time[0] - first) * SAMPLES) - (2 * extra + 1) * round(half)
    stop = start + (len(time) + 2 * extra) * width
    shortest = min(trial.shape[1] for trial in spikes)
    if start < 0 or stop > shortest:
        raise BadOption(
            f"{where}: found {shortest} samples in the shortest trial, {first:g} to {first + shortest / SAMPLES:g} s, "
            f"wanted {first + start / SAMPLES:g} to {first + stop / SAMPLES:g} s "
            "(the window, half a bin on each side, and the margins for smoothing)"
        )
    shape = (spikes[0].shape[0], len(time) + 2 * extra, width)
    counts = np.stack([trial[:, start:stop].reshape(shape).sum(axis=2, dtype=float) for trial in spikes])
    return time, np.moveaxis(to_rates(counts, smooth, bin, where), 1, 2)
