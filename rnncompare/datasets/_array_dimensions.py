"""What an array's dimensions are and when its samples are, from the variables and names that fit them."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.datasets._columns import Column
from rnncompare.datasets._guesses import NO_CONDITION, named
from rnncompare.datasets._held import Held, is_named_event, last
from rnncompare.draft import Guess

NAMED = {  # dimensions, by the names that others give them
    "trial": r"trial|(^|_)rep",
    "time": r"time|(^|_)(t|bins?|samples?)$",
    "unit": r"unit|neuron|cell|chan|site|clu",
}
TIME = r"time|^t(_|$)"
WIDTH = r"bin_?(size|width)|^dt$"  # of a sample
INDEX = r"(^|_)(idx|index|ind|bin|sample)(_|$)"


class Block(NamedTuple):
    """Numbers of three dimensions or more. A list of tables is one of which the first is the trials."""

    name: str
    shape: tuple[int, ...]
    dims: dict[int, str]  # what is known of them


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
    ragged = {k + 1: "time" for k, s in enumerate(sizes) if len(s) > 1}
    return Block(name, (len(value), sizes[0][-1], sizes[1][-1]), {0: "trial"} | ragged)


def dimensions(
    block: Block, columns: dict[str, Column], *, holes: bool
) -> tuple[str | None, list[str], dict[str, Column]]:
    """The variable of times, what each dimension is, and the variables that have a value for each trial.

    holes: whether values are missing, as they are where conditions have not as many trials each.
    """
    shape, told = block.shape, {what: k for k, what in block.dims.items()}
    even = [name for name, c in columns.items() if len(c.values) in shape and _even(c.values)]
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
    at_trial = told.get("trial", max(rest, key=lambda k: len(fits[k])))
    names = ["time" if k == at_time else "trial" if k == at_trial else "unit" for k in range(3)]
    return time, names, fits[at_trial]


def _even(times: np.ndarray) -> bool:
    """Whether numbers rise by even steps."""
    steps = np.diff(times) if times.dtype.kind in "fiu" else np.zeros(0)
    return len(steps) > 1 and bool((steps > 0).all()) and np.ptp(steps) <= 1e-3 * steps.mean()


class Clock(NamedTuple):
    """When samples are, as the card says it: first and step in the unit."""

    time: Guess
    unit: Guess
    first: float
    step: float


def clock_of(held: Held, times: Column | None, trials: dict[str, Column], samples: int) -> Clock:
    """A variable of times, or else what events and the width of bins, if there is one, let it be."""
    if times is not None:
        first, step = float(times.values[0]), float(np.diff(times.values[:2])[0])
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
    unit = Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}")
    return Clock(Guess({"start": 0, "step": step}, why), unit, 0.0, step)


def _constant(held: Held, name: str) -> float | None:
    """What a variable is in all trials."""
    try:
        values = held.variables.vector(name)
    except BadActivity:
        return None
    return float(values[0]) if values.dtype.kind in "fiu" and (values == values[0]).all() else None
