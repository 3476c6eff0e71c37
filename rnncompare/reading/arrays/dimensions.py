"""What an array's dimensions are and when its samples are, from the variables and names that fit them."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.reading.columns import Column
from rnncompare.reading.contents import Held, is_even, is_named_event, last
from rnncompare.reading.guesses import AREA, NO_CONDITION, named
from rnncompare.recordings.draft import Guess

NAMED = {  # dimensions, by the names that others give them
    "trial": r"trial|(^|_)rep",
    "time": r"time|(^|_)(t|bins?|samples?)$",
    "unit": r"unit|neuron|cell|chan|site|clu",
}
OF_UNITS = rf"{AREA}|unit|neuron|chan|site|clu|electrode"  # variables with a value for each
TIME = r"time|^t(_|$)"
WIDTH = r"bin_?(size|width)|^dt$"  # of a sample
INDEX = r"(^|_)(idx|index|ind|bin|sample)(_|$)"


class Block(NamedTuple):
    """Numbers of three dimensions or more. A list of tables is one of which the first is the trials."""

    name: str
    shape: tuple[int, ...]
    dims: dict[int, str]  # what is known of them
    ragged: tuple[int, tuple[int, ...]] | None = None  # the dimension that the tables differ in, and how long each is


def block_of(held: Held, name: str) -> Block | None:
    """Numbers of three dimensions or more, or tables of trials that differ in how many times they have."""
    value = held.value(name)
    if isinstance(value, np.ndarray):
        if value.ndim < 3 or 0 in value.shape or value.dtype.kind not in "fiub":
            return None
        given = held.dims.get(name, [""] * value.ndim)
        told = {k: what for k, n in enumerate(given) for what, pattern in NAMED.items() if n and named(n, pattern)}
        return Block(name, value.shape, told if len(set(told.values())) == len(told) else {})
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


def doubt_of(held: Held, block: Block, blocks: list[Block]) -> str:
    """What speaks against cells being trials that end at other times: nothing, or that nothing speaks for it, in words.

    Raises BadActivity where they are sessions with units of their own: a guess would contradict another variable.
    """
    if block.ragged is None:
        return ""
    (at, lengths), cells = block.ragged, block.shape[0]
    same = block.shape[3 - at]
    found = f"{cells} tables of {min(lengths)} to {max(lengths)} and {same}"
    times = [n for n, c in held.of_length(same).items() if same != cells and named(last(n), TIME) and is_even(c.values)]
    whose = [n for n in held.names if named(last(n), OF_UNITS) and _lengths(held.value(n)) == lengths]
    if times or whose:
        told = f"{times[0]} has {same} times" if times else f"{whose[0]} has as many values as they differ in"
        raise BadActivity(
            f"{held.path}: {block.name}: found {found}, and {told}: they differ in their units, so they are sessions, "
            "not trials; wanted one session a file, 'NAME_{session}' in one card (docs/adding.md, several sessions)"
        )
    alike = [b for b in blocks if b.name != block.name and b.ragged and b.ragged[1] == lengths]
    if alike or [n for n in held.of_length(cells) if not named(last(n), OF_UNITS)]:
        return ""
    return (
        f"what the {found} of {block.name} are: trials that end at other times, if 'dims' is right; nothing says so, "
        "and sessions of as many units each look the same: those want a file each (docs/adding.md, several sessions)"
    )


def _lengths(value: object) -> tuple[int, ...]:
    """How many values each of a list holds."""
    return tuple(len(v) if isinstance(v, list) else int(np.size(v)) for v in value) if isinstance(value, list) else ()


def dimensions(
    block: Block, columns: dict[str, Column], *, holes: bool
) -> tuple[str | None, list[str], dict[str, Column]]:
    """The variable of times, what each dimension is, and the variables that have a value for each trial.

    holes: whether values are missing, as they are where conditions have not as many trials each.
    """
    shape, told = block.shape, {what: k for k, what in block.dims.items()}
    even = [name for name, c in columns.items() if len(c.values) in shape and is_even(c.values)]
    # Numbers of trials rise evenly too.
    even = [n for n in even if named(last(n), TIME) or len(columns[n].values) == max(shape)]
    even = [n for n in even if not named(last(n), rf"{NO_CONDITION}|{INDEX}")]
    even = [n for n in even if len(columns[n].values) == shape[told["time"]]] if "time" in told else even
    time = min(even, key=lambda n: (not named(last(n), TIME), -len(columns[n].values)), default=None)
    free = [k for k in range(len(shape)) if k not in told.values()] or [0]
    longest = max(free, key=lambda k: shape[k])
    by_length = next((k for k in free if time and shape[k] == len(columns[time].values)), longest)
    at_time = told.get("time", by_length)
    time = time if time and shape[at_time] == len(columns[time].values) else None
    rest = [k for k in range(len(shape)) if k not in (at_time, told.get("unit"))]
    if len(shape) > 3:
        at_unit = told.get("unit", max(rest, key=lambda k: shape[k]))
        others = [k for k in rest if k != at_unit]
        known = {at_time: "time", at_unit: "unit"} | ({told.get("trial", others[-1]): "trial"} if holes else {})
        known |= {k: what for k, what in block.dims.items() if what == "trial"}
        return time, [known.get(k, "condition") for k in range(len(shape))], {}
    fits = [{n: c for n, c in columns.items() if n != time and len(c.values) == size} for size in shape]
    # What is said of units does not make them trials.
    votes = [len(each) - 2 * sum(named(last(n), OF_UNITS) for n in each) for each in fits]
    at_trial = told.get("trial", max(rest, key=lambda k: votes[k]))
    names = ["time" if k == at_time else "trial" if k == at_trial else "unit" for k in range(3)]
    return time, names, fits[at_trial]


class Clock(NamedTuple):
    """When samples are, as the card says it: first and step in the unit."""

    time: Guess
    unit: Guess
    first: float
    step: float


def clock_of(held: Held, times: Column | None, trials: dict[str, Column], samples: int) -> Clock:
    """A variable of times, or else what events and the width of bins, if there is one, let it be."""
    if times is not None:
        first, step = float(times.values[0]), float(np.diff(times.values.astype(float)).mean())
        unit = Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}")
        return Clock(Guess(times.name, "it rises evenly"), unit, first, step)
    width = next((n for n in held.names if named(last(n), WIDTH) and (v := _constant(held, n)) and v > 0), None)
    step = _constant(held, width) if width else 1.0
    seconds = step if step < 0.5 else step / 1e3
    events = {n: c.values for n, c in trials.items() if is_named_event(c)}
    latest = max((float(np.nanmax(v)) for v in events.values() if np.isfinite(v).any()), default=np.inf)
    if width and any(named(last(n), INDEX) for n in events):
        unit = Guess(seconds, f"{width} is {step:g}, and events are numbers of bins by their names")
        return Clock(Guess({"start": 1, "step": 1}, "the first bin is number 1"), unit, 1.0, 1.0)
    if not width and latest < samples / 50:
        step, why = 0.001, f"events are at {latest:g} at most, and there are {samples} samples"
    else:
        why = f"{width} is {step:g}" if width else "no variable holds times"
    unit = Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}", sure=False)
    return Clock(Guess({"start": 0, "step": step}, why, sure=False), unit, 0.0, step)


def _constant(held: Held, name: str) -> float | None:
    """What a variable is in all trials."""
    try:
        values = held.variables.vector(name)
    except BadActivity:
        return None
    return float(values[0]) if values.dtype.kind in "fiu" and (values == values[0]).all() else None
