"""Draft of a card for a .mat, .npz or .nc file of spike times: their units, clock and unit of time."""

from typing import Any

import numpy as np

from rnncompare.reading.arrays.variables import leaves
from rnncompare.reading.columns import Column
from rnncompare.reading.contents import FileVariables, draft, last, mapped, per_unit_of
from rnncompare.reading.guesses import named
from rnncompare.recordings.draft import Draft, Guess

SPIKES = r"spike|spk|(^|_)(st|ts|times?)(_|$)|unit|neuron|cell|raster"
CLUSTERS = (r"clu", r"unit|neuron|(^|_)cell", r"templ|(^|_)ids?$")
FAST = 200.0  # spikes/s; upper limit of the mean rate of a unit
LENGTH = r"length|duration|(^|_)(end|stop)|trial_?len"


def guess(file: FileVariables) -> Draft | None:
    """The draft of a card if a file has spike times in cells or with a list of clusters, or None."""
    return _of_clusters(file) or _of_cells(file)


def _of_clusters(file: FileVariables) -> Draft | None:
    """The draft for two lists of the same length: sorted times, and whole numbers with many repetitions, or NaN."""
    numbers = {n: c for n, c in file.columns.items() if c.form == "number"}
    # Converted to floats, because differences of unsigned integers are never negative.
    rising = [n for n, c in numbers.items() if named(n, SPIKES) and (np.diff(c.values.astype(float)) >= 0).all()]
    for pattern in CLUSTERS:
        for cluster, ids in numbers.items():
            if not named(cluster, pattern) or not _are_clusters(ids):
                continue
            for name in rising:
                if name != cluster and len(numbers[name].values) == len(ids.values):
                    lost = f"; {ids.missing.sum()} spikes have none" if ids.missing.any() else ""
                    clusters = Guess(cluster, f"its name and length{lost}")
                    return _of_session(file, name, numbers[name].values[~ids.missing], len(ids.distinct[0]), clusters)
    return None


def _are_clusters(ids: Column) -> bool:
    """Whether numbers are whole, apart from spikes without a cluster (NaN), with many repetitions."""
    known, kinds = ids.values[~ids.missing], len(ids.distinct[0])
    return bool((known == np.round(known)).all()) and 0 < kinds <= len(known) / 2


def _of_cells(file: FileVariables) -> Draft | None:
    """The draft for the largest variable of cells of times, with a cell for each unit, or for each trial and unit."""
    found = {name: cells for name in file.names if _are_spikes(last(name), cells := _times(file.value(name)))}
    if not found:
        return None
    name = max(found, key=lambda n: (named(last(n), SPIKES), sum(map(len, found[n]))))
    cells, value = found[name], file.value(name)
    nested = isinstance(value[0], list) and len({len(one) if isinstance(one, list) else 0 for one in value}) == 1
    shape = [len(value), len(value[0])] if nested else [n for n in file.shapes.get(name, ()) if n > 1]
    trials = file.likely({name}, [] if nested or len(shape) == 2 else [len(cells)])
    if len(shape) == 2 and trials in shape and len(cells) == shape[0] * shape[1]:
        # Cell arrays of MATLAB are in column-major order; nested cells are in row-major order.
        table = np.arange(len(cells)).reshape(shape, order="C" if nested else "F")
        dims = ["trial", "unit"] if shape[0] == trials else ["unit", "trial"]
        table = table if shape[0] == trials else table.T
        return _of_trials(file, name, [[cells[k] for k in row] for row in table], dims)
    if len(cells) == trials:
        return _of_trials(file, name, [[one] for one in cells], ["trial", "unit"])
    return _of_session(file, name, np.concatenate(cells), len(cells), None)


def _are_spikes(name: str, cells: list[np.ndarray]) -> bool:
    """Whether cells contain sorted, unevenly spaced times, with different numbers in each or a name of spikes."""
    steps = [np.diff(one.astype(float)) for one in cells if len(one) > 2]
    uneven = [one for one in steps if np.ptp(one) > 1e-6 * np.abs(one).max()]
    rise = all((one >= 0).all() for one in steps)
    return (
        bool(steps)
        and rise
        and 2 * len(uneven) > len(steps)
        and (len({len(one) for one in cells}) > 1 or (len(cells) > 1 and named(name, SPIKES)))
    )


def _times(value: Any) -> list[np.ndarray]:
    """(n,) numbers of each cell, also of nested ones; [] if any cell contains anything else."""
    cells = list(leaves(value)) if isinstance(value, list) else []
    vectors = all(isinstance(v, np.ndarray) and v.size in (*v.shape, 0) and v.dtype.kind in "fiu" for v in cells)
    return [v.ravel() for v in cells] if vectors and all(np.isfinite(v).all() for v in cells) else []


