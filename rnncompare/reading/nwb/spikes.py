"""Spikes of an NWB file, and the times at which units were observed."""

import itertools
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.reading.nwb.tables import table
from rnncompare.reading.spikes.windows_and_counts import shared_intervals, union


class Recorded(NamedTuple):
    """Spikes of a session and the times of recording. Units without intervals are assumed to be always observed."""

    spikes: np.ndarray  # s, sorted within each unit
    ends: np.ndarray  # (unit + 1,) indices in `spikes` at which units begin and end
    observed: np.ndarray  # (interval, 2) s, sorted: times at which all units were observed
    observed_any: np.ndarray  # (interval, 2) s, sorted: times at which any unit was observed

    @property
    def span(self) -> tuple[float, float]:
        """The first and last time (s) at which any unit was observed."""
        return self.observed_any[0, 0], self.observed_any[-1, 1]


def spikes_of(session, where: str) -> Recorded:
    """The spikes of a session, and the times at which all units and any unit were observed. Raises BadActivity."""
    spikes, ends = stored_spikes(session, where)
    if len(unsorted(spikes, ends)):
        for first, last in itertools.pairwise(ends):
            spikes[first:last].sort()
    each = observed_of(session)
    if any(map(len, each)):
        return Recorded(spikes, ends, _shared(each, where), union(np.concatenate(each)))
    whole = np.array([[spikes.min(), spikes.max()]])
    return Recorded(spikes, ends, whole, whole)


def stored_spikes(session, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Spike times (s) as stored in the file, and the indices at which units begin and end. Raises BadActivity."""
    # The index and the concatenated spike times are read as two arrays, which is fast for many units.
    column = table(session.units, "units", ["spike_times"], where)["spike_times"]
    ends = np.concatenate([[0], np.asarray(column.data[:], dtype=int)])
    spikes = np.asarray(column.target.data[:], dtype=float)
    if len(ends) < 2 or (np.diff(ends) < 0).any() or ends[-1] != len(spikes) or len(spikes) == 0:
        raise BadActivity(
            f"{where}: units.spike_times: found {len(spikes)} spikes and an index that ends at {ends[-1]}, "
            "wanted equal numbers, and at least one spike"
        )
    if not np.isfinite(spikes).all():
        bad = int((~np.isfinite(spikes)).sum())
        raise BadActivity(f"{where}: units.spike_times: found {bad} NaN or infinite, wanted none")
    return spikes, ends


def unsorted(spikes: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The indices of units whose spike times are not sorted."""
    falls = np.flatnonzero(np.diff(spikes) < 0) + 1  # the second spike of each pair
    inside = falls[~np.isin(falls, ends)]
    return np.unique(np.searchsorted(ends, inside, side="right") - 1)


def observed_of(session) -> list[np.ndarray]:
    """For each unit, the intervals (interval, 2) in s in which it was observed; [] if the file does not give them."""
    if "obs_intervals" not in session.units.colnames:
        return []
    column = session.units["obs_intervals"]
    return np.split(np.asarray(column.target.data[:], dtype=float), np.asarray(column.data[:], dtype=int)[:-1])


def total_duration(intervals: np.ndarray) -> float:
    """The total duration (s) of the union of the intervals (n, 2)."""
    return float(np.diff(union(intervals), axis=1).sum())


def _shared(each: list[np.ndarray], where: str) -> np.ndarray:
    """(interval, 2) s: times at which all units that have intervals were observed. Raises BadActivity."""
    times = np.concatenate(each)
    bad = int((~(times[:, 1] >= times[:, 0])).sum())
    if bad:
        raise BadActivity(
            f"{where}: units.obs_intervals: found {bad} of {len(times)} intervals that end before they start, or are "
            "NaN, wanted none"
        )
    known = [k for k, own in enumerate(each) if len(own)]
    long = [total_duration(each[k]) for k in known]
    shared = shared_intervals([each[k] for k in known]) if min(long) > 0 else np.empty((0, 2))
    if not len(shared):
        least = [f"{known[k]} ({long[k]:.3g} s)" for k in np.argsort(long, kind="stable")[:5]]
        raise BadActivity(
            f"{where}: units.obs_intervals: found no time at which all {len(known)} units that have intervals were "
            f"observed, wanted some; the units with the shortest observation are in rows {', '.join(least)}: a copy of "
            "the file without them can be read"
        )
    return shared
