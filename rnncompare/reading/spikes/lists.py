"""Spike times in files of arrays: in nested cells, with a list of clusters, or separately for each trial."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.labels import missing
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.variables import Variables, leaves, seconds


def times_in(value: Any, name: str, where: str) -> Iterator[np.ndarray]:
    """Yield the times (n,) of each of possibly nested cells, in order. Raises BadActivity."""
    for one in leaves(value):
        if not isinstance(one, np.ndarray) or one.dtype.kind not in "fiub" or one.size not in (*one.shape, 0):
            found = f"{one.dtype} of shape {one.shape}" if isinstance(one, np.ndarray) else type(one).__name__
            raise BadActivity(f"{where}: {name}: found {found}, wanted cells of rows or columns of times")
        times = one.ravel().astype(float)
        if not np.isfinite(times).all():
            bad = int((~np.isfinite(times)).sum())
            raise BadActivity(f"{where}: {name}: found {bad} of {len(times)} times NaN or infinite, wanted none")
        yield times


def spikes_by_cluster(found: Variables, spikes: str, clusters: str) -> tuple[np.ndarray, list[np.ndarray], str]:
    """The clusters in increasing order, the sorted spike times of each, and a note on spikes without a cluster.

    Raises BadActivity.
    """
    (times,) = times_in(found.vector(spikes), spikes, found.where)
    cluster = found.vector(clusters, len(times))
    without, count = missing(cluster), len(times)
    if without.all():
        raise BadActivity(f"{found.where}: {clusters}: found no cluster for any of {count} spikes, wanted some")
    times, cluster = times[~without], cluster[~without]
    note = f"spikes without a cluster, which are not used: {without.sum()} of {count}" if without.any() else ""
    order = np.lexsort((times, cluster))
    names, first = np.unique(cluster[order], return_index=True)
    return names, np.split(times[order], first[1:]), note


def span(units: list[np.ndarray], name: str, where: str) -> np.ndarray:
    """(1, 2) times in s of the first and the last spike of all units."""
    if not units:
        raise BadActivity(f"{where}: {name}: found no spike, wanted some")
    return np.array([[min(unit[0] for unit in units), max(unit[-1] for unit in units)]])


def concatenated_trials(
    found: Variables,
    spikes: str,
    dims: list[str],
    unit: str | float,
    scale: float,
    zero: np.ndarray | None,
    recorded: list[str | float] | None,
    names: list[str],
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Spikes of separate trials shifted to one clock, on which trials follow each other.

    Returns, all in s: spike times of each unit, events (trial,), shifts of trials (trial,), and recorded times
    (trial, 2). Raises BadOption, BadActivity.
    """
    where = f"{found.where}: {spikes}"
    if recorded is None or len(recorded) != 2:
        raise BadOption(f"{where}: found recorded {recorded}, wanted [start, stop] on the trials' clock")
    count = len(zero) if zero is not None else len(found.vector(names[0])) if names else None
    if count is None:
        raise BadOption(f"{where}: found neither align nor condition, wanted one that gives the number of trials")
    value = found.value(spikes)
    cells = list(times_in(value, spikes, found.where))
    inner = {len(v) if isinstance(v, list) else 0 for v in value} if isinstance(value, list) else set()
    if not cells or not count or len(inner) != 1 or len(cells) % count:
        raise BadActivity(f"{where}: found {len(cells)} cells and {count} trials, wanted one for each trial and unit")
    nested = inner != {0}
    # Cell arrays of MATLAB are in column-major order; nested cells are in row-major order.
    by_trial = (dims[0] == "trial") == nested
    table = np.arange(len(cells)).reshape((count, -1) if by_trial else (-1, count))
    table = table if by_trial else table.T
    start, stop = (
        found.times(edge, unit, count) if isinstance(edge, str) else np.full(count, edge * seconds(unit, found.where))
        for edge in recorded
    )
    if not (start < stop).all() or not np.isfinite(stop - start).all():
        raise BadOption(f"{where}: found recorded {recorded}, wanted a start before the stop in each trial")
    # Gaps longer than a trial prevent windows from extending into the next trial.
    shift = np.arange(count) * 2 * (stop.max() - start.min()) - start.min()
    units = [_joined([cells[k] * scale for k in row], shift, start, stop) for row in table.T]
    zero = (np.zeros(count) if zero is None else zero) + shift
    return units, zero, shift, np.stack([start + shift, stop + shift], axis=1)


def _joined(trials: list[np.ndarray], shift: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """The spikes of one unit within the recorded times of all trials, shifted to the common clock."""
    each = zip(trials, shift, start, stop, strict=True)
    return np.concatenate([np.sort(times[(times >= a) & (times <= b)]) + s for times, s, a, b in each])
