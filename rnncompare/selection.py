"""What the trials, times and units of an activity are, to choose some of them by."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.plugins import nearest


def along_trials(data: xr.Dataset) -> list[str]:
    """The names of the coordinates that each trial has."""
    return [str(name) for name, values in data.coords.items() if values.dims == ("trial",)]


def coordinate(data: xr.Dataset, name: str, where: str) -> np.ndarray:
    """(trial,) values of a coordinate; of its magnitude where the name stands between bars. Raises BadActivity."""
    magnitude = len(name) > 2 and name.startswith("|") and name.endswith("|")
    bare, there = name[1:-1] if magnitude else name, along_trials(data)
    if bare not in there:
        raise BadActivity(f"{where}: found coordinates {there} along trial, wanted '{bare}'.{nearest(bare, there)}")
    values = data[bare].values
    if not magnitude:
        return values
    if not np.issubdtype(values.dtype, np.number):
        raise BadActivity(f"{where}: found {bare} of type {values.dtype}, wanted numbers, whose magnitude is taken")
    return np.round(np.abs(values.astype(float)), 9)  # +x and -x are one magnitude whatever the last bits


def within(data: xr.Dataset, window: tuple[float, float]) -> np.ndarray:
    """(time,) whether each time is from window[0] to window[1], s, both included."""
    start, stop = window
    return (data.time.values > start - RESOLUTION) & (data.time.values < stop + RESOLUTION)


def areas(data: xr.Dataset) -> dict[str, np.ndarray]:
    """Name -> (unit,) bool of each area, in order of appearance; '' for all units where none has an area."""
    if "area" not in data.coords:
        return {"": np.ones(data.sizes["unit"], dtype=bool)}
    labels = data.area.values.astype(str)
    return {name: labels == name for name in dict.fromkeys(labels.tolist())}
