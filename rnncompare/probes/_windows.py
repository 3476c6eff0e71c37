"""Windows that slide over the times of an activity."""

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION
from rnncompare.plugins import BadOption
from rnncompare.probes._population import name_of


def sliding_windows(data: xr.Dataset, windows: dict[str, float], probe: str) -> dict[float, tuple[float, float]]:
    """Centre -> (start, stop), s, of every window of `width` at multiples of `step` that the times hold whole.

    Raises BadOption where there are none.
    """
    if windows.keys() != {"width", "step"} or windows["width"] < 0 or windows["step"] <= 0:
        raise BadOption(f"{probe}: found windows {windows}, wanted a width of at least 0 and a step above 0, s")
    half, step, times = windows["width"] / 2, windows["step"], data.time.values
    first = int(np.ceil((times[0] + half - RESOLUTION) / step))
    last = int(np.floor((times[-1] - half + RESOLUTION) / step))
    if last < first:
        raise BadOption(
            f"{probe} of {name_of(data)}: found windows of {windows['width']:g} s every {step:g} s, "
            f"wanted some that fit into {times[0]:g} to {times[-1]:g} s"
        )
    centres = [round(k * step, 9) for k in range(first, last + 1)]
    return {centre: (centre - half, centre + half) for centre in centres}
