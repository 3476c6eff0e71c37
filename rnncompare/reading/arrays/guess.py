"""Draft of a card for a .mat, .npz or .nc file that contains an array or spike times."""

from pathlib import Path

import numpy as np

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.reading.arrays.dimensions import Block, block_of, clock_of, dimensions, doubt_of
from rnncompare.reading.arrays.npz import PICKLED
from rnncompare.reading.contents import FileVariables, Mapped, draft, last, mapped, per_unit_of
from rnncompare.reading.guesses import LIMB, NO_LIMB, channels_of, named
from rnncompare.reading.rates import time_text
from rnncompare.reading.spikes.guess import guess as guess_spikes
from rnncompare.recordings.draft import UNKNOWN, Draft, Guess

ORDERS = [["trial", "time", "channel"], ["trial", "channel", "time"], ["channel", "time", "trial"]]  # of behavior
NOT_IN_FILE = "not in the file"
FAR = (
    "; times are from {} to {}, without 0: if this is the clock of a session, 'align' names the variable with the time "
    "of the event in each trial"
)


def guess(path: Path) -> Draft:
    """The draft of a card. Raises BadActivity if the file has neither an array of three dimensions nor spike times."""
    file = FileVariables(path)
    if path.suffix == ".nc" and (own := _own(path, file)):
        return own
    blocks = [block for name in file.names if (block := block_of(file, name))]
    neural = [block for block in blocks if not named(last(block.name), LIMB)]
    found = None if neural else guess_spikes(file)
    if found is None and not blocks:
        pickled = "".join(f"; {name} is {PICKLED.format(name=name)}" for name in file.pickled)
        tables = [
            n for n in file.names if isinstance(v := file.value(n), np.ndarray) and v.ndim == 2 and min(v.shape) > 1
        ]
        flat = "; one count or rate for each trial and unit is read with `dims: [trial, unit]` in a card"
        raise BadActivity(
            f"{path}: found variables {file.listed}; wanted an array (trial, time, unit), a table for each trial, or "
            f"spike times in cells or with a list of clusters{pickled}{flat if tables else ''}"
        )
    return found or _draft(file, max(neural or blocks, key=lambda block: np.prod(block.shape)), blocks)


def _own(path: Path, file: FileVariables) -> Draft | None:
    """The draft for a file that was written by `activity.write`, or None for other files."""
    try:
        data = activity.read(path, from_user=True)
    except BadActivity:
        return None
    found = Mapped(None, {}, {})
    sizes = ", ".join(f"{n} {name}s" for name, n in data.sizes.items())
    return draft(file, {"use": Guess("activity_file", "it has the form of an activity")}, found, sizes, [])


