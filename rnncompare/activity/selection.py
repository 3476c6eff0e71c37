"""Selection of trials, times and units of an activity by their coordinates."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, Unmeasurable, interval
from rnncompare.files.labels import names
from rnncompare.plugins import nearest

SYNAPSES = "synapses"  # area of the variables of a network that are no rates of units (`models/stp.py`)


def along_trials(data: xr.Dataset) -> list[str]:
    """The names of the coordinates along trial."""
    return [str(name) for name, values in data.coords.items() if values.dims == ("trial",)]


def coordinate(data: xr.Dataset, name: str, where: str) -> np.ndarray:
    """(trial,) values of a coordinate, or their magnitudes if the name is in bars (|coherence|). Raises BadActivity."""
    magnitude = len(name) > 2 and name.startswith("|") and name.endswith("|")
    bare, found = name[1:-1] if magnitude else name, along_trials(data)
    if bare not in found:
        raise BadActivity(f"{where}: found coordinates {found} along trial, wanted '{bare}'.{nearest(bare, found)}")
    values = data[bare].values
    if not magnitude:
        return values
    if not np.issubdtype(values.dtype, np.number):
        raise BadActivity(f"{where}: found {bare} of type {values.dtype}, wanted numbers to take the magnitude of")
    return np.round(np.abs(values.astype(float)), 9)  # so that +x and -x are equal despite rounding errors


def directions(average: xr.Dataset, where: str) -> np.ndarray:
    """(condition,) target directions in degrees, the coordinate `angle` of condition averages. Raises BadActivity."""
    wanted = "each condition's target direction (deg), equal in all of its trials"
    if "angle" not in along_trials(average):
        raise BadActivity(
            f"{where}: found no coordinate 'angle', wanted {wanted}: `per_trial: {{angle: COLUMN}}` of the card's "
            "reader, or `conditions` of the card"
        )
    angle = average.angle.values
    if angle.dtype.kind not in "fiu" or not np.isfinite(angle).all():
        raise BadActivity(f"{where}: found angle {angle.tolist()}, wanted finite numbers: {wanted}")
    return angle.astype(float)


def within(data: xr.Dataset, window: tuple[float, float]) -> np.ndarray:
    """(time,) of bool: whether each time is between window[0] and window[1] (s), both included."""
    start, stop = window
    return (data.time.values > start - RESOLUTION) & (data.time.values < stop + RESOLUTION)


def realigned(data: xr.Dataset, by: str | None, window: tuple[float, float]) -> xr.Dataset:
    """The activity in `window` (s) around another event of each trial, which becomes time 0.

    by: the coordinate along trial with the time of the event (s on the activity's clock), such as rt; None keeps the
    alignment and only cuts the window. Trials without the event (NaN), or that do not cover the window around it, are
    left out. Samples are shifted, not interpolated: the sample nearest to the event becomes time 0. Raises BadActivity.
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
    valid = np.isfinite(event)
    at = np.round((np.where(valid, event, time[0]) - time[0]) / step).astype(int)[:, None] + steps
    kept = np.flatnonzero(valid & (at >= 0).all(axis=1) & (at < len(time)).all(axis=1)) if len(steps) else []
    if len(kept) == 0:
        raise Unmeasurable(
            f"{where}: found {int(valid.sum())} of {len(valid)} trials with that event and times from {time[0]:g} to "
            f"{time[-1]:g} s, wanted some trial that covers {list(window)} s around it"
        )
    moved = data.isel(trial=kept).drop_vars("time").isel(time=slice(0, len(steps))).copy()
    for name in ("rate", "behavior"):
        if name in data:
            values = data[name].values[np.asarray(kept)[:, None], at[kept]]
            moved[name] = (data[name].dims, values)
    return moved.assign_coords(time=np.round(steps * step, 9))


def areas(data: xr.Dataset) -> dict[str, np.ndarray]:
    """Name of each area -> (unit,) of bool, in order of appearance; {'': all units} if the activity has no areas.

    If only some units have an area, the others belong to no area.
    """
    if "area" not in data.coords:
        return {"": np.ones(data.sizes["unit"], dtype=bool)}
    labels = names(data.area.values)
    return {name: labels == name for name in dict.fromkeys(labels.tolist()) if name}


def rates_alone(data: xr.Dataset) -> xr.Dataset:
    """The activity without variables of synapses, which follow the rates of networks with the label `dynamical` 0."""
    if data.attrs.get("dynamical", 1) or "area" not in data.coords:
        return data
    return data.isel(unit=data.area.values.astype(str) != SYNAPSES)
