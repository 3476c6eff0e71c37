"""Spikes of an NWB file: read in two pieces however many units, and counted in bins around events."""

import itertools

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.datasets._nwb_tables import table


def count(spikes: np.ndarray, start: np.ndarray, bin: float, bins: int) -> np.ndarray:
    """Spikes (sorted, s) in each bin of each trial: (trial, bin), bins of `bin` s from each trial's `start`."""
    low, high = np.searchsorted(spikes, start), np.searchsorted(spikes, start + bins * bin)
    many = high - low
    trial = np.repeat(np.arange(len(start)), many)
    index = np.arange(many.sum()) + np.repeat(low - np.cumsum(many) + many, many)
    # A spike on the last edge may round up into a bin that is not there.
    at = np.minimum(((spikes[index] - start[trial]) / bin).astype(int), bins - 1)
    return np.bincount(trial * bins + at, minlength=len(start) * bins).reshape(len(start), bins).astype(float)


def spikes_of(session, where: str) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """Spike times (s, sorted within each unit), where units begin and end in them, and the recording's span (s)."""
    units = table(session.units, "units", ["spike_times"], where)
    column = units["spike_times"]  # an index into one long array: two reads, however many units
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
    falls = np.diff(spikes) < 0
    falls[ends[1:-1][(ends[1:-1] > 0) & (ends[1:-1] < len(spikes))] - 1] = False
    if falls.any():
        for first, last in itertools.pairwise(ends):
            spikes[first:last].sort()
    span = (spikes.min(), spikes.max())
    if "obs_intervals" in units.colnames:
        observed = np.asarray(units["obs_intervals"].target.data[:], dtype=float)
        if observed.size:
            span = (min(span[0], observed.min()), max(span[1], observed.max()))
    return spikes, ends, span
