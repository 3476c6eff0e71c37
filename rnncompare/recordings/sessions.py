"""Several sessions of one data set: the files of each, and pooling of their units into one population."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import COPY, RESOLUTION, BadActivity
from rnncompare.activity.copies import merge_copies
from rnncompare.activity.notes import join_notes, session_notes
from rnncompare.files.labels import among
from rnncompare.files.labels import names as names_of
from rnncompare.files.text import natural, quoted
from rnncompare.plugins import BadOption, nearest


def files_of(records: list[dict[str, Any]]) -> dict[str, dict[str, Path]]:
    """Session -> file name in the card -> path, from the records of `finding.fetch`."""
    found = {}
    for record in records:
        found.setdefault(record["session"], {})[record["file_of_card"]] = Path(record["path"])
    return found


def load(
    records: list[dict[str, Any]],
    read: Callable[[dict[str, Path]], xr.Dataset],
    where: str,
    *,
    only: dict[str, list[str]],
    pool: Literal["averages", "trials"] | None,
) -> xr.Dataset:
    """The activity of several sessions, which are read one after another to limit the use of memory.

    records: of `finding.fetch`, with `session`, the `names` in the file name, and `file_of_card`; read: function that
    reads the files of one session as an activity; only, pool: see `loading.load_recording`. `session` and the names
    become coordinates along unit. Raises BadActivity, BadOption.
    """
    if pool not in (None, "averages", "trials"):
        raise BadOption(f"{where}: found pool '{pool}', wanted averages, trials or null")
    labels = list(files_of(records))
    names = {r["session"]: {"session": r["session"], **r["names"]} for r in records}
    chosen = [label for label in labels if _is_one_of(names[label], only)]
    for name, values in only.items():
        _refuse_unknown_values(values, np.array([n[name] for n in names.values() if name in n], dtype=str), name, where)
    if not chosen:
        raise BadActivity(f"{where}: found none of {len(labels)} sessions with {only}, wanted some")
    if len(chosen) > 1 and pool is None:
        raise BadActivity(
            f"{where}: found {len(chosen)} sessions ({', '.join(chosen[:5])}{', ..' * (len(chosen) > 5)}), wanted one, "
            "selected by `only`, or `pool`: averages or trials, which combines them into one population"
        )
    rest = {name: values for name, values in only.items() if name not in names[chosen[0]]}
    files = files_of(records)

    def session(label: str) -> xr.Dataset:  # a function, so that its trials are freed before the next session is read
        data = select_units(read(files[label]), rest, f"{where}: {label}")
        own = names[label] | {"session": label}
        data = data.assign_coords({n: ("unit", np.full(data.sizes["unit"], v)) for n, v in own.items()})
        return activity.condition_average(data) if pool == "averages" else data

    parts = {label: session(label) for label in chosen}
    return pool_sessions(parts, where) if len(chosen) > 1 else parts[chosen[0]]


def select_units(data: xr.Dataset, only: dict[str, list[str]], where: str) -> xr.Dataset:
    """The units whose coordinates have one of the values in `only`. Raises BadActivity."""
    kept = np.ones(data.sizes["unit"], dtype=bool)
    for name, values in only.items():
        found = [str(n) for n, c in data.coords.items() if c.dims == ("unit",)]
        if name not in found:
            raise BadActivity(f"{where}: found coordinates {found} along unit, wanted '{name}'.{nearest(name, found)}")
        _refuse_unknown_values(values, data[name].values, name, where)
        kept &= among(data[name].values, values)
    if only and not kept.any():  # without `only`, a recording of only behaviour has no units
        raise BadActivity(f"{where}: found no unit of {len(kept)} with {only}, wanted some")
    return data if kept.all() else data.isel(unit=kept)


def _is_one_of(names: dict[str, str], only: dict[str, list[str]]) -> bool:
    """Whether a session has the wanted values of all names that it has."""
    return all(among(np.array([names[n]]), values).all() for n, values in only.items() if n in names)


def _refuse_unknown_values(values: list[str], existing: np.ndarray, name: str, where: str) -> None:
    for value in values if len(existing) else []:
        if not among(existing, [value]).any():
            known = map(quoted, sorted(set(names_of(existing).tolist()) - {""}, key=natural))
            raise BadActivity(f"{where}: only.{name}: found '{value}', wanted one of {', '.join(known)}")


def pool_sessions(sessions: dict[str, xr.Dataset], where: str) -> xr.Dataset:
    """The units of several sessions as one population that was not recorded simultaneously.

    Trial k of a condition combines one trial of that condition from each session. Each condition has as many trials as
    in the session with the fewest, and they are evenly spaced over each session. Covariances between units of different
    sessions are therefore not those of the brain; `simultaneous` is 0, and probes of single trials refuse such a
    population. Behavior is the mean over sessions for each trial if all sessions have the same channels. Conditions
    that are missing in some session are left out and listed in `notes`. Raises BadActivity if the times or units of
    rates differ, or if no condition is shared.
    """
    first = next(iter(sessions.values()))
    for label, data in sessions.items():
        same = data.sizes["time"] == first.sizes["time"]
        if not same or np.abs(data.time.values - first.time.values).max() > RESOLUTION:
            raise BadActivity(f"{where}: {label}: found times that differ from the first session, wanted the same")
        if data.attrs.get("rate_units") != first.attrs.get("rate_units"):
            raise BadActivity(
                f"{where}: {label}: found rates in {data.attrs.get('rate_units')}, wanted "
                f"{first.attrs.get('rate_units')} as in the first session"
            )
    everywhere = set.intersection(*(set(activity.conditions(data)) for data in sessions.values()))
    shared = [c for c in activity.conditions(first) if c in everywhere]
    if not shared:
        raise BadActivity(f"{where}: found no condition that all {len(sessions)} sessions have, wanted at least one")
    count = _fewest(sessions.values(), shared)
    picked = [data.isel(trial=_evenly_spaced(data, shared, count)) for data in sessions.values()]
    behavior = _mean_behavior(picked)
    per_unit = [n for n, c in first.coords.items() if c.dims == ("unit",) and n != "unit"]
    per_unit = [n for n in per_unit if all(n in d.coords for d in picked)]
    return activity.build(
        np.concatenate([d.rate.values for d in picked], axis=2),
        time=first.time.values,
        unit=[f"{label}/{u}" for label, d in zip(sessions, picked, strict=True) for u in d.unit.values],
        condition=picked[0].condition.values,
        behavior=behavior,
        channel=() if behavior is None else first.channel.values,
        per_trial=_shared_coordinates(picked),
        per_unit={n: np.concatenate([d[n].values for d in picked]) for n in per_unit},
        **{k: v for k, v in first.attrs.items() if k != "behavior_units" or behavior is not None}
        | {"simultaneous": 0, "notes": _notes(sessions, shared, behavior)},
    )


def _fewest(sessions, shared: list[str]) -> dict[str, int]:
    """Number of trials of each condition in the session that has the fewest."""
    return {c: min(int((d.condition.values == c).sum()) for d in sessions) for c in shared}


def _evenly_spaced(data: xr.Dataset, shared: list[str], count: dict[str, int]) -> np.ndarray:
    """Indices of `count` trials of each condition, evenly spaced over the session."""
    labels = data.condition.values
    own = {c: np.flatnonzero(labels == c) for c in shared}
    spread = {c: np.floor((np.arange(count[c]) + 0.5) * len(own[c]) / count[c]).astype(int) for c in shared}
    return np.concatenate([own[c][spread[c]] for c in shared])


def _mean_behavior(picked: list[xr.Dataset]) -> np.ndarray | None:
    """(trial, time, channel) mean over sessions if all have the same channels in the same units, or else None."""
    kinds = {(*d.channel.values.tolist(), d.attrs.get("behavior_units")) if "behavior" in d else () for d in picked}
    return np.mean([d.behavior.values for d in picked], axis=0) if len(kinds) == 1 and () not in kinds else None


def _shared_coordinates(picked: list[xr.Dataset]) -> dict[str, np.ndarray]:
    """Coordinates along trial that are equal in all sessions, such as the direction of a condition."""
    names = [n for n, c in picked[0].coords.items() if c.dims == ("trial",) and n not in ("condition", COPY)]
    first = {n: picked[0][n].values for n in names}
    same = {n: v for n, v in first.items() if all(n in d.coords and np.array_equal(d[n].values, v) for d in picked)}
    copies = [d[COPY].values for d in picked if COPY in d.coords]
    return same | ({COPY: merge_copies(copies)} if copies else {})


def _notes(sessions: dict[str, xr.Dataset], shared: list[str], behavior: np.ndarray | None) -> str:
    """A note on the units, trials and omitted conditions of each session."""
    notes = [f"{len(sessions)} sessions not recorded simultaneously"]
    for label, data in sessions.items():
        extra = [c for c in activity.conditions(data) if c not in shared]
        out = f", without conditions {', '.join(extra)}, which are missing in another session" if extra else ""
        notes.append(f"{label}: {data.sizes['unit']} units, {data.sizes['trial']} trials{out}")
        notes += session_notes(label, data.attrs.get("notes"))
    if behavior is None and any("behavior" in d for d in sessions.values()):
        notes.append("behavior left out because channels or their units differ between sessions")
    return join_notes(*notes)
