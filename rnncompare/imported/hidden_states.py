"""Hidden states of one network that was trained elsewhere, as an activity like any other."""

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
TAKEN = {RATE, TIME, CONDITION, "unit", "trial", "channel", "behavior"}  # names that an activity has a use for


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

    The file holds `rate` (condition or trial, time, unit), `time` (s from the event that the recording is aligned to,
    evenly spaced) and `condition` (the name of each trial's, as the recording's are; numbers become their labels). It
    may hold `outputs` (trial, time, output), which become behavior, with their names in `output`. An .nc file that is
    an activity already is read as it is.
    smooth: s, SD of the Gaussian that the rates get, 0 for none, as where the file's are smoothed already. time: start
    and step in s, and conditions: names in the file's order, where the file has none. per_trial, per_unit: names of
    further arrays, one value a trial (choice, angle) or a unit (area). Nothing that the file holds is run. Raises
    BadActivity, BadCheckpoint, BadOption, Damaged, OSError.
    """
    path = Path(path)
    for name in [*(per_trial or []), *(per_unit or [])]:
        if name in TAKEN:
            raise BadOption(f"{path}: found '{name}' among per_trial and per_unit, wanted names beside {sorted(TAKEN)}")
    try:
        data = _contract(path)
        if data is None:
            data = _of_arrays(path, time, conditions, per_trial or [], per_unit or [])
        elif time or conditions:
            what = "time" if time else "conditions"
            raise BadOption(
                f"{path}: found an activity, which has {what}, and {what} in the config, wanted one of them"
            )
        return _as_network(data, smooth, str(path))
    except (OSError, MemoryError):
        raise
    except Exception as error:
        if is_user_error(error):
            raise
        raise BadActivity(
            f"{path}: the reader of hidden states {describe_failure(error)}: found what it was not made for, wanted "
            "`rate`, `time` and `condition`; RNNCOMPARE_TRACEBACK=1 shows where"
        ) from error


def training_curve(path: Path) -> list[dict]:
    """Rows (step, error) of a file's `history`: (check, 2) updates and errors, or (update,) errors; none without one.

    Raises BadActivity.
    """
    path = Path(path)
    found = Arrays(path, [HISTORY])
    if not found.has(HISTORY):
        return []
    values = found.value(HISTORY)
    # (1, 2) is a row of errors: MATLAB has no vectors.
    table = isinstance(values, np.ndarray) and values.ndim == 2 and values.shape[1] == 2 and len(values) > 1
    if table and values.dtype.kind in "fiu":
        step, error = values[:, 0], values[:, 1]
    else:
        error = found.vector(HISTORY)
        step = np.arange(1, len(error) + 1)
    if error.dtype.kind not in "fiu" or not np.isfinite(error).all() or not (np.diff(step) > 0).all():
        raise BadActivity(
            f"{path}: {HISTORY}: found no finite errors at rising updates, wanted (check, 2), updates and errors"
        )
    return [{"step": int(s), "error": float(e)} for s, e in zip(step, error, strict=True)]


def _contract(path: Path) -> xr.Dataset | None:
    """The activity that an .nc file of the contract is; None of any other file."""
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
    except BadActivity as error:  # which names no file
        raise BadActivity(f"{path}: {error}") from None


def _as_network(data: xr.Dataset, smooth: float, where: str) -> xr.Dataset:
    """The same with smoothed rates, labelled as a network's are."""
    from scipy.ndimage import gaussian_filter1d  # slow to import

    if smooth and data.sizes["time"] < 2:
        raise BadOption(f"{where}: found smooth {smooth:g} s and one time, wanted smooth: 0")
    if smooth:
        steps = smooth / activity.interval(data)
        rate = gaussian_filter1d(data.rate.values.astype(float), steps, axis=1, mode="nearest")
        data = data.assign(rate=(data.rate.dims, rate))
    about = {"source": "network", "rate_units": data.attrs.get("rate_units", "a.u."), "simultaneous": 1}
    said = f"rates smoothed by a Gaussian of SD {smooth:g} s" if smooth else "rates not smoothed"
    notes = join_notes(data.attrs.get("notes"), said)
    kept = {name: value for name, value in data.attrs.items() if name != "inferred"}
    return activity.validate(data.assign_attrs(kept | about | {"notes": notes}), where)
