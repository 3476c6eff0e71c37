"""The card of a .mat, .npz or .nc file, guessed: of an array, what its dimensions are; or of spike times."""

from pathlib import Path

import numpy as np

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.reading.arrays.dimensions import Block, block_of, clock_of, dimensions, doubt_of
from rnncompare.reading.arrays.npz import PICKLED
from rnncompare.reading.contents import Held, Mapped, draft, last, mapped, per_unit_of
from rnncompare.reading.guesses import LIMB, NO_LIMB, channels_of, named
from rnncompare.reading.spikes.guess import guess as guess_spikes
from rnncompare.recordings.draft import UNKNOWN, Draft, Guess

ORDERS = [["trial", "time", "channel"], ["trial", "channel", "time"], ["channel", "time", "trial"]]  # of behavior
SILENT = "the file does not say"


def guess(path: Path) -> Draft:
    """A card's draft. Raises BadActivity where neither an array of three dimensions nor spike times are in it."""
    held = Held(path)
    if path.suffix == ".nc" and (own := _own(path, held)):
        return own
    blocks = [block for name in held.names if (block := block_of(held, name))]
    neural = [block for block in blocks if not named(last(block.name), LIMB)]
    found = None if neural else guess_spikes(held)
    if found is None and not blocks:
        pickled = "".join(f"; {name} is {PICKLED.format(name=name)}" for name in held.pickled)
        tables = [
            n for n in held.names if isinstance(v := held.value(n), np.ndarray) and v.ndim == 2 and min(v.shape) > 1
        ]
        flat = "; one count or rate a trial and unit is read with `dims: [trial, unit]` of a card" if tables else ""
        raise BadActivity(
            f"{path}: found variables {held.listed}; wanted numbers of three dimensions (trial, time, unit), tables of "
            f"each trial, or spike times in cells or beside the clusters they are of{pickled}{flat}"
        )
    return found or _draft(held, max(neural or blocks, key=lambda block: np.prod(block.shape)), blocks)


def _own(path: Path, held: Held) -> Draft | None:
    """The draft for an activity as `activity.write` makes them."""
    try:
        data = activity.read(path, from_user=True)
    except BadActivity:
        return None
    found = Mapped(None, {}, {})
    sizes = ", ".join(f"{n} {name}s" for name, n in data.sizes.items())
    return draft(held, {"use": Guess("activity_file", "it keeps the contract")}, found, sizes, [])


def _draft(held: Held, block: Block, blocks: list[Block]) -> Draft:
    untold: list[str] = []
    columns = {name: c for name, c in held.columns.items() if len(c.values) in set(block.shape) - {1}}
    value = held.value(block.name)
    holes = isinstance(value, np.ndarray) and bool((value != value).any())
    time, names, trials = dimensions(block, columns, holes=holes)
    sizes = dict(zip(names, block.shape, strict=True))
    doubt = doubt_of(held, block, blocks)
    fit = f"times are those of {time or 'no variable'}, trials those of {', '.join(trials) or 'no variable'}"
    unsure = len(block.dims) < len(names) - 1 and (not time or not trials or len(set(block.shape)) < 3)
    if doubt:
        untold.append(doubt)
    if unsure:
        untold.append(f"which dimension of {block.name} is which: {list(block.shape)} is taken as {names}")
    clock = clock_of(held, columns[time] if time else None, trials, sizes["time"])
    if not time:
        untold.append(
            f"when samples are: 'time' and 'time_unit' are made up ({clock.time.because}; {clock.unit.because})"
        )
    marks = Guess("start", SILENT, sure=False)
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
        "dims": Guess(names, f"{block.name} is {list(block.shape)}; {fit}", sure=not (unsure or doubt)),
        "values": _kind(value),
        "time": clock.time,
        "time_unit": clock.unit,
        "time_marks": Guess("centre", "times are odd halves of the step") if half else marks,
        "alignment": Guess(last(found.align.value), "as 'align'") if found.align else Guess(UNKNOWN, SILENT),
        "align": found.align,
        "behavior": behavior,
        "behavior_dims": dims,
        "per_unit": per_unit_of(held, sizes["unit"], sizes.get("trial", 0)),
    }
    counted = ", ".join(f"{number} {name}s" for name, number in zip(names, block.shape, strict=True))
    return draft(held, reader, found, f"{block.name} is of {counted}, if its dimensions are those", untold)


def _kind(value: np.ndarray | list[np.ndarray]) -> Guess:
    """Whether numbers are counts or rates."""
    whole, least = True, np.inf
    for part in value:  # one by one: together they may be large
        known = part[np.isfinite(part)]
        whole &= bool((known >= 0).all() and (known == np.floor(known)).all())
        least = min(least, float(known[known > 0].min()) if (known > 0).any() else np.inf)
    if whole and (least <= 1 or least == np.inf):
        return Guess("counts", "its numbers are whole")
    return Guess("rates", f"its numbers are whole, but the smallest is {least:g}" if whole else "not all are whole")


def _behavior(held: Held, block: Block, names: list[str], blocks: list[Block]) -> tuple[dict[str, Guess], Guess | None]:
    """Other numbers of the same trials and times, by their names a limb's; the order of their dimensions."""
    taken: dict[str, Guess] = {}
    orders = [["channel" if name == "unit" else name for name in names], *ORDERS]
    sizes = dict(zip(names, block.shape, strict=True))
    for other in blocks if "condition" not in names else []:
        limb = named(last(other.name), LIMB) and not named(last(other.name), NO_LIMB)
        fits = [order for order in orders if _fits(other.shape, order, sizes)]
        if other.name != block.name and limb and fits and other.shape[fits[0].index("channel")] <= 3:
            orders = fits[:1]  # a card says it once, for all
            at = orders[0].index("channel")
            channels, lacking = channels_of(last(other.name), other.shape[at]), _blank(held.value(other.name), at)
            why = "; NaN throughout: " + ", ".join(c for c, no in zip(channels, lacking, strict=True) if no)
            channels = [None if no else c for c, no in zip(channels, lacking, strict=True)]
            taken[other.name] = Guess(channels, "its name; as many trials and times" + why * any(lacking))
    return taken, Guess(orders[0], f"as {', '.join(taken)} has them") if taken else None


def _blank(value: np.ndarray | list[np.ndarray], at: int) -> list[bool]:
    """Whether each along dimension `at` is NaN throughout, of an array or a list of them, which is its first."""
    each = [value] if isinstance(value, np.ndarray) else value
    axis = at - (not isinstance(value, np.ndarray))
    return np.all([(v != v).all(axis=tuple(k for k in range(v.ndim) if k != axis)) for v in each], axis=0).tolist()


def _fits(shape: tuple[int, ...], dims: list[str], sizes: dict[str, int]) -> bool:
    return len(shape) == len(dims) and all(sizes.get(name, n) == n for name, n in zip(dims, shape, strict=True))
