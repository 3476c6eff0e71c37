"""Reading of tables of an NWB file, with errors that name missing tables and columns."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.notes import caution
from rnncompare.files import hdf5
from rnncompare.files.labels import among, labels
from rnncompare.files.text import abbreviated
from rnncompare.plugins import BadOption, nearest
from rnncompare.reading.trials import Trials, chosen, columns_of, split, storable
from rnncompare.reading.windows import outside

SHOWN = 500  # number of characters of a library's message that are shown
METADATA = ("/", "/general", "/general/subject")  # groups with texts and dates of the session
MOST_VALUES = 10_000  # limit for each item in METADATA
GROUP = ("location", "name")  # attributes of an electrode group
EVENT = re.compile(r"(.+)\[(.+?)=(.+)\]")  # table, column and value


@contextlib.contextmanager
def opened(path: Path) -> Iterator:
    """The session of an NWB file. Raises BadActivity if the file or its data cannot be read."""
    import pynwb  # imported here because it takes a second

    try:
        hdf5.refuse_unsafe(path)
        _refuse_large_metadata(path)
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
        except Exception as error:  # truncated or invalid data can raise any exception
            found = f"{type(error).__name__}: {error}"[:SHOWN]
            raise BadActivity(f"{path}: found data that cannot be read ({found}), wanted a complete file") from error


def _refuse_large_metadata(path: Path) -> None:
    """Raise ValueError if a text or date of the session is a large array, which pynwb would read by elements."""
    import h5py

    with h5py.File(path, "r") as file:
        for group in (file[name] for name in METADATA if isinstance(file.get(name), h5py.Group)):
            for item in (group.get(name) for name in group):
                if isinstance(item, h5py.Dataset) and (item.size or 0) > MOST_VALUES:
                    raise ValueError(f"{item.name} has {item.size} values, more than {MOST_VALUES}")


def _unreadable(path: Path, error: Exception) -> BadActivity:
    """The error for a file that pynwb cannot read, with only the last part of pynwb's long message."""
    reason = error.args[-1] if error.args else type(error).__name__
    return BadActivity(f"{path}: found no readable NWB file ({str(reason)[:SHOWN]}), wanted one")


def table(found, name: str, columns: list[str], where: str):
    """A table that has `columns`. Raises BadActivity."""
    if found is None:
        raise BadActivity(f"{where}: found no table of {name}, wanted one with {', '.join(columns)}")
    for column in columns:
        if column not in found.colnames:
            existing = ", ".join(found.colnames)
            near = nearest(column, found.colnames)
            raise BadActivity(f"{where}: {name}: found columns {existing}, wanted '{column}'.{near}")
    return found


