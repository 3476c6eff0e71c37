"""Conversion of arrays in memory to activities."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from rnncompare.activity.contract import BadActivity, build

WHERE = "activity.from_arrays"
DIMENSIONS = {
    2: "(sample, unit)",
    3: "(trial or condition, time, unit)",
    4: "(condition, trial, time, unit)",
}


def from_arrays(
    rates: np.ndarray,
    *,
    time: float | Sequence[float] | None = None,
    condition: Iterable | None = None,
    unit: Iterable | None = None,
    behavior: np.ndarray | None = None,
    channel: Iterable | None = None,
    per_trial: dict[str, Iterable] | None = None,
    per_unit: dict[str, Iterable] | None = None,
    where: str = WHERE,
    **labels: str | int,
) -> xr.Dataset:
    """An activity from an array (trial, time, unit) of single trials, or of one average for each condition.

    rates: may also be (sample, unit), where each sample is a trial with a single time, or (condition, trial, time,
    unit), with equal numbers of trials for all conditions. time: (time,) in s from the alignment event, evenly spaced;
    or the time step in s, and the first time is then 0; None: the times are 0, 1, 2, ..., so that all options in
    seconds are numbers of samples. condition: (trial,) names, equal for trials of the same condition, or (condition,)
    if `rates` has that dimension; None: each trial (or condition of `rates`) is a condition of its own, named '1', '2',
    ... unit: (unit,) names; None: 'unit_1', 'unit_2', ... behavior: dimensions as those of `rates`, with channels
    instead of units; channel: their names. per_trial, per_unit: further coordinates by name, such as choice or area.
    labels: attributes of the activity, such as source and rate_units (`activity.ATTRIBUTES`). where: the beginning of
    error messages. Raises BadActivity, whose message names the argument.
    """
    values, count = _trials(rates, where)
    trials, times, units = values.shape
    if condition is None:
        names = np.repeat(np.arange(1, trials // count + 1), count)
    else:
        names = np.repeat(_column(condition, trials // count, "condition", where), count)
    moved = None if behavior is None else _behavior(behavior, trials, times, where)
    channels = None if moved is None else moved.shape[2]
    return build(
        values,
        time=_clock(time, times, where),
        unit=_named(unit, units, "unit", where),
        condition=names,
        behavior=moved,
        channel=() if moved is None else _named(channel, channels, "channel", where),
        per_trial={name: _column(v, trials, f"per_trial {name}", where) for name, v in (per_trial or {}).items()},
        per_unit={name: _column(v, units, f"per_unit {name}", where) for name, v in (per_unit or {}).items()},
        **({"source": "array"} | labels),
    )


def _trials(rates: Any, where: str) -> tuple[np.ndarray, int]:
    """(trial, time, unit) rates, and the number of successive trials to which each name of a condition applies."""
    if isinstance(rates, xr.DataArray | xr.Dataset):
        raise BadActivity(
            f"{where}: found rates as an xarray object, wanted an array; activity.from_xarray converts it"
        )
    values = np.ma.filled(rates.astype(float), np.nan) if isinstance(rates, np.ma.MaskedArray) else np.asarray(rates)
    if values.dtype.kind not in "fiub":
        raise BadActivity(f"{where}: found rates of type {values.dtype}, wanted real numbers")
    lost = int((~np.isfinite(values)).sum())
    if lost:
        raise BadActivity(f"{where}: found {lost} of {values.size} rates NaN or infinite, wanted finite rates only")
    if values.ndim not in DIMENSIONS:
        wanted = ", ".join(DIMENSIONS.values())
        raise BadActivity(f"{where}: found rates of shape {values.shape}, wanted one of {wanted}")
    if values.ndim == 2:
        return values[:, None], 1
    if values.ndim == 3:
        return values, 1
    return values.reshape(-1, *values.shape[2:]), values.shape[1]


def _behavior(behavior: Any, trials: int, times: int, where: str) -> np.ndarray:
    """(trial, time, channel) behavior. Raises BadActivity unless it has as many trials and times as the rates."""
    values = np.asarray(behavior)
    values = values.reshape(-1, *values.shape[2:]) if values.ndim == 4 else values
    if values.ndim != 3 or values.shape[:2] != (trials, times):
        wanted = f"({trials}, {times}, channel), as many trials and times as the rates"
        raise BadActivity(f"{where}: found behavior of shape {np.shape(behavior)}, wanted {wanted}")
    return values


def _clock(time: Any, count: int, where: str) -> np.ndarray:
    """(time,) s; time: as for `from_arrays`."""
    if time is None:
        return np.arange(count, dtype=float)
    if np.ndim(time) == 0:
        if not float(time) > 0:
            raise BadActivity(f"{where}: found time {time}, wanted a step above 0 s, or {count} times")
        return float(time) * np.arange(count)
    return _column(time, count, "time", where).astype(float)


def _named(names: Iterable | None, count: int, kind: str, where: str) -> np.ndarray | list[str]:
    """(count,) the given names or, for None, the kind with a number, such as 'unit_1'."""
    return [f"{kind}_{k}" for k in range(1, count + 1)] if names is None else _column(names, count, kind, where)


def _column(values: Iterable, count: int, name: str, where: str) -> np.ndarray:
    """(count,) values of the argument `name`. Raises BadActivity for another number of values."""
    values = np.asarray(values if hasattr(values, "__array__") else list(values))
    if values.shape != (count,):
        raise BadActivity(f"{where}: found {name} of shape {values.shape}, wanted ({count},)")
    return values
