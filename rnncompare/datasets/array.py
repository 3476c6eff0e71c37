"""Rates or counts of trials, or of averages, as an array of a .mat or .npz file."""

from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.datasets._array_guess import guess
from rnncompare.datasets._rates import fast_enough, refuse_large, to_rates
from rnncompare.datasets._samples import Samples, steps_of
from rnncompare.datasets._spikes import leave_out
from rnncompare.datasets._trials import columns_of
from rnncompare.datasets._variables import SECONDS, Variables
from rnncompare.files import only

NUMBERED = "number of the trial"  # stands for a condition where each trial is its own


def array(
    files: dict[str, Path],
    *,
    data: str,
    dims: list[Literal["trial", "unit", "time"]],
    values: Literal["counts", "rates"],
    time: str | dict[Literal["start", "step"], float],
    time_unit: Literal["s", "ms"],
    time_marks: Literal["start", "centre"],
    alignment: str,
    condition: str | list[str] | None,
    incomplete: Literal["refuse", "leave out"],
    bin: float,
    smooth: float,
    minimum_rate: float,
    window: list[float],
    choice: str | None = None,
    per_trial: dict[str, str] | None = None,
    events: dict[str, str] | None = None,
    per_unit: dict[str, str] | None = None,
    behavior: dict[str, list[str]] | None = None,
    behavior_dims: list[Literal["trial", "time", "channel"]] | None = None,
    behavior_units: str | None = None,
    keep: dict[str, list] | None = None,
    simultaneous: int = 1,
) -> xr.Dataset:
    """Spikes/s (trial, time, unit) of an array, or of each of a list of arrays, whose dimensions the card names.

    Variables by name; 'Data.rates' is a field of a structure or of each of an array of them. data: numbers whose
    dimensions are `dims`, in the file's order; a list or array of structures is the first of them. Averages are trials,
    one a condition. values: counts of the samples, or rates (spikes/s). time: a variable, or start and step, all in
    time_unit, from the event that `alignment` names; time_marks: what of a sample they are. condition: variable, or
    several joined by '_', that name trials' conditions; null: each trial is its own, '1', '2', .. choice, per_trial,
    events, per_unit, keep: as for `nwb`, of variables. behavior: {variable: names of its channels}, at the same
    samples, of dimensions behavior_dims (without 'channel' for one channel), interpolated at the bins' centres.
    incomplete: trials with NaN in what is read of them: 'refuse' is an error, 'leave out' counts them in `notes`.
    bin: s; counts are never split between bins, rates are averaged; smooth: s, SD of a Gaussian, 0 for none, on top of
    what the file's own rates had; minimum_rate: spikes/s; window: [start, stop] in s, multiples of the bin.
    Raises BadActivity, BadOption.
    """
    path, names = only(files), [condition] if isinstance(condition, str) else condition or []
    wanted = [data, *columns_of(names, choice, per_trial, keep), *(events or {}).values(), *(per_unit or {}).values()]
    wanted += [*(behavior or {}), *([time] if isinstance(time, str) else [])]
    found = Variables(path, wanted)
    where = found.where
    numbers = found.numbers(data, dims, ["trial", "unit", "time"])
    first, step = _clock(found, time, time_unit, numbers.shape[2])
    first -= step / 2 if time_marks == "centre" else 0.0
    spread = {"bin": bin, "smooth": smooth, "window": window, "where": where}
    samples = Samples(first, step, numbers.shape[2], whole=values == "counts", **spread)
    refuse_large(where, trials=len(numbers), times=len(samples.time), units=numbers.shape[1])
    own = {NUMBERED: np.arange(1, len(numbers) + 1)}
    mapped = {"choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
    align = np.zeros(len(numbers))
    trials = found.trials(align, time_unit, condition=names or [NUMBERED], known=own, **mapped)
    moves, channels = _behavior(found, behavior or {}, behavior_dims, numbers.shape)
    numbers, moves = numbers[trials.number], samples.values_at_bins(moves[trials.number])
    complete = np.isfinite(numbers[:, :, samples.low : samples.high]).all(axis=(1, 2))
    seen = np.isfinite(moves).all(axis=(1, 2))
    left_out = {"with NaN in their window": int((~complete).sum()), "without behavior": int((complete & ~seen).sum())}
    note = leave_out(left_out, complete & seen, incomplete, where)
    complete &= seen
    rate = np.empty((numbers.shape[1], complete.sum(), len(samples.time)))
    for unit in range(len(rate)):
        part = numbers[complete, unit, samples.low : samples.high].astype(float)
        if values == "counts":
            _refuse_no_counts(part, data, where)
        rate[unit] = to_rates(samples.sums(part) * (1.0 if values == "counts" else step), smooth, bin, where)
    kept = fast_enough(rate.mean(axis=(1, 2)), minimum_rate, where)
    return activity.build(
        rate[kept].transpose(1, 2, 0),
        time=samples.time,
        unit=[f"unit_{k}" for k in kept],
        condition=trials.condition[complete],
        behavior=moves[complete] if channels else None,
        channel=channels,
        per_trial={name: column[complete] for name, column in trials.others.items()},
        per_unit={name: found.vector(column, len(rate))[kept] for name, column in (per_unit or {}).items()},
        source=path.name,
        rate_units="spikes/s",
        alignment=alignment,
        simultaneous=simultaneous,
        notes=note,
        **({"behavior_units": behavior_units} if channels and behavior_units else {}),
    )


def _clock(found: Variables, time: str | dict, unit: str, number: int) -> tuple[float, float]:
    """What marks the first sample, and the step, s."""
    if isinstance(time, str):
        times = found.times(time, unit, number)
        return float(times[0]), steps_of(times, time, found.where)
    if set(time) != {"start", "step"} or not time["step"] > 0:
        raise BadActivity(f"{found.where}: found time {time}, wanted a variable, or start and a step above 0")
    return time["start"] * SECONDS[unit], time["step"] * SECONDS[unit]


def _behavior(
    found: Variables, behavior: dict[str, list[str]], dims: list[str] | None, shape: tuple
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
        values.append(numbers.astype(float))
    return np.concatenate(values, axis=2), [name for channels in behavior.values() for name in channels]


def _refuse_no_counts(numbers: np.ndarray, name: str, where: str) -> None:
    bad = int((~((numbers >= 0) & (numbers == np.floor(numbers)))).sum())
    if bad:
        raise BadActivity(f"{where}: {name}: found {bad} values that are no counts, wanted whole numbers, 0 or more")


array.guess = guess
