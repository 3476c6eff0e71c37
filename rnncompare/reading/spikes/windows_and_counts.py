"""Spikes of a session, independent of the file format: recorded windows, and counts in bins around events."""

from collections.abc import Iterable

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import rates_of_counts, refuse_large, time_text
from rnncompare.reading.unit_selection import SelectedUnits


def count(spikes: np.ndarray, start: np.ndarray, bin: float, bins: int, where: str) -> np.ndarray:
    """(trial, bin) counts of sorted spikes (s) in bins of `bin` s from `start` (s) of each trial.

    Raises BadActivity for too many bins, or if overlapping windows contain too many spikes.
    """
    refuse_large(where, trials=len(start), bins=bins)
    low, high = np.searchsorted(spikes, start), np.searchsorted(spikes, start + bins * bin)
    many = high - low
    refuse_large(where, spikes_in_all_windows=many.sum())
    trial = np.repeat(np.arange(len(start)), many)
    index = np.arange(many.sum()) + np.repeat(low - np.cumsum(many) + many, many)
    # A spike on the last edge might be rounded up to a bin beyond the last one.
    at = np.minimum(((spikes[index] - start[trial]) / bin).astype(int), bins - 1)
    return np.bincount(trial * bins + at, minlength=len(start) * bins).reshape(len(start), bins).astype(float)


def rates_of(
    units: Iterable[np.ndarray],
    number: int,
    first: np.ndarray,
    times: int,
    extra: int,
    *,
    bin: float,
    smooth: float,
    minimum_rate: float | None,
    where: str,
) -> tuple[np.ndarray, SelectedUnits]:
    """Rates (trial, time, unit) in spikes/s of the selected units, and the selection among `number` units.

    units: sorted spike times (s) of each unit; first: (trial,) start of the first bin of each trial in s; extra: number
    of additional bins on each side for smoothing. Raises BadActivity if no unit is selected, or for too large arrays.
    """
    counts = (count(spikes, first - extra * bin, bin, times + 2 * extra, where) for spikes in units)
    how = {"bin": bin, "smooth": smooth, "minimum_rate": minimum_rate, "where": where}
    return rates_of_counts(counts, (len(first), times, number), **how)


def inside(
    align: np.ndarray,
    number: np.ndarray,
    time: np.ndarray,
    bin: float,
    extra: int,
    observed: np.ndarray,
    where: str,
    span: tuple[float, float] | None = None,
    *,
    own: np.ndarray | None = None,
    observed_any: np.ndarray | None = None,
) -> tuple[np.ndarray, dict[str, int]]:
    """(trial,) of bool: trials whose event and whole window were recorded; and the number of others by reason.

    align: (trial,) events in s; number: (trial,) indices of trials for errors; observed: (interval, 2) s, sorted: times
    at which all units were observed; span: first and last time (s) at which any unit was observed; own: (trial, 2) s:
    recorded times of each trial, if known; observed_any: (interval, 2) s, sorted: times at which any unit was observed.
    Raises BadActivity for an event before or after the recording.
    """
    known, (begin, end) = np.isfinite(align), span or (observed[0, 0], observed[-1, 1])
    away = np.zeros(len(align), dtype=bool) if own is None else known & ((align < own[:, 0]) | (align > own[:, 1]))
    outside = known & ~away & ~((align >= begin) & (align <= end))
    if outside.any():
        raise BadActivity(
            f"{where}: trials {_some(number[outside])}: found events at {_some(align[outside])} s, wanted them within "
            f"the recording, which is from {time_text(begin)} to {time_text(end)} s "
            "(are they in s, on the clock of the session?)"
        )
    reach = (extra + 0.5) * bin
    start, stop = align + time[0] - reach, align + time[-1] + reach
    fits = known & ~away & _holds(observed, start, stop)
    some_units = np.zeros(len(align), dtype=bool) if observed_any is None else _holds(observed_any, start, stop)
    return fits, {
        "without the event": int((~known).sum()),
        "whose event is outside its own trial": int(away.sum()),
        "in which some units were not observed": int((known & ~fits & some_units).sum()),
        "whose window extends beyond the recording": int((known & ~away & ~fits & ~some_units).sum()),
    }


def _holds(observed: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """(trial,) of bool: whether one of the sorted intervals contains all of start to stop (s)."""
    interval = np.clip(np.searchsorted(observed[:, 0], start + RESOLUTION, side="right") - 1, 0, None)
    return (start >= observed[interval, 0] - RESOLUTION) & (stop <= observed[interval, 1] + RESOLUTION)


def leave_out(left_out: dict[str, int], complete: np.ndarray, incomplete: str, where: str) -> str:
    """A note on the trials left out. Raises BadActivity if the card refuses incomplete trials or none is left."""
    if incomplete not in ("refuse", "leave out"):
        raise BadOption(f"{where}: found incomplete '{incomplete}', wanted 'refuse' or 'leave out'")
    reasons = ", ".join(f"{n} {reason}" for reason, n in left_out.items() if n)
    if reasons and (incomplete == "refuse" or not complete.any()):
        raise BadActivity(
            f"{where}: found {(~complete).sum()} of {len(complete)} trials incomplete ({reasons}), wanted complete "
            "ones; 'incomplete: leave out' in the card leaves such trials out"
        )
    return f"{complete.sum()} trials; left out: {reasons or 'none'}"


def shared_intervals(intervals: list[np.ndarray]) -> np.ndarray:
    """(interval, 2) s: times at which all units were observed, from the intervals of each unit; sorted and merged.

    The intervals of a unit may be unsorted, overlapping, nested or empty.
    """
    edges = np.concatenate([union(i).ravel() for i in intervals])
    steps = np.tile([1, -1], len(edges) // 2)
    order = np.lexsort((steps, edges))  # at equal times, ends come before starts
    edges, observers = edges[order], np.cumsum(steps[order])
    starts = np.flatnonzero(observers == len(intervals))
    found = np.stack([edges[starts], edges[starts + 1]], axis=1)
    apart = found[1:, 0] - found[:-1, 1] > RESOLUTION
    whole = np.ones(min(1, len(found)), dtype=bool)
    first, last = np.r_[whole, apart], np.r_[apart, whole]
    return np.stack([found[first, 0], found[last, 1]], axis=1)


def union(intervals: np.ndarray) -> np.ndarray:
    """(interval, 2) s: the union of the intervals (n, 2), sorted, with adjacent ones merged."""
    proper = intervals[intervals[:, 1] > intervals[:, 0]]
    proper = proper[np.argsort(proper[:, 0], kind="stable")]
    reach = np.maximum.accumulate(proper[:, 1]) if len(proper) else proper[:, 1]
    first = np.append(True, proper[1:, 0] > reach[:-1] + RESOLUTION)[: len(proper)]
    last = np.append(first[1:], True)[: len(proper)]
    return np.stack([proper[first, 0], reach[last]], axis=1)


def _some(values: np.ndarray) -> str:
    """The first five values and the number of further ones, as text."""
    return ", ".join(map(time_text, values[:5])) + (f" and {len(values) - 5} more" if len(values) > 5 else "")
