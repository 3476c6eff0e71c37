"""Series in time, read at other times than their own."""

import numpy as np

from rnncompare.datasets._rates import refuse_large


def times_of(align: np.ndarray, time: np.ndarray, channels: int, where: str) -> np.ndarray:
    """(trial, time) s, `time` from each trial's `align`. Raises BadActivity where so many series are too large."""
    refuse_large(where, trials=len(align), times=len(time), channels=max(1, channels))
    return align[:, None] + time


def interpolate(times: np.ndarray, clock: np.ndarray, data: np.ndarray, bin: float) -> np.ndarray:
    """`data` (sample,) of rising times `clock` at `times`, s; NaN beyond its ends and in its gaps."""
    value = np.interp(times.ravel(), clock, data, left=np.nan, right=np.nan)
    steps = np.diff(clock)
    widest = max(2 * bin, 3 * np.median(steps))  # more than this between two samples is a gap
    after = np.clip(np.searchsorted(clock, times.ravel()), 1, len(clock) - 1)
    value[steps[after - 1] > widest] = np.nan
    return value.reshape(times.shape)
