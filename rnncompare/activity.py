"""The contract: what an activity is, on disk and in memory, whoever produced it.

A monkey, a network, a surrogate, an arm: every source of activity is one `xarray.Dataset` of this form.

Dimensions   trial, time, unit; channel where there is behavior
Coordinates  time (time) float, s from the alignment event, evenly spaced; unit (unit) str;
             condition (trial) str; optional: choice (trial), more per trial and per unit; channel (channel) str;
             copy_of (trial), where trials are there twice
Variables    rate (trial, time, unit); behavior (trial, time, channel); none missing
Attributes   source, rate_units, alignment, behavior_units, simultaneous: labels only, no measure reads them, but that
             some refuse rates that are no spikes (rate_units.py)

A recording of behaviour alone has trials and their coordinates, and no unit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import checksums, hdf5
from rnncompare.files import atomic, room
from rnncompare.labels import fault, names, natural
from rnncompare.notes import together

OR_AGAIN = f"; where it is a result that was cut or damaged, {checksums.AGAIN}"
RESOLUTION = 1e-6  # s; times closer than this are the same time
NAMES = ("condition", "unit", "channel")  # coordinates that are text
COPY = "copy_of"  # (trial,) number of the trial that each is a copy of, its own where it is none; see copies.py
ATTRIBUTES = {"source", "rate_units", "alignment", "behavior_units", "simultaneous", "notes", "inferred"}


class BadActivity(ValueError):
    """A dataset that breaks the contract; the message names where, what was found and what was wanted."""


class Unmeasurable(BadActivity):
    """A dataset that keeps the contract and yet holds too little to be measured, such as trials of one class only.

    What a network did is no fault of whoever asks: tables of probes and views say so in a row.
    """


def of_network(data: xr.Dataset) -> bool:
    """Whether an activity is a network's, which may have done too little to be measured."""
    return data.attrs.get("source") == "network"


def build(
    rate: np.ndarray,
    *,
    time: np.ndarray,
    unit: list[str],
    condition: list[str],
    behavior: np.ndarray | None = None,
    channel: list[str] = (),
    per_trial: dict[str, np.ndarray] | None = None,
    per_unit: dict[str, np.ndarray] | None = None,
    **attributes: str | int,
) -> xr.Dataset:
    """Make a valid activity.

    rate: (trial, time, unit); time: s from the alignment event; behavior: (trial, time, channel) in
    the units that `behavior_units` names; per_trial and per_unit: further coordinates, such as choice,
    angle (deg), session or area; attributes: labels (`ATTRIBUTES`). Raises BadActivity.
    """
    rate = np.asarray(rate)
    # Single precision stays, for what would not fit.
    rate = rate if rate.dtype == np.float32 else rate.astype(float, copy=False)
    data = xr.Dataset(
        {"rate": (("trial", "time", "unit"), rate)},
        coords={
            "time": np.round(np.asarray(time, dtype=float), 9),
            "unit": ("unit", names(unit)),
            "condition": ("trial", names(condition)),
        },
        attrs=attributes,
    )
    if behavior is not None:
        data["behavior"] = (("trial", "time", "channel"), np.asarray(behavior, dtype=float))
        data = data.assign_coords(channel=("channel", names(channel)))
    for name, values in (per_trial or {}).items():
        data = data.assign_coords({name: ("trial", np.asarray(values))})
    for name, values in (per_unit or {}).items():
        data = data.assign_coords({name: ("unit", np.asarray(values))})
    return validate(data, str(attributes.get("source", "activity")))


