"""Spikes of an NWB file: read in two pieces however many units."""

import itertools
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.reading.nwb.tables import table
from rnncompare.reading.spikes.windows_and_counts import shared_intervals, union


class Recorded(NamedTuple):
    """Spikes of a session and when they were recorded. A unit without intervals was observed whenever others were."""

    spikes: np.ndarray  # s, sorted within each unit
    ends: np.ndarray  # (unit + 1,) where units begin and end in them
    observed: np.ndarray  # (interval, 2) s, rising, when all units were
    anyones: np.ndarray  # (interval, 2) s, rising, when any unit was

    @property
    def span(self) -> tuple[float, float]:
        """From when to when any unit was observed, s."""
        return self.anyones[0, 0], self.anyones[-1, 1]


def spikes_of(session, where: str) -> Recorded:
    """The spikes of a session, and when all units were observed, and when any. Raises BadActivity."""
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
    """Spike times (s) as the file has them, and where units begin and end in them. Raises BadActivity."""
    # An index into one long array: two reads, however many units.
    column = table(session.units, "units", ["spike_times"], where)["spike_times"]
    ends = np.concatenate([[0], np.asarray(column.data[:], dtype=int)])
    spikes = np.asarray(column.target.data[:], dtype=float)
    if len(ends) < 2 or (np.diff(ends) < 0).any() or ends[-1] != len(spikes) or len(spikes) == 0:
        raise BadActivity(
            f"{where}: units.spike_times: found {len(spikes)} spikes and an index that ends at {ends[-1]}, "
            "wanted as many, and at least one"
        )
    if not np.isfinite(spikes).all():
        bad = int((~np.isfinite(spikes)).sum())
        raise BadActivity(f"{where}: units.spike_times: found {bad} NaN or infinite, wanted none")
    return spikes, ends


def unsorted(spikes: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Units whose spikes do not rise in time."""
    falls = np.flatnonzero(np.diff(spikes) < 0) + 1  # the second spike of each pair
    inside = falls[~np.isin(falls, ends)]
    return np.unique(np.searchsorted(ends, inside, side="right") - 1)


def observed_of(session) -> list[np.ndarray]:
    """(interval, 2) s of each unit, in which it was observed; of none where the file does not say."""
    if "obs_intervals" not in session.units.colnames:
        return []
    column = session.units["obs_intervals"]
    return np.split(np.asarray(column.target.data[:], dtype=float), np.asarray(column.data[:], dtype=int)[:-1])


def lasting(intervals: np.ndarray) -> float:
    """How long (s) the intervals (n, 2) last together, what they share counting once."""
    return float(np.diff(union(intervals), axis=1).sum())


def _shared(each: list[np.ndarray], where: str) -> np.ndarray:
    """(interval, 2) s, when all units that have intervals were observed. Raises BadActivity."""
    times = np.concatenate(each)
    bad = int((~(times[:, 1] >= times[:, 0])).sum())
    if bad:
        raise BadActivity(
            f"{where}: units.obs_intervals: found {bad} of {len(times)} intervals that end before they start, or are "
            "NaN, wanted none"
        )
    said = [k for k, own in enumerate(each) if len(own)]
    long = [lasting(each[k]) for k in said]
    shared = shared_intervals([each[k] for k in said]) if min(long) > 0 else np.empty((0, 2))
    if not len(shared):
        least = [f"{said[k]} ({long[k]:.3g} s)" for k in np.argsort(long, kind="stable")[:5]]
        raise BadActivity(
            f"{where}: units.obs_intervals: found no time at which all {len(said)} units that have intervals were "
            f"observed, wanted some; rows {', '.join(least)} were observed for least: a copy of the file without such "
            "units can be read"
        )
    return shared
