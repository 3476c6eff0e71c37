"""Guesses of the dimensions and sample times of an array from the lengths and names of the other variables."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.reading.columns import Column
from rnncompare.reading.contents import FileVariables, is_even, is_named_event, last
from rnncompare.reading.guesses import AREA, NO_CONDITION, named
from rnncompare.recordings.draft import Guess

NAMED = {  # patterns of common names of dimensions
    "trial": r"trial|(^|_)rep",
    "time": r"time|(^|_)(t|bins?|samples?)$",
    "unit": r"unit|neuron|cell|chan|site|clu",
}
OF_UNITS = rf"{AREA}|unit|neuron|chan|site|clu|electrode"  # variables with a value for each unit
TIME = r"time|^t(_|$)"
WIDTH = r"bin_?(size|width)|^dt$"  # width of a sample
INDEX = r"(^|_)(idx|index|ind|bin|sample)(_|$)"


class Block(NamedTuple):
    """A numeric array of three or more dimensions, or a list of tables, whose first dimension are the trials."""

    name: str
    shape: tuple[int, ...]
    dims: dict[int, str]  # known dimensions
    ragged: tuple[int, tuple[int, ...]] | None = None  # dimension in which tables differ, and their lengths along it


def block_of(file: FileVariables, name: str) -> Block | None:
    """The variable as a block if it has three or more dimensions, or is a list of tables of different duration."""
    value = file.value(name)
    if isinstance(value, np.ndarray):
        if value.ndim < 3 or 0 in value.shape or value.dtype.kind not in "fiub":
            return None
        given = file.dims.get(name, [""] * value.ndim)
        known = {k: what for k, n in enumerate(given) for what, pattern in NAMED.items() if n and named(n, pattern)}
        return Block(name, value.shape, known if len(set(known.values())) == len(known) else {})
    if not isinstance(value, list) or len(value) < 2:
        return None
    if not all(isinstance(v, np.ndarray) and v.ndim == 2 and v.dtype.kind in "fiub" and v.size > 1 for v in value):
        return None
    sizes = [sorted({v.shape[axis] for v in value}) for axis in (0, 1)]
    if min(map(len, sizes)) > 1 or max(s[-1] for s in sizes) == 1 or min(s[-1] for s in sizes) == 1:
        return None
    ragged = next((k + 1 for k, size in enumerate(sizes) if len(size) > 1), None)
    shape = (len(value), sizes[0][-1], sizes[1][-1])
    if ragged is None:
        return Block(name, shape, {0: "trial"})
    return Block(name, shape, {0: "trial", ragged: "time"}, (ragged, tuple(v.shape[ragged - 1] for v in value)))


def doubt_of(file: FileVariables, block: Block, blocks: list[Block]) -> str:
    """A note if no other variable confirms that tables of different length are trials of different duration, or ''.

    Raises BadActivity if another variable shows that the tables are sessions with different units.
    """
    if block.ragged is None:
        return ""
    (at, lengths), cells = block.ragged, block.shape[0]
    same = block.shape[3 - at]
    found = f"{cells} tables of {min(lengths)} to {max(lengths)} and {same}"
    times = [n for n, c in file.of_length(same).items() if same != cells and named(last(n), TIME) and is_even(c.values)]
    of_units = [n for n in file.names if named(last(n), OF_UNITS) and _lengths(file.value(n)) == lengths]
    if times or of_units:
        evidence = f"{times[0]} has {same} times" if times else f"{of_units[0]} has the same lengths"
        raise BadActivity(
            f"{file.path}: {block.name}: found {found}, and {evidence}: they differ in their units, so they are "
            "sessions, not trials; wanted a file for each session, 'NAME_{session}' in one card (docs/adding.md, "
            "several sessions)"
        )
    similar = [b for b in blocks if b.name != block.name and b.ragged and b.ragged[1] == lengths]
    if similar or [n for n in file.of_length(cells) if not named(last(n), OF_UNITS)]:
        return ""
    return (
        f"what the {found} of {block.name} are: 'dims' assumes trials of different duration, which no other variable "
        "confirms; if they are sessions with different units, a file for each session is needed (docs/adding.md, "
        "several sessions)"
    )


def _lengths(value: object) -> tuple[int, ...]:
    """The number of values in each element of a list; () for any other value."""
    return tuple(len(v) if isinstance(v, list) else int(np.size(v)) for v in value) if isinstance(value, list) else ()


def dimensions(
    block: Block, columns: dict[str, Column], *, holes: bool
) -> tuple[str | None, list[str], dict[str, Column]]:
    """The variable of times, the name of each dimension, and the variables with a value for each trial.

    holes: whether values are missing, as for conditions with different numbers of trials.
    """
    shape, known = block.shape, {what: k for k, what in block.dims.items()}
    even = [name for name, c in columns.items() if len(c.values) in shape and is_even(c.values)]
    # Trial numbers are evenly spaced as well.
    even = [n for n in even if named(last(n), TIME) or len(columns[n].values) == max(shape)]
    even = [n for n in even if not named(last(n), rf"{NO_CONDITION}|{INDEX}")]
    even = [n for n in even if len(columns[n].values) == shape[known["time"]]] if "time" in known else even
    time = min(even, key=lambda n: (not named(last(n), TIME), -len(columns[n].values)), default=None)
    free = [k for k in range(len(shape)) if k not in known.values()] or [0]
    longest = max(free, key=lambda k: shape[k])
    by_length = next((k for k in free if time and shape[k] == len(columns[time].values)), longest)
    at_time = known.get("time", by_length)
    time = time if time and shape[at_time] == len(columns[time].values) else None
    rest = [k for k in range(len(shape)) if k not in (at_time, known.get("unit"))]
    if len(shape) > 3:
        at_unit = known.get("unit", max(rest, key=lambda k: shape[k]))
        others = [k for k in rest if k != at_unit]
        names = {at_time: "time", at_unit: "unit"} | ({known.get("trial", others[-1]): "trial"} if holes else {})
        names |= {k: what for k, what in block.dims.items() if what == "trial"}
        return time, [names.get(k, "condition") for k in range(len(shape))], {}
    fits = [{n: c for n, c in columns.items() if n != time and len(c.values) == size} for size in shape]
    # Variables about units are evidence against a dimension of trials.
    votes = [len(each) - 2 * sum(named(last(n), OF_UNITS) for n in each) for each in fits]
    at_trial = known.get("trial", max(rest, key=lambda k: votes[k]))
    names = ["time" if k == at_time else "trial" if k == at_trial else "unit" for k in range(3)]
    return time, names, fits[at_trial]


class Clock(NamedTuple):
    """The times of samples in the terms of the card; first and step are in `unit`."""

    time: Guess
    unit: Guess
    first: float
    step: float


def clock_of(file: FileVariables, times: Column | None, trials: dict[str, Column], samples: int) -> Clock:
    """The clock by a variable of times, or else by the range of events and a variable with the width of bins."""
    if times is not None:
        first, step = float(times.values[0]), float(np.diff(times.values.astype(float)).mean())
        unit = Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}")
        return Clock(Guess(times.name, "its values are evenly spaced"), unit, first, step)
    width = next((n for n in file.names if named(last(n), WIDTH) and (v := _constant(file, n)) and v > 0), None)
    step = _constant(file, width) if width else 1.0
    seconds = step if step < 0.5 else step / 1e3
    events = {n: c.values for n, c in trials.items() if is_named_event(c)}
    latest = max((float(np.nanmax(v)) for v in events.values() if np.isfinite(v).any()), default=np.inf)
    if width and any(named(last(n), INDEX) for n in events):
        unit = Guess(seconds, f"{width} is {step:g}, and events are bin numbers by their names")
        return Clock(Guess({"start": 1, "step": 1}, "the first bin has number 1"), unit, 1.0, 1.0)
    if not width and latest < samples / 50:
        step, why = 0.001, f"the latest event is at {latest:g}, and there are {samples} samples"
    else:
        why = f"{width} is {step:g}" if width else "no variable contains times"
    unit = Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}", sure=False)
    return Clock(Guess({"start": 0, "step": step}, why, sure=False), unit, 0.0, step)


def _constant(file: FileVariables, name: str) -> float | None:
    """The value of a variable that is equal in all trials, or None."""
    try:
        values = file.variables.vector(name)
    except BadActivity:
        return None
    return float(values[0]) if values.dtype.kind in "fiu" and (values == values[0]).all() else None
