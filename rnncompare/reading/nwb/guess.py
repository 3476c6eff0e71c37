"""The card of an NWB file, guessed: from the names of its columns and series, their values, and when they happen."""

import re
from pathlib import Path

import numpy as np

from rnncompare.reading.columns import Column
from rnncompare.reading.guesses import (
    ALIGN,
    AREA,
    LIMB,
    NO_CONDITION,
    NO_LIMB,
    angle_of,
    channels_of,
    choice_of,
    condition_of,
    keep_of,
    named,
    values_of,
)
from rnncompare.reading.nwb.contents import Contents, Series, contents
from rnncompare.reading.nwb.tables import EVENT
from rnncompare.recordings.draft import UNKNOWN, Draft, Guess

# Names, in snake case. Earlier ones are preferred.
TAKEN = {"time", "unit", "trial", "condition", "choice", "channel", "angle", "rate", "behavior"}  # of an activity


def guess(path: Path) -> Draft:
    """A card's draft from an NWB file. Raises BadActivity where it has no units, spikes or trials."""
    return draft_of(contents(path))


def draft_of(found: Contents) -> Draft:
    """What the columns and series look like to somebody who knows the field's names and nothing of this experiment."""
    columns = {c.name: c for c in found.trial_columns if c.values is not None}
    events = {c.name: c for c in columns.values() if _is_event(c, columns)}
    plain = {c.name: c for c in columns.values() if c.name not in (*events, "start_time", "stop_time")}
    untold: list[str] = []
    keep, kept = keep_of(plain, len(columns["start_time"].values), untold)
    align = _align(events, kept, found.span, untold)
    condition, more = condition_of(plain, kept, untold)
    times = columns[align.value].values[kept]
    behavior, also = _behavior(found.series, times[np.isfinite(times)], untold)
    per_trial, conditions = angle_of(plain, condition.value, untold)
    reader = {
        "use": Guess("nwb"),
        "intervals": _intervals(found, untold),
        "align": align,
        "condition": condition,
        "incomplete": Guess("leave out"),
        "choice": choice_of(plain, kept, condition.value),
        "per_trial": per_trial,
        "events": {
            _event(name, events): Guess(name, "its times lie within trials") for name in events if name != align.value
        },
        "per_unit": _per_unit(found.unit_columns, untold),
        "behavior": behavior,
        "keep": keep | more,
    }
    ragged = [f"{c.name} ({c.form})" for c in found.trial_columns if c.values is None]
    used = {*events, *np.atleast_1d(condition.value).tolist(), *reader["keep"]}
    used |= {each.value for each in (reader["choice"], *reader["per_trial"].values()) if each}
    rest = [f"{name} ({values_of(c)})" for name, c in plain.items() if name not in used]
    also = [f"columns of trials not used: {', '.join(rest + ragged) or 'none'}", *also]
    return Draft(
        about=_about(found, reader["per_unit"], untold),
        reader={key: value for key, value in reader.items() if value},
        also=also,
        measured=[
            f"{len(found.spikes)} units and {len(kept)} trials; the recording runs from {found.span[0]:g} "
            f"to {found.span[1]:g} s"
        ],
        untold=untold,
        conditions=conditions,
    )


def _intervals(found: Contents, untold: list[str]) -> Guess | None:
    """The table of trials, where it is none that the standard calls so."""
    if found.intervals == "trials":
        return None
    others = f"; it might be {', '.join(found.other)}" if found.other else ""
    untold.append(f"which table has a row a trial: 'intervals' is {found.intervals}, as there is no 'trials'{others}")
    return Guess(found.intervals, f"there is no table 'trials'{others}")


def _is_event(column: Column, columns: dict[str, Column]) -> bool:
    """Whether a column holds times in the session: numbers within their trials, or one trial's length outside."""
    if column.form != "number" or column.name in ("start_time", "stop_time") or named(column.name, NO_CONDITION):
        return False
    start, stop = (columns[name].values.astype(float) for name in ("start_time", "stop_time"))
    seen = ~column.missing
    inside = np.abs(column.values - (start + stop) / 2)[seen] <= 1.5 * (stop - start)[seen]
    return seen.sum() > 1 and inside.mean() > 0.9 and len(column.distinct[0]) > 0.9 * seen.sum()


