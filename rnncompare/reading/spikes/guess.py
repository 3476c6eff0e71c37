"""The card of a .mat, .npz or .nc file of spike times, guessed: whose they are, on which clock, in which unit."""

from typing import Any

import numpy as np

from rnncompare.reading.arrays.variables import leaves
from rnncompare.reading.contents import Held, draft, last, mapped, per_unit_of
from rnncompare.reading.guesses import named
from rnncompare.recordings.draft import Draft, Guess

SPIKES = r"spike|spk|(^|_)(st|ts|times?)(_|$)|unit|neuron|cell|raster"
CLUSTERS = (r"clu", r"unit|neuron|(^|_)cell", r"templ|(^|_)ids?$")
FAST = 200.0  # spikes/s: no unit's mean rate is higher
LENGTH = r"length|duration|(^|_)(end|stop)|trial_?len"


def guess(held: Held) -> Draft | None:
    """A card's draft, where a file has spike times in cells, or beside a list of whose each is."""
    return _of_clusters(held) or _of_cells(held)


def _of_clusters(held: Held) -> Draft | None:
    """Two lists of one length: times that rise, and whole numbers of which many are the same."""
    numbers = {n: c.values for n, c in held.columns.items() if c.form == "number"}
    # As floats: differences of numbers without a sign are never below zero.
    rising = {n: v for n, v in numbers.items() if named(n, SPIKES) and (np.diff(v.astype(float)) >= 0).all()}
    for pattern in CLUSTERS:
        for whose, ids in numbers.items():
            if not named(whose, pattern) or not (ids == np.round(ids)).all() or len(np.unique(ids)) > len(ids) / 2:
                continue
            for name, times in rising.items():
                if name != whose and len(times) == len(ids):
                    return _of_session(held, name, times, len(np.unique(ids)), Guess(whose, "its name and length"))
    return None


def _of_cells(held: Held) -> Draft | None:
    """The largest variable that is cells of times: a cell a unit, or a cell a trial and unit."""
    found = {name: cells for name in held.names if _are_spikes(last(name), cells := _times(held.value(name)))}
    if not found:
        return None
    name = max(found, key=lambda n: (named(last(n), SPIKES), sum(map(len, found[n]))))
    cells, value = found[name], held.value(name)
    nested = isinstance(value[0], list) and len({len(one) if isinstance(one, list) else 0 for one in value}) == 1
    shape = [len(value), len(value[0])] if nested else [n for n in held.shapes.get(name, ()) if n > 1]
    trials = held.likely({name}, [] if nested or len(shape) == 2 else [len(cells)])
    if len(shape) == 2 and trials in shape and len(cells) == shape[0] * shape[1]:
        # MATLAB keeps the first dimension together; of cells in cells the last one lies together here.
        table = np.arange(len(cells)).reshape(shape, order="C" if nested else "F")
        dims = ["trial", "unit"] if shape[0] == trials else ["unit", "trial"]
        table = table if shape[0] == trials else table.T
        return _of_trials(held, name, [[cells[k] for k in row] for row in table], dims)
    if len(cells) == trials:
        return _of_trials(held, name, [[one] for one in cells], ["trial", "unit"])
    return _of_session(held, name, np.concatenate(cells), len(cells), None)


def _are_spikes(name: str, cells: list[np.ndarray]) -> bool:
    """Whether cells hold times that rise, unevenly, not as many in each if their name does not say what they are."""
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
    """(n,) numbers of each cell, however nested; none where anything else is in them."""
    cells = list(leaves(value)) if isinstance(value, list) else []
    vectors = all(isinstance(v, np.ndarray) and v.size in (*v.shape, 0) and v.dtype.kind in "fiu" for v in cells)
    return [v.ravel() for v in cells] if vectors and all(np.isfinite(v).all() for v in cells) else []


