"""Additional smoothing of one side of a comparison, and averages in bins."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, interval
from rnncompare.plugins import BadOption


def binned_rates(data: xr.Dataset, bin: float | None, smooth: float) -> xr.Dataset:
    """The activity, smoothed and averaged in bins whose centres are multiples of `bin` (s)."""
    from scipy.ndimage import gaussian_filter1d  # slow to import

    step = interval(data) if data.sizes["time"] > 1 else np.inf
    if smooth > 0:
        rate = gaussian_filter1d(data.rate.values, smooth / step, axis=1, mode="nearest")
        data = data.assign(rate=(data.rate.dims, rate))
    if bin is None or abs(bin - step) < RESOLUTION:
        return data
    ratio = bin / step
    if ratio < 1 or abs(ratio - round(ratio)) * step > RESOLUTION:
        raise BadOption(
            f"bin {bin:g} s: found {data.attrs.get('source', 'an activity')} in steps of {step:g} s, "
            "wanted a multiple of them"
        )
    times = data.time.values
    centres = np.arange(np.ceil(times[0] / bin - RESOLUTION), np.floor(times[-1] / bin + RESOLUTION) + 1) * bin
    away = np.abs(times[:, None] - centres)
    # a time on the border of two bins has half weight in both
    weight = np.where(away < bin / 2 - RESOLUTION, 1.0, np.where(away < bin / 2 + RESOLUTION, 0.5, 0.0))
    whole = weight.sum(axis=0) > ratio - RESOLUTION
    if not whole.any():
        raise BadActivity(
            f"bin {bin:g} s: found {data.attrs.get('source', 'an activity')} from {times[0]:g} to {times[-1]:g} s, "
            "wanted at least one whole bin"
        )
    weight = (weight[:, whole] / weight[:, whole].sum(axis=0)).astype(data.rate.dtype)
    rate = weight.T @ data.rate.values
    binned = data[["rate"]].isel(time=np.zeros(weight.shape[1], dtype=int))
    return binned.assign(rate=(data.rate.dims, rate)).assign_coords(time=np.round(centres[whole], 9))
