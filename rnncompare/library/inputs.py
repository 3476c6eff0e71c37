"""Conversion of the two sides of a comparison, given as one or several arrays or activities, to activities."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import BadActivity, from_arrays, validate

SHAPES = "(sample, unit), (condition, time, unit)"


class Sides(NamedTuple):
    """Both sides of a comparison as activities."""

    x: list[xr.Dataset]  # the networks of a model, or other sources
    y: list[xr.Dataset]  # the recording: one for all of x, or one for each of x
    arrays: bool  # whether arrays were given, whose conditions and times have no names
    samples: int | None  # number of samples of (sample, unit) arrays, each with a single time, or None


def sides(x: Any, y: Any, where: str) -> Sides:
    """Both sides of a comparison as activities. Raises BadActivity, which names the argument.

    x, y: an array (sample, unit) or (condition, time, unit), an activity, or a list of these. Conditions and times of
    arrays have no names and are matched by position, so both sides must have the same numbers of them.
    """
    given = {"x": _each(x), "y": _each(y)}
    for name, each in given.items():
        if not each:
            raise BadActivity(f"{where}: {name}: found an empty list, wanted at least one array or activity")
    if len(given["y"]) not in (1, len(given["x"])):
        found = f"found {len(given['y'])} of y and {len(given['x'])} of x"
        raise BadActivity(f"{where}: {found}, wanted one of y, or one of y for each of x")
    arrays = not isinstance(given["y"][0], xr.Dataset)
    samples = len(given["y"][0]) if arrays and np.ndim(given["y"][0]) == 2 else None
    both = Sides([], [], arrays, samples)
    for one in given["y"]:
        both.y.append(like(one, both, f"{where}: y"))
    for one in given["x"]:
        both.x.append(like(one, both, f"{where}: x"))
    return both


def like(given: Any, both: Sides, where: str) -> xr.Dataset:
    """The given side as an activity. Raises BadActivity unless its kind and, for arrays, its shape equal those of y."""
    if isinstance(given, xr.Dataset) == both.arrays:
        raise BadActivity(
            f"{where}: found {'an activity beside arrays' if both.arrays else 'an array beside activities'}, wanted "
            "all to be of one kind: rnncompare.activity.from_arrays(ARRAY, time=..., condition=...) converts an array "
            "to an activity"
        )
    made = activity_of(given, where)
    first = both.y[0].sizes if both.arrays and both.y else made.sizes
    if (made.sizes["trial"], made.sizes["time"]) != (first["trial"], first["time"]):
        found = f"{made.sizes['trial']} conditions or samples x {made.sizes['time']} times"
        wanted = f"{first['trial']} x {first['time']} as in y"
        raise BadActivity(f"{where}: found {found}, wanted {wanted}: those of arrays are matched by position")
    return made


def activity_of(given: Any, where: str) -> xr.Dataset:
    """The given activity, or an array converted to one. Raises BadActivity."""
    if isinstance(given, xr.Dataset):
        return validate(given, where)
    if isinstance(given, xr.DataArray):
        raise BadActivity(f"{where}: found a DataArray, wanted an activity: see rnncompare.activity.from_xarray")
    values = given.to_numpy() if isinstance(given, pd.DataFrame) else np.asanyarray(given)
    if values.ndim not in (2, 3):
        found = f"found an array of shape {values.shape}"
        several = "; several networks are given as a list of arrays" if values.ndim > 3 else ""
        raise BadActivity(f"{where}: {found}, wanted {SHAPES} or an activity{several}")
    return from_arrays(values, where=where)


def _each(given: Any) -> list:
    return list(given) if isinstance(given, list | tuple) else [given]
