"""The card of a .mat, .npz or .nc file, guessed: of an array, what its dimensions are; or of spike times."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.datasets import _spike_guess
from rnncompare.datasets._columns import Column
from rnncompare.datasets._guesses import LIMB, NO_CONDITION, NO_LIMB, channels_of, named
from rnncompare.datasets._held import Held, Mapped, draft, is_named_event, mapped, per_unit_of
from rnncompare.draft import UNKNOWN, Draft, Guess

NAMED = {  # dimensions, by the names that others give them
    "trial": r"trial|(^|_)rep",
    "time": r"time|(^|_)(t|bins?|samples?)$",
    "unit": r"unit|neuron|cell|chan|site|clu",
}
TIME = r"time|^t(_|$)"
WIDTH = r"bin_?(size|width)|^dt$"  # of a sample
INDEX = r"(^|_)(idx|index|ind|bin|sample)(_|$)"
SILENT = "the file does not say"


class Block(NamedTuple):
    """Numbers of three dimensions. A list of tables is one of which the first is the trials."""

    name: str
    shape: tuple[int, ...]
    dims: dict[int, str]  # what is known of them


def guess(path: Path) -> Draft:
    """A card's draft. Raises BadActivity where neither an array of three dimensions nor spike times are in it."""
    held = Held(path)
    if path.suffix == ".nc" and (own := _own(path, held)):
        return own
    blocks = [block for name in held.names if (block := _block(held, name))]
    neural = [block for block in blocks if not named(_last(block.name), LIMB)]
    found = None if neural else _spike_guess.guess(held)
    if found is None and not blocks:
        raise BadActivity(
            f"{path}: found variables {held.listed}; wanted numbers of three dimensions (trial, time, unit), tables of "
            f"each trial, or spike times in cells or beside the clusters they are of"
        )
    return found or _draft(held, max(neural or blocks, key=lambda block: np.prod(block.shape)), blocks)


def _own(path: Path, held: Held) -> Draft | None:
    """The draft for an activity as `activity.write` makes them."""
    try:
        data = activity.read(path)
    except BadActivity:
        return None
    found = Mapped(None, {}, {})
    sizes = ", ".join(f"{n} {name}s" for name, n in data.sizes.items())
    return draft(held, {"use": Guess("activity_file", "it keeps the contract")}, found, sizes, [])


def _block(held: Held, name: str) -> Block | None:
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


def _draft(held: Held, block: Block, blocks: list[Block]) -> Draft:
    untold: list[str] = []
    columns = {name: c for name, c in held.columns.items() if len(c.values) in set(block.shape) - {1}}
    value = held.value(block.name)
    time, names, trials = _dimensions(
        block, columns, holes=isinstance(value, np.ndarray) and bool((value != value).any())
    )
    values = held.variables.numbers(block.name, names, names) if isinstance(value, list) else value
    sizes = dict(zip(names, block.shape, strict=True))
    fit = f"times are those of {time or 'no variable'}, trials those of {', '.join(trials) or 'no variable'}"
    if len(block.dims) < len(names) - 1 and (not time or not trials or len(set(block.shape)) < 3):
        untold.append(f"which dimension of {block.name} is which: {list(block.shape)} is taken as {names}")
    clock = _clock(held, columns[time] if time else None, trials, sizes["time"])
    if not time:
        untold.append(
            f"when samples are: 'time' and 'time_unit' are made up ({clock.time.because}; {clock.unit.because})"
        )
    half = abs(clock.first / clock.step % 1 - 0.5) < 0.01
    untold += [] if half else ["what of a sample a time marks: 'time_marks'"]
    own = clock.first >= 0  # the clock of an event has times before it
    span = (clock.first, clock.first + clock.step * sizes["time"])
    found = mapped(trials, sizes.get("trial", 0), span if own else None, untold)
    if "condition" in names:
        found.rest["condition"] = Guess(None, "a trial's place along the dimensions 'condition' is its name")
    if found.align is None:
        untold.append("what the event at 0 is: 'alignment' says it, in words")
    else:
        untold.append(f"whether {found.align.value} is on the clock that 'time' counts in each trial, as 'align' says")
    behavior, dims = _behavior(held, block, names, blocks)
    others = [other.name for other in blocks if other.name not in (block.name, *behavior)]
    if others:
        untold.append(f"what {', '.join(others)} are: they have as many dimensions, and are not used")
    reader = {
        "use": Guess("array"),
        "data": Guess(block.name, "the largest of three dimensions or more"),
        "dims": Guess(names, f"{block.name} is {list(block.shape)}; {fit}"),
        "values": _kind(values),
        "time": clock.time,
        "time_unit": clock.unit,
        "time_marks": Guess("centre", "times are odd halves of the step") if half else Guess("start", SILENT),
        "alignment": Guess(_last(found.align.value), "as 'align'") if found.align else Guess(UNKNOWN, SILENT),
        "align": found.align,
        "behavior": behavior,
        "behavior_dims": dims,
        "per_unit": per_unit_of(held, sizes["unit"], sizes.get("trial", 0)),
    }
    counted = ", ".join(f"{number} {name}s" for name, number in zip(names, block.shape, strict=True))
    return draft(held, reader, found, f"{block.name} is of {counted}, if its dimensions are those", untold)


