"""Reader of macaque motor cortex during 27 reaches: averages of Sussillo et al. 2015, from the Neuromatch course."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow
from rnncompare.plugins import BadOption
from rnncompare.reading.matlab.matlab import column, read_matlab, structures
from rnncompare.reading.rates import within
from rnncompare.reading.samples import steps_of
from rnncompare.reading.unit_selection import select_units

CONDITIONS = 27


def sussillo2015_m1(
    files: dict[str, Path], *, bin: Bin, window: ReadWindow, minimum_rate: MinimumRate | None = None
) -> xr.Dataset:
    """Rates (27 conditions, time, unit) in spikes/s from movement onset, with one averaged trial for each condition.

    Conditions are '1' to '27'. The smoothing of the file is not stated. bin: s, must be the time step of the file;
    minimum_rate: spikes/s, mean over conditions and window; window: [start, stop] in s, multiples of the bin. Raises
    BadActivity, BadOption.
    """
    path = single_file(files)
    units = structures(read_matlab(path, "comboNjs")["comboNjs"], "interpTimes", "cond", where=f"{path}: comboNjs")
    rates, clock = [], None
    for k, unit in enumerate(units):
        where = f"{path}: comboNjs({k + 1})"
        (times,) = structures(unit["interpTimes"], "times", "moveStarts", where=f"{where}.interpTimes")
        onset = column(times["moveStarts"], "moveStarts", where, length=1)
        time = (column(times["times"], "times", where) - onset) / 1000
        if clock is not None and not np.array_equal(time, clock):
            raise BadActivity(
                f"{where}: interpTimes: found times that differ from those of the first unit, wanted the same"
            )
        clock = time
        conditions = structures(unit["cond"], "interpPSTH", where=f"{where}.cond")
        if len(conditions) != CONDITIONS:
            raise BadActivity(f"{where}: cond: found {len(conditions)} conditions, wanted {CONDITIONS}")
        each = [column(c["interpPSTH"], "interpPSTH", where) for c in conditions]
        if any(len(rate) != len(time) for rate in each):
            found = sorted({len(rate) for rate in each})
            raise BadActivity(
                f"{where}: interpPSTH: found {found} values, wanted {len(time)}: one for each of the times"
            )
        rates.append(each)
    step = steps_of(clock, "interpTimes", str(path))
    if abs(step - bin) > activity.RESOLUTION:
        raise BadOption(f"{path}: found bin {bin} s, wanted {step:g}, the time step of the file")
    at = within(clock, window, bin, str(path))
    rate = np.array(rates).transpose(1, 2, 0)[:, at]
    kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, str(path))
    return activity.build(
        rate[:, :, kept.index],
        time=clock[at],
        unit=[f"unit_{k}" for k in kept.index],
        condition=[str(k + 1) for k in range(CONDITIONS)],
        source=path.name,
        rate_units="spikes/s",
        alignment="movement onset",
        simultaneous=0,
        notes=join_notes("averages over trials: one trial for each condition", kept.note),
    )
