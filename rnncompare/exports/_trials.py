"""Functions shared by exports: a common clock for all trials, coordinates and provenance."""

import json
from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare import __version__

GAP = 1.0  # s between the last time of a trial and the first of the next
CLOCK_NOTE = "trials follow each other at intervals of 1 s, as the activity has only times relative to an event"


class Clock(NamedTuple):
    """Times of trials on one clock, s."""

    start: np.ndarray  # (trial,) first time
    event: np.ndarray  # (trial,) event that has time 0 in the activity
    stop: np.ndarray  # (trial,) last time
    times: np.ndarray  # (trial, time)


def concatenated_clock(data: xr.Dataset) -> Clock:
    """The times of consecutive trials on one clock that begins at 0."""
    time = data.time.values
    event = np.arange(data.sizes["trial"]) * (time[-1] - time[0] + GAP) - time[0]
    times = np.round(event[:, None] + time, 9)
    return Clock(times[:, 0], event, times[:, -1], times)


def coordinates_along(data: xr.Dataset, dimension: str) -> dict[str, np.ndarray]:
    """The coordinates along trial, unit or channel, except for the one of the same name."""
    return {
        str(name): coordinate.values
        for name, coordinate in data.coords.items()
        if coordinate.dims == (dimension,) and name != dimension
    }


def flattened(data: xr.Dataset, name: str) -> np.ndarray:
    """(trial x time, column) values of rate or behavior, in the order of the clock."""
    return data[name].values.reshape(-1, data[name].shape[2])


def provenance(data: xr.Dataset, about: dict) -> dict:
    """The provenance of an exported activity: its attributes, the version of rnncompare, and `about`."""
    labels = {name: value.item() if hasattr(value, "item") else value for name, value in data.attrs.items()}
    return {"rnncompare": __version__, "clock": CLOCK_NOTE, **labels, **about}


def as_text(found: dict) -> str:
    return json.dumps(found, sort_keys=True)
