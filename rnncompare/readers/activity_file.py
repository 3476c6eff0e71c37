"""Reader of an activity in netCDF, written by `activity.write` or by another program in the same form."""

from pathlib import Path

import xarray as xr

from rnncompare import activity
from rnncompare.activity import RESOLUTION
from rnncompare.activity.notes import join_notes
from rnncompare.activity.rate_units import ARBITRARY, RateUnits
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import within
from rnncompare.reading.unit_selection import select_units


def activity_file(
    files: dict[str, Path],
    *,
    bin: Bin,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
    rates: RateUnits | None = None,
) -> xr.Dataset:
    """The trials (trial, time, unit) of the file with unchanged rates, at the times of the window.

    Numeric names of conditions, units and channels are converted to labels; trials without a condition are left out and
    counted in `notes`.
    bin: s, must be the time step of the file, because its smoothing is unknown; minimum_rate: mean over trials and
    window, in the unit of the rates, null for all units; rates: the unit of the rates, null for the one in the file;
    window: [start, stop] in s, multiples of the bin. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    data = activity.validate(_with_condition(activity.named(activity.read_dataset(path, from_user=True))), str(path))
    step = activity.interval(data) if data.sizes["time"] > 1 else bin
    if abs(step - bin) > RESOLUTION:
        raise BadOption(f"{path}: found bin {bin} s, wanted {step:g}, the time step of the file")
    data = data.isel(time=within(data.time.values, window, bin, str(path)))
    if data.sizes["unit"]:
        data = data if rates is None else data.assign_attrs(rate_units=rates)
        rate, names = data.rate.values, data.unit.values
        measured = data.attrs.get("rate_units", ARBITRARY)
        kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, str(path), measured=measured, names=names)
        notes = join_notes(data.attrs.get("notes"), kept.note)
        data = data.isel(unit=kept.index).assign_attrs({"notes": notes} if notes else {})
    return data


def _with_condition(data: xr.Dataset) -> xr.Dataset:
    """The trials that have a condition."""
    if "condition" not in data.coords or data.condition.dims != ("trial",):
        return data  # the validation of the activity reports the error
    kept = data.condition.values != ""
    if kept.all() or not kept.any():
        return data
    note = f"left out because they have no condition: {(~kept).sum()} of {len(kept)} trials"
    return data.isel(trial=kept).assign_attrs(notes=join_notes(data.attrs.get("notes"), note))
