"""The contents of an NWB file that a card may use: units, trials, time series and metadata."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.labels import labels
from rnncompare.reading.columns import ABSENT, FORMS, Column
from rnncompare.reading.nwb.spikes import spikes_of
from rnncompare.reading.nwb.tables import EVENT, GROUP, event_times, intervals_of, joined, of_units, opened, table
from rnncompare.reading.series import not_increasing
from rnncompare.recordings.draft import one_line

MOST_ROWS = 1_000_000  # limit for tables whose columns are read
MOST_EVENTS = 20  # limit of the different values of a column that are regarded as events
MOST_SAMPLES = 50_000_000  # limit for time series whose times are read


@dataclass(frozen=True)
class Series:
    """A time series, in the order (sample, column)."""

    path: str  # name that a card uses for it
    description: str
    shape: tuple[int, ...]
    unit: str
    start: float  # s in the session
    stop: float  # s in the session
    rate: float  # Hz; the median for a series with timestamps
    fault: str  # why the reader cannot read it, or ''


@dataclass(frozen=True)
class Contents:
    """The contents of a file. Counts and times are measured; texts are those of the file."""

    spikes: np.ndarray  # (unit,) number of spikes
    span: tuple[float, float]  # s, start and end of the recording, including any gaps
    intervals: str  # table whose rows are assumed to be trials
    other: list[str]  # other tables of intervals
    unit_columns: list[Column]  # columns such as `electrodes.location` are in the table to which units refer
    trial_columns: list[Column]
    series: list[Series]
    session: dict[str, str]  # metadata of session and subject by pynwb's names, without empty ones


def contents(path: Path) -> Contents:
    """Read the contents of an NWB file. Raises BadActivity if it has no units, spikes or trials."""
    where = str(path)
    with opened(path) as session:
        rows = _trial_table(session, where)
        recorded = spikes_of(session, where)
        return Contents(
            spikes=np.diff(recorded.ends),
            span=tuple(map(float, recorded.span)),
            intervals=rows,
            other=[name for name in session.intervals if name != rows],
            unit_columns=list(_unit_columns(session, where)),
            trial_columns=[*_trial_columns(session, rows, where), *_other_events(session, rows, where)],
            series=list(_all_series(session)),
            session=_metadata(session),
        )


def _trial_table(session, where: str) -> str:
    """The name of the table of trials. Raises BadActivity if there are no units or trials, or too many."""
    tables = {name: found for name, found in (session.intervals or {}).items() if name != "invalid_times"}
    rows = "trials" if "trials" in tables else max(tables, key=lambda name: len(tables[name].colnames), default=None)
    existing = [f"{len(found)} {kind}" for kind, found in (("units", session.units), (rows, tables.get(rows))) if found]
    existing += [f"intervals/{name}" for name in tables if name != rows]
    existing += [f"{kind}/{name}" for kind in ("processing", "acquisition") for name in getattr(session, kind)]
    for kind, found in (("units", session.units), ("trials", tables.get(rows))):
        if not found:
            raise BadActivity(
                f"{where}: found no {kind} ({', '.join(existing) or 'nothing'}), wanted tables of units with "
                "spike_times and of trials with start_time; a file without them needs its own reader"
            )
        if len(found) > MOST_ROWS:
            raise BadActivity(f"{where}: found {len(found)} {kind}, wanted at most {MOST_ROWS}")
    table(session.units, "units", ["spike_times"], where)
    return rows


def _trial_columns(session, rows: str, where: str) -> Iterator[Column]:
    trials = intervals_of(session, rows, where)
    for name in trials.colnames:
        yield _column(name, trials[name], lambda c: joined(c) if hasattr(c, "target") else c.data[:])


def _other_events(session, rows: str, where: str) -> Iterator[Column]:
    """Times for each trial of the events in other tables of intervals, by columns with few values."""
    for place, found in session.intervals.items():
        if place in (rows, "invalid_times") or len(found) > MOST_ROWS:
            continue
        columns = [_column(n, found[n], lambda c: c.data[:]) for n in found.colnames if not n.endswith("_time")]
        coded = [c for c in columns if c.form in ("text", "number") and len(c.distinct[0]) <= MOST_EVENTS]
        for column in [c for c in coded if c.form == "text"] or coded:
            for value in labels(column.distinct[0]).tolist():
                name = f"{place}[{column.name}={value}]"
                if EVENT.fullmatch(name).groups() == (place, column.name, value):
                    yield _column(name, found[column.name], lambda _, n=name: event_times(session, rows, n, where))


def _unit_columns(session, where: str) -> Iterator[Column]:
    units = session.units
    for name in units.colnames:
        inside = {"electrodes": ("location", "group_name"), "electrode_group": GROUP}.get(name)
        for whole in [f"{name}.{other}" for other in inside] if inside else [name]:
            yield _column(whole, units[name], lambda _, whole=whole: of_units(units, whole, where))


def _column(name: str, column, read) -> Column:
    """A column, with its values if each row has one that can be read."""
    target = getattr(column, "target", column)
    several = target is not column and "." not in name and np.asarray(target.data[:1]).dtype.kind not in "OSU"
    description = one_line(getattr(target, "description", ""))
    try:
        values = None if several else np.asarray(read(column))
    except Exception as error:  # objects, references and missing tables can raise any exception
        return Column(name, description, None, f"not read ({one_line(error)})")
    if values is None or values.ndim != 1:
        return Column(name, description, None, "several values in each row")
    if values.dtype.kind == "O" and all(isinstance(v, str | bytes) for v in values):
        values = labels(values)
    if values.dtype.kind in "SM":
        values = labels(values)
    form = FORMS.get(values.dtype.kind)
    return Column(name, description, values, form) if form else Column(name, description, None, str(values.dtype))


def _all_series(session) -> Iterator[Series]:
    """The time series of processing and acquisition that the reader can name."""
    for place in ("processing", "acquisition"):
        for name, found in sorted(getattr(session, place).items()):
            yield from _series_in(found, f"{place}/{name}")


def _series_in(found, path: str) -> Iterator[Series]:
    if hasattr(found, "timestamps"):
        if getattr(found.data, "shape", None):
            yield _series(found, path)
    else:
        for child in getattr(found, "children", ()):
            yield from _series_in(child, f"{path}/{child.name}")


def _series(found, path: str) -> Series:
    data = found.data
    start = stop = rate = np.nan
    fault = ""
    if len(data.shape) > 2 or data.dtype.kind not in "fiu":
        fault = "it is not a numeric table"
    elif len(data) < 2 or len(data) > MOST_SAMPLES:
        fault = f"it has {len(data)} samples"
    elif found.timestamps is None:
        start, rate = float(found.starting_time or 0), float(found.rate)
        stop = start + (len(data) - 1) / rate
    else:
        times = np.asarray(found.timestamps[:], dtype=float)
        steps = np.diff(times)
        start, stop, rate = float(times[0]), float(times[-1]), float(1 / np.median(steps)) if steps.all() else np.nan
        if len(times) != len(data):
            fault = f"it has {len(times)} timestamps for {len(data)} samples"
        elif odd := not_increasing(times):
            fault = f"it has {odd}"
    return Series(path, one_line(found.description), tuple(data.shape), one_line(found.unit), start, stop, rate, fault)


def _metadata(session) -> dict[str, str]:
    """The texts of the file about session and subject."""
    names = ("session_description", "experiment_description", "lab", "institution", "session_id", "notes")
    words = {name: one_line(getattr(session, name, None)) for name in names}
    for name in ("experimenter", "keywords", "related_publications"):
        words[name] = ", ".join(map(one_line, getattr(session, name, None) or ()))
    for name in ("subject_id", "species"):
        words[name] = one_line(getattr(session.subject, name, None))
    return {name: text for name, text in words.items() if text.lower() not in ABSENT}