def _of_session(file: FileVariables, name: str, times: np.ndarray, units: int, clusters: Guess | None) -> Draft:
    """The draft for spikes of a session on one clock."""
    undetermined: list[str] = []
    trials = file.likely({name, clusters.value} if clusters else {name}, [units])
    low, high = float(times.min(initial=0)), float(times.max(initial=0))
    rate = len(times) / max(units, 1) / max(high - low, 1e-9)
    whole = bool((times == np.round(times)).all())
    scale = next(
        (n for n in file.names if named(n, r"sampl\w*_?(rate|freq)|^(fs|sr)$") and np.size(file.value(n)) == 1), None
    )
    unit = Guess("s" if rate >= FAST / 1e3 else "ms", f"units have {rate:.3g} spikes per unit of time on average")
    sample_rate, clock = None, (low, high)
    if whole and (scale or rate < FAST / 1e5):
        why = "spike times are whole numbers, probably of samples; their rate is not in the file"
        assumed = Guess(30000, why, sure=False)
        sample_rate = Guess(scale, "its name; spike times are whole numbers") if scale else assumed
        hertz = float(np.ravel(file.value(scale))[0]) if scale else 30000.0
        clock = (low / hertz, high / hertz)
        unit = Guess("s", "the unit of events; spikes are in samples")
        if not scale:
            undetermined.append("the sampling rate of spike times: 'sample_rate' 30000 is assumed")
    else:
        undetermined.append(f"the unit of time: 'time_unit' is {unit.value}, by the firing rates of units")
    found = mapped(file.of_length(trials), trials, clock, undetermined)
    if found.align is None:
        undetermined.append("the event at time 0: 'align' names a variable with a time for each trial on this clock")
    reader = {
        "use": Guess("spike_times"),
        "spikes": Guess(name, f"its name; {len(times)} times of {units} units"),
        "clusters": clusters,
        "dims": Guess(["unit"], f"times are from {low:g} to {high:g}, on the clock of the session"),
        "time_unit": unit,
        "sample_rate": sample_rate,
        "align": found.align or Guess("unknown", "no variable has a known name of an event within the session"),
        "per_unit": per_unit_of(file, units, trials),
    }
    return draft(file, reader, found, f"{name} has {len(times)} spikes of {units} units", undetermined)


def _of_trials(file: FileVariables, name: str, cells: list[list[np.ndarray]], dims: list[str]) -> Draft:
    """The draft for spikes of trials, each on its own clock. cells: spike times for each trial and unit."""
    undetermined: list[str] = []
    trials, units = len(cells), len(cells[0])
    times = np.concatenate([one for row in cells for one in row])
    low, high = float(times.min()), float(times.max())
    last = min(max((float(one.max()) for one in row if one.size), default=low) for row in cells)
    rate = len(times) / trials / units / max(high - low, 1e-9)
    unit = Guess("s" if rate >= FAST / 1e3 else "ms", f"units have {rate:.3g} spikes per unit of time on average")
    plain = file.of_length(trials)
    stops = [n for n, c in plain.items() if named(n, LENGTH) and c.form == "number" and (c.values > low).all()]
    found = mapped({n: c for n, c in plain.items() if n not in stops[:1]}, trials, (low, high), undetermined)
    why = f"the first spike is at {low:g}; the last is at {last:g} in one trial and at {high:g} in all"
    why = "its name" if stops else why
    undetermined.append("when each trial was recorded ('recorded'), which does not follow from the spikes")
    undetermined.append(f"the unit of time: 'time_unit' is {unit.value}, by the firing rates of units")
    if found.align is None:
        undetermined.append(
            "the event at time 0: 'align' names a variable with a time for each trial; null is the start of its clock"
        )
    values = f", for which {', '.join(list(plain)[:5])} have values" if plain else ""
    reader = {
        "use": Guess("spike_times"),
        "spikes": Guess(name, f"its name; cells of times for {trials} trials and {units} units"),
        "dims": Guess(dims, f"there are {trials} trials{values}"),
        "time_unit": unit,
        "align": found.align or Guess(None, "no variable has a known name of an event within the trials"),
        "recorded": Guess([min(0.0, low), stops[0] if stops else last], why),
        "per_unit": per_unit_of(file, units, trials),
    }
    return draft(
        file, reader, found, f"{name} has {len(times)} spikes of {units} units in {trials} trials", undetermined
    )
