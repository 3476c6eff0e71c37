"""Tables of an NWB file, with errors that name what it lacks."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.notes import caution
from rnncompare.files import hdf5
from rnncompare.files.labels import among, labels
from rnncompare.plugins import BadOption, nearest
from rnncompare.reading.trials import Trials, chosen, columns_of, split, tidy
from rnncompare.reading.windows import outside
from rnncompare.recordings.inspection import some

SHOWN = 500  # letters of a library's reason
FACTS = ("/", "/general", "/general/subject")  # groups of words and dates of the session
MOST_FACTS = 10_000  # values of one of them
GROUP = ("location", "name")  # what an electrode group says of itself
EVENT = re.compile(r"(.+)\[(.+?)=(.+)\]")  # the table, a column of it, and the value there


@contextlib.contextmanager
def opened(path: Path) -> Iterator:
    """The session of an NWB file. Raises BadActivity where it cannot be read as one."""
    import pynwb  # a second that only those who read NWB should pay

    try:
        hdf5.refuse_unsafe(path)
        _refuse_long_facts(path)
        handle = pynwb.NWBHDF5IO(str(path), "r")
    except Exception as error:
        raise _unreadable(path, error) from error
    with handle:
        try:
            session = handle.read()
        except Exception as error:
            raise _unreadable(path, error) from error
        try:
            yield session
        except (BadActivity, BadOption):
            raise
        except Exception as error:  # data that end early, or are not what their place is for, raise nearly anything
            found = f"{type(error).__name__}: {error}"[:SHOWN]
            raise BadActivity(f"{path}: found data that cannot be read ({found}), wanted a whole file") from error


def _refuse_long_facts(path: Path) -> None:
    """Raise ValueError where a word or a date of the session is an array, which pynwb takes apart number by number."""
    import h5py

    with h5py.File(path, "r") as file:
        for group in (file[name] for name in FACTS if isinstance(file.get(name), h5py.Group)):
            for item in (group.get(name) for name in group):
                if isinstance(item, h5py.Dataset) and (item.size or 0) > MOST_FACTS:
                    raise ValueError(f"{item.name} has {item.size} values, more than {MOST_FACTS}")


def _unreadable(path: Path, error: Exception) -> BadActivity:
    """Without the pages that pynwb prints before its reason: what it had built until then."""
    reason = error.args[-1] if error.args else type(error).__name__
    return BadActivity(f"{path}: found no readable NWB file ({str(reason)[:SHOWN]}), wanted one")


def table(found, name: str, columns: list[str], where: str):
    """A table that has `columns`. Raises BadActivity."""
    if found is None:
        raise BadActivity(f"{where}: found no table of {name}, wanted one with {', '.join(columns)}")
    for column in columns:
        if column not in found.colnames:
            there = ", ".join(found.colnames)
            near = nearest(column, found.colnames)
            raise BadActivity(f"{where}: {name}: found columns {there}, wanted '{column}'.{near}")
    return found


def intervals_of(session, name: str, where: str):
    """A table of intervals by its name, `trials` or another. Raises BadActivity."""
    found = session.intervals or {}
    if name not in found:
        raise BadActivity(
            f"{where}: found no table of {name}, wanted one with start_time and stop_time; intervals that there are: "
            f"{', '.join(found) or 'none'} ('intervals' of the card names the table with a row a trial)"
        )
    return table(found[name], name, ["start_time", "stop_time"], where)


def trials_of(
    session,
    where: str,
    rows: str,
    align: str,
    condition: str | list[str],
    choice: str | None,
    per_trial: dict[str, str] | None,
    events: dict[str, str] | None,
    keep: dict[str, list] | None,
) -> Trials:
    """The trials that `keep` leaves, with what the card maps. rows: the table of intervals that trials are."""
    names = [condition] if isinstance(condition, str) else list(condition)
    wanted = [align, *(events or {}).values(), *columns_of(names, choice, per_trial, keep)]
    column = {name: trial_column(session, rows, name, where) for name in wanted}
    mapped = {"choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
    return chosen(column, column[align].astype(float), f"{where}: {rows}", condition=names, **mapped)


def events_outside(session, where: str, rows: str, events: list[str], number: np.ndarray) -> list[str]:
    """Cautions about events, by column, that lie before their trial starts or after it stops; number: (trial,)."""
    named = dict.fromkeys(["start_time", "stop_time", *events])
    times = {name: trial_column(session, rows, name, where).astype(float)[number] for name in named}
    edges = times["start_time"], times["stop_time"]
    return [caution(outside(name, times[name], *edges, number)) for name in named]


def unit_columns(session, where: str, per_unit: dict[str, str], units: int) -> dict[str, np.ndarray]:
    """Columns of the units table, or of the units' electrodes, by the coordinate they become."""
    wanted = [column.partition(".")[0] for column in per_unit.values()]
    found = table(session.units, "units", wanted, where)
    return {name: tidy(of_units(found, column, where)) for name, column in per_unit.items()}


