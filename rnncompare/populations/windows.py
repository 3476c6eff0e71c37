"""Sliding windows over the times of an activity."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of


def sliding_windows(data: xr.Dataset, windows: dict[str, float], probe: str) -> dict[float, tuple[float, float]]:
    """Centre -> (start, stop), s, of every window of `width` at a multiple of `step` that lies within the times.

    An optional `start` and `stop`, s, restrict the times. Raises BadOption if there is no window.
    """
    known = windows.keys() in ({"width", "step"}, {"width", "step", "start", "stop"})
    if not known or windows["width"] < 0 or windows["step"] <= 0:
        raise BadOption(
            f"{probe}: found windows {windows}, wanted a width of at least 0 and a step above 0, s, "
            "and either both start and stop or neither"
        )
    half, step, times = windows["width"] / 2, windows["step"], data.time.values
    begin, end = max(times[0], windows.get("start", -np.inf)), min(times[-1], windows.get("stop", np.inf))
    first = int(np.ceil((begin + half - RESOLUTION) / step))
    last = int(np.floor((end - half + RESOLUTION) / step))
    if last < first:
        raise BadOption(
            f"{probe} of {name_of(data)}: found windows of {windows['width']:g} s every {step:g} s, "
            f"wanted windows that fit into {begin:g} to {end:g} s"
        )
    centres = [round(k * step, 9) for k in range(first, last + 1)]
    return {centre: (centre - half, centre + half) for centre in centres}
