"""Trials as a card maps them, whatever table or variables they come from."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import COPY, BadActivity
from rnncompare.activity.copies import same_event
from rnncompare.activity.notes import caution, join_notes, plain
from rnncompare.files.labels import among, counted, labels, missing
from rnncompare.reading.kept import Kept
from rnncompare.reading.left_out import conditions_lost
from rnncompare.reading.windows import overlapping


class Trials(NamedTuple):
    """Chosen trials."""

    number: np.ndarray  # (trial,) in the file, from 0
    align: np.ndarray  # (trial,) s in the session
    condition: np.ndarray  # (trial,) str, '' where there is none
    others: dict[str, np.ndarray]  # coordinates (trial,)
    unwanted: int  # trials of the file that `keep` took away
    unkept: str  # values of `keep` that no trial has, in words


def columns_of(
    condition: list[str],
    choice: str | None,
    per_trial: dict[str, str] | None,
    keep: dict[str, list] | None,
) -> list[str]:
    """The columns that are wanted besides times, as the file calls them."""
    return [*condition, *(per_trial or {}).values(), *([choice] if choice else []), *(keep or {})]


def chosen(
    column: dict[str, np.ndarray],
    align: np.ndarray,
    where: str,
    *,
    condition: list[str],
    choice: str | None,
    per_trial: dict[str, str] | None,
    events: dict[str, str] | None,
    keep: dict[str, list] | None,
) -> Trials:
    """The trials that `keep` leaves, with what the card maps.

    column: (trial,) values by name; align: (trial,) s; events are given from it. Raises BadActivity where no trial
    stays, or where different values would become one condition.
    """
    kept, unkept = _kept(column, keep or {}, len(align), where)
    others = {name: tidy(column[source][kept]) for name, source in (per_trial or {}).items()}
    others |= {"choice": labels(column[choice][kept])} if choice else {}
    others |= {name: column[source][kept].astype(float) - align[kept] for name, source in (events or {}).items()}
    names = _joined([labels(column[name][kept]) for name in condition], f"{where}.{'/'.join(condition)}")
    return Trials(np.flatnonzero(kept), align[kept], names, others, int((~kept).sum()), unkept)


def _kept(column: dict[str, np.ndarray], keep: dict[str, list], trials: int, where: str) -> tuple[np.ndarray, str]:
    """(trial,) which trials have one of the values named for each column, and the values that none has, in words.

    Raises BadActivity that says which values there are.
    """
    each = {name: among(column[name], wanted) for name, wanted in keep.items()}
    kept = np.all([np.ones(trials, dtype=bool), *each.values()], axis=0)
    if not kept.any():
        there = "; ".join(f"{name} is {counted(column[name])}" for name in keep)
        at_once = "" if any(not here.any() for here in each.values()) else ", all of them in one trial"
        raise BadActivity(f"{where}: found none of {trials} with {keep}, wanted some{at_once}: {there}")
    strange = {n: [v for v in wanted if not among(column[n], [v]).any()] for n, wanted in keep.items()}
    said = [f"`keep`: no trial has {n} {', '.join(map(plain, lost))}" for n, lost in strange.items() if lost]
    return kept, join_notes(*said)


def _joined(parts: list[np.ndarray], where: str) -> np.ndarray:
    """(trial,) str: the labels of several columns joined by '_'; '' where one of them is missing. Raises BadActivity.

    '1_2' with '3', and '1' with '2_3', are different conditions that would get one name.
    """
    each = list(zip(*(part.tolist() for part in parts), strict=True))
    first: dict[str, tuple] = {}
    for values in each:
        name = "_".join(values) if all(values) else ""
        if name and first.setdefault(name, values) != values:
            raise BadActivity(f"{where}: found {first[name]} and {values}, which both become '{name}', wanted one name")
    return np.array(["_".join(values) if all(values) else "" for values in each], dtype=str)


def with_condition(trials: Trials, complete: np.ndarray, left_out: dict[str, int]) -> np.ndarray:
    """(trial,) those that are complete and have a condition; how many have none is added to `left_out`."""
    unnamed = complete & (trials.condition == "")
    left_out["without a condition"] = int(unnamed.sum())
    return complete & ~unnamed


def assembled(
    path: Path,
    trials: Trials,
    complete: np.ndarray,
    rate: np.ndarray,
    kept: Kept,
    *,
    time: np.ndarray,
    per_unit: dict[str, np.ndarray],
    behavior: np.ndarray,
    channels: list[str],
    behavior_units: str | None,
    alignment: str,
    simultaneous: int,
    notes: str,
    one_clock: float | None = None,
) -> xr.Dataset:
    """The activity of the trials that are complete.

    complete: (trial,) of `trials`, and behavior (trial, time, channel) likewise; rate (complete trial, time, kept
    unit); per_unit: (unit,) of all units, of which `kept` are the rates; one_clock: the bin, s, where events of all
    trials are on one clock, so that trials may overlap or be there twice. Raises BadActivity.
    """
    event, again = trials.align[complete], {}
    crowded = "" if one_clock is None else overlapping(event, time, one_clock)
    if crowded and len(np.unique(same := same_event(event))) < len(same):
        again = {COPY: same}
    per_trial = {name: values[complete] for name, values in trials.others.items()}
    lost = conditions_lost(trials.condition, complete)
    return activity.build(
        rate,
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=trials.condition[complete],
        behavior=behavior[complete] if channels else None,
        channel=channels,
        per_trial=per_trial | again,
        per_unit={name: values[kept.index] for name, values in per_unit.items()},
        source=path.name,
        rate_units=kept.measured,
        alignment=alignment,
        simultaneous=simultaneous,
        notes=join_notes(notes, *_of_trials(trials, per_trial), lost, kept.note, caution(crowded)),
        **({"behavior_units": behavior_units} if channels and behavior_units is not None else {}),
    )


def _of_trials(trials: Trials, per_trial: dict[str, np.ndarray]) -> list[str]:
    """What `keep` took away, and how many of the trials that stay have no choice, in words."""
    unwanted = f"not among those of `keep`: {trials.unwanted}" if trials.unwanted else ""
    undecided = missing(per_trial["choice"]).sum() if "choice" in per_trial else 0
    return [unwanted, trials.unkept, f"without a choice: {undecided}" if undecided else ""]


def split(name: str) -> tuple[str, int | None]:
    """'NAME[2]' as NAME and 2."""
    found = re.fullmatch(r"(.+)\[(\d+)\]", name)
    return (found[1], int(found[2])) if found else (name, None)


def tidy(values: np.ndarray) -> np.ndarray:
    """Numbers and truth values as they are, everything else as labels: what netCDF can hold. Raises ValueError."""
    if values.dtype.kind == "O" and len(values) and all(isinstance(v, bool | np.bool_) for v in values):
        return values.astype(bool)
    return values if values.dtype.kind in "fiub" else labels(values)
