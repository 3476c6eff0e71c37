"""Rates or counts of trials, or of averages, as an array of a .mat, .npz or .nc file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.activity.rate_units import SPIKES, RateUnits
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, PositiveSeconds, ReadWindow, SampleClock, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.guess import guess
from rnncompare.reading.arrays.variables import Variables, seconds
from rnncompare.reading.left_out import channels_unread, units_lacking
from rnncompare.reading.rates import rates_of_counts, refuse_large
from rnncompare.reading.samples import Even, Samples, even
from rnncompare.reading.series import refuse_blank, rounding_of
from rnncompare.reading.spikes.windows_and_counts import leave_out
from rnncompare.reading.trials import assembled, columns_of, with_condition
from rnncompare.recordings.inspection import some
from rnncompare.recordings.needs import mapped

NUMBERED = "number of the trial"  # stands for a condition where each trial is its own


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
    """Spikes/s (trial, time, unit) of an array, or of each of a list of arrays, whose dimensions the card names.

    Variables by name; 'Data.rates' is a field of a structure or of each of an array of them, 'target[1]' the second
    column of a table. data: numbers whose dimensions are `dims`, in the file's order; a list or array of structures is
    the first of them, and its trials may end at other times. Without 'time' there is one sample a trial, whose length
    is the step of `time`; without 'unit' one unit. Averages are trials, one a condition. Where `dims` has
    'condition', once or more often, beside trials or without, a trial's place along it is its name if `condition` is
    null, such as '3' or '2_1', and trials that are NaN throughout are none. values: counts of
    the samples, or rates, of which `rates` says what they are: spikes/s, z-score, normalised, a.u. or mV; null:
    spikes/s, unless some are below 0. time: a variable, once for all or the same for each of a list, or start and step,
    all in time_unit ('s', 'ms', or how many s it is, where times are numbers of samples), from the event that
    `alignment` names; time_marks: what of a sample they are. align: where `time` is each trial's own, the event at 0: a
    variable of one time a trial, taken to the nearest sample's start. condition: variable, or several joined by '_',
    that name trials' conditions; null: each trial is its own, '1', '2', .. choice, per_trial, events, per_unit, keep:
    as for `nwb`, of variables. behavior: {variable: names of its channels, null to leave one out}, at the same samples,
    of dimensions behavior_dims (without 'channel' for one channel), interpolated at the bins' centres.
    incomplete: trials without event, or with NaN or no sample in what is read of them: 'refuse' is an error, 'leave
    out' counts them in `notes`. bin: s; rates are averaged in bins around its multiples; counts are never split: where
    such bins would split them, all begin where samples do, at most half a sample off, which `notes` say. smooth: s, SD
    of a Gaussian, 0 for none, on top of what the file's own rates had; minimum_rate: in `rates`, null for all units
    (z-scores and mV have no other); window: [start, stop] in s, multiples of the bin: bins whose centres lie in it.
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
    spread = {"bin": bin, "smooth": smooth, "window": window, "where": where, "slack": slack}
    samples = Samples(first, step, number, whole=values == "counts", **spread)
    refuse_large(where, trials=len(numbers), times=len(samples.time), units=numbers.shape[1])
    mapped = {"choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
    trials = found.trials(zero, time_unit, condition=names or [NUMBERED], known={NUMBERED: own}, **mapped)
    moves, channels = _behavior(found, behavior or {}, behavior_dims, numbers.shape)
    numbers, moves, lag = numbers[trials.number], moves[trials.number], lag[trials.number]
    numbers = _shifted(numbers, lag, samples.low, samples.high, where)
    moves = samples.values_at_bins(_shifted(moves.swapaxes(1, 2), lag, 0, number, where).swapaxes(1, 2))
    known = np.isfinite(trials.align)
    there = np.isfinite(numbers)
    absent = ~there.any(axis=(0, 2)) if incomplete == "leave out" and there.any() else np.zeros(len(numbers[0]), bool)
    there = there.all(axis=2)
    complete = known & there[:, ~absent].all(axis=1)
    refuse_blank(moves, channels, complete, where)
    seen = np.isfinite(moves).all(axis=(1, 2))
    left_out = {
        "without the event": int((~known).sum()),
        "with NaN or nothing in their window": int((known & ~complete).sum()),
        "without behavior": int((complete & ~seen).sum()),
    }
    complete = with_condition(trials, complete & seen, left_out)
    note = join_notes(leave_out(left_out, complete, incomplete, where), samples.note, channels_unread(behavior))
    note = join_notes(note, units_lacking(there[known][:, ~absent], np.flatnonzero(~absent)))
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


def _clock(found: Variables, time: str | dict, unit: str | float, number: int) -> Even:
    """What marks the first sample, the step, and how far off samples may be, s."""
    if isinstance(time, str):
        scale, times = seconds(unit, found.where), found.shared(time)
        if times.dtype.kind not in "fiub" or times.size != number:
            what = "words" if times.dtype.kind == "U" else f"{times.size} values"
            raise BadActivity(f"{found.where}: {time}: found {what}, wanted {number}: a time for each sample")
        return even(times.astype(float) * scale, time, found.where, rounding_of(times) * scale)
    if set(time) != {"start", "step"} or not time["step"] > 0:
        raise BadActivity(f"{found.where}: found time {time}, wanted a variable, or start and a step above 0")
    return Even(time["start"] * seconds(unit, found.where), time["step"] * seconds(unit, found.where), RESOLUTION)


def _numbers(found: Variables, data: str, dims: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """(trial, unit, time), and each trial's own name, of an array that may have conditions as dimensions."""
    places = [f"{name} {k}" if name == "condition" else name for k, name in enumerate(dims)]
    conditions = [name for name in places if name.startswith("condition")]
    first = [*conditions, *(["trial"] if "trial" in dims or not conditions else [])]
    lacking = [name for name in ("unit", "time") if name not in dims]
    if len(lacking) > 1:
        raise BadActivity(f"{found.where}: {data}: found dims {dims} in the card, wanted unit or time, or both, too")
    numbers = found.numbers(data, places, [*first, *(name for name in ("unit", "time") if name not in lacking)])
    for name in lacking:  # one rate a trial, or one unit
        numbers = np.expand_dims(numbers, -1 if name == "time" else -2)
    if not conditions:
        return numbers, np.arange(1, len(numbers) + 1).astype(str)
    at = np.indices(numbers.shape[: len(first)]).reshape(len(first), -1)[: len(conditions)] + 1
    numbers = numbers.reshape(-1, *numbers.shape[-2:])
    there = ~np.isnan(numbers).all(axis=(1, 2))
    if not there.any():
        raise BadActivity(f"{found.where}: {data}: found NaN throughout, wanted numbers")
    return numbers[there], np.array(["_".join(map(str, place)) for place in at.T[there]])


def _lags(zero: np.ndarray, first: float, step: float, number: int, where: str) -> tuple[np.ndarray, int, int]:
    """(trial,) by how many samples each is to go back, so that all events lie at one; which; how many there are then.

    zero, first, step: s, on the trials' clock, the events (NaN: none), where the first of `number` samples begins, and
    their step. Raises BadActivity where an event lies outside the samples.
    """
    known, at = np.isfinite(zero), np.round((zero - first) / step)
    outside = known & ~((at >= 0) & (at <= number))
    if outside.any() or not known.any():
        away = f", at {some((f'{t:g}' for t in zero[outside]), 3)} s" if outside.any() else ""
        raise BadActivity(
            f"{where}: found {known.sum()} events, {outside.sum()} of them outside the samples{away}; wanted some, all "
            f"from {first:g} to {first + number * step:g} s"
        )
    at = np.where(known, at, at[known].max()).astype(int)
    return at - at.max(), int(at.max()), int(number + at.max() - at[known].min())


def _shifted(samples: np.ndarray, lag: np.ndarray, start: int, stop: int, where: str) -> np.ndarray:
    """(trial, row, stop - start) of (trial, row, sample): sample k of a trial is the file's k + lag; NaN for none."""
    if not lag.any() and stop <= samples.shape[2]:
        return samples[:, :, start:stop]
    refuse_large(where, trials=len(samples), rows=samples.shape[1], samples=stop - start)
    at = np.arange(start, stop) + lag[:, None]
    there = (at >= 0) & (at < samples.shape[2])
    cut = np.take_along_axis(samples, np.where(there, at, 0)[:, None], axis=2)
    cut = cut.astype(np.result_type(np.float16, samples.dtype))
    return np.where(there[:, None], cut, cut.dtype.type(np.nan))


def _behavior(
    found: Variables, behavior: dict[str, list[str | None]], dims: list[str] | None, shape: tuple
) -> tuple[np.ndarray, list[str]]:
    """(trial, sample, channel) and the channels' names."""
    values = [np.empty((shape[0], shape[2], 0))]
    for name, channels in behavior.items():
        if dims is None:
            raise BadActivity(f"{found.where}: {name}: found no behavior_dims, wanted them in the file's order")
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
    """(complete trial, bin) spikes of each unit in turn, of numbers (trial, unit, sample), which may be large."""
    for unit in range(numbers.shape[1]):
        part = numbers[complete, unit].astype(float)
        if values == "rates":
            yield samples.sums(part) * step
            continue
        bad = int((~((part >= 0) & (part == np.floor(part)))).sum())
        if bad:
            raise BadActivity(
                f"{where}: {name}: found {bad} values that are no counts, wanted whole numbers, 0 or more"
            )
        yield samples.sums(part)


array.guess = guess
array.gives = mapped
