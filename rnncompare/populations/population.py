"""The units and times of an activity that a probe uses."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import without_large_offset
from rnncompare.activity.selection import areas, within
from rnncompare.comparison.pair_checks import check_values
from rnncompare.files.labels import names
from rnncompare.plugins import BadOption


def name_of(data: xr.Dataset) -> str:
    """The name of an activity in error messages."""
    return str(data.attrs.get("source", "activity"))


def by_area(data: xr.Dataset) -> Iterator[tuple[dict[str, str], xr.Dataset]]:
    """({'area': name}, its units) for each area, in order of appearance; ({}, all units) if no areas are given.

    Raises BadActivity if there are no units.
    """
    with_units(data)
    if "area" not in data.coords:
        yield {}, data
        return
    for area, members in areas(data).items():
        yield {"area": area}, data.isel(unit=members)


def with_units(data: xr.Dataset) -> None:
    """Raise BadActivity for a recording without units, or with rates that are NaN, infinite or out of range."""
    if data.sizes["unit"] == 0:
        raise BadActivity(f"{name_of(data)}: found behaviour without units, wanted rates of at least one unit")
    check_values(data.rate.values, f"{name_of(data)}: rate")


def one_session(data: xr.Dataset, probe: str) -> None:
    """Raise BadActivity if the units were recorded in different sessions, whose trials are different."""
    if "session" in data.coords and data.session.dims == ("unit",):
        sessions = list(dict.fromkeys(names(data.session.values).tolist()))
        if len(sessions) > 1:
            raise BadActivity(
                f"{probe} of {name_of(data)}: found units of {len(sessions)} sessions ({', '.join(sessions[:5])}), "
                "wanted simultaneously recorded units: single trials of different sessions are different trials"
            )


def rates_within(data: xr.Dataset, window: tuple[float, float], probe: str) -> np.ndarray:
    """(trial, time, unit) rates from window[0] to window[1], s, both included. Raises BadOption without any time."""
    times, inside = data.time.values, within(data, window)
    if not inside.any():
        raise BadOption(
            f"{probe} of {name_of(data)}: found no time in window {window[0]:g} to {window[1]:g} s, "
            f"wanted some times between {times[0]:g} and {times[-1]:g} s"
        )
    return data.rate.values[:, inside]


def window_mean(data: xr.Dataset, window: tuple[float, float], probe: str) -> np.ndarray:
    """Mean rate (trial, unit) from window[0] to window[1], s, both included; about the mean if mean rates are high."""
    return without_large_offset(rates_within(data, window, probe).mean(axis=1, dtype=float))


def unit_count(units: int | None, available: int, probe: str, source: str) -> int:
    """The number of units in each subsample; all if `units` is None."""
    if units is None:
        return available
    if not 1 <= units <= available:
        raise BadOption(f"{probe} of {source}: found units {units}, wanted 1 to {available}, the number of its units")
    return units
