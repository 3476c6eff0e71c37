"""Preparation: what is done to both sides of a comparison alike before any measure sees them."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, match

NOTHING = 1e-12  # of an activity's variance; differences between conditions smaller than this are rounding


def soft_normalised(rate: np.ndarray, constant: float | None) -> np.ndarray:
    """Each unit's rate over (its range + constant x the population's median range); None leaves rates as they are.

    The constant is relative, so that spikes/s and arbitrary units are treated alike and a scaled copy of an
    activity becomes the same activity (Churchland 2012 adds 5 spikes/s). Units that never change stay at zero.
    """
    if constant is None:
        return rate
    span = np.ptp(rate, axis=(0, 1))
    scale = span + constant * np.median(span)
    return (rate - rate.mean(axis=(0, 1))) / np.where(scale > 0, scale, 1.0)


def prepare(
    x: xr.Dataset, y: xr.Dataset, window: tuple[float, float] | None, soft_normalise: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays (condition, time, unit) at shared conditions and times inside `window` (s, both ends included).

    Raises BadActivity where too little is shared, or where conditions make no difference to one of them.
    """
    x, y = match(x, y)
    if window is not None:
        start, stop = window
        times = x.time.values
        inside = (times > start - RESOLUTION) & (times < stop + RESOLUTION)
        if inside.sum() < 2:
            raise BadActivity(
                f"window {start:g} to {stop:g} s: found {inside.sum()} of the shared times in it "
                f"({times[0]:g} to {times[-1]:g} s), wanted at least 2"
            )
        x, y = x.isel(time=inside), y.isel(time=inside)
    return tuple(varied(side, soft_normalise, role) for role, side in (("source", x), ("recording", y)))


def varied(data: xr.Dataset, soft_normalise: float | None, role: str) -> np.ndarray:
    """(condition, time, unit) normalised rates, or BadActivity where they are the same in all conditions."""
    rate = soft_normalised(np.array(data.rate.values, dtype=float), soft_normalise)
    between = ((rate - rate.mean(axis=0)) ** 2).sum()
    if between <= NOTHING * ((rate - rate.mean(axis=(0, 1))) ** 2).sum():
        raise BadActivity(
            f"{data.attrs.get('source', role)}: found rates that are the same in all {len(rate)} conditions, "
            f"wanted a {role} that differs between some"
        )
    return rate
