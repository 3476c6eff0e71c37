"""Activities of arrays in memory."""

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
    """An activity of an array (trial, time, unit), of single trials or of one average a condition.

    rates: also (sample, unit), each sample being a trial of one time, and (condition, trial, time, unit), as many
    trials of each. time: (time,) s from the alignment event, evenly spaced, or the step in s, the first time being 0;
    None: samples are numbered 0, 1, 2, ..., and what is given in seconds elsewhere counts samples. condition: (trial,)
    names, the same one for trials of one condition, or (condition,) where `rates` has that dimension; None: each is its
    own, '1', '2', ... unit: (unit,) names; None: 'unit_1', ... behavior: as `rates`, with channels in the place of
    units; channel: their names. per_trial, per_unit: further coordinates by name, such as choice or area. labels: such
    as source and rate_units (`activity.ATTRIBUTES`). where: what an error begins with. Raises BadActivity that names
    the argument.
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
    """(trial, time, unit) real numbers, and how many trials follow each other for each name of a condition."""
    if isinstance(rates, xr.DataArray | xr.Dataset):
        raise BadActivity(f"{where}: found rates as an xarray object, wanted an array: activity.from_xarray reads it")
    values = np.ma.filled(rates.astype(float), np.nan) if isinstance(rates, np.ma.MaskedArray) else np.asarray(rates)
    if values.dtype.kind not in "fiub":
        raise BadActivity(f"{where}: found rates of type {values.dtype}, wanted real numbers")
    lost = int((~np.isfinite(values)).sum())
    if lost:
        raise BadActivity(f"{where}: found {lost} of {values.size} rates NaN or infinite, wanted none: leave those out")
    if values.ndim not in DIMENSIONS:
        wanted = ", ".join(DIMENSIONS.values())
        raise BadActivity(f"{where}: found rates of shape {values.shape}, wanted one of {wanted}")
    if values.ndim == 2:
        return values[:, None], 1
    if values.ndim == 3:
        return values, 1
    return values.reshape(-1, *values.shape[2:]), values.shape[1]


def _behavior(behavior: Any, trials: int, times: int, where: str) -> np.ndarray:
    values = np.asarray(behavior)
    values = values.reshape(-1, *values.shape[2:]) if values.ndim == 4 else values
    if values.ndim != 3 or values.shape[:2] != (trials, times):
        wanted = f"({trials}, {times}, channel), as the rates have"
        raise BadActivity(f"{where}: found behavior of shape {np.shape(behavior)}, wanted {wanted}")
    return values


def _clock(time: Any, count: int, where: str) -> np.ndarray:
    """(time,) s."""
    if time is None:
        return np.arange(count, dtype=float)
    if np.ndim(time) == 0:
        if not float(time) > 0:
            raise BadActivity(f"{where}: found time {time}, wanted a step above 0 s, or a time for each of {count}")
        return float(time) * np.arange(count)
    return _column(time, count, "time", where).astype(float)


def _named(names: Iterable | None, count: int, kind: str, where: str) -> np.ndarray | list[str]:
    return [f"{kind}_{k}" for k in range(1, count + 1)] if names is None else _column(names, count, kind, where)


def _column(values: Iterable, count: int, name: str, where: str) -> np.ndarray:
    """(count,) values of an argument."""
    values = np.asarray(values if hasattr(values, "__array__") else list(values))
    if values.shape != (count,):
        raise BadActivity(f"{where}: found {name} of shape {values.shape}, wanted ({count},): one for each")
    return values
