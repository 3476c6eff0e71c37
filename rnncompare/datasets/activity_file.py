"""An activity as `activity.write` makes them: what another program, or a run of this one, left as netCDF."""

from pathlib import Path

import xarray as xr

from rnncompare import activity
from rnncompare.activity import RESOLUTION
from rnncompare.datasets._rates import fast_enough, within
from rnncompare.files import only
from rnncompare.option_ranges import Bin, MinimumRate, ReadWindow
from rnncompare.plugins import BadOption


def activity_file(files: dict[str, Path], *, bin: Bin, minimum_rate: MinimumRate, window: ReadWindow) -> xr.Dataset:
    """The file's own trials (trial, time, unit), rates as they are, at the times of the window.

    Conditions, units and channels that are numbers become their labels; trials without a condition are left out, and
    counted in `notes`.
    bin: s, the file's own step, since what it was smoothed with is not known; minimum_rate: in the file's units, mean
    over trials and window; window: [start, stop] in s, multiples of the bin. Raises BadActivity, BadOption.
    """
    path = only(files)
    data = activity.validate(_with_condition(activity.named(activity.read_dataset(path, brought=True))), str(path))
    step = activity.interval(data) if data.sizes["time"] > 1 else bin
    if abs(step - bin) > RESOLUTION:
        raise BadOption(f"{path}: found bin {bin} s, wanted {step:g}: the file's own")
    data = data.isel(time=within(data.time.values, window, bin, str(path)))
    if data.sizes["unit"]:
        data = data.isel(unit=fast_enough(data.rate.values.mean(axis=(0, 1)), minimum_rate, str(path)))
    return data


def _with_condition(data: xr.Dataset) -> xr.Dataset:
    """The trials that have a condition."""
    if "condition" not in data.coords or data.condition.dims != ("trial",):
        return data  # refused in words by whoever validates it
    kept = data.condition.values != ""
    if kept.all() or not kept.any():
        return data
    said = f"without a condition, and left out: {(~kept).sum()} of {len(kept)} trials"
    return data.isel(trial=kept).assign_attrs(notes="; ".join(filter(None, [data.attrs.get("notes"), said])))
