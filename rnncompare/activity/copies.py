"""Trials that are in a recording more than once: found, said, and kept from both sides of a split.

A copy has the rates of another trial in all units and times, whatever its condition is called. Averages may hold
copies, which then count twice; what is fitted on some trials and scored on others, or shuffles them, must not.
"""

from hashlib import blake2b
from math import lgamma, log

import numpy as np
import xarray as xr

from rnncompare.activity import COPY, BadActivity
from rnncompare.activity.notes import caution, left_out, together
from rnncompare.plugins import BadOption

CHANCE = 1e-6  # of two different trials with the same rates, in all of a recording, below which they are copies
SHOWN = 5  # pairs that are named


def marked(data: xr.Dataset, copies: str = "keep") -> xr.Dataset:
    """The activity with `copy_of` along trial, the number of the trial that each repeats, where some trials are copies.

    A reader may have marked some by their event already. copies: 'keep' says in `notes` how many there are; 'leave
    out' leaves the first of each and says how many went. As it came where there are none. Raises BadOption.
    """
    if copies not in ("keep", "leave out"):
        raise BadOption(f"found copies '{copies}', wanted 'keep' or 'leave out'")
    first = first_alike(data.rate.values)
    if COPY in data.coords:
        first = of_all([first, data[COPY].values])
    number = np.arange(len(first))
    if (first == number).all():
        return data.drop_vars(COPY) if COPY in data.coords else data
    again = number[first < number]
    labels = data.condition.values.astype(str)
    other = int((labels[again] != labels[first[again]]).sum())
    pairs = ", ".join(f"{first[k]} and {k}" for k in again[:SHOWN])
    more = f" and {len(again) - SHOWN} more" if len(again) > SHOWN else ""
    if copies == "leave out":
        why = "that repeat another's rates" + (f" ({other} under another condition)" if other else "")
        said = left_out("trials", again, len(first), why)
        return data.isel(trial=first == number).drop_vars(COPY, errors="ignore").assign_attrs(
            notes=together(data.attrs.get("notes"), said)
        )  # fmt: skip
    said = f"{len(again)} of {len(first)} trials are another one's, with the same rates in all units and times"
    said += f" ({pairs}{more}, counted from 0)" + (f", {other} of them under another condition" if other else "")
    said += ": whatever leaves trials out refuses them, `copies: leave out` in the card leaves them out"
    notes = together(data.attrs.get("notes"), caution(said))
    return data.assign_coords({COPY: ("trial", first)}).assign_attrs(notes=notes)


def first_alike(rate: np.ndarray) -> np.ndarray:
    """(trial,) number of the first trial with the same rates (trial, time, unit); its own where there is none.

    Trials that hold too little to be distinguished, such as silent ones, are no copies: the chance that as many
    peaks as they have lie alike in two different trials of the recording must be small.
    """
    seen: dict[bytes, list[int]] = {}
    for k in range(len(rate) if rate.shape[2] else 0):
        row = np.ascontiguousarray(rate[k]) + 0.0  # -0 is 0
        seen.setdefault(blake2b(row.tobytes()).digest(), []).append(k)
    groups = [group for group in seen.values() if len(group) > 1]
    first = np.arange(len(rate))
    if not groups:
        return first
    low = rate.min(axis=(0, 1))
    places = rate.shape[1] * int((rate.max(axis=(0, 1)) > low).sum())
    pairs = log(len(rate) * (len(rate) - 1) / 2)
    for group in groups:
        number = _peaks(rate[group[0]], low)
        ways = lgamma(places + 1) - lgamma(number + 1) - lgamma(places - number + 1)
        if ways - pairs > -log(CHANCE):
            first[group] = group[0]
    return first


def _peaks(row: np.ndarray, low: np.ndarray) -> int:
    """How many peaks over time the units of one trial (time, unit) have above their lowest rate in any trial."""
    edge = np.full((1, row.shape[1]), -np.inf)
    rises = np.diff(np.concatenate([edge, row]), axis=0) > 0
    falls = np.diff(np.concatenate([row, edge]), axis=0) < 0
    return int((rises & falls & (row > low)).sum())


def same_event(event: np.ndarray) -> np.ndarray:
    """(trial,) number of the first trial with the same event (s, on one clock for all); its own where there is none."""
    _, first, group = np.unique(np.round(event, 6), return_index=True, return_inverse=True)
    return first[group]


def of_all(each: list[np.ndarray]) -> np.ndarray:
    """(trial,) number of the first trial that each is a copy of by any of several (trial,) names of copies."""
    first = np.arange(len(each[0]))
    for names in each:
        _, at, group = np.unique(names, return_index=True, return_inverse=True)
        for k in np.flatnonzero(at[group] != np.arange(len(group))):
            one, other = first[k], first[at[group[k]]]
            first[(first == one) | (first == other)] = min(one, other)
    return first


def are_there(data: xr.Dataset) -> bool:
    """Whether some of the trials are copies of each other."""
    return COPY in data.coords and len(np.unique(data[COPY].values)) < data.sizes["trial"]


def refuse_copies(data: xr.Dataset, where: str, apart: np.ndarray | None = None) -> None:
    """Raise BadActivity where trials are copies of each other; only of trials of different groups, where `apart` is.

    apart: (trial,) what is left out together, so that its copies are never on both sides.
    """
    if not are_there(data):
        return
    copy = data[COPY].values
    if apart is not None:
        both = {c for c in np.unique(copy).tolist() if len(np.unique(apart[copy == c])) > 1}
        if not both:
            return
    again = data.sizes["trial"] - len(np.unique(copy))
    raise BadActivity(
        f"{where}: found {again} of {data.sizes['trial']} trials that are another one's (the same rates in all units "
        "and times), wanted each once: what is left out would be known from its copy; `copies: leave out` in the "
        "recording's card leaves them out"
    )
