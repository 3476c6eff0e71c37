"""Spikes of a session, whatever file they lie in: windows that were recorded, and counts in bins around events."""

from collections.abc import Iterable

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.kept import Kept
from rnncompare.reading.rates import rates_of_counts, refuse_large


def count(spikes: np.ndarray, start: np.ndarray, bin: float, bins: int, where: str) -> np.ndarray:
    """Spikes (sorted, s) in each bin of each trial: (trial, bin), bins of `bin` s from each trial's `start`.

    Raises BadActivity where there are too many bins, or windows hold the same spikes over and over.
    """
    refuse_large(where, trials=len(start), bins=bins)
    low, high = np.searchsorted(spikes, start), np.searchsorted(spikes, start + bins * bin)
    many = high - low
    refuse_large(where, spikes_in_all_windows=many.sum())
    trial = np.repeat(np.arange(len(start)), many)
    index = np.arange(many.sum()) + np.repeat(low - np.cumsum(many) + many, many)
    # A spike on the last edge may round up into a bin that is not there.
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
) -> tuple[np.ndarray, Kept]:
    """Spikes/s (trial, time, unit) of the units that are fast enough, and which of `number` they are.

    units: sorted spike times (s) of each; first: (trial,) s, where each trial's first bin begins; extra: bins that
    smoothing reads on either side. Raises BadActivity where no unit is fast enough, or all take too much memory.
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
    anyones: np.ndarray | None = None,
) -> tuple[np.ndarray, dict[str, int]]:
    """Which trials have their event and whole window in the recording; how many lack what.

    align, number: (trial,) s, and their numbers for errors; observed: (interval, 2) s, rising, when spikes of all units
    were recorded; span: s, when any were, from first to last; own: (trial, 2) s, when each trial was, where that is
    known; anyones: (interval, 2) s, rising, when some unit was observed. Raises BadActivity where an event lies before
    or after the recording.
    """
    known, (begin, end) = np.isfinite(align), span or (observed[0, 0], observed[-1, 1])
    away = np.zeros(len(align), dtype=bool) if own is None else known & ((align < own[:, 0]) | (align > own[:, 1]))
    outside = known & ~away & ~((align >= begin) & (align <= end))
    if outside.any():
        raise BadActivity(
            f"{where}: trials {_some(number[outside])}: found events at {_some(align[outside])} s, wanted them within "
            f"the recording, which runs from {begin:g} to {end:g} s "
            "(are they in s, on the session's clock?)"
        )
    reach = (extra + 0.5) * bin
    start, stop = align + time[0] - reach, align + time[-1] + reach
    fits = known & ~away & _holds(observed, start, stop)
    some_units = np.zeros(len(align), dtype=bool) if anyones is None else _holds(anyones, start, stop)
    return fits, {
        "without the event": int((~known).sum()),
        "whose event lies outside its own trial": int(away.sum()),
        "in which some units were not observed": int((known & ~fits & some_units).sum()),
        "whose window leaves the recording": int((known & ~away & ~fits & ~some_units).sum()),
    }


def _holds(observed: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """(trial,) whether one of the rising intervals holds all from start to stop, s."""
    interval = np.clip(np.searchsorted(observed[:, 0], start + RESOLUTION, side="right") - 1, 0, None)
    return (start >= observed[interval, 0] - RESOLUTION) & (stop <= observed[interval, 1] + RESOLUTION)


def leave_out(left_out: dict[str, int], complete: np.ndarray, incomplete: str, where: str) -> str:
    """The note on trials left out; BadActivity where there are some and the card does not say so, or none stay."""
    if incomplete not in ("refuse", "leave out"):
        raise BadOption(f"{where}: found incomplete '{incomplete}', wanted 'refuse' or 'leave out'")
    reasons = ", ".join(f"{n} {reason}" for reason, n in left_out.items() if n)
    if reasons and (incomplete == "refuse" or not complete.any()):
        raise BadActivity(
            f"{where}: found {(~complete).sum()} of {len(complete)} trials incomplete ({reasons}), wanted whole ones; "
            "'incomplete: leave out' in the card leaves such trials out"
        )
    return f"{complete.sum()} trials; left out: {reasons or 'none'}"


def shared_intervals(intervals: list[np.ndarray]) -> np.ndarray:
    """(interval, 2) s, when all units were observed, of each unit's (interval, 2); intervals that touch are one.

    A unit's intervals may come in any order, overlap, lie in one another or last no time.
    """
    edges = np.concatenate([union(i).ravel() for i in intervals])
    steps = np.tile([1, -1], len(edges) // 2)
    order = np.lexsort((steps, edges))  # ends before the starts that they touch
    edges, observers = edges[order], np.cumsum(steps[order])
    starts = np.flatnonzero(observers == len(intervals))
    found = np.stack([edges[starts], edges[starts + 1]], axis=1)
    apart = found[1:, 0] - found[:-1, 1] > RESOLUTION
    whole = np.ones(min(1, len(found)), dtype=bool)
    first, last = np.r_[whole, apart], np.r_[apart, whole]
    return np.stack([found[first, 0], found[last, 1]], axis=1)


def union(intervals: np.ndarray) -> np.ndarray:
    """(interval, 2) s, rising and apart: what any of the intervals (n, 2) holds; those that touch are one."""
    lasting = intervals[intervals[:, 1] > intervals[:, 0]]
    lasting = lasting[np.argsort(lasting[:, 0], kind="stable")]
    reach = np.maximum.accumulate(lasting[:, 1]) if len(lasting) else lasting[:, 1]
    first = np.append(True, lasting[1:, 0] > reach[:-1] + RESOLUTION)[: len(lasting)]
    last = np.append(first[1:], True)[: len(lasting)]
    return np.stack([lasting[first, 0], reach[last]], axis=1)


def _some(values: np.ndarray) -> str:
    """The first few of many."""
    return ", ".join(f"{v:g}" for v in values[:5]) + (f" and {len(values) - 5} more" if len(values) > 5 else "")
