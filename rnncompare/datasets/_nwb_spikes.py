"""Spikes of an NWB file: read in two pieces however many units."""

import itertools

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.datasets._nwb_tables import table
from rnncompare.datasets._spikes import shared_intervals


def spikes_of(session, where: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[float, float]]:
    """Spike times (s, sorted within each unit), where units begin and end in them, and the recording.

    That is (interval, 2) s, when all units were observed, and from when to when any was.
    """
    spikes, ends = stored_spikes(session, where)
    if len(unsorted(spikes, ends)):
        for first, last in itertools.pairwise(ends):
            spikes[first:last].sort()
    observed = np.array([[spikes.min(), spikes.max()]])
    each = [part for part in observed_of(session) if len(part)]
    if each:
        observed = _shared(each, where)
        return spikes, ends, observed, (min(part.min() for part in each), max(part.max() for part in each))
    return spikes, ends, observed, tuple(observed[0])


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


def _shared(each: list[np.ndarray], where: str) -> np.ndarray:
    """(interval, 2) s, when all units that have intervals were observed. Raises BadActivity."""
    times = np.concatenate(each)
    bad = int((~(times[:, 1] >= times[:, 0])).sum())
    shared = np.empty((0, 2)) if bad else shared_intervals(each)
    if not len(shared):
        raise BadActivity(
            f"{where}: units.obs_intervals: found {bad} intervals that end before they start and "
            f"{len(shared)} that all units share, wanted none and at least one"
        )
    return shared
