"""Draft of a card for an NWB file, from the names, values and times of its columns and series."""

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
from rnncompare.reading.rates import time_text
from rnncompare.recordings.draft import UNKNOWN, Draft, Guess

TAKEN = {"time", "unit", "trial", "condition", "choice", "channel", "angle", "rate", "behavior"}  # names of an activity


def guess(path: Path) -> Draft:
    """The draft of a card for an NWB file. Raises BadActivity if it has no units, spikes or trials."""
    return draft_of(contents(path))


def draft_of(found: Contents) -> Draft:
    """The draft of a card from the contents of a file, using names that are common in the field."""
    columns = {c.name: c for c in found.trial_columns if c.values is not None}
    events = {c.name: c for c in columns.values() if _is_event(c, columns)}
    plain = {c.name: c for c in columns.values() if c.name not in (*events, "start_time", "stop_time")}
    undetermined: list[str] = []
    keep, kept = keep_of(plain, len(columns["start_time"].values), undetermined)
    align = _align(events, kept, found.span, undetermined)
    condition, more = condition_of(plain, kept, undetermined)
    times = columns[align.value].values[kept]
    behavior, unused = _behavior(found.series, times[np.isfinite(times)], undetermined)
    per_trial, conditions = angle_of(plain, condition.value, undetermined)
    reader = {
        "use": Guess("nwb"),
        "intervals": _intervals(found, undetermined),
        "align": align,
        "condition": condition,
        "incomplete": Guess("leave out"),
        "choice": choice_of(plain, kept, condition.value),
        "per_trial": per_trial,
        "events": {
            _event(name, events): Guess(name, "its times are within trials") for name in events if name != align.value
        },
        "per_unit": _per_unit(found.unit_columns, undetermined),
        "behavior": behavior,
        "keep": keep | more,
    }
    ragged = [f"{c.name} ({c.form})" for c in found.trial_columns if c.values is None]
    used = {*events, *np.atleast_1d(condition.value).tolist(), *reader["keep"]}
    used |= {each.value for each in (reader["choice"], *reader["per_trial"].values()) if each}
    rest = [f"{name} ({values_of(c)})" for name, c in plain.items() if name not in used]
    unused = [f"columns of trials not used: {', '.join(rest + ragged) or 'none'}", *unused]
    return Draft(
        about=_about(found, reader["per_unit"], undetermined),
        reader={key: value for key, value in reader.items() if value},
        unused=unused,
        measured=[
            f"{len(found.spikes)} units and {len(kept)} trials; the recording runs from {time_text(found.span[0])} "
            f"to {time_text(found.span[1])} s"
        ],
        undetermined=undetermined,
        conditions=conditions,
    )


def _intervals(found: Contents, undetermined: list[str]) -> Guess | None:
    """The table of trials, if its name is not the standard one."""
    if found.intervals == "trials":
        return None
    others = f"; it might be {', '.join(found.other)}" if found.other else ""
    undetermined.append(
        f"which table has a row for each trial: 'intervals' is {found.intervals}, as there is no 'trials'{others}"
    )
    return Guess(found.intervals, f"there is no table 'trials'{others}")


def _is_event(column: Column, columns: dict[str, Column]) -> bool:
    """Whether a column contains event times: different numbers within about one trial's duration of their trials."""
    if column.form != "number" or column.name in ("start_time", "stop_time") or named(column.name, NO_CONDITION):
        return False
    start, stop = (columns[name].values.astype(float) for name in ("start_time", "stop_time"))
    known = ~column.missing
    inside = np.abs(column.values - (start + stop) / 2)[known] <= 1.5 * (stop - start)[known]
    return known.sum() > 1 and inside.mean() > 0.9 and len(column.distinct[0]) > 0.9 * known.sum()


def _align(events: dict[str, Column], kept: np.ndarray, span: tuple[float, float], undetermined: list[str]) -> Guess:
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
    undetermined.append(f"which event trials should be aligned to: start_time is assumed; columns of times: {others}")
    return Guess("start_time", f"no column has a known name of an event; columns of times: {others}")


