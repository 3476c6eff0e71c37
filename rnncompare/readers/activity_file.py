"""An activity as `activity.write` makes them: what another program, or a run of this one, left as netCDF."""

from pathlib import Path

import xarray as xr

from rnncompare import activity
from rnncompare.activity import RESOLUTION
from rnncompare.activity.notes import join_notes
from rnncompare.activity.rate_units import ARBITRARY, RateUnits
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow
from rnncompare.plugins import BadOption
from rnncompare.reading.kept import fast_enough
from rnncompare.reading.rates import within


def activity_file(
    files: dict[str, Path],
    *,
    bin: Bin,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
    rates: RateUnits | None = None,
) -> xr.Dataset:
    """The file's own trials (trial, time, unit), rates as they are, at the times of the window.

    Conditions, units and channels that are numbers become their labels; trials without a condition are left out, and
    counted in `notes`.
    bin: s, the file's own step, since what it was smoothed with is not known; minimum_rate: mean over trials and
    window, in what the rates are measured in, null for all units; rates: what that is, null: what the file says;
    window: [start, stop] in s, multiples of the bin. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    data = activity.validate(_with_condition(activity.named(activity.read_dataset(path, from_user=True))), str(path))
    step = activity.interval(data) if data.sizes["time"] > 1 else bin
    if abs(step - bin) > RESOLUTION:
        raise BadOption(f"{path}: found bin {bin} s, wanted {step:g}: the file's own")
    data = data.isel(time=within(data.time.values, window, bin, str(path)))
    if data.sizes["unit"]:
        data = data if rates is None else data.assign_attrs(rate_units=rates)
        rate, names = data.rate.values, data.unit.values
        measured = data.attrs.get("rate_units", ARBITRARY)
        kept = fast_enough(rate.mean(axis=(0, 1)), minimum_rate, str(path), measured=measured, names=names)
        said = join_notes(data.attrs.get("notes"), kept.note)
        data = data.isel(unit=kept.index).assign_attrs({"notes": said} if said else {})
    return data


def _with_condition(data: xr.Dataset) -> xr.Dataset:
    """The trials that have a condition."""
    if "condition" not in data.coords or data.condition.dims != ("trial",):
        return data  # refused in words by whoever validates it
    kept = data.condition.values != ""
    if kept.all() or not kept.any():
        return data
    said = f"without a condition, and left out: {(~kept).sum()} of {len(kept)} trials"
    return data.isel(trial=kept).assign_attrs(notes=join_notes(data.attrs.get("notes"), said))
