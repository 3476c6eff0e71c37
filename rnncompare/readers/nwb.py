"""Reader of NWB files: spikes of the table of units around events of the table of trials, with behavior."""

import itertools
from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity.notes import join_notes
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow, Smoothing
from rnncompare.reading.nwb.checks import examine
from rnncompare.reading.nwb.guess import guess
from rnncompare.reading.nwb.series import behavior_of
from rnncompare.reading.nwb.spikes import spikes_of
from rnncompare.reading.nwb.tables import events_outside, opened, trials_of, unit_columns
from rnncompare.reading.omissions import unused_channels
from rnncompare.reading.rates import clock, margin
from rnncompare.reading.series import refuse_empty_channels
from rnncompare.reading.spikes.windows_and_counts import inside, leave_out, rates_of
from rnncompare.reading.trials import assembled, with_condition
from rnncompare.recordings.needs import mapped


def nwb(
    files: dict[str, Path],
    *,
    align: str,
    condition: str | list[str],
    incomplete: Literal["refuse", "leave out"],
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
    choice: str | None = None,
    per_trial: dict[str, str] | None = None,
    events: dict[str, str] | None = None,
    per_unit: dict[str, str] | None = None,
    behavior: dict[str, list[str | None]] | None = None,
    keep: dict[str, list] | None = None,
    intervals: str = "trials",
    simultaneous: Literal[0, 1] = 1,
) -> xr.Dataset:
    """Single trials of one session: rates (trial, time, unit) in spikes/s around an event of each trial.

    intervals: the table with a row for each trial. Its columns are used by: align, the event at time 0 (s in the
    session); condition, one or several columns, whose values joined by '_' name the condition; choice, the subject's
    choice; per_trial, {coordinate: column}; events, {coordinate: column of times}, which become relative to the event
    at 0; keep, {column: values of trials to keep}. 'NAME[k]' is element k (from 0) of a column with several values for
    each trial; several texts of a trial are joined by '+'. 'TABLE[COLUMN=VALUE]' is the start of the first row of
    another table within each trial that has this value.
    per_unit: {coordinate: column of the table of units, or 'electrodes.COLUMN' of its electrodes}. behavior: {path of a
    time series, such as 'processing/behavior/hand_velocity': [a name for each of its columns, null to leave one out]},
    interpolated linearly at the bin centres, but not in gaps or outside its range.
    incomplete: for trials without the event, without behavior, or whose window (with the margins for smoothing) extends
    beyond the recording, 'refuse' raises an error, and 'leave out' counts them in `notes`. An event outside the whole
    recording is always an error. The recording is from the first to the last spike, or where all units were observed by
    obs_intervals. bin: s, spikes are counted in bins around each time; smooth: SD of a Gaussian in s, 0 for none;
    minimum_rate: spikes/s, mean over trials and window; window: [start, stop] in s, multiples of the bin.
    Raises BadActivity, BadOption.
    """
    path = single_file(files)
    where = str(path)
    time, extra = clock(window, bin, where), margin(smooth, bin, where)
    with opened(path) as session:
        trials = trials_of(session, where, intervals, align, condition, choice, per_trial, events, keep)
        spikes, ends, observed, observed_any = recorded = spikes_of(session, where)
        any_unit = {"span": recorded.span, "observed_any": observed_any}
        complete, left_out = inside(trials.align, trials.number, time, bin, extra, observed, where, **any_unit)
        series = behavior_of(session, where, behavior or {}, trials.align, time, bin)
        units = unit_columns(session, where, per_unit or {}, len(ends) - 1)
        named = [align, *(events or {}).values()]
        odd = events_outside(session, where, intervals, named, trials.number[complete])
    refuse_empty_channels(series.values, series.names, complete, where)
    moving = np.isfinite(series.values).all(axis=(1, 2))
    left_out["without behavior throughout the window"] = int((complete & ~moving).sum())
    complete = with_condition(trials, complete & moving, left_out)
    note = join_notes(leave_out(left_out, complete, incomplete, where), unused_channels(behavior), *odd)
    first = trials.align[complete] + time[0] - bin / 2
    units_spikes = (spikes[low:high] for low, high in itertools.pairwise(ends))
    how = {"bin": bin, "smooth": smooth, "minimum_rate": minimum_rate, "where": where}
    rate, kept = rates_of(units_spikes, len(ends) - 1, first, len(time), extra, **how)
    made = {"alignment": align, "simultaneous": simultaneous, "notes": note, "one_clock": bin}
    moves = {"behavior": series.values, "channels": series.names, "behavior_units": series.units}
    return assembled(path, trials, complete, rate, kept, time=time, per_unit=units, **moves, **made)


nwb.guess = guess
nwb.examine = examine
nwb.gives = mapped