def of_units(units, name: str, where: str) -> np.ndarray:
    """(unit,) a column, or of 'electrodes.COLUMN' what a unit's electrodes say: each word once, joined by '+'.

    'electrode_group.location' and 'electrode_group.name' are those of the group that a unit refers to.
    """
    name, _, inside = name.partition(".")
    if not inside:
        return np.asarray(units[name][:])
    if name == "electrode_group" and inside in GROUP:
        return labels([getattr(group, inside) for group in units[name].data[:]])
    rows = getattr(units[name], "target", units[name])
    if not hasattr(rows, "table"):
        raise BadActivity(
            f"{where}: units.{name}: found {type(rows).__name__}, wanted rows of a table, for '.{inside}'"
        )
    said = labels(np.asarray(table(rows.table, f"units.{name}", [inside], where)[inside][:]))
    at = np.asarray(rows.data[:], dtype=int)
    lost = at[(at < 0) | (at >= len(said))]
    if len(lost):
        raise BadActivity(
            f"{where}: units.{name}: found rows {some(lost, 5)}, wanted rows of '{inside}', which has {len(said)}"
        )
    picked = said[at]
    if rows is units[name]:
        return picked
    each = np.split(picked, np.asarray(units[name].data[:], dtype=int)[:-1])
    return np.array(["+".join(filter(None, dict.fromkeys(own.tolist()))) for own in each])


def trial_column(session, rows: str, name: str, where: str) -> np.ndarray:
    """(trial,) a column of one value a trial, the k-th of several, or times of events in another table."""
    trials = intervals_of(session, rows, where)
    if EVENT.fullmatch(name):
        return event_times(session, rows, name, where)
    plain, k = split(name)
    column = table(trials, rows, [plain], where)[plain]
    values = joined(column) if hasattr(column, "target") and k is None else np.asarray(column[:])
    if values.ndim != (1 if k is None else 2) or (k is not None and k >= values.shape[1]):
        wanted = "one value a trial, or 'NAME[k]'" if k is None else f"at least {k + 1} values a trial"
        raise BadActivity(f"{where}: {rows}.{plain}: found shape {values.shape}, wanted {wanted}")
    return values if k is None else values[:, k]


def joined(column) -> np.ndarray:
    """(row,) the words that each row of a column has, joined by '+'; (row, ..) what else it has."""
    values = column[:]
    each = all(isinstance(v, str | bytes) for row in values for v in row)
    return np.array(["+".join(filter(None, labels(row))) for row in values]) if each else np.asarray(values)


def event_times(session, rows: str, name: str, where: str) -> np.ndarray:
    """(trial,) s, when in each trial the first row of 'TABLE[COLUMN=VALUE]' starts; NaN where none does."""
    place, column, value = EVENT.fullmatch(name).groups()
    found = table(intervals_of(session, place, where), place, [column], where)
    said = np.asarray(found[column][:])
    at = np.sort(np.asarray(found["start_time"][:], dtype=float)[among(said, [value])])
    if not len(at):
        some_of = some(filter(None, dict.fromkeys(labels(said).tolist())), 5)
        raise BadActivity(f"{where}: {place}.{column}: found {some_of}, wanted '{value}' in some rows")
    trials = intervals_of(session, rows, where)
    start, stop = (np.asarray(trials[edge][:], dtype=float) for edge in ("start_time", "stop_time"))
    first = np.append(at, np.nan)[np.searchsorted(at, start)]
    return np.where(first <= stop, first, np.nan)