def intervals_of(session, name: str, where: str):
    """A table of intervals by its name, `trials` or another. Raises BadActivity."""
    found = session.intervals or {}
    if name not in found:
        raise BadActivity(
            f"{where}: found no table of {name}, wanted one with start_time and stop_time; tables of intervals: "
            f"{', '.join(found) or 'none'} ('intervals' of the card names the table with a row for each trial)"
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
    """The trials selected by `keep`, with the coordinates that the card maps. rows: table with a row for each trial."""
    names = [condition] if isinstance(condition, str) else list(condition)
    wanted = [align, *(events or {}).values(), *columns_of(names, choice, per_trial, keep)]
    column = {name: trial_column(session, rows, name, where) for name in wanted}
    mapped = {"choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
    return chosen(column, column[align].astype(float), f"{where}: {rows}", condition=names, **mapped)


def events_outside(session, where: str, rows: str, events: list[str], number: np.ndarray) -> list[str]:
    """Cautions about events before the start or after the stop of their trial. number: (trial,) row in the table."""
    named = dict.fromkeys(["start_time", "stop_time", *events])
    times = {name: trial_column(session, rows, name, where).astype(float)[number] for name in named}
    edges = times["start_time"], times["stop_time"]
    return [caution(outside(name, times[name], *edges, number)) for name in named]


def unit_columns(session, where: str, per_unit: dict[str, str], units: int) -> dict[str, np.ndarray]:
    """Coordinates along unit from columns of the table of units or of their electrodes."""
    wanted = [column.partition(".")[0] for column in per_unit.values()]
    found = table(session.units, "units", wanted, where)
    return {name: storable(of_units(found, column, where)) for name, column in per_unit.items()}


def of_units(units, name: str, where: str) -> np.ndarray:
    """(unit,) values of a column of units.

    For 'electrodes.COLUMN', the different labels of a unit's electrodes are joined by '+'. 'electrode_group.location'
    and 'electrode_group.name' are those of the group to which a unit refers.
    """
    name, _, inside = name.partition(".")
    if not inside:
        return np.asarray(units[name][:])
    if name == "electrode_group" and inside in GROUP:
        return labels([getattr(group, inside) for group in units[name].data[:]])
    rows = getattr(units[name], "target", units[name])
    if not hasattr(rows, "table"):
        raise BadActivity(
            f"{where}: units.{name}: found {type(rows).__name__}, wanted references to rows of a table for '.{inside}'"
        )
    values = labels(np.asarray(table(rows.table, f"units.{name}", [inside], where)[inside][:]))
    at = np.asarray(rows.data[:], dtype=int)
    beyond = at[(at < 0) | (at >= len(values))]
    if len(beyond):
        raise BadActivity(
            f"{where}: units.{name}: found rows {abbreviated(beyond, 5)}, wanted rows of '{inside}', which has "
            f"{len(values)}"
        )
    picked = values[at]
    if rows is units[name]:
        return picked
    each = np.split(picked, np.asarray(units[name].data[:], dtype=int)[:-1])
    return np.array(["+".join(filter(None, dict.fromkeys(own.tolist()))) for own in each])


def trial_column(session, rows: str, name: str, where: str) -> np.ndarray:
    """(trial,) values of a column, element k of each trial for 'NAME[k]', or times of events in another table."""
    trials = intervals_of(session, rows, where)
    if EVENT.fullmatch(name):
        return event_times(session, rows, name, where)
    plain, k = split(name)
    column = table(trials, rows, [plain], where)[plain]
    values = joined(column) if hasattr(column, "target") and k is None else np.asarray(column[:])
    if values.ndim != (1 if k is None else 2) or (k is not None and k >= values.shape[1]):
        wanted = "one value per trial, or 'NAME[k]'" if k is None else f"at least {k + 1} values per trial"
        raise BadActivity(f"{where}: {rows}.{plain}: found shape {values.shape}, wanted {wanted}")
    return values if k is None else values[:, k]


def joined(column) -> np.ndarray:
    """(row,) the texts in each row of a column joined by '+', or (row, ..) its values of any other kind."""
    values = column[:]
    each = all(isinstance(v, str | bytes) for row in values for v in row)
    return np.array(["+".join(filter(None, labels(row))) for row in values]) if each else np.asarray(values)


def event_times(session, rows: str, name: str, where: str) -> np.ndarray:
    """(trial,) start times (s) of the first row of 'TABLE[COLUMN=VALUE]' within each trial; NaN if there is none."""
    place, column, value = EVENT.fullmatch(name).groups()
    found = table(intervals_of(session, place, where), place, [column], where)
    values = np.asarray(found[column][:])
    at = np.sort(np.asarray(found["start_time"][:], dtype=float)[among(values, [value])])
    if not len(at):
        existing = abbreviated(filter(None, dict.fromkeys(labels(values).tolist())), 5)
        raise BadActivity(f"{where}: {place}.{column}: found {existing}, wanted '{value}' in some rows")
    trials = intervals_of(session, rows, where)
    start, stop = (np.asarray(trials[edge][:], dtype=float) for edge in ("start_time", "stop_time"))
    first = np.append(at, np.nan)[np.searchsorted(at, start)]
    return np.where(first <= stop, first, np.nan)