class Clock(NamedTuple):
    """When samples are, as the card says it: first and step in the unit."""

    time: Guess
    unit: Guess
    first: float
    step: float


def _clock(held: Held, times: Column | None, trials: dict[str, Column], samples: int) -> Clock:
    """A variable of times, or else what events and the width of bins, if there is one, let it be."""
    if times is not None:
        first, step = float(times.values[0]), float(np.diff(times.values[:2])[0])
        unit = Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}")
        return Clock(Guess(times.name, "it rises evenly"), unit, first, step)
    width = next((n for n in held.names if named(_last(n), WIDTH) and (v := _constant(held, n)) and v > 0), None)
    step = _constant(held, width) if width else 1.0
    seconds = step if step < 0.5 else step / 1e3
    events = {n: c.values for n, c in trials.items() if is_named_event(c)}
    latest = max((float(np.nanmax(v)) for v in events.values() if np.isfinite(v).any()), default=np.inf)
    if width and any(named(_last(n), INDEX) for n in events):
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


def _last(name: str) -> str:
    """The field, of a name of structures."""
    return name.rpartition(".")[2]


def _kind(values: np.ndarray) -> Guess:
    """Whether numbers are counts or rates."""
    known = values[np.isfinite(values)]
    whole = bool((known >= 0).all() and (known == np.floor(known)).all())
    least = known[known > 0].min() if (known > 0).any() else 1
    if whole and least <= 1:
        return Guess("counts", "its numbers are whole")
    return Guess("rates", f"its numbers are whole, but the smallest is {least:g}" if whole else "not all are whole")


def _behavior(held: Held, block: Block, names: list[str], blocks: list[Block]) -> tuple[dict[str, Guess], Guess | None]:
    """Other numbers of the same trials and times, by their names a limb's; the order of their dimensions."""
    taken: dict[str, Guess] = {}
    order = None
    sizes = dict(zip(names, block.shape, strict=True))
    for other in blocks if len(names) == 3 else []:
        if len(other.shape) != 3:
            continue
        dims = ["channel" if name == "unit" else name for name in names]
        if other.shape != tuple(sizes.get(d, other.shape[k]) for k, d in enumerate(dims)):
            dims = next((d for d in ORDERS if other.shape == _sized(d, other.shape, sizes)), [])
        limb = named(_last(other.name), LIMB) and not named(_last(other.name), NO_LIMB)
        if other.name == block.name or not dims or not limb or order not in (None, dims):
            continue
        channels = other.shape[dims.index("channel")]
        if channels <= 3:
            order = dims
            taken[other.name] = Guess(channels_of(_last(other.name), channels), "its name; as many trials and times")
    return taken, Guess(order, f"as {', '.join(taken)} has them") if order else None


ORDERS = [["trial", "time", "channel"], ["trial", "channel", "time"], ["channel", "time", "trial"]]


def _sized(dims: list[str], shape: tuple[int, ...], sizes: dict[str, int]) -> tuple[int, ...]:
    return tuple(sizes.get(name, n) for name, n in zip(dims, shape, strict=True))


def _dimensions(
    block: Block, columns: dict[str, Column], *, holes: bool
) -> tuple[str | None, list[str], dict[str, Column]]:
    """The variable of times, what each dimension is, and the variables that have a value for each trial.

    holes: whether values are missing, as they are where conditions have not as many trials each.
    """
    shape, told = block.shape, {what: k for k, what in block.dims.items()}
    even = [name for name, c in columns.items() if len(c.values) in shape and _even(c.values)]
    # Numbers of trials rise evenly too.
    even = [n for n in even if named(_last(n), TIME) or len(columns[n].values) == max(shape)]
    even = [n for n in even if not named(_last(n), rf"{NO_CONDITION}|{INDEX}")]
    even = [n for n in even if len(columns[n].values) == shape[told["time"]]] if "time" in told else even
    time = min(even, key=lambda n: (not named(_last(n), TIME), -len(columns[n].values)), default=None)
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
