"""Detection of copied trials, and refusal of copies on both sides of a split.

A copy has the same rates as another trial in all units and at all times, also if its condition has another name. In
averages, copies count twice, which is allowed. Analyses that are fitted on some trials and evaluated on others, or that
permute trials, refuse copies, because the held-out data would not be independent.
"""

from hashlib import blake2b
from math import lgamma, log

import numpy as np
import xarray as xr

from rnncompare.activity import COPY, BadActivity
from rnncompare.activity.notes import caution, join_notes, left_out
from rnncompare.plugins import BadOption

MOST_CHANCE = 1e-6  # identical trials are copies if the probability of any such pair by chance is lower
SHOWN = 5  # number of pairs that a note lists


def mark_copies(data: xr.Dataset, copies: str = "keep") -> xr.Dataset:
    """Mark copied trials by the coordinate `copy_of` along trial, the index of the trial that each trial repeats.

    A reader may have marked some already by their event. copies: 'keep' keeps them and adds their number to `notes`;
    'leave out' keeps the first of each and adds the number removed to `notes`. An activity without copies is returned
    unchanged. Raises BadOption.
    """
    if copies not in ("keep", "leave out"):
        raise BadOption(f"found copies '{copies}', wanted 'keep' or 'leave out'")
    first = first_identical(data.rate.values)
    if COPY in data.coords:
        first = merge_copies([first, data[COPY].values])
    number = np.arange(len(first))
    if (first == number).all():
        return data.drop_vars(COPY) if COPY in data.coords else data
    repeats = number[first < number]
    labels = data.condition.values.astype(str)
    other = int((labels[repeats] != labels[first[repeats]]).sum())
    pairs = ", ".join(f"{first[k]} and {k}" for k in repeats[:SHOWN])
    more = f" and {len(repeats) - SHOWN} more" if len(repeats) > SHOWN else ""
    if copies == "leave out":
        why = "that have the same rates as another trial" + (f" ({other} with another condition)" if other else "")
        note = left_out("trials", repeats, len(first), why)
        return data.isel(trial=first == number).drop_vars(COPY, errors="ignore").assign_attrs(
            notes=join_notes(data.attrs.get("notes"), note)
        )  # fmt: skip
    note = (
        f"{len(repeats)} of {len(first)} trials are copies of other trials, with the same rates in all units and times"
    )
    note += f" ({pairs}{more}, counted from 0)" + (f", {other} of them with another condition" if other else "")
    note += ": analyses that leave trials out refuse copies, `copies: leave out` in the card removes them"
    notes = join_notes(data.attrs.get("notes"), caution(note))
    return data.assign_coords({COPY: ("trial", first)}).assign_attrs(notes=notes)


def first_identical(rate: np.ndarray) -> np.ndarray:
    """(trial,) index of the first trial with the same rates (trial, time, unit), or the trial's own index.

    Trials with too few spikes to be distinguished, such as silent ones, are not copies: the probability that the peaks
    of two different trials of the recording coincide by chance must be below `MOST_CHANCE`.
    """
    by_content: dict[bytes, list[int]] = {}
    for k in range(len(rate) if rate.shape[2] else 0):
        row = np.ascontiguousarray(rate[k]) + 0.0  # converts -0 to 0
        by_content.setdefault(blake2b(row.tobytes()).digest(), []).append(k)
    groups = [group for group in by_content.values() if len(group) > 1]
    first = np.arange(len(rate))
    if not groups:
        return first
    low = rate.min(axis=(0, 1))
    places = rate.shape[1] * int((rate.max(axis=(0, 1)) > low).sum())
    pairs = log(len(rate) * (len(rate) - 1) / 2)
    for group in groups:
        number = _peaks(rate[group[0]], low)
        ways = lgamma(places + 1) - lgamma(number + 1) - lgamma(places - number + 1)
        if ways - pairs > -log(MOST_CHANCE):
            first[group] = group[0]
    return first


def _peaks(row: np.ndarray, low: np.ndarray) -> int:
    """The number of local maxima over time, above each unit's lowest rate in any trial, of one trial (time, unit)."""
    edge = np.full((1, row.shape[1]), -np.inf)
    rises = np.diff(np.concatenate([edge, row]), axis=0) > 0
    falls = np.diff(np.concatenate([row, edge]), axis=0) < 0
    return int((rises & falls & (row > low)).sum())


def same_event(event: np.ndarray) -> np.ndarray:
    """(trial,) index of the first trial with the same event time (s, on a common clock), or the trial's own index."""
    _, first, group = np.unique(np.round(event, 6), return_index=True, return_inverse=True)
    return first[group]


def merge_copies(each: list[np.ndarray]) -> np.ndarray:
    """(trial,) index of the first copy of each trial, if trials are copies by any of several criteria.

    each: for each criterion, (trial,) labels that are equal for copies.
    """
    first = np.arange(len(each[0]))
    for names in each:
        _, at, group = np.unique(names, return_index=True, return_inverse=True)
        for k in np.flatnonzero(at[group] != np.arange(len(group))):
            one, other = first[k], first[at[group[k]]]
            first[(first == one) | (first == other)] = min(one, other)
    return first


def has_copies(data: xr.Dataset) -> bool:
    """Whether some trials are copies of each other."""
    return COPY in data.coords and len(np.unique(data[COPY].values)) < data.sizes["trial"]


def refuse_copies(data: xr.Dataset, where: str, apart: np.ndarray | None = None) -> None:
    """Raise BadActivity if trials are copies of each other; with `apart`, only if copies are in different groups.

    apart: (trial,) groups that are left out together; copies within a group are never on both sides of a split.
    """
    if not has_copies(data):
        return
    copy = data[COPY].values
    if apart is not None:
        both = {c for c in np.unique(copy).tolist() if len(np.unique(apart[copy == c])) > 1}
        if not both:
            return
    repeats = data.sizes["trial"] - len(np.unique(copy))
    raise BadActivity(
        f"{where}: found {repeats} of {data.sizes['trial']} trials that are copies of other trials (the same rates in "
        "all units and times), wanted each trial once: held-out trials would be known from their copies; "
        "`copies: leave out` in the recording's card removes them"
    )