def _align(events: dict[str, Column], kept: np.ndarray, span: tuple[float, float], untold: list[str]) -> Guess:
    """The event at time 0."""
    inside = {
        name: c for name, c in events.items() if _within(c.values[kept], span) and (~c.missing[kept]).mean() > 0.5
    }
    for what, pattern in ALIGN.items():
        for name, column in inside.items():
            if named(_short(name), pattern):
                return Guess(
                    name, f"{what}, by its name; {(~column.missing[kept]).sum()} of {kept.sum()} trials have it"
                )
    others = ", ".join(inside) or "none"
    untold.append(f"which event a trial should be aligned to: 'align' is start_time; columns of times: {others}")
    return Guess("start_time", f"no column's name is known for an event; columns of times: {others}")


def _within(values: np.ndarray, span: tuple[float, float]) -> bool:
    return bool(((values >= span[0]) & (values <= span[1]))[np.isfinite(values)].all())


def _short(name: str) -> str:
    """What happened, of the name of an event: of 'TABLE[COLUMN=VALUE]' the value, if it is a word."""
    event = EVENT.fullmatch(name)
    if event is None:
        return name
    return re.sub(r"\W+", "_", event[3] if re.match(r"[A-Za-z]", event[3]) else f"{event[1]}_{event[3]}").strip("_")


def _event(name: str, events: dict[str, Column]) -> str:
    """The coordinate that an event's column becomes."""
    plain = {each: re.sub(r"_times?$|^times?_(of_)?", "", _short(each)) for each in events}
    short = plain[name]
    clear = short and short not in TAKEN and list(plain.values()).count(short) == 1
    return short if clear else f"{_short(name)}_event" if _short(name) in TAKEN else name


def _per_unit(columns: list[Column], untold: list[str]) -> dict[str, Guess]:
    """Areas of units, in their own words."""
    found = {}
    texts = [c for c in columns if c.form == "text" and not c.missing.all() and set(c.distinct[0]) != {UNKNOWN}]
    areas = [c for c in texts if named(c.name, AREA)] or [c for c in texts if named(c.name, "group")]
    if areas:
        found["area"] = Guess(areas[0].name, f"its name; values {values_of(areas[0])}")
    else:
        untold.append("which area a unit was in: units have no column of it")
    for column in columns:
        if named(column.name, r"held_?out") and column.values is not None:
            found["heldout"] = Guess(column.name, f"its name; values {values_of(column)}")
    return found


def _behavior(series: list[Series], times: np.ndarray, untold: list[str]) -> tuple[dict[str, Guess], list[str]]:
    """The series that follow a limb, with a name for each column; why the others are not among them."""
    taken, also, names = {}, [], set()
    for one in series:
        leaf = one.path.rpartition("/")[2]
        name = leaf if named(leaf, LIMB) else "_".join(one.path.split("/")[-2:])
        columns = one.shape[1] if len(one.shape) == 2 else 1
        seen = (times >= one.start) & (times <= one.stop)
        if not named(name, LIMB) or named(one.path, NO_LIMB):
            why = "it is not a limb's, by its name"
        elif one.fault or columns > 3:
            why = one.fault or f"it has {columns} columns"
        elif not seen.size or seen.mean() < 0.9:
            why = f"it runs from {one.start:g} to {one.stop:g} s, which holds {seen.sum()} of {len(times)} events"
        else:
            channels = channels_of(name, columns)
            if names & set(channels):
                channels = channels_of("_".join(one.path.split("/")[-2:]), columns)
            names |= set(channels)
            axes = ", taken as " + ", ".join("xyz"[:columns]) if columns > 1 else ""
            taken[one.path] = Guess(channels, f"its name; {columns} columns{axes}; {one.rate:g} Hz, unit '{one.unit}'")
            continue
        also.append(f"series not used: {one.path}, shape {list(one.shape)}, unit '{one.unit}': {why}")
    if not taken:
        untold.append("what the subject did: no time series was taken as a limb's (see the comments in the card)")
    return taken, also


def _about(found: Contents, per_unit: dict[str, Guess], untold: list[str]) -> dict[str, Guess]:
    """What the card says of the recording: the file's words, or that it does not say."""
    said = found.session
    column = next((c for c in found.unit_columns if "area" in per_unit and c.name == per_unit["area"].value), None)
    texts = {
        "title": said.get("session_description", ""),
        "animal": ", ".join(said[key] for key in ("species", "subject_id") if key in said),
        "area": values_of(column) if column else "",
        "task": said.get("experiment_description", ""),
        "licence": "",
        "citation": said.get("related_publications", ""),
    }
    return {key: Guess(text or f"{UNKNOWN}: the file does not say") for key, text in texts.items()}