def validate(data: xr.Dataset, where: str) -> xr.Dataset:
    """Return `data` if it keeps the contract; raise BadActivity that says where it does not."""

    def wrong(found: str, wanted: str):
        raise BadActivity(f"{where}: found {found}, wanted {wanted}")

    if "rate" not in data:
        wrong(f"variables {sorted(data.data_vars)}", "a variable 'rate'")
    if data.rate.dims != ("trial", "time", "unit"):
        wrong(f"rate with dimensions {data.rate.dims}", "('trial', 'time', 'unit')")
    if min(data.rate.shape[:2]) == 0:
        wrong(f"rate of shape {dict(data.rate.sizes)}", "at least one trial and time")
    for name, dimension in {"time": "time", "unit": "unit", "condition": "trial"}.items():
        if name not in data.coords or data[name].dims != (dimension,):
            wrong(f"coordinates {sorted(data.coords)}", f"a coordinate '{name}' along {dimension}")
    variables = ["rate"]
    if "behavior" in data:
        variables.append("behavior")
        if data.behavior.dims != ("trial", "time", "channel") or "channel" not in data.coords:
            wrong(f"behavior with dimensions {data.behavior.dims}", "('trial', 'time', 'channel') with channel names")
    for name in variables:
        if not np.issubdtype(data[name].dtype, np.floating):
            wrong(f"{name} of type {data[name].dtype}", "floating point")
        bad = int((~np.isfinite(data[name].values)).sum())
        if bad:
            wrong(
                f"{bad} of {data[name].size} values of {name} NaN or infinite",
                "none: leave such trials out in the reader",
            )
    time = data.time.values
    if time.dtype.kind not in "fiu" or not np.isfinite(time).all():
        wrong(f"times of type {time.dtype}, or NaN or infinite", "finite numbers, in s")
    if len(time) > 1:
        steps = np.diff(time)
        if not (steps > 0).all() or np.ptp(steps) > RESOLUTION:
            wrong(f"time steps from {steps.min():g} to {steps.max():g} s", "evenly spaced, rising times")
    for name in ("unit", "channel"):
        if name in data.coords and len(set(data[name].values)) != data.sizes[name]:
            wrong(f"{data.sizes[name] - len(set(data[name].values))} repeated {name} names", "each name once")
    for name, coordinate in data.coords.items():
        if name in NAMES and coordinate.dtype.kind not in "OU":
            wrong(f"{name} of type {coordinate.dtype}", "names, as text")
        _refuse_names(str(name), coordinate.values, wrong)
    unknown = set(data.attrs) - ATTRIBUTES
    if unknown:
        wrong(f"attributes {sorted(unknown)}", f"attributes among {sorted(ATTRIBUTES)}")
    return data


def _refuse_names(name: str, values: np.ndarray, wrong: Callable[[str, str], None]) -> None:
    """Complain of names that break the lines of a table or that no file can hold, and of trials and units without."""
    if fault(name):
        wrong(f"a coordinate {fault(name)}", "a name without")
    if values.dtype.kind not in "OSU":
        return
    each = dict.fromkeys(values.tolist())
    bad = [fault(str(value)) for value in each if fault(str(value))]
    if bad:
        wrong(
            f"{len(bad)} names of {name} with control characters ({bad[0]})", "names without: rename them in the file"
        )
    lost = int((values == "").sum()) if name == "condition" else 0
    if lost:
        wrong(f"{lost} of {len(values)} trials without a condition", "one of each: leave such trials out in the reader")


def write(data: xr.Dataset, path: str | Path) -> None:
    """Validate and write, whole or not at all."""
    validate(data, str(path))
    write_dataset(data, path)


def read(path: str | Path, *, brought: bool = False) -> xr.Dataset:
    """Read and validate; conditions, units and channels that another program wrote as numbers become their labels.

    brought: by a user, so that it may lack our checksum. Raises BadActivity, Damaged.
    """
    return validate(named(read_dataset(path, brought=brought)), str(path))


def named(data: xr.Dataset) -> xr.Dataset:
    """The same with text for the names of conditions, units and channels."""
    others = {n: data[n] for n in NAMES if n in data.coords and data[n].ndim == 1 and data[n].dtype.kind not in "OU"}
    return data.assign_coords({n: (found.dims, names(found.values)) for n, found in others.items()})


def write_dataset(data: xr.Dataset, path: str | Path) -> None:
    """Write any dataset as netCDF with its checksum, whole or not at all; rewrites are byte-identical."""
    # In memory first: HDF5 cannot close a file on a full disk, and ends the process instead.
    content = data.to_netcdf(engine="h5netcdf")
    with atomic(path) as temporary:
        temporary.write_bytes(checksums.sealed(content))


def read_dataset(path: str | Path, *, brought: bool = False) -> xr.Dataset:
    """Read a whole netCDF file into memory; brought: as `read` has it. Raises BadActivity, checksums.Damaged."""
    with _opened(path, brought) as data:
        if data.nbytes > room(path):  # a dimension may be longer than what is stored along it
            raise ValueError(f"variables of {data.nbytes} bytes in {Path(path).stat().st_size}")
        return data.load()


def read_labels(path: str | Path) -> dict[str, str | int]:
    """The attributes of a netCDF file of ours. Raises BadActivity, checksums.Damaged."""
    with _opened(path, brought=False) as data:
        return dict(data.attrs)


@contextmanager
def _opened(path: str | Path, brought: bool) -> Iterator[xr.Dataset]:
    open(path, "rb").close()  # a folder, or no permission: the system's words say more than HDF5's
    sealed = checksums.is_sealed(path)
    try:
        hdf5.refuse_unsafe(path)
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as data:  # times are numbers, whatever unit
            if not (sealed or brought):
                raise checksums.unsealed(path)
            yield data
    except (FileNotFoundError, checksums.Damaged):
        raise
    except Exception as error:
        raise BadActivity(
            f"{path}: found no readable netCDF file ({error}), wanted one of netCDF4; xarray makes it of an older "
            f"one: xr.load_dataset(OLD).to_netcdf(NEW, engine='h5netcdf'){'' if brought else OR_AGAIN}"
        ) from error


