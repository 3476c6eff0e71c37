"""Reader of spike times in a .mat, .npz or .nc file: of a session around events, or of separate trials."""

from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.activity.notes import left_out as left_out_of
from rnncompare.files.safety import single_file
from rnncompare.files.text import abbreviated
from rnncompare.options.ranges import Bin, Hertz, MinimumRate, Number, PositiveSeconds, ReadWindow, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.variables import Variables, seconds
from rnncompare.reading.omissions import unused_channels
from rnncompare.reading.rates import clock, margin
from rnncompare.reading.series import interpolate, refuse_empty_channels, refuse_not_increasing, times_of
from rnncompare.reading.spikes.lists import concatenated_trials, span, spikes_by_cluster, times_in
from rnncompare.reading.spikes.windows_and_counts import inside, leave_out, rates_of
from rnncompare.reading.trials import assembled, columns_of, with_condition
from rnncompare.recordings.needs import mapped

CELL = "cell of the event"  # the condition, if there is a cell of events for each condition


def spike_times(
    files: dict[str, Path],
    *,
    spikes: str,
    dims: list[Literal["trial", "unit"]],
    time_unit: Literal["s", "ms"] | PositiveSeconds,
    align: str | None,
    condition: str | list[str] | None,
    incomplete: Literal["refuse", "leave out"],
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
    clusters: str | None = None,
    sample_rate: str | Hertz | None = None,
    recorded: list[str | Number] | None = None,
    choice: str | None = None,
    per_trial: dict[str, str] | None = None,
    events: dict[str, str] | None = None,
    per_unit: dict[str, str] | None = None,
    behavior: dict[str, list[str | None]] | None = None,
    behavior_units: str | None = None,
    keep: dict[str, list] | None = None,
    simultaneous: Literal[0, 1] = 1,
) -> xr.Dataset:
    """Single trials: rates (trial, time, unit) in spikes/s around an event of each trial.

    Options that name variables: 'Data.spikes' is a field of a structure or of each structure of an array; 'target[1]'
    is the second column of a table.

    spikes with dims [unit] are on the clock of the session: a possibly nested cell of times for each unit (empty cells
    are not units, but per_unit has a value for them), or one list of all times with the list `clusters`, which gives
    the unit of each (and becomes the coordinate `cluster`). Spikes with both trial and unit in `dims`, in the order of
    the file, are a cell for each trial and unit, or nested cells, on the clock of each trial. recorded: [start, stop]
    on that clock, each a time or a variable with a value for each trial; it is required for separate trials, because
    it cannot be determined from spikes. align: the event at 0, a variable with a time for each trial, or a cell of
    times for each condition; null if the clocks of trials begin at it. All times are in time_unit ('s', 'ms', or a
    number of s). sample_rate: Hz, or its variable, if spike times count samples. condition: variable, or several joined
    by '_'; null for the number, from 1, of the cell of the event. choice, per_trial, events, per_unit, keep,
    incomplete, bin, smooth, minimum_rate, window: as for `nwb`, with variables. behavior, of a session: {variable: a
    name for each of its columns, null to leave one out, and 'time' for the column of times}. Raises BadActivity,
    BadOption.
    """
    path, names = single_file(files), [condition] if isinstance(condition, str) else condition or []
    wanted = [spikes, *columns_of(names, choice, per_trial, keep), *(events or {}).values(), *(per_unit or {}).values()]
    more = [name for name in (align, clusters, sample_rate, *(recorded or [])) if isinstance(name, str)]
    found = Variables(path, [*wanted, *more, *(behavior or {})])
    where = found.where
    scale = seconds(time_unit, where) if sample_rate is None else 1 / _hertz(found, sample_rate)
    each: dict[str, np.ndarray] = {}  # coordinates along unit in addition to those that the card maps
    without_cluster = ""  # note on spikes without a cluster
    time, extra = clock(window, bin, where), margin(smooth, bin, where)
    zero, cell = _events(found, align, time_unit, names)
    if sorted(dims) == ["trial", "unit"]:
        units, zero, shift, observed = concatenated_trials(found, spikes, dims, time_unit, scale, zero, recorded, names)
        filled, one_clock = np.ones(len(units), dtype=bool), None
    elif dims == ["unit"]:
        if zero is None:
            raise BadOption(f"{where}: found no align for spikes on the clock of a session, wanted the event at 0")
        if clusters is None:
            units = [np.sort(unit) for unit in times_in(found.value(spikes), spikes, where)]
        else:
            each["cluster"], units, without_cluster = spikes_by_cluster(found, spikes, clusters)
        filled = np.array([unit.size > 0 for unit in units])
        units, shift = [unit * scale for unit in units if unit.size], np.zeros(len(zero))
        observed, one_clock = span(units, spikes, where), bin
    else:
        raise BadOption(f"{where}: found dims {dims}, wanted [unit], [trial, unit] or [unit, trial]")
    if not names and cell is None:
        raise BadOption(f"{where}: found condition null and no cells of events for conditions, wanted one or the other")
    mapped = {"choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
    trials = found.trials(zero - shift, time_unit, condition=names or [CELL], known={CELL: cell}, **mapped)
    align_at = trials.align + shift[trials.number]
    own = None if one_clock else observed[trials.number]
    complete, left_out = inside(align_at, trials.number, time, bin, extra, observed, where, own=own)
    series, channels = _behavior(found, behavior or {}, time_unit, align_at, time, bin)
    refuse_empty_channels(series, channels, complete, where)
    moving = np.isfinite(series).all(axis=(1, 2))
    left_out["without behavior throughout the window"] = int((complete & ~moving).sum())
    complete = with_condition(trials, complete & moving, left_out)
    empty = left_out_of("units", [f"cell {k}" for k in np.flatnonzero(~filled)], len(filled), "without a spike")
    note = join_notes(
        leave_out(left_out, complete, incomplete, where), without_cluster, unused_channels(behavior), empty
    )
    how = {"bin": bin, "smooth": smooth, "minimum_rate": minimum_rate, "where": where}
    rate, kept = rates_of(units, len(units), align_at[complete] + time[0] - bin / 2, len(time), extra, **how)
    per_unit = each | {name: found.vector(column, len(filled))[filled] for name, column in (per_unit or {}).items()}
    alignment = align or "start of the trial's clock"
    made = {
        "alignment": alignment,
        "simultaneous": simultaneous,
        "notes": note,
        "per_unit": per_unit,
        "one_clock": one_clock,
    }
    moves = {"behavior": series, "channels": channels, "behavior_units": behavior_units or None}
    return assembled(path, trials, complete, rate, kept, time=time, **moves, **made)


def _hertz(found: Variables, sample_rate: str | float) -> float:
    """The sampling rate in Hz. Raises BadActivity."""
    value = found.vector(sample_rate, 1)[0] if isinstance(sample_rate, str) else sample_rate
    if not isinstance(value, np.number | int | float) or not np.isfinite(value) or value <= 0:
        raise BadActivity(f"{found.where}: found sample_rate {sample_rate} of {value}, wanted a rate above 0 in Hz")
    return float(value)


def _events(
    found: Variables, align: str | None, unit: str | float, names: list[str]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """(trial,) events in s, and (trial,) the number of the cell of each, if cells contain several events.

    If all cells contain at most one event, each cell is a trial, and an empty one is a trial without the event.
    """
    if align is None:
        return None, None
    value = found.value(align)
    if isinstance(value, list) and any(isinstance(v, np.ndarray) and v.size > 1 for v in value):
        cells = list(times_in(value, align, found.where))
        several = [k + 1 for k, cell in enumerate(cells) if len(cell) > 1]
        if names and len(found.vector(names[0])) == len(cells):
            raise BadActivity(
                f"{found.where}: {align}: found several events in cells {abbreviated(several, 5)}, counted from 1, but "
                f"as many cells as values of {names[0]}; wanted at most one event for each trial"
            )
        return np.concatenate(cells) * seconds(unit, found.where), np.repeat(
            np.arange(1, len(cells) + 1), [len(c) for c in cells]
        )
    return found.times(align, unit), None


def _behavior(
    found: Variables, behavior: dict[str, list[str | None]], unit: str, align: np.ndarray, time: np.ndarray, bin: float
) -> tuple[np.ndarray, list[str]]:
    """(trial, time, channel) of behavior, NaN for missing samples, and the names of the channels."""
    values, channels = [], []
    times = times_of(align, time, sum(map(len, behavior.values())), found.where)
    for name, columns in behavior.items():
        numbers = found.numbers(name, ["time", "channel"], ["time", "channel"]).astype(float)
        if numbers.shape[1] != len(columns) or columns.count("time") != 1:
            raise BadActivity(
                f"{found.where}: {name}: found {numbers.shape[1]} columns and names {columns}, "
                "wanted a name for each, one of them 'time'"
            )
        clock = numbers[:, columns.index("time")] * seconds(unit, found.where)
        refuse_not_increasing(clock, f"{found.where}: {name}", wanted="at least two increasing times")
        for k, channel in enumerate(columns):
            if channel not in (None, "time"):
                values.append(interpolate(times, clock, numbers[:, k], bin))
                channels.append(channel)
    return np.stack(values, axis=-1) if values else np.empty((*times.shape, 0)), channels


spike_times.gives = mapped
