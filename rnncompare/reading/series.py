"""Time series: checks of their times, and interpolation at other times."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.text import abbreviated
from rnncompare.reading.rates import refuse_large


def refuse_not_increasing(times: np.ndarray, where: str, *, wanted: str) -> None:
    """Raise BadActivity unless the times (sample,) are strictly increasing; the message says how many are not."""
    if len(times) < 2:
        raise BadActivity(f"{where}: found {len(times)} times, wanted {wanted}")
    if odd := not_increasing(times):
        apart = 2 * rounding_of(times)
        few = apart > np.ptp(times) / len(times) / 2
        why = f": 32 bits resolve only {apart:.3g}; save them in 64 bits, or relative to an event of the session"
        raise BadActivity(f"{where}: found {odd}, wanted {wanted}{why if few else ADVICE}")


ADVICE = ": the file does not show which samples are correct; please remove the wrong ones"


def not_increasing(times: np.ndarray) -> str:
    """A description of the times (sample,) that are not greater than the preceding one; '' if all are."""
    steps = np.diff(times)
    wrong = np.flatnonzero(~(steps > 0))
    if len(wrong) == 0:
        return ""
    kinds = {"repeat the preceding time": steps == 0, "are earlier": steps < 0, "are NaN": np.isnan(steps)}
    found = ", ".join(f"{kind.sum()} {what}" for what, kind in kinds.items() if kind.any())
    each = abbreviated((f"{k + 2} ({times[k + 1]:.10g} after {times[k]:.10g})" for k in wrong[:4].tolist()), 3)
    return f"{len(wrong)} of {len(times)} times that do not increase ({found}): samples {each}, counted from 1"


def rounding_of(times: np.ndarray) -> float:
    """The rounding error of times that are or were stored in single precision, in their unit; 0 for other times."""
    with np.errstate(over="ignore"):
        single = times.astype(np.float32)
    if times.dtype.kind not in "f" or not np.isfinite(times).all() or not (single == times).all():
        return 0.0
    return float(np.spacing(np.abs(single).max())) / 2


def refuse_empty_channels(values: np.ndarray, channels: list[str], known: np.ndarray, where: str) -> None:
    """Raise BadActivity if channels of (trial, time, channel) are incomplete in all trials; the message names them.

    known: (trial,) of bool: trials that have their event and their whole window.
    """
    lacking = np.isnan(values[known]).any(axis=1).sum(axis=0)
    empty = [name for name, n in zip(channels, lacking.tolist(), strict=True) if n == known.sum()]
    if empty and known.any():
        clock = "" if np.isfinite(values[known]).any() else " (is it on the same clock as the events?)"
        raise BadActivity(
            f"{where}: behavior: found {abbreviated(empty)} NaN, or without samples in the window, in all of "
            f"{known.sum()} trials, wanted some complete trials{clock}; null instead of its name leaves a channel out"
        )


def times_of(align: np.ndarray, time: np.ndarray, channels: int, where: str) -> np.ndarray:
    """(trial, time) times in s: `time` relative to `align` of each trial. Raises BadActivity for too large series."""
    refuse_large(where, trials=len(align), times=len(time), channels=max(1, channels))
    return align[:, None] + time


def interpolate(times: np.ndarray, clock: np.ndarray, data: np.ndarray, bin: float) -> np.ndarray:
    """`data` (sample,) at times `clock` (s, increasing), interpolated at `times`; NaN outside its range and in gaps."""
    value = np.interp(times.ravel(), clock, data, left=np.nan, right=np.nan)
    steps = np.diff(clock)
    widest = max(2 * bin, 3 * np.median(steps))  # a longer interval between two samples is a gap
    after = np.clip(np.searchsorted(clock, times.ravel()), 1, len(clock) - 1)
    value[steps[after - 1] > widest] = np.nan
    return value.reshape(times.shape)
