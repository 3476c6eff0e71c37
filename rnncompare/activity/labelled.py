"""Conversion of pandas tables and xarray objects, whose columns and dimensions have names, to activities."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity.contract import ATTRIBUTES, BadActivity
from rnncompare.activity.making import from_arrays

TABLE, OBJECT = "activity.from_pandas", "activity.from_xarray"


def from_pandas(
    table: pd.DataFrame,
    *,
    rate: str | list[str] = "rate",
    trial: str = "trial",
    time: str = "time",
    unit: str = "unit",
    condition: str | None = "condition",
    behavior: Sequence[str] = (),
    per_trial: Sequence[str] = (),
    per_unit: Sequence[str] = (),
    **labels: str | int,
) -> xr.Dataset:
    """An activity from a table in long form, with a row for each trial, time and unit, or in wide form.

    In wide form there is a row for each trial and time, and a column for each unit. rate: the column of rates in long
    form, or the list of the columns of the units in wide form. trial, time (s), unit, condition: names of columns or of
    levels of the index; unit is used only in long form; condition None: each trial is a condition of its own. behavior:
    the columns of the channels. per_trial, per_unit: columns that have one value for each trial or unit; per_unit
    requires long form. Trials and units keep the order of the table, and times are sorted. labels: as for
    `from_arrays`. Raises BadActivity for missing columns, for repeated or missing rows, and for columns with several
    values in a trial or unit that must have one.
    """
    where = TABLE
    if not isinstance(table, pd.DataFrame):
        raise BadActivity(f"{where}: found a {type(table).__name__} as table, wanted a pandas DataFrame")
    tidy = isinstance(rate, str)
    if per_unit and not tidy:
        raise BadActivity(
            f"{where}: found per_unit and a column for each unit, wanted a row for each trial, time and unit"
        )
    frame = table.reset_index() if any(name is not None for name in table.index.names) else table
    keys = [trial, time, unit] if tidy else [trial, time]
    of_trials = [*([condition] if condition else []), *per_trial]
    _refuse_missing(frame, [*keys, *([rate] if tidy else rate), *of_trials, *behavior, *per_unit], where)
    names = [dict.fromkeys(frame[key].tolist()) for key in keys]
    names[1] = sorted(names[1])
    cells = frame.set_index(keys)
    _refuse_holes(cells, [list(n) for n in names], where)
    cells = cells.reindex(pd.MultiIndex.from_product(names, names=keys))
    shape = [len(n) for n in names]
    rates = cells[rate].to_numpy().reshape(shape) if tidy else cells[list(rate)].to_numpy().reshape(*shape, -1)
    moved = [cells[name].to_numpy().reshape(*shape[:2], -1)[..., :1] for name in behavior]
    along = {name: _one_each(frame, trial, name, where).reindex(names[0]).to_numpy() for name in of_trials}
    return from_arrays(
        rates,
        time=names[1],
        condition=along.pop(condition) if condition else None,
        unit=list(names[2]) if tidy else list(rate),
        behavior=np.concatenate(moved, axis=2) if moved else None,
        channel=list(behavior) if moved else None,
        per_trial=along,
        per_unit={name: _one_each(frame, unit, name, where).reindex(names[2]).to_numpy() for name in per_unit},
        where=where,
        **({"source": "table"} | labels),
    )


def from_xarray(
    data: xr.DataArray | xr.Dataset,
    *,
    rate: str = "rate",
    trial: str = "trial",
    time: str = "time",
    unit: str = "unit",
    condition: str | None = "condition",
    behavior: str | None = None,
    channel: str = "channel",
    **labels: str | int,
) -> xr.Dataset:
    """An activity from an xarray object, whose dimensions may have any names and any order.

    data: a DataArray of rates, or a Dataset with the variable `rate`. trial, time, unit, channel: names of the
    dimensions. The dimension of trials may be 'condition', with one average for each, and that of time may be missing.
    condition: the coordinate along trials that contains the names of their conditions; if it is None or missing, each
    trial is a condition of its own. behavior: a variable of the Dataset with the dimensions trial, time and channel.
    Further coordinates along trials or units are kept. Times are in s. labels: as for `from_arrays`; they take
    precedence over attributes of the object that have the names of `activity.ATTRIBUTES`. Raises BadActivity.
    """
    where = OBJECT
    if isinstance(data, xr.Dataset) and rate not in data:
        raise BadActivity(
            f"{where}: found variables {sorted(map(str, data.data_vars))}, wanted rate '{rate}' among them"
        )
    if not isinstance(data, xr.DataArray | xr.Dataset):
        raise BadActivity(f"{where}: found a {type(data).__name__}, wanted a DataArray or a Dataset of xarray")
    values = data[rate] if isinstance(data, xr.Dataset) else data
    values = values if time in values.dims else values.expand_dims({time: [0.0]})
    rates = _transposed(values, [trial, time, unit], where)
    moved = None
    if behavior is not None:
        if not isinstance(data, xr.Dataset) or behavior not in data:
            raise BadActivity(f"{where}: found no variable '{behavior}', wanted behavior of a Dataset")
        moved = _transposed(data[behavior], [trial, time, channel], where)
    along = {dimension: _coordinates(rates, dimension) for dimension in (trial, unit)}
    own = along[trial].pop(trial, None)  # numbers or names of the trials
    names = own if condition == trial else along[trial].pop(condition, None)
    return from_arrays(
        rates.values,
        time=_seconds(rates[time].values) if time in rates.coords else None,
        condition=names,
        unit=along[unit].pop(unit, None),
        behavior=None if moved is None else moved.values,
        channel=moved[channel].values if moved is not None and channel in moved.coords else None,
        per_trial=along[trial],
        per_unit=along[unit],
        where=where,
        **({"source": "xarray"} | {n: v for n, v in data.attrs.items() if n in ATTRIBUTES} | labels),
    )


def _refuse_missing(frame: pd.DataFrame, columns: list[str], where: str) -> None:
    """Raise BadActivity unless the table has all of these columns."""
    missing = [name for name in columns if name not in frame]
    if missing:
        there = ", ".join(map(str, frame.columns))
        raise BadActivity(f"{where}: found columns {there}, wanted {', '.join(map(str, missing))} too")


def _refuse_holes(cells: pd.DataFrame, names: list[list], where: str) -> None:
    """Raise BadActivity unless there is one row for each combination of the names."""
    keys = ", ".join(map(str, cells.index.names))
    twice = int(cells.index.duplicated().sum())
    if twice:
        raise BadActivity(
            f"{where}: found {twice} rows whose {keys} equal those of another row, wanted each combination once"
        )
    wanted = int(np.prod([len(n) for n in names]))
    if len(cells) != wanted:
        raise BadActivity(f"{where}: found {len(cells)} rows, wanted {wanted}, one for each combination of {keys}")


def _one_each(frame: pd.DataFrame, key: str, name: str, where: str) -> pd.Series:
    """The value of a column for each trial or unit. Raises BadActivity unless it is equal in all rows of it."""
    several = frame.groupby(key, sort=False)[name].nunique(dropna=False)
    if (several > 1).any():
        first = several.index[several > 1][0]
        raise BadActivity(
            f"{where}: found {several.max()} values of {name} in {key} {first}, wanted one for each {key}"
        )
    return frame.groupby(key, sort=False)[name].first()


def _transposed(values: xr.DataArray, dimensions: list[str], where: str) -> xr.DataArray:
    """The values with the dimensions in this order. Raises BadActivity if they have other dimensions."""
    if set(values.dims) != set(dimensions):
        raise BadActivity(f"{where}: found dimensions {values.dims} of {values.name}, wanted {tuple(dimensions)}")
    return values.transpose(*dimensions)


def _coordinates(values: xr.DataArray, dimension: str) -> dict[str, np.ndarray]:
    """The coordinates of an object along one dimension, by name."""
    return {str(n): c.values for n, c in values.coords.items() if c.dims == (dimension,)}


def _seconds(times: np.ndarray) -> np.ndarray:
    """Times in s, converted if they are of the type timedelta64."""
    return times / np.timedelta64(1, "s") if times.dtype.kind == "m" else times
