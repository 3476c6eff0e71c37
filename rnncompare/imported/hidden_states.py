"""Reading of the hidden states of one network that was trained elsewhere, as an activity."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.imported.arrays import RATE, Arrays
from rnncompare.imported.fields import (
    CONDITION,
    OUTPUT,
    OUTPUTS,
    TIME,
    clock,
    conditions_of,
    numbers,
    outputs_of,
    refuse_blank,
    refuse_shape,
    vector,
)
from rnncompare.options.ranges import Number, SampleClock, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import refuse_large
from rnncompare.recordings.unexpected_errors import describe_failure, is_user_error

HISTORY = "history"
NAMED = (RATE, TIME, CONDITION, OUTPUTS, OUTPUT)
TAKEN = {RATE, TIME, CONDITION, "unit", "trial", "channel", "behavior"}  # names with a fixed meaning in an activity


def hidden_states(
    path: Path,
    *,
    smooth: Smoothing,
    time: SampleClock | None = None,
    conditions: list[str | Number] | None = None,
    per_trial: list[str] | None = None,
    per_unit: list[str] | None = None,
) -> xr.Dataset:
    """The activity of one network from a file of arrays: .npz, .npy, .nc, .mat, or tensors in .pt or .pth.

    The file contains `rate` (condition or trial, time, unit), `time` (s from the event that the recording is aligned
    to, evenly spaced) and `condition` (the name of the condition of each trial, as in the recording; numbers are
    converted to labels). It may contain `outputs` (trial, time, output), which become behavior, and their names in
    `output`. An .nc file that is an activity is read without conversion.
    smooth: s, SD of the Gaussian with which the rates are smoothed; 0 for none, such as for rates that are smooth
    already. time (start and step in s) and conditions (names in the order of the file) are required if the file does
    not contain them. per_trial, per_unit: names of further arrays, with one value for each trial (choice, angle) or
    unit (area). No code in the file is executed. Raises BadActivity, BadCheckpoint, BadOption, Damaged, OSError.
    """
    path = Path(path)
    for name in [*(per_trial or []), *(per_unit or [])]:
        if name in TAKEN:
            raise BadOption(f"{path}: found '{name}' among per_trial and per_unit, wanted none of {sorted(TAKEN)}")
    try:
        data = _contract(path)
        if data is None:
            data = _of_arrays(path, time, conditions, per_trial or [], per_unit or [])
        elif time or conditions:
            what = "time" if time else "conditions"
            raise BadOption(
                f"{path}: found an activity, which has {what}, and {what} in the config, wanted no {what} there"
            )
        return _as_network(data, smooth, str(path))
    except (OSError, MemoryError):
        raise
    except Exception as error:
        if is_user_error(error):
            raise
        raise BadActivity(
            f"{path}: the reader of hidden states {describe_failure(error)}: found contents that cannot be read, "
            "wanted `rate`, `time` and `condition`; RNNCOMPARE_TRACEBACK=1 shows the traceback"
        ) from error


def training_curve(path: Path) -> list[dict]:
    """Rows (step, error) of the array `history` in a file; empty if the file has none.

    `history` contains numbers of updates and errors, (check, 2), or errors alone, (update,). Raises BadActivity.
    """
    path = Path(path)
    found = Arrays(path, [HISTORY])
    if not found.has(HISTORY):
        return []
    values = found.value(HISTORY)
    # An array (1, 2) contains two errors, because MATLAB stores a vector as a matrix with one row.
    table = isinstance(values, np.ndarray) and values.ndim == 2 and values.shape[1] == 2 and len(values) > 1
    if table and values.dtype.kind in "fiu":
        step, error = values[:, 0], values[:, 1]
    else:
        error = found.vector(HISTORY)
        step = np.arange(1, len(error) + 1)
    if error.dtype.kind not in "fiu" or not np.isfinite(error).all() or not (np.diff(step) > 0).all():
        raise BadActivity(
            f"{path}: {HISTORY}: found errors that are not finite or updates that do not increase, wanted (check, 2), "
            "updates and errors"
        )
    return [{"step": int(s), "error": float(e)} for s, e in zip(step, error, strict=True)]


def _contract(path: Path) -> xr.Dataset | None:
    """The activity in an .nc file that satisfies the contract; None for any other file."""
    if path.suffix.lower() != ".nc":
        return None
    data = activity.read_dataset(path, from_user=True)
    whole = (
        RATE in data and data[RATE].dims == ("trial", "time", "unit") and set(activity.NAMES[:2]) <= set(data.coords)
    )
    return activity.validate(activity.named(data), str(path)) if whole else None


def _of_arrays(
    path: Path, time: dict | None, conditions: list | None, per_trial: list[str], per_unit: list[str]
) -> xr.Dataset:
    found = Arrays(path, [*NAMED, *per_trial, *per_unit])
    rate = numbers(found, RATE, "(condition or trial, time, unit)")
    trials, times, units = rate.shape
    refuse_large(str(path), trials=trials, times=times, units=units)
    at, names = clock(found, time, times), conditions_of(found, conditions)
    refuse_shape(rate.shape, len(at), len(names), str(path))
    rate = rate.astype(float)
    refuse_blank(rate, f"{path}: {RATE}")
    outputs = outputs_of(found, (trials, times)) if found.has(OUTPUTS) else {}
    made = {
        "time": at,
        "unit": [f"unit_{k}" for k in range(units)],
        "condition": names.tolist(),
        "per_trial": {name: vector(found, name, trials) for name in per_trial},
        "per_unit": {name: vector(found, name, units) for name in per_unit},
    }
    try:
        return activity.build(rate, **made, **outputs)
    except BadActivity as error:  # the message does not name the file
        raise BadActivity(f"{path}: {error}") from None


def _as_network(data: xr.Dataset, smooth: float, where: str) -> xr.Dataset:
    """The activity with smoothed rates and the attributes of a network."""
    from scipy.ndimage import gaussian_filter1d  # slow to import

    if smooth and data.sizes["time"] < 2:
        raise BadOption(f"{where}: found smooth {smooth:g} s and a single time, wanted smooth: 0")
    if smooth:
        steps = smooth / activity.interval(data)
        rate = gaussian_filter1d(data.rate.values.astype(float), steps, axis=1, mode="nearest")
        data = data.assign(rate=(data.rate.dims, rate))
    about = {"source": "network", "rate_units": data.attrs.get("rate_units", "a.u."), "simultaneous": 1}
    smoothing = f"rates smoothed by a Gaussian of SD {smooth:g} s" if smooth else "rates not smoothed"
    notes = join_notes(data.attrs.get("notes"), smoothing)
    kept = {name: value for name, value in data.attrs.items() if name != "inferred"}
    return activity.validate(data.assign_attrs(kept | about | {"notes": notes}), where)
