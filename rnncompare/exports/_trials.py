"""What exports share: one clock for all trials, and what goes along with them."""

import json
from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare import __version__

APART = 1.0  # s between the last time of a trial and the first of the next
NO_CLOCK = "trials one after another, 1 s apart: an activity knows times from an event, and no clock of the session"


class Clock(NamedTuple):
    """Trials laid out one after another, s."""

    start: np.ndarray  # (trial,) its first time
    event: np.ndarray  # (trial,) where the activity has time 0
    stop: np.ndarray  # (trial,) its last time
    times: np.ndarray  # (trial, time)


def one_after_another(data: xr.Dataset) -> Clock:
    """The times of every trial on one clock that begins at 0."""
    time = data.time.values
    event = np.arange(data.sizes["trial"]) * (time[-1] - time[0] + APART) - time[0]
    times = np.round(event[:, None] + time, 9)
    return Clock(times[:, 0], event, times[:, -1], times)


def along(data: xr.Dataset, dimension: str) -> dict[str, np.ndarray]:
    """The coordinates of trials or of units, without what names them."""
    return {
        str(name): coordinate.values
        for name, coordinate in data.coords.items()
        if coordinate.dims == (dimension,) and name != dimension
    }


def together(data: xr.Dataset, name: str) -> np.ndarray:
    """(trial x time, column) of rate or behavior, in the order of the clock."""
    return data[name].values.reshape(-1, data[name].shape[2])


def provenance(data: xr.Dataset, about: dict) -> dict:
    """Where an activity comes from: its labels, the version that exported it, and what the caller knows of it."""
    labels = {name: value.item() if hasattr(value, "item") else value for name, value in data.attrs.items()}
    return {"rnncompare": __version__, "clock": NO_CLOCK, **labels, **about}


def as_text(found: dict) -> str:
    return json.dumps(found, sort_keys=True)
