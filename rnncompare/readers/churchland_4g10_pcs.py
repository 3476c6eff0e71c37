"""Reader of principal components of macaque motor cortex during 108 reaches."""

from pathlib import Path

import xarray as xr

from rnncompare import activity
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, ReadWindow
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.npz import read_npz
from rnncompare.reading.rates import numbers_of_shape, within
from rnncompare.recordings.needs import always

BIN = 0.01  # s, bin width of the file
COMPONENTS, CONDITIONS, TIMES = 12, 108, 46


def churchland_4g10_pcs(files: dict[str, Path], *, bin: Bin, window: ReadWindow) -> xr.Dataset:
    """12 principal components (108 conditions, time, component), -0.15 to 0.3 s, with one averaged trial per condition.

    The file contains components of 182 range-normalised (+ 5 spikes/s) units without the cross-condition mean; their
    smoothing is not stated. 'Units' are components. Conditions are 'reach_000' to 'reach_107', names that do not match
    directions of other recordings. bin: s, .01; window: [start, stop] in s. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    if bin != BIN:
        raise BadOption(f"{path}: found bin {bin} s, wanted {BIN}, the bin width of the averages in the file")
    found = read_npz(path, "Z", "times")
    components = numbers_of_shape(found["Z"], (COMPONENTS, CONDITIONS, TIMES), "Z", str(path))
    time = numbers_of_shape(found["times"], (TIMES,), "times", str(path)) / 1000  # the file has ms
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
        notes="principal components of averages over trials: one trial for each condition",
    )


churchland_4g10_pcs.first_look = {"bin": BIN, "window": [-0.15, 0.3]}
churchland_4g10_pcs.gives = always([], [])
