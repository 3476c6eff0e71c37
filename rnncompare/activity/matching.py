"""Averages over conditions, names of conditions, and matching of two activities by the values of condition and time."""

import numpy as np
import xarray as xr

from rnncompare.activity.contract import COPY, RESOLUTION, BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.files.labels import natural


def interval(data: xr.Dataset) -> float:
    """The time step of an activity or a task in s. Raises BadActivity if it has only one time."""
    if data.sizes["time"] < 2:
        raise BadActivity(
            f"{data.attrs.get('source', 'activity')}: found {data.sizes['time']} time, wanted at least 2 times"
        )
    return float(np.round(np.diff(data.time.values).mean(), 9))


def at_reference_delay(task: xr.Dataset) -> xr.Dataset:
    """The trials of a task at its reference delay, one for each condition."""
    return task.isel(trial=np.abs(task.delay.values - task.attrs["reference_delay"]) < RESOLUTION)


def with_input_set(task: xr.Dataset, input_set: int | None) -> xr.Dataset:
    """The task with one of its sets of random inputs, or with the first one for None.

    A task whose inputs are not random is returned unchanged: it has the same inputs in every set. Raises BadActivity.
    """
    if "input_set" not in task.dims:
        return task
    known = task["input_set"].values.tolist()
    input_set = known[0] if input_set is None else input_set
    if input_set not in known:
        raise BadActivity(f"task: found no input set {input_set}, wanted one of {known}")
    return task.isel(input_set=known.index(input_set), drop=True)


def conditions(data: xr.Dataset) -> list[str]:
    """The condition names, each once, in natural order."""
    return sorted(set(data.condition.values.tolist()), key=natural)


def condition_average(data: xr.Dataset) -> xr.Dataset:
    """The averages over trials of each condition, in natural order of the conditions.

    Rate and behavior are averaged; other coordinates along trial are kept if they are equal for all trials of each
    condition.
    """
    names = conditions(data)
    labels = data.condition.values
    groups = [np.flatnonzero(labels == name) for name in names]
    first = data.isel(trial=[g[0] for g in groups])
    same = [
        name
        for name, coordinate in data.coords.items()
        if coordinate.dims == ("trial",)
        and name != COPY  # an average is not a copy of a trial
        and all((coordinate.values[g] == coordinate.values[g[0]]).all() for g in groups)
    ]
    other = [n for n, c in data.coords.items() if c.dims == ("trial",) and n not in same]
    average = first.drop_vars(other).copy()
    for name in ("rate", "behavior"):
        if name in data:
            values = data[name].values
            average[name] = (data[name].dims, np.stack([values[g].mean(axis=0) for g in groups]))
    return average


def translated(data: xr.Dataset, conditions: dict[str, dict[str, str | float]], offset: float) -> xr.Dataset:
    """The activity with renamed conditions and shifted times, so that it can be matched with another activity.

    conditions: {label: {"condition": new name, and further coordinates of its trials, such as angle}}; several labels
    may get the same name. Labels without an entry keep their names; they, and entries for labels that do not exist, are
    listed in `notes`. offset: s, added to the times, a multiple of the time step. Raises BadActivity.
    """
    where, labels = data.attrs.get("source", "activity"), data.condition.values.tolist()
    unchanged = sorted(set(labels) - set(conditions), key=natural) if conditions else []
    absent = sorted(set(conditions) - set(labels), key=natural)
    if conditions and len(absent) == len(conditions):
        raise BadActivity(f"{where}: conditions: found none of {absent} in the file, wanted some of {unchanged}")
    data = data.assign_coords(condition=("trial", np.array([_names(conditions, c)["condition"] for c in labels])))
    for name in dict.fromkeys(name for given in conditions.values() for name in given if name != "condition"):
        lacking = sorted({c for c in labels if name not in _names(conditions, c)}, key=natural)
        if lacking:
            raise BadActivity(f"{where}: conditions: found no {name} of {lacking}, wanted one for each condition")
        data = data.assign_coords({name: ("trial", np.array([conditions[c][name] for c in labels]))})
    steps = offset / interval(data) if offset else 0.0
    if abs(steps - round(steps)) * abs(offset) > RESOLUTION:
        raise BadActivity(
            f"{where}: found offset {offset:g} s, wanted a multiple of the time step, {interval(data):g} s"
        )
    data = data.assign_coords(time=np.round(data.time.values + offset, 9)) if offset else data
    listed = {"conditions that keep their names": unchanged, "new names for conditions that do not exist": absent}
    notes = [data.attrs.get("notes"), *(f"{what}: {', '.join(names)}" for what, names in listed.items() if names)]
    return data.assign_attrs(notes=join_notes(*notes)) if any(notes) else data


def _names(conditions: dict[str, dict[str, str | float]], label: str) -> dict[str, str | float]:
    return conditions.get(label, {"condition": label})


def unmatched(x: xr.Dataset, y: xr.Dataset) -> str:
    """A note on the conditions that `match` leaves out on either side; '' if both have the same conditions."""
    own = [set(conditions(side)) for side in (x, y)]
    sides = {"the source": own[0] - own[1], "the recording": own[1] - own[0]}
    listed = {side: ", ".join(sorted(names, key=natural)) for side, names in sides.items() if names}
    return join_notes(*(f"conditions only of {side}: {names}" for side, names in listed.items()))


def match(x: xr.Dataset, y: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset]:
    """Condition averages of both activities at the conditions and times that they share, in the same order.

    Raises BadActivity if they share fewer than three conditions or two times (one suffices if neither has more).
    """
    x, y = condition_average(x), condition_average(y)
    both = f"matching {x.attrs.get('source', 'x')} and {y.attrs.get('source', 'y')}"
    if 0 in (x.sizes["unit"], y.sizes["unit"]):
        raise BadActivity(f"{both}: found {x.sizes['unit']} and {y.sizes['unit']} units, wanted rates on both sides")
    shared = [c for c in x.condition.values.tolist() if c in set(y.condition.values.tolist())]
    if len(shared) < 3:
        raise BadActivity(
            f"{both}: found {len(shared)} conditions in common "
            f"({x.condition.values.tolist()} and {y.condition.values.tolist()}), wanted at least 3"
        )
    ticks = [np.round(a.time.values / RESOLUTION).astype(int) for a in (x, y)]
    common, at_x, at_y = np.intersect1d(*ticks, return_indices=True)
    if len(common) < min(2, max(x.sizes["time"], y.sizes["time"])):
        raise BadActivity(
            f"{both}: found {len(common)} times in common, wanted at least 2; they run from "
            f"{x.time.values[0]:g} to {x.time.values[-1]:g} s and from {y.time.values[0]:g} to {y.time.values[-1]:g} s"
        )
    pick = {name: [a.condition.values.tolist().index(c) for c in shared] for name, a in (("x", x), ("y", y))}
    return x.isel(trial=pick["x"], time=at_x), y.isel(trial=pick["y"], time=at_y)