def interval(data: xr.Dataset) -> float:
    """The time step of an activity or a task, s. Raises BadActivity where there is one time."""
    if data.sizes["time"] < 2:
        raise BadActivity(
            f"{data.attrs.get('source', 'activity')}: found {data.sizes['time']} time, wanted at least 2, a step apart"
        )
    return float(np.round(np.diff(data.time.values).mean(), 9))


def at_reference_delay(task: xr.Dataset) -> xr.Dataset:
    """The trials of a task at its reference delay: one a condition."""
    return task.isel(trial=np.abs(task.delay.values - task.attrs["reference_delay"]) < RESOLUTION)


def conditions(data: xr.Dataset) -> list[str]:
    """The condition names, each once, in natural order."""
    return sorted(set(data.condition.values.tolist()), key=natural)


def condition_average(data: xr.Dataset) -> xr.Dataset:
    """One trial a condition, in natural order: means of rate and behavior, and what else all its trials share."""
    names = conditions(data)
    labels = data.condition.values
    groups = [np.flatnonzero(labels == name) for name in names]
    first = data.isel(trial=[g[0] for g in groups])
    same = [
        name
        for name, coordinate in data.coords.items()
        if coordinate.dims == ("trial",)
        and name != COPY  # of trials: an average is none's
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
    """The same trials under the names and on the clock of what they are to be matched with.

    conditions: {label: {"condition": its other name, and coordinates of its trials, such as angle}}; two labels may
    get one name. Labels that are left out keep theirs; they, and names for labels that are not there, are listed in
    `notes`. offset: s, added to the times, a multiple of their step. Raises BadActivity.
    """
    where, labels = data.attrs.get("source", "activity"), data.condition.values.tolist()
    alone = sorted(set(labels) - set(conditions), key=natural) if conditions else []
    absent = sorted(set(conditions) - set(labels), key=natural)
    if conditions and len(absent) == len(conditions):
        raise BadActivity(f"{where}: conditions: found none of {absent} in the file, wanted some of {alone}")
    data = data.assign_coords(condition=("trial", np.array([_names(conditions, c)["condition"] for c in labels])))
    for name in dict.fromkeys(name for given in conditions.values() for name in given if name != "condition"):
        lacking = sorted({c for c in labels if name not in _names(conditions, c)}, key=natural)
        if lacking:
            raise BadActivity(f"{where}: conditions: found no {name} of {lacking}, wanted one of each condition")
        data = data.assign_coords({name: ("trial", np.array([conditions[c][name] for c in labels]))})
    steps = offset / interval(data) if offset else 0.0
    if abs(steps - round(steps)) * abs(offset) > RESOLUTION:
        raise BadActivity(f"{where}: found offset {offset:g} s, wanted a multiple of the step, {interval(data):g} s")
    data = data.assign_coords(time=np.round(data.time.values + offset, 9)) if offset else data
    said = {"conditions under their own names": alone, "names of conditions that are not there": absent}
    notes = [data.attrs.get("notes"), *(f"{what}: {', '.join(names)}" for what, names in said.items() if names)]
    return data.assign_attrs(notes=together(*notes)) if any(notes) else data


def _names(conditions: dict[str, dict[str, str | float]], label: str) -> dict[str, str | float]:
    return conditions.get(label, {"condition": label})


def unmatched(x: xr.Dataset, y: xr.Dataset) -> str:
    """The conditions that `match` leaves out on either side, in words; nothing where both have the same."""
    own = [set(conditions(side)) for side in (x, y)]
    sides = {"the source": own[0] - own[1], "the recording": own[1] - own[0]}
    listed = {side: ", ".join(sorted(names, key=natural)) for side, names in sides.items() if names}
    return together(*(f"conditions of {side} alone: {names}" for side, names in listed.items()))


def match(x: xr.Dataset, y: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset]:
    """Condition averages of both at the conditions and times that both have, in the same order.

    Raises BadActivity where fewer than three conditions or two times are shared.
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
    if len(common) < 2:
        raise BadActivity(
            f"{both}: found {len(common)} times in common, wanted at least 2; they run from "
            f"{x.time.values[0]:g} to {x.time.values[-1]:g} s and from {y.time.values[0]:g} to {y.time.values[-1]:g} s"
        )
    pick = {name: [a.condition.values.tolist().index(c) for c in shared] for name, a in (("x", x), ("y", y))}
    return x.isel(trial=pick["x"], time=at_x), y.isel(trial=pick["y"], time=at_y)