def _draft(file: FileVariables, block: Block, blocks: list[Block]) -> Draft:
    undetermined: list[str] = []
    columns = {name: c for name, c in file.columns.items() if len(c.values) in set(block.shape) - {1}}
    value = file.value(block.name)
    holes = isinstance(value, np.ndarray) and bool((value != value).any())
    time, names, trials = dimensions(block, columns, holes=holes)
    sizes = dict(zip(names, block.shape, strict=True))
    doubt = doubt_of(file, block, blocks)
    fit = f"times are those of {time or 'no variable'}, trials those of {', '.join(trials) or 'no variable'}"
    unsure = len(block.dims) < len(names) - 1 and (not time or not trials or len(set(block.shape)) < 3)
    if doubt:
        undetermined.append(doubt)
    if unsure:
        undetermined.append(f"which dimension of {block.name} is which: {list(block.shape)} is assumed to be {names}")
    clock = clock_of(file, columns[time] if time else None, trials, sizes["time"])
    if not time:
        undetermined.append(
            f"the times of samples: 'time' and 'time_unit' are assumed ({clock.time.because}; {clock.unit.because})"
        )
    marks = Guess("start", NOT_IN_FILE, sure=False)
    half = abs(clock.first / clock.step % 1 - 0.5) < 0.01
    undetermined += [] if half else ["whether times mark the start or the centre of samples: 'time_marks'"]
    own = clock.first >= 0  # times relative to an event include negative ones
    span = (clock.first, clock.first + clock.step * sizes["time"])
    found = mapped(trials, sizes.get("trial", 0), span if own else None, undetermined)
    if "condition" in names:
        found.rest["condition"] = Guess(None, "conditions are named by their indices along the dimensions 'condition'")
    if found.align is None:
        far = "" if span[0] <= 0 <= span[1] else FAR.format(*map(time_text, span))
        undetermined.append(f"what the event at time 0 is: 'alignment' describes it{far}")
    else:
        undetermined.append(f"whether {found.align.value} is on the clock of 'time' in each trial, as 'align' assumes")
    behavior, dims = _behavior(file, block, names, blocks)
    others = [other.name for other in blocks if other.name not in (block.name, *behavior)]
    if others:
        undetermined.append(f"what {', '.join(others)} are: they have three or more dimensions, and are not used")
    reader = {
        "use": Guess("array"),
        "data": Guess(block.name, "the largest array of three or more dimensions"),
        "dims": Guess(names, f"{block.name} is {list(block.shape)}; {fit}", sure=not (unsure or doubt)),
        "values": _kind(value),
        "time": clock.time,
        "time_unit": clock.unit,
        "time_marks": Guess("centre", "times are odd multiples of half the step") if half else marks,
        "alignment": Guess(last(found.align.value), "as 'align'") if found.align else Guess(UNKNOWN, NOT_IN_FILE),
        "align": found.align,
        "behavior": behavior,
        "behavior_dims": dims,
        "per_unit": per_unit_of(file, sizes["unit"], sizes.get("trial", 0)),
    }
    counted = ", ".join(f"{number} {name}s" for name, number in zip(names, block.shape, strict=True))
    return draft(file, reader, found, f"{block.name} has {counted}, if its dimensions are correct", undetermined)


def _kind(value: np.ndarray | list[np.ndarray]) -> Guess:
    """Whether the values are counts or rates."""
    whole, least = True, np.inf
    for part in value:  # one after another, to limit the use of memory
        known = part[np.isfinite(part)]
        whole &= bool((known >= 0).all() and (known == np.floor(known)).all())
        least = min(least, float(known[known > 0].min()) if (known > 0).any() else np.inf)
    if whole and (least <= 1 or least == np.inf):
        return Guess("counts", "its values are whole numbers")
    found = f"its values are whole numbers, but the smallest is {least:g}" if whole else "not all are whole numbers"
    return Guess("rates", found)


def _behavior(
    file: FileVariables, block: Block, names: list[str], blocks: list[Block]
) -> tuple[dict[str, Guess], Guess | None]:
    """Other arrays of the same trials and times whose names suggest a limb, and the order of their dimensions."""
    taken: dict[str, Guess] = {}
    orders = [["channel" if name == "unit" else name for name in names], *ORDERS]
    sizes = dict(zip(names, block.shape, strict=True))
    for other in blocks if "condition" not in names else []:
        limb = named(last(other.name), LIMB) and not named(last(other.name), NO_LIMB)
        fits = [order for order in orders if _fits(other.shape, order, sizes)]
        if other.name != block.name and limb and fits and other.shape[fits[0].index("channel")] <= 3:
            orders = fits[:1]  # a card has one order for all arrays of behavior
            at = orders[0].index("channel")
            channels, lacking = channels_of(last(other.name), other.shape[at]), _blank(file.value(other.name), at)
            why = "; NaN throughout: " + ", ".join(c for c, no in zip(channels, lacking, strict=True) if no)
            channels = [None if no else c for c, no in zip(channels, lacking, strict=True)]
            taken[other.name] = Guess(channels, "its name; the same numbers of trials and times" + why * any(lacking))
    return taken, Guess(orders[0], f"by the shape of {', '.join(taken)}") if taken else None


def _blank(value: np.ndarray | list[np.ndarray], at: int) -> list[bool]:
    """For each index along dimension `at`, whether an array, or a list of arrays, is NaN throughout."""
    each = [value] if isinstance(value, np.ndarray) else value
    axis = at - (not isinstance(value, np.ndarray))
    return np.all([(v != v).all(axis=tuple(k for k in range(v.ndim) if k != axis)) for v in each], axis=0).tolist()


def _fits(shape: tuple[int, ...], dims: list[str], sizes: dict[str, int]) -> bool:
    return len(shape) == len(dims) and all(sizes.get(name, n) == n for name, n in zip(dims, shape, strict=True))
