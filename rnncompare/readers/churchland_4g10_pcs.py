"""Principal components of macaque motor cortex during 108 reaches."""

from pathlib import Path

import xarray as xr

from rnncompare import activity
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, ReadWindow
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.npz import read_npz
from rnncompare.reading.rates import shaped, within
from rnncompare.recordings.needs import always

BIN = 0.01  # s, as the file was made
COMPONENTS, CONDITIONS, TIMES = 12, 108, 46


def churchland_4g10_pcs(files: dict[str, Path], *, bin: Bin, window: ReadWindow) -> xr.Dataset:
    """12 principal components (108 conditions, time, component), -0.15 to 0.3 s, one trial a condition: the average.

    Components of 182 range-normalised (+ 5 spikes/s) units without the cross-condition mean, as the file has them; its
    smoothing is not stated. 'Units' are components. Conditions are 'reach_000' to 'reach_107', which no direction of
    another recording is called. bin: s, .01; window: [start, stop] in s. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    if bin != BIN:
        raise BadOption(f"{path}: found bin {bin} s, wanted {BIN}: the file holds averages so binned")
    found = read_npz(path, "Z", "times")
    components = shaped(found["Z"], (COMPONENTS, CONDITIONS, TIMES), "Z", str(path))
    time = shaped(found["times"], (TIMES,), "times", str(path)) / 1000  # the file counts ms
    at = within(time, window, bin, str(path))
    return activity.build(
        components.transpose(1, 2, 0)[:, at],
        time=time[at],
        unit=[f"pc{k + 1}" for k in range(COMPONENTS)],
        condition=[f"reach_{k:03d}" for k in range(CONDITIONS)],
        source=path.name,
        rate_units="a.u. (range-normalised, cross-condition mean removed)",
        alignment="time zero of the file",
        simultaneous=0,
        notes="principal components of averages over trials: one trial a condition",
    )


churchland_4g10_pcs.first_look = {"bin": BIN, "window": [-0.15, 0.3]}
churchland_4g10_pcs.gives = always([], [])
