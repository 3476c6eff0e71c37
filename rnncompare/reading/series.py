"""Series in time, read at other times than their own."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.reading.rates import refuse_large
from rnncompare.recordings.inspection import some


def refuse_falling(times: np.ndarray, where: str, *, wanted: str) -> None:
    """Raise BadActivity that says how many of (sample,) times do not rise, and where, unless all do."""
    if len(times) < 2:
        raise BadActivity(f"{where}: found {len(times)} times, wanted {wanted}")
    if odd := falling(times):
        apart = 2 * rounding_of(times)
        few = apart > np.ptp(times) / len(times) / 2
        why = f": 32 bits hold them to {apart:.3g}; save them in 64, or from an event of the session" if few else MEND
        raise BadActivity(f"{where}: found {odd}, wanted {wanted}{why}")


MEND = ": which sample is right is not in the file; write it without the wrong ones"


def falling(times: np.ndarray) -> str:
    """How many of (sample,) times do not rise, and where, in words; nothing where all do."""
    steps = np.diff(times)
    wrong = np.flatnonzero(~(steps > 0))
    if len(wrong) == 0:
        return ""
    kinds = {"are those of the sample before": steps == 0, "lie before it": steps < 0, "are NaN": np.isnan(steps)}
    found = ", ".join(f"{kind.sum()} {what}" for what, kind in kinds.items() if kind.any())
    each = some((f"{k + 2} ({times[k + 1]:.10g} after {times[k]:.10g})" for k in wrong[:4].tolist()), 3)
    return f"{len(wrong)} of {len(times)} times that do not rise ({found}): samples {each}, counted from 1"


def rounding_of(times: np.ndarray) -> float:
    """How far off times may be that are numbers of 32 bits, or were once, in their own unit; 0 where none are."""
    with np.errstate(over="ignore"):
        single = times.astype(np.float32)
    if times.dtype.kind not in "f" or not np.isfinite(times).all() or not (single == times).all():
        return 0.0
    return float(np.spacing(np.abs(single).max())) / 2


def refuse_blank(values: np.ndarray, channels: list[str], known: np.ndarray, where: str) -> None:
    """Raise BadActivity that names the channels of (trial, time, channel) that no trial has, if there are any.

    known: (trial,) those that have their event and their whole window.
    """
    lacking = np.isnan(values[known]).any(axis=1).sum(axis=0)
    blank = [name for name, n in zip(channels, lacking.tolist(), strict=True) if n == known.sum()]
    if blank and known.any():
        clock = "" if np.isfinite(values[known]).any() else " (is its clock that of the events?)"
        raise BadActivity(
            f"{where}: behavior: found {some(blank)} NaN, or without samples in the window, in all of {known.sum()} "
            f"trials, wanted some whole{clock}; null in the place of its name leaves a channel out"
        )


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
