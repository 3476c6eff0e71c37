"""Conversion of the arguments of a probe in a notebook, rates and variables of their trials, to an activity."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare import plugins
from rnncompare.activity import BadActivity, conditions, from_arrays, validate
from rnncompare.behaviour.decisions import SIDES, behaviour
from rnncompare.plugins import BadOption

# Probe -> the name of its second argument, and of the coordinate along trial with its values.
SECOND = {"choice_probability": ("choices", "choice"), "decoding": ("labels", "label")}
OF_ARRAYS = ("condition", "time", "per_trial", "per_unit")  # arguments that describe an array, as for `from_arrays`
HALF = 0.5  # s; default window before and after the only time of a (trial, unit) array


def activity_of(name: str, data: Any, second: Any, beside: dict[str, Any]) -> xr.Dataset:
    """The data of a probe as an activity. Raises BadActivity, BadOption, which name the argument.

    data: an activity; an array (trial, time, unit) or (trial, unit); or, for behaviour without rates, a table or
    mapping with a column for each coordinate along trial. second: the values (trial,) of the second argument, or None.
    beside: the arguments `OF_ARRAYS` by name.
    """
    given = {key: value for key, value in beside.items() if value is not None}
    if isinstance(data, Mapping | pd.DataFrame) and not isinstance(data, xr.Dataset):
        return _of_behaviour(data, given, name)
    if isinstance(data, xr.Dataset):
        if given:
            raise BadOption(f"{name}: found {', '.join(given)} beside an activity, wanted these only beside an array")
        made = validate(data, f"{name}: data")
    elif isinstance(data, xr.DataArray):
        raise BadActivity(f"{name}: data: found a DataArray, wanted an activity: see rnncompare.activity.from_xarray")
    else:
        made = from_arrays(data, where=f"{name}: data", **given)
    if second is None:
        return made
    argument, coordinate = SECOND[name]
    values = np.asarray(second)
    if values.shape != (made.sizes["trial"],):
        wanted = f"({made.sizes['trial']},), one for each trial"
        raise BadActivity(f"{name}: {argument}: found shape {values.shape}, wanted {wanted}")
    return made.assign_coords({coordinate: ("trial", values)})


def _of_behaviour(data: Mapping | pd.DataFrame, given: dict[str, Any], name: str) -> xr.Dataset:
    """The behaviour of a subject as an activity without units; colour and correct are computed from the choice."""
    if given:
        raise BadOption(f"{name}: found {', '.join(given)} beside a table, wanted these values as columns of the table")
    columns = {str(key): np.asarray(values) for key, values in data.items()}
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) != 1:
        raise BadActivity(f"{name}: data: found columns of lengths {lengths}, wanted one value for each trial in all")
    columns |= _decided(columns)
    trials = next(iter(lengths.values()))
    condition = columns.pop("condition", None)
    return from_arrays(
        np.empty((trials, 1, 0)), condition=condition, per_trial=columns, where=f"{name}: data", source="table"
    )


def _decided(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """colour and correct, if not given, from choice, context and coherence; empty if one of these is missing."""
    if not {"choice", "context", "coherence"} <= columns.keys() or {"colour", "correct"} <= columns.keys():
        return {}
    choice = columns["choice"].astype(str)
    index = np.select([choice == side for side in SIDES], [0, 1, -1], default=2)
    made = behaviour(index, np.zeros(len(index)), columns["context"], columns["coherence"])
    return {name: made[name] for name in ("colour", "correct") if name not in columns}


def with_target(name: str, data: xr.Dataset, target: Any) -> tuple[xr.Dataset, xr.Dataset]:
    """The data, and the activity whose behavior is decoded.

    target: None for the behavior of the data; an array (trial, time, channel) of the same trials, which becomes their
    behavior; or another activity. Raises BadActivity.
    """
    if isinstance(target, xr.Dataset):
        return data, validate(target, f"{name}: target")
    if target is None:
        if "behavior" not in data:
            raise BadActivity(f"{name}: found no target and no behavior in the data, wanted one of them")
        return data, data
    values = np.asarray(target, dtype=float)
    wanted = (data.sizes["trial"], data.sizes["time"])
    if values.ndim != 3 or values.shape[:2] != wanted:
        raise BadActivity(f"{name}: target: found shape {values.shape}, wanted ({wanted[0]}, {wanted[1]}, channel)")
    data = data.drop_vars(["behavior", "channel"], errors="ignore")
    data = data.assign(behavior=(("trial", "time", "channel"), values))
    data = data.assign_coords(channel=[f"channel_{k}" for k in range(1, values.shape[2] + 1)])
    return data, data


def fitted(
    name: str, options: dict[str, Any], data: xr.Dataset, target: xr.Dataset | None, second: bool
) -> dict[str, Any]:
    """The options of a probe, in which None is replaced by defaults that depend on the data.

    window: all times. variable: the second argument if it is given, and otherwise the choice or the condition. fixed:
    the condition if it has several trials, and otherwise nothing. channels: all channels of the behavior.
    """
    known, found = plugins.options_of(plugins.find("probes", name)), dict(options)
    missing = [key for key in known if found.get(key) is None]
    if "window" in missing:
        times = data.time.values
        around = HALF if len(times) == 1 else 0.0
        found["window"] = [float(times[0]) - around, float(times[-1]) + around]
    if "variable" in missing:
        found["variable"] = SECOND[name][1] if second else "choice" if name == "choice_probability" else "condition"
    if "fixed" in missing:
        found["fixed"] = ["condition"] if data.sizes["trial"] > len(conditions(data)) else []
    if "channels" in missing and target is not None and "behavior" in target:
        found["channels"] = target.channel.values.tolist()
    return found
