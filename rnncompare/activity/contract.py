"""The data contract of an activity, on disk and in memory.

Every source of activity (recording, network, control, surrogate) is one `xarray.Dataset` of this form:

Dimensions   trial, time, unit; channel if there is behavior
Coordinates  time (time) float, s from the alignment event, evenly spaced; unit (unit) str;
             condition (trial) str; optional: choice (trial), others for each trial and unit; channel (channel) str;
             copy_of (trial), if some trials are copies of others
Variables    rate (trial, time, unit); behavior (trial, time, channel); without missing values
Attributes   source, rate_units, alignment, behavior_units, simultaneous, dynamical, trained_on, notes, inferred:
             descriptions that no measure reads, except that some measures refuse rates in units other than spikes
             (rate_units.py), measures of dynamics refuse activities that have none (dynamical.py), and networks are
             not compared with the units on which they were trained (trained_on.py)

A recording that contains only behaviour has trials and their coordinates, and no units.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from rnncompare.files.labels import names
from rnncompare.files.text import fault

RESOLUTION = 1e-6  # s; times that differ by less are equal
NAMES = ("condition", "unit", "channel")  # coordinates that are text
COPY = "copy_of"  # (trial,) index of the trial of which each trial is a copy, or its own index; see copies.py
ATTRIBUTES = {
    *("source", "rate_units", "alignment", "behavior_units", "simultaneous", "dynamical", "trained_on"),
    *("notes", "inferred"),
}


class BadActivity(ValueError):
    """The dataset violates the contract; the message names the place, what was found and what was wanted."""


class Unmeasurable(BadActivity):
    """The dataset is valid but has too few data for a measure, such as trials of only one class.

    For a network, this is a result rather than an error of the user: the tables of probes and views report it in a row.
    """


def is_network(data: xr.Dataset) -> bool:
    """Whether an activity comes from a network, whose trials may be insufficient for a measure."""
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
    """Build a valid activity from arrays.

    rate: (trial, time, unit); time: s from the alignment event; behavior: (trial, time, channel) in
    the units that `behavior_units` names; per_trial and per_unit: further coordinates, such as choice,
    angle (deg), session or area; attributes: descriptions (`ATTRIBUTES`). Raises BadActivity.
    """
    rate = np.asarray(rate)
    # Single precision is kept, because large recordings would not fit into memory in double precision.
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
    """Return `data` if it satisfies the contract; otherwise raise BadActivity, whose message begins with `where`."""

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
            wrong(f"coordinates {sorted(data.coords)}", f"a coordinate '{name}' along dimension '{dimension}'")
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
        wrong(f"times of type {time.dtype}, or NaN or infinite", "finite times in s")
    if len(time) > 1:
        steps = np.diff(time)
        if not (steps > 0).all() or np.ptp(steps) > RESOLUTION:
            wrong(f"time steps from {steps.min():g} to {steps.max():g} s", "evenly spaced, increasing times")
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
    """Report names with control characters, which break tables or cannot be encoded, and trials without a condition."""
    if fault(name):
        wrong(f"a coordinate {fault(name)}", "a name without control characters")
    if values.dtype.kind not in "OSU":
        return
    each = dict.fromkeys(values.tolist())
    bad = [fault(str(value)) for value in each if fault(str(value))]
    if bad:
        wrong(
            f"{len(bad)} names of {name} with control characters ({bad[0]})",
            "names without control characters: rename them in the file",
        )
    missing = int((values == "").sum()) if name == "condition" else 0
    if missing:
        wrong(
            f"{missing} of {len(values)} trials without a condition",
            "one for each trial: leave such trials out in the reader",
        )
