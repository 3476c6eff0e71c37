"""What the trials, times and units of an activity are, to choose some of them by."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, Unmeasurable, interval
from rnncompare.files.labels import names
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


def realigned(data: xr.Dataset, by: str | None, window: tuple[float, float]) -> xr.Dataset:
    """The same activity in `window` (s) about another event of each trial, which is time 0 then.

    by: the coordinate along trial that says when (s on the activity's clock), such as rt; None: as it comes. Trials
    that have no such event (NaN), or that do not cover the window about it, are left out. Times are the activity's own
    samples, the nearest to the event being 0: none is interpolated. Raises BadActivity.
    """
    where = f"aligning {data.attrs.get('source', 'an activity')} to {by}"
    time = data.time.values
    if by is None:
        inside = within(data, window)
        if not inside.any():
            raise BadActivity(f"{where}: found times from {time[0]:g} to {time[-1]:g} s, wanted some in {list(window)}")
        return data.isel(time=inside)
    if by not in along_trials(data):
        raise BadActivity(f"{where}: found coordinates {along_trials(data)} along trial, wanted '{by}'")
    event, step = data[by].values.astype(float), interval(data)
    steps = np.arange(np.ceil(window[0] / step - RESOLUTION), np.floor(window[1] / step + RESOLUTION) + 1).astype(int)
    there = np.isfinite(event)
    at = np.round((np.where(there, event, time[0]) - time[0]) / step).astype(int)[:, None] + steps
    kept = np.flatnonzero(there & (at >= 0).all(axis=1) & (at < len(time)).all(axis=1)) if len(steps) else []
    if len(kept) == 0:
        raise Unmeasurable(
            f"{where}: found {int(there.sum())} of {len(there)} trials with that event and times from {time[0]:g} to "
            f"{time[-1]:g} s, wanted some trial that covers {list(window)} about it"
        )
    moved = data.isel(trial=kept).drop_vars("time").isel(time=slice(0, len(steps))).copy()
    for name in ("rate", "behavior"):
        if name in data:
            values = data[name].values[np.asarray(kept)[:, None], at[kept]]
            moved[name] = (data[name].dims, values)
    return moved.assign_coords(time=np.round(steps * step, 9))


def areas(data: xr.Dataset) -> dict[str, np.ndarray]:
    """Name -> (unit,) bool of each area, in order of appearance; '' for all units where none has an area.

    Units that have none, where others do, are of no area.
    """
    if "area" not in data.coords:
        return {"": np.ones(data.sizes["unit"], dtype=bool)}
    labels = names(data.area.values)
    return {name: labels == name for name in dict.fromkeys(labels.tolist()) if name}