def _within(values: np.ndarray, span: tuple[float, float]) -> bool:
    return bool(((values >= span[0]) & (values <= span[1]))[np.isfinite(values)].all())


def _short(name: str) -> str:
    """A short name of an event: the value of 'TABLE[COLUMN=VALUE]' if it is a word."""
    event = EVENT.fullmatch(name)
    if event is None:
        return name
    return re.sub(r"\W+", "_", event[3] if re.match(r"[A-Za-z]", event[3]) else f"{event[1]}_{event[3]}").strip("_")


def _event(name: str, events: dict[str, Column]) -> str:
    """The name of the coordinate for the column of an event."""
    plain = {each: re.sub(r"_times?$|^times?_(of_)?", "", _short(each)) for each in events}
    short = plain[name]
    clear = short and short not in TAKEN and list(plain.values()).count(short) == 1
    return short if clear else f"{_short(name)}_event" if _short(name) in TAKEN else name


def _per_unit(columns: list[Column], undetermined: list[str]) -> dict[str, Guess]:
    """The columns with the areas of units, and whether they are held out."""
    found = {}
    texts = [c for c in columns if c.form == "text" and not c.missing.all() and set(c.distinct[0]) != {UNKNOWN}]
    areas = [c for c in texts if named(c.name, AREA)] or [c for c in texts if named(c.name, "group")]
    if areas:
        found["area"] = Guess(areas[0].name, f"its name; values {values_of(areas[0])}")
    else:
        undetermined.append("which area each unit was in: units have no column for it")
    for column in columns:
        if named(column.name, r"held_?out") and column.values is not None:
            found["heldout"] = Guess(column.name, f"its name; values {values_of(column)}")
    return found


def _behavior(series: list[Series], times: np.ndarray, undetermined: list[str]) -> tuple[dict[str, Guess], list[str]]:
    """The series of limbs, with a name for each column, and the reasons why the others are not used."""
    taken, unused, names = {}, [], set()
    for one in series:
        leaf = one.path.rpartition("/")[2]
        name = leaf if named(leaf, LIMB) else "_".join(one.path.split("/")[-2:])
        columns = one.shape[1] if len(one.shape) == 2 else 1
        covered = (times >= one.start) & (times <= one.stop)
        if not named(name, LIMB) or named(one.path, NO_LIMB):
            why = "its name does not suggest a limb"
        elif one.fault or columns > 3:
            why = one.fault or f"it has {columns} columns"
        elif not covered.size or covered.mean() < 0.9:
            why = f"it covers {time_text(one.start)} to {time_text(one.stop)} s, and "
            why += f"{covered.sum()} of {len(times)} events"
        else:
            channels = channels_of(name, columns)
            if names & set(channels):
                channels = channels_of("_".join(one.path.split("/")[-2:]), columns)
            names |= set(channels)
            axes = ", assumed to be " + ", ".join("xyz"[:columns]) if columns > 1 else ""
            taken[one.path] = Guess(channels, f"its name; {columns} columns{axes}; {one.rate:g} Hz, unit '{one.unit}'")
            continue
        unused.append(f"series not used: {one.path}, shape {list(one.shape)}, unit '{one.unit}': {why}")
    if not taken:
        undetermined.append(
            "the behavior: no time series was recognised as that of a limb (see the comments in the card)"
        )
    return taken, unused


def _about(found: Contents, per_unit: dict[str, Guess], undetermined: list[str]) -> dict[str, Guess]:
    """The metadata of the card, from the texts of the file or as unknown."""
    session = found.session
    column = next((c for c in found.unit_columns if "area" in per_unit and c.name == per_unit["area"].value), None)
    texts = {
        "title": session.get("session_description", ""),
        "animal": ", ".join(session[key] for key in ("species", "subject_id") if key in session),
        "area": values_of(column) if column else "",
        "task": session.get("experiment_description", ""),
        "licence": "",
        "citation": session.get("related_publications", ""),
    }
    return {key: Guess(text or f"{UNKNOWN}: not in the file") for key, text in texts.items()}