def _of_session(held: Held, name: str, times: np.ndarray, units: int, clusters: Guess | None) -> Draft:
    """Spikes of a session on one clock."""
    untold: list[str] = []
    trials = held.likely({name, clusters.value} if clusters else {name}, [units])
    low, high = float(times.min(initial=0)), float(times.max(initial=0))
    rate = len(times) / max(units, 1) / max(high - low, 1e-9)
    whole = bool((times == np.round(times)).all())
    scale = next(
        (n for n in held.names if named(n, r"sampl\w*_?(rate|freq)|^(fs|sr)$") and np.size(held.value(n)) == 1), None
    )
    unit = Guess("s" if rate >= FAST / 1e3 else "ms", f"a unit has {rate:.3g} spikes in 1 of it, on average")
    sample_rate, clock = None, (low, high)
    if whole and (scale or rate < FAST / 1e5):
        why = "spike times are whole and far apart; the file does not say how many are a second"
        made_up = Guess(30000, why, sure=False)
        sample_rate = Guess(scale, "its name; spike times are whole") if scale else made_up
        hertz = float(np.ravel(held.value(scale))[0]) if scale else 30000.0
        clock = (low / hertz, high / hertz)
        unit = Guess("s", "events are; spikes are in samples")
        if not scale:
            untold.append("how many samples are a second: 'sample_rate' 30000 is made up")
    else:
        untold.append(f"the unit of time: 'time_unit' is {unit.value}, by how often units fire")
    found = mapped(held.of_length(trials), trials, clock, untold)
    if found.align is None:
        untold.append("the event at 0: 'align' names the variable of one time a trial, on the spikes' clock")
    reader = {
        "use": Guess("spike_times"),
        "spikes": Guess(name, f"its name; {len(times)} times of {units} units"),
        "clusters": clusters,
        "dims": Guess(["unit"], f"times run from {low:g} to {high:g}: on a session's clock"),
        "time_unit": unit,
        "sample_rate": sample_rate,
        "align": found.align or Guess("unknown", "no variable's name is known for an event within the session"),
        "per_unit": per_unit_of(held, units, trials),
    }
    return draft(held, reader, found, f"{name} has {len(times)} spikes of {units} units", untold)


def _of_trials(held: Held, name: str, cells: list[list[np.ndarray]], dims: list[str]) -> Draft:
    """Spikes of trials, each on its own clock. cells: of each trial and unit."""
    untold: list[str] = []
    trials, units = len(cells), len(cells[0])
    times = np.concatenate([one for row in cells for one in row])
    low, high = float(times.min()), float(times.max())
    last = min(max((float(one.max()) for one in row if one.size), default=low) for row in cells)
    rate = len(times) / trials / units / max(high - low, 1e-9)
    unit = Guess("s" if rate >= FAST / 1e3 else "ms", f"a unit has {rate:.3g} spikes in 1 of it, on average")
    plain = held.of_length(trials)
    stops = [n for n, c in plain.items() if named(n, LENGTH) and c.form == "number" and (c.values > low).all()]
    found = mapped({n: c for n, c in plain.items() if n not in stops[:1]}, trials, (low, high), untold)
    why = "its name" if stops else f"spikes begin at {low:g}; those of some trial end at {last:g}, of all at {high:g}"
    untold.append("from when to when each trial was recorded, which 'recorded' says: silence is not told from it")
    untold.append(f"the unit of time: 'time_unit' is {unit.value}, by how often units fire")
    if found.align is None:
        untold.append("the event at 0: 'align' names a variable of one time a trial; null is the start of its clock")
    values = f", as {', '.join(list(plain)[:5])} have values" if plain else ""
    reader = {
        "use": Guess("spike_times"),
        "spikes": Guess(name, f"its name; cells of times of {trials} trials and {units} units"),
        "dims": Guess(dims, f"there are {trials} trials{values}"),
        "time_unit": unit,
        "align": found.align or Guess(None, "no variable's name is known for an event within the trials"),
        "recorded": Guess([min(0.0, low), stops[0] if stops else last], why),
        "per_unit": per_unit_of(held, units, trials),
    }
    return draft(held, reader, found, f"{name} has {len(times)} spikes of {units} units in {trials} trials", untold)
