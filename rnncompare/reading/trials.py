"""Selection and assembly of trials according to a card, independent of the file format."""

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
from rnncompare.reading.omissions import mostly_left_out, omitted_conditions
from rnncompare.reading.unit_selection import SelectedUnits
from rnncompare.reading.windows import overlapping


class Trials(NamedTuple):
    """The selected trials."""

    number: np.ndarray  # (trial,) index in the file, from 0
    align: np.ndarray  # (trial,) time of the alignment event, s in the session
    condition: np.ndarray  # (trial,) str, '' for a missing one
    others: dict[str, np.ndarray]  # coordinates (trial,)
    excluded: int  # number of trials of the file that `keep` excludes
    unmatched: str  # note on values of `keep` that no trial has


def columns_of(
    condition: list[str],
    choice: str | None,
    per_trial: dict[str, str] | None,
    keep: dict[str, list] | None,
) -> list[str]:
    """The names in the file of all columns that are needed other than times."""
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
    """The trials selected by `keep`, with the coordinates that the card maps.

    column: (trial,) values by name; align: (trial,) s, to which events become relative. Raises BadActivity if no trial
    is selected, or if different values would become the same condition.
    """
    kept, unmatched = _kept(column, keep or {}, len(align), where)
    others = {name: storable(column[source][kept]) for name, source in (per_trial or {}).items()}
    others |= {"choice": labels(column[choice][kept])} if choice else {}
    others |= {name: column[source][kept].astype(float) - align[kept] for name, source in (events or {}).items()}
    names = _joined([labels(column[name][kept]) for name in condition], f"{where}.{'/'.join(condition)}")
    return Trials(np.flatnonzero(kept), align[kept], names, others, int((~kept).sum()), unmatched)


def _kept(column: dict[str, np.ndarray], keep: dict[str, list], trials: int, where: str) -> tuple[np.ndarray, str]:
    """(trial,) of bool: which trials have one of the wanted values in each column, and a note on values without trials.

    Raises BadActivity, which lists the existing values, if no trial is selected.
    """
    each = {name: among(column[name], wanted) for name, wanted in keep.items()}
    kept = np.all([np.ones(trials, dtype=bool), *each.values()], axis=0)
    if not kept.any():
        existing = "; ".join(f"{name} is {counted(column[name])}" for name in keep)
        together = "" if any(not own.any() for own in each.values()) else " (each value exists, but not together)"
        raise BadActivity(f"{where}: found none of {trials} trials with {keep}, wanted some{together}: {existing}")
    unknown = {n: [v for v in wanted if not among(column[n], [v]).any()] for n, wanted in keep.items()}
    notes = [f"`keep`: no trial has {n} {', '.join(map(plain, values))}" for n, values in unknown.items() if values]
    return kept, join_notes(*notes)


def _joined(parts: list[np.ndarray], where: str) -> np.ndarray:
    """(trial,) str: the labels of several columns joined by '_', or '' if one of them is missing. Raises BadActivity.

    '1_2' with '3', and '1' with '2_3', are different conditions that would get the same name.
    """
    each = list(zip(*(part.tolist() for part in parts), strict=True))
    first: dict[str, tuple] = {}
    for values in each:
        name = "_".join(values) if all(values) else ""
        if name and first.setdefault(name, values) != values:
            raise BadActivity(
                f"{where}: found {first[name]} and {values}, which both become '{name}', wanted different names"
            )
    return np.array(["_".join(values) if all(values) else "" for values in each], dtype=str)


def with_condition(trials: Trials, complete: np.ndarray, left_out: dict[str, int]) -> np.ndarray:
    """(trial,) of bool: trials that are complete and have a condition; adds the others' number to `left_out`."""
    unnamed = complete & (trials.condition == "")
    left_out["without a condition"] = int(unnamed.sum())
    return complete & ~unnamed


def assembled(
    path: Path,
    trials: Trials,
    complete: np.ndarray,
    rate: np.ndarray,
    kept: SelectedUnits,
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
    """The activity of the complete trials.

    complete: (trial,) of bool, and behavior (trial, time, channel), both for all of `trials`; rate (complete trial,
    time, selected unit); per_unit: (unit,) of all units, of which `kept` are selected; one_clock: bin in s, if the
    events of all trials are on a common clock, so that windows may overlap and trials may be copies. Raises
    BadActivity.
    """
    event, copies = trials.align[complete], {}
    crowded = "" if one_clock is None else overlapping(event, time, one_clock)
    if crowded and len(np.unique(same := same_event(event))) < len(same):
        copies = {COPY: same}
    per_trial = {name: values[complete] for name, values in trials.others.items()}
    omitted = omitted_conditions(trials.condition, complete)
    return activity.build(
        rate,
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=trials.condition[complete],
        behavior=behavior[complete] if channels else None,
        channel=channels,
        per_trial=per_trial | copies,
        per_unit={name: values[kept.index] for name, values in per_unit.items()},
        source=path.name,
        rate_units=kept.measured,
        alignment=alignment,
        simultaneous=simultaneous,
        notes=join_notes(
            notes,
            *_of_trials(trials, per_trial),
            omitted,
            mostly_left_out(trials.condition, complete),
            kept.note,
            caution(crowded),
        ),
        **({"behavior_units": behavior_units} if channels and behavior_units is not None else {}),
    )


def _of_trials(trials: Trials, per_trial: dict[str, np.ndarray]) -> list[str]:
    """Notes on the trials that `keep` excludes, and on the selected trials without a choice."""
    excluded = f"excluded by `keep`: {trials.excluded}" if trials.excluded else ""
    undecided = missing(per_trial["choice"]).sum() if "choice" in per_trial else 0
    return [excluded, trials.unmatched, f"without a choice: {undecided}" if undecided else ""]


def split(name: str) -> tuple[str, int | None]:
    """Split 'NAME[2]' into 'NAME' and 2; the index is None for a name without brackets."""
    found = re.fullmatch(r"(.+)\[(\d+)\]", name)
    return (found[1], int(found[2])) if found else (name, None)


def storable(values: np.ndarray) -> np.ndarray:
    """The values in a form that netCDF can store: numbers and truth values, or labels of others. Raises ValueError."""
    if values.dtype.kind == "O" and len(values) and all(isinstance(v, bool | np.bool_) for v in values):
        return values.astype(bool)
    return values if values.dtype.kind in "fiub" else labels(values)
