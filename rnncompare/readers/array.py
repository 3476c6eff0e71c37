"""Reader of rates or counts of trials, or of averages, from an array in a .mat, .npz or .nc file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.activity.rate_units import SPIKES, RateUnits
from rnncompare.files.safety import single_file
from rnncompare.files.text import abbreviated
from rnncompare.options.ranges import Bin, MinimumRate, PositiveSeconds, ReadWindow, SampleClock, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.guess import guess
from rnncompare.reading.arrays.variables import Variables, seconds
from rnncompare.reading.omissions import incomplete_units, unused_channels
from rnncompare.reading.rates import rates_of_counts, refuse_large, time_text
from rnncompare.reading.samples import EvenTimes, Samples, fit_even_times
from rnncompare.reading.series import refuse_empty_channels, rounding_of
from rnncompare.reading.spikes.windows_and_counts import leave_out
from rnncompare.reading.trials import assembled, columns_of, with_condition
from rnncompare.recordings.needs import mapped

NUMBERED = "number of the trial"  # the condition, if each trial is its own condition


def array(
    files: dict[str, Path],
    *,
    data: str,
    dims: list[Literal["condition", "trial", "unit", "time"]],
    values: Literal["counts", "rates"],
    time: str | SampleClock,
    time_unit: Literal["s", "ms"] | PositiveSeconds,
    time_marks: Literal["start", "centre"],
    alignment: str,
    condition: str | list[str] | None,
    incomplete: Literal["refuse", "leave out"],
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
    align: str | None = None,
    choice: str | None = None,
    per_trial: dict[str, str] | None = None,
    events: dict[str, str] | None = None,
    per_unit: dict[str, str] | None = None,
    behavior: dict[str, list[str | None]] | None = None,
    behavior_dims: list[Literal["trial", "time", "channel"]] | None = None,
    behavior_units: str | None = None,
    keep: dict[str, list] | None = None,
    simultaneous: Literal[0, 1] = 1,
    rates: RateUnits | None = None,
) -> xr.Dataset:
    """Rates (trial, time, unit) of an array, or of a list of arrays, whose dimensions the card names.

    Options that name variables: 'Data.rates' is a field of a structure or of each structure of an array; 'target[1]' is
    the second column of a table.

    data: the array, with dimensions `dims` in the order of the file. A list or an array of structures is its first
    dimension, and the trials in it may differ in duration. Without 'time', each trial is one sample, whose length is
    the step of `time`; without 'unit', there is one unit. Averages are read as one trial for each condition. `dims` may
    contain 'condition' once or more often, with or without 'trial'; if `condition` is null, a trial is then named by
    its indices along these dimensions, such as '3' or '2_1', and trials that are NaN throughout are ignored.
    values: whether values are counts in samples or rates; rates: the unit of rates (spikes/s, z-score, normalised, a.u.
    or mV), null for spikes/s unless some values are below 0.
    time: a variable (one for all trials, or equal ones in a list), or start and step, in time_unit ('s', 'ms', or a
    number of s, for times that count samples), relative to the event that `alignment` names; time_marks: whether times
    mark the start or the centre of samples. align: if each trial has its own clock, the variable with the time of the
    event at 0 for each trial, which is rounded to the nearest start of a sample.
    condition: variable, or several joined by '_', that name the conditions of trials; null makes each trial its own
    condition, '1', '2', and so on. choice, per_trial, events, per_unit, keep: as for `nwb`, with variables.
    behavior: {variable: names of its channels, null to leave one out}, at the same samples, with dimensions
    behavior_dims (without 'channel' for one channel), interpolated at the bin centres.
    incomplete: for trials without event, or with NaN or missing samples in the data that are read, 'refuse' raises an
    error, and 'leave out' counts them in `notes`.
    bin: s. Rates are averaged in bins centred on multiples of the bin. Counts are not divided between bins: if
    necessary, all bins are shifted to sample boundaries, by at most half a sample, which is stated in `notes`. smooth:
    SD of a Gaussian in s, 0 for none, in addition to any smoothing of the file; minimum_rate: in `rates`, null for all
    units (required for z-scores and mV); window: [start, stop] in s, multiples of the bin, of the bin centres.
    Raises BadActivity, BadOption.
    """
    if values == "counts" and rates not in (None, SPIKES):
        raise BadOption(f"array: found rates {rates} of values: counts, which become {SPIKES}; wanted values: rates")
    path, names = single_file(files), [condition] if isinstance(condition, str) else condition or []
    wanted = [data, *columns_of(names, choice, per_trial, keep), *(events or {}).values(), *(per_unit or {}).values()]
    wanted += [*(behavior or {}), *([time] if isinstance(time, str) else []), *([align] if align else [])]
    found = Variables(path, wanted)
    where = found.where
    numbers, own = _numbers(found, data, dims)
    first, step, slack = _clock(found, time, time_unit, numbers.shape[2])
    first -= step / 2 if time_marks == "centre" else 0.0
    zero = found.times(align, time_unit, len(numbers)) if align else np.zeros(len(numbers))
    number, lag = numbers.shape[2], np.zeros(len(numbers), dtype=int)
    if align:
        lag, lead, number = _lags(zero, first, step, number, f"{where}: {align}")
        first = -lead * step
    binning = {"bin": bin, "smooth": smooth, "window": window, "where": where, "slack": slack}
    samples = Samples(first, step, number, whole=values == "counts", **binning)
    refuse_large(where, trials=len(numbers), times=len(samples.time), units=numbers.shape[1])
    mapped = {"choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
    trials = found.trials(zero, time_unit, condition=names or [NUMBERED], known={NUMBERED: own}, **mapped)
    moves, channels = _behavior(found, behavior or {}, behavior_dims, numbers.shape)
    numbers, moves, lag = numbers[trials.number], moves[trials.number], lag[trials.number]
    numbers = _shifted(numbers, lag, samples.low, samples.high, where)
    moves = samples.values_at_bins(_shifted(moves.swapaxes(1, 2), lag, 0, number, where).swapaxes(1, 2))
    known = np.isfinite(trials.align)
    finite = np.isfinite(numbers)
    absent = ~finite.any(axis=(0, 2)) if incomplete == "leave out" and finite.any() else np.zeros(len(numbers[0]), bool)
    finite = finite.all(axis=2)
    complete = known & finite[:, ~absent].all(axis=1)
    refuse_empty_channels(moves, channels, complete, where)
    moving = np.isfinite(moves).all(axis=(1, 2))
    left_out = {
        "without the event": int((~known).sum()),
        "with NaN or no samples in their window": int((known & ~complete).sum()),
        "without behavior": int((complete & ~moving).sum()),
    }
    complete = with_condition(trials, complete & moving, left_out)
    note = join_notes(leave_out(left_out, complete, incomplete, where), samples.note, unused_channels(behavior))
    note = join_notes(note, incomplete_units(finite[known][:, ~absent], np.flatnonzero(~absent)))
    numbers = np.where(absent[:, None], 0, numbers) if absent.any() else numbers
    counts = _counts(numbers, complete, samples, data, values, step, where)
    shape = (int(complete.sum()), len(samples.time), numbers.shape[1])
    how = {"bin": bin, "smooth": smooth, "minimum_rate": minimum_rate, "where": where}
    measured = SPIKES if values == "counts" else rates
    rate, kept = rates_of_counts(counts, shape, measured=measured, absent=absent, **how)
    per_unit = {name: found.vector(column, numbers.shape[1]) for name, column in (per_unit or {}).items()}
    made = {"alignment": alignment, "simultaneous": simultaneous, "notes": note, "per_unit": per_unit}
    moved = {"behavior": moves, "channels": channels, "behavior_units": behavior_units or None}
    return assembled(path, trials, complete, rate, kept, time=samples.time, **moved, **made)


def _clock(found: Variables, time: str | dict, unit: str | float, number: int) -> EvenTimes:
    """The time of the first sample, the step, and the tolerated deviation of sample times, in s."""
    if isinstance(time, str):
        scale, times = seconds(unit, found.where), found.shared(time)
        if times.dtype.kind not in "fiub" or times.size != number:
            what = "text" if times.dtype.kind == "U" else f"{times.size} values"
            raise BadActivity(f"{found.where}: {time}: found {what}, wanted {number}: a time for each sample")
        return fit_even_times(times.astype(float) * scale, time, found.where, rounding_of(times) * scale)
    if set(time) != {"start", "step"} or not time["step"] > 0:
        raise BadActivity(f"{found.where}: found time {time}, wanted a variable, or start and a step above 0")
    return EvenTimes(time["start"] * seconds(unit, found.where), time["step"] * seconds(unit, found.where), RESOLUTION)


def _numbers(found: Variables, data: str, dims: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """(trial, unit, time) and the name of each trial, from an array that may have conditions as dimensions."""
    places = [f"{name} {k}" if name == "condition" else name for k, name in enumerate(dims)]
    conditions = [name for name in places if name.startswith("condition")]
    first = [*conditions, *(["trial"] if "trial" in dims or not conditions else [])]
    lacking = [name for name in ("unit", "time") if name not in dims]
    if len(lacking) > 1:
        raise BadActivity(f"{found.where}: {data}: found dims {dims} in the card, wanted also unit or time, or both")
    numbers = found.numbers(data, places, [*first, *(name for name in ("unit", "time") if name not in lacking)])
    for name in lacking:  # one rate for each trial, or one unit
        numbers = np.expand_dims(numbers, -1 if name == "time" else -2)
    if not conditions:
        return numbers, np.arange(1, len(numbers) + 1).astype(str)
    at = np.indices(numbers.shape[: len(first)]).reshape(len(first), -1)[: len(conditions)] + 1
    numbers = numbers.reshape(-1, *numbers.shape[-2:])
    known = ~np.isnan(numbers).all(axis=(1, 2))
    if not known.any():
        raise BadActivity(f"{found.where}: {data}: found NaN throughout, wanted numbers")
    return numbers[known], np.array(["_".join(map(str, place)) for place in at.T[known]])


def _lags(zero: np.ndarray, first: float, step: float, number: int, where: str) -> tuple[np.ndarray, int, int]:
    """Shifts of trials that align their events: (trial,) number of samples, the common sample of the events, and the
    resulting number of samples.

    zero: (trial,) events in s on the clock of trials, NaN for missing ones; first, step: start of the first of `number`
    samples and their step in s. Raises BadActivity if an event is outside the samples.
    """
    known, at = np.isfinite(zero), np.round((zero - first) / step)
    outside = known & ~((at >= 0) & (at <= number))
    if outside.any() or not known.any():
        away = f", at {abbreviated((time_text(t) for t in zero[outside]), 3)} s" if outside.any() else ""
        raise BadActivity(
            f"{where}: found {known.sum()} events, {outside.sum()} of them outside the samples{away}; wanted some, all "
            f"from {time_text(first)} to {time_text(first + number * step)} s"
        )
    at = np.where(known, at, at[known].max()).astype(int)
    return at - at.max(), int(at.max()), int(number + at.max() - at[known].min())


def _shifted(samples: np.ndarray, lag: np.ndarray, start: int, stop: int, where: str) -> np.ndarray:
    """(trial, row, stop - start) from (trial, row, sample), shifted by `lag` samples; NaN for missing samples."""
    if not lag.any() and stop <= samples.shape[2]:
        return samples[:, :, start:stop]
    refuse_large(where, trials=len(samples), rows=samples.shape[1], samples=stop - start)
    at = np.arange(start, stop) + lag[:, None]
    exists = (at >= 0) & (at < samples.shape[2])
    cut = np.take_along_axis(samples, np.where(exists, at, 0)[:, None], axis=2)
    cut = cut.astype(np.result_type(np.float16, samples.dtype))
    return np.where(exists[:, None], cut, cut.dtype.type(np.nan))


def _behavior(
    found: Variables, behavior: dict[str, list[str | None]], dims: list[str] | None, shape: tuple
) -> tuple[np.ndarray, list[str]]:
    """(trial, sample, channel) of behavior, and the names of the channels."""
    values = [np.empty((shape[0], shape[2], 0))]
    for name, channels in behavior.items():
        if dims is None:
            raise BadActivity(f"{found.where}: {name}: found no behavior_dims, wanted them in the order of the file")
        wanted = ["trial", "time", "channel"][: len(dims)]
        numbers = found.numbers(name, dims, wanted)
        numbers = numbers[..., None] if len(dims) == 2 else numbers
        if numbers.shape != (shape[0], shape[2], len(channels)):
            raise BadActivity(
                f"{found.where}: {name}: found {numbers.shape} trials, samples and channels, "
                f"wanted {(shape[0], shape[2], len(channels))}: those of the data, and {channels}"
            )
        values.append(numbers[..., [k for k, name in enumerate(channels) if name is not None]].astype(float))
    names = [name for channels in behavior.values() for name in channels if name is not None]
    return np.concatenate(values, axis=2), names


def _counts(
    numbers: np.ndarray, complete: np.ndarray, samples: Samples, name: str, values: str, step: float, where: str
) -> Iterator[np.ndarray]:
    """Yield (complete trial, bin) spike counts of one unit after another, which limits the use of memory."""
    for unit in range(numbers.shape[1]):
        part = numbers[complete, unit].astype(float)
        if values == "rates":
            yield samples.sums(part) * step
            continue
        bad = int((~((part >= 0) & (part == np.floor(part)))).sum())
        if bad:
            raise BadActivity(
                f"{where}: {name}: found {bad} values that are not counts, wanted whole numbers, 0 or more"
            )
        yield samples.sums(part)


array.guess = guess
array.gives = mapped
