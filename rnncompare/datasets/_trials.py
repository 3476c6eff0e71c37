"""Trials as a card maps them, whatever table or variables they come from."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import COPY, BadActivity
from rnncompare.copies import same_event
from rnncompare.datasets._kept import Kept
from rnncompare.datasets._left_out import conditions_lost
from rnncompare.datasets._windows import overlapping
from rnncompare.notes import caution, together


class Trials(NamedTuple):
    """Chosen trials."""

    number: np.ndarray  # (trial,) in the file, from 0
    align: np.ndarray  # (trial,) s in the session
    condition: np.ndarray  # (trial,) str
    others: dict[str, np.ndarray]  # coordinates (trial,)
    unwanted: int  # trials of the file that `keep` took away


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
    stays or one has no condition.
    """
    kept = np.ones(len(align), dtype=bool)
    for name, values in (keep or {}).items():
        kept &= np.isin(words(column[name]), words(np.asarray(values, dtype=object)))
    if not kept.any():
        raise BadActivity(f"{where}: found none of {len(kept)} with {keep}, wanted some")
    parts = [words(column[name][kept]) for name in condition]
    unnamed = np.any([part == "nan" for part in parts], axis=0)
    if unnamed.any():
        name = "/".join(condition)
        raise BadActivity(f"{where}.{name}: found {unnamed.sum()} NaN, wanted a condition for each trial")
    plain = {**(per_trial or {}), **({"choice": choice} if choice else {})}
    others = {name: tidy(column[source][kept]) for name, source in plain.items()}
    others |= {name: column[source][kept].astype(float) - align[kept] for name, source in (events or {}).items()}
    labels = np.array(["_".join(each) for each in zip(*parts, strict=True)])
    return Trials(np.flatnonzero(kept), align[kept], labels, others, int((~kept).sum()))


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
    unwanted = f"not among those of `keep`: {trials.unwanted}" if trials.unwanted else ""
    lost = conditions_lost(trials.condition, complete)
    return activity.build(
        rate,
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=trials.condition[complete],
        behavior=behavior[complete] if channels else None,
        channel=channels,
        per_trial={name: values[complete] for name, values in trials.others.items()} | again,
        per_unit={name: values[kept.index] for name, values in per_unit.items()},
        source=path.name,
        rate_units=kept.measured,
        alignment=alignment,
        simultaneous=simultaneous,
        notes=together(notes, unwanted, lost, kept.note, caution(crowded)),
        **({"behavior_units": behavior_units} if channels and behavior_units is not None else {}),
    )


def split(name: str) -> tuple[str, int | None]:
    """'NAME[2]' as NAME and 2."""
    found = re.fullmatch(r"(.+)\[(\d+)\]", name)
    return (found[1], int(found[2])) if found else (name, None)


def words(values: np.ndarray) -> np.ndarray:
    """Names: '45' for 45.0, text as it is."""
    if values.dtype.kind == "f":
        return np.array([f"{v:g}" for v in values])
    return np.array([f"{v:g}" if isinstance(v, float) else str(v) for v in values.tolist()])


def tidy(values: np.ndarray) -> np.ndarray:
    """Text as text: what netCDF can hold."""
    return values.astype(str) if values.dtype.kind in "OSU" else values
