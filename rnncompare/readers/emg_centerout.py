"""Reader of EMG of a macaque's arm during centre-out reaching: averages over trials for 8 directions."""

from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.files.labels import labels
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, CountOrNone, Degrees, Hertz, ReadWindow, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.matlab.matlab import read_matlab
from rnncompare.reading.rates import clock, margin, numbers_of_shape, to_rates

MUSCLES, SAMPLES, DIRECTIONS = 13, 3341, 8


def emg_centerout(
    files: dict[str, Path],
    *,
    sampling_rate: Hertz,
    onset_sample: CountOrNone,
    first_direction: Degrees,
    before: Literal["hold", "refuse"],
    scale: Literal["muscle_max", "none"],
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
) -> xr.Dataset:
    """EMG of 13 muscles (8 directions, time, muscle), with one averaged trial for each condition.

    Muscles are the units; the same values are the behavior, so that a task can use them as target outputs of a network.
    The file states neither times nor directions: its conditions are in the order of the ring, and the rest is assumed
    through options. sampling_rate: samples/s; onset_sample: sample of movement onset, counted from 0; first_direction:
    degrees, of the first condition in the file; before: at times before the first sample, 'hold' repeats it and
    'refuse' raises an error; scale: 'muscle_max' divides each muscle by its largest absolute value over directions and
    samples, 'none' does not. bin: s, means over bins; smooth: SD of a Gaussian in s, 0 for none; window: [start, stop]
    in s. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    where = str(path)
    if scale not in ("muscle_max", "none") or before not in ("hold", "refuse"):
        raise BadOption(
            f"{where}: found scale '{scale}' and before '{before}', "
            "wanted scale 'muscle_max' or 'none', and before 'hold' or 'refuse'"
        )
    together(sampling_rate, onset_sample, bin)
    emg = numbers_of_shape(read_matlab(path, "all_EMG")["all_EMG"], (MUSCLES, SAMPLES, DIRECTIONS), "all_EMG", where)
    if not np.isfinite(emg).all():
        raise BadActivity(f"{where}: all_EMG: found {(~np.isfinite(emg)).sum()} values NaN or infinite, wanted none")
    if scale == "muscle_max":
        emg = emg / np.abs(emg).max(axis=(1, 2), keepdims=True)
    time = clock(window, bin, where)
    extra = margin(smooth, bin, where)
    wide = time[0] + bin * np.arange(-extra, len(time) + extra)
    sums = _bin_means(emg.transpose(2, 0, 1), wide, bin, sampling_rate, onset_sample, before, where) * bin
    envelope = np.moveaxis(to_rates(sums, smooth, bin, where), 1, 2)
    repeated = int((time - bin / 2 < -onset_sample / sampling_rate - RESOLUTION).sum())
    names = [f"muscle_{k + 1}" for k in range(MUSCLES)]
    angle = (first_direction + np.arange(DIRECTIONS) * 360 / DIRECTIONS) % 360
    return activity.build(
        envelope,
        time=time,
        unit=names,
        condition=labels(angle),
        behavior=envelope,
        channel=names,
        per_trial={"angle": angle},
        source=path.name,
        rate_units="a.u. (EMG" + (", fraction of each muscle's largest)" if scale == "muscle_max" else ")"),
        behavior_units="a.u.",
        alignment="movement onset (assumed sample)",
        simultaneous=0,
        notes="averages over trials: one trial for each condition; "
        f"{repeated} of {len(time)} times repeat the first sample",
        inferred=f"time axis: {sampling_rate:g} samples/s and movement onset at sample {onset_sample} are assumed",
    )


def together(sampling_rate: float, onset_sample: int, bin: float) -> None:
    """Raise BadOption for an onset outside the samples, or for bins that are shorter than one sample."""
    if not sampling_rate > 0 or not 0 <= onset_sample < SAMPLES or bin * sampling_rate < 1:
        raise BadOption(
            f"emg_centerout: found sampling_rate {sampling_rate}/s, onset_sample {onset_sample} and bin {bin} s, "
            f"wanted an onset within {SAMPLES} samples and a bin of at least one sample"
        )


emg_centerout.together = together


def _bin_means(
    emg: np.ndarray, time: np.ndarray, bin: float, sampling_rate: float, onset_sample: int, before: str, where: str
) -> np.ndarray:
    """Means over the samples of each bin: (..., samples) to (..., times)."""
    edges = np.append(time - bin / 2, time[-1] + bin / 2) * sampling_rate + onset_sample
    first, last = edges[0], edges[-1]
    if last > emg.shape[-1] + RESOLUTION or (first < -RESOLUTION and before == "refuse"):
        raise BadOption(
            f"{where}: found samples from {-onset_sample / sampling_rate:g} to "
            f"{(emg.shape[-1] - onset_sample) / sampling_rate:g} s, "
            f"wanted {time[0] - bin / 2:g} to {time[-1] + bin / 2:g} s "
            "(the window and the margins for smoothing)"
        )
    # Means over bins of any width are differences of the integral of the signal at the edges of bins.
    total = np.concatenate([np.zeros((*emg.shape[:-1], 1)), np.cumsum(emg, axis=-1)], axis=-1)
    sample = np.clip(edges, 0, emg.shape[-1])
    low = np.minimum(np.floor(sample).astype(int), emg.shape[-1] - 1)
    integral = total[..., low] + (sample - low) * emg[..., low] + np.minimum(edges, 0) * emg[..., :1]
    return np.diff(integral, axis=-1) / (bin * sampling_rate)
