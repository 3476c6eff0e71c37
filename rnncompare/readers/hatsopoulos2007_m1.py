"""Reader of macaque M1 during delayed centre-out reaching: averages over trials for 8 directions."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.files.labels import labels
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.arrays.numpy_pickle import read_pickled
from rnncompare.reading.rates import numbers_of_shape, within
from rnncompare.reading.unit_selection import select_units
from rnncompare.recordings.needs import always

BIN, SMOOTH = 0.01, 0.025  # s, bin width and smoothing of the file
TIME = np.arange(-80, 41) * BIN
UNITS, DIRECTIONS = 141, 8
CHANNELS = {
    "hand_position_x": "xhandposition",
    "hand_position_y": "yhandposition",
    # The file calls it speed, but it is signed: the derivative of the position (r = .9996), scaled for each axis.
    "hand_velocity_x": "xhandspeed",
    "hand_velocity_y": "yhandspeed",
    "shoulder_angle": "shoulderangle",
    "elbow_angle": "elbowangle",
}


def hatsopoulos2007_m1(
    files: dict[str, Path], *, bin: Bin, smooth: Smoothing, window: ReadWindow, minimum_rate: MinimumRate | None = None
) -> xr.Dataset:
    """Rates (8 directions, time, unit) and arm of Hatsopoulos et al. 2007 (J Neurosci 27:5105), from movement onset.

    Each condition ('0', '45', .., '315', with `angle` in degrees) has one averaged trial; 141 simultaneous units. bin
    and smooth: s, .01 and .025, which are those of the file; minimum_rate: spikes/s, mean over conditions and window;
    window: [start, stop] in s, within -0.8 and 0.4. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    if (bin, smooth) != (BIN, SMOOTH):
        raise BadOption(
            f"{path}: found bin {bin} and smooth {smooth} s, wanted {BIN} and {SMOOTH}: "
            "the averages in the file have this bin width and smoothing, which cannot be changed"
        )
    fields = read_pickled(path)
    wanted = {"firing_rate", *CHANNELS.values()}
    if not isinstance(fields, dict) or not wanted <= set(fields):
        found = sorted(map(str, fields)) if isinstance(fields, dict) else type(fields).__name__
        raise BadActivity(f"{path}: found {found}, wanted fields {', '.join(sorted(wanted))}")
    at = within(TIME, window, bin, str(path))
    rate = numbers_of_shape(fields["firing_rate"], (UNITS, len(TIME), DIRECTIONS), "firing_rate", str(path))
    rate = rate.transpose(2, 1, 0)[:, at]
    kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, str(path))
    arm = [
        numbers_of_shape(fields[name], (DIRECTIONS, len(TIME)), name, str(path))[:, at] for name in CHANNELS.values()
    ]
    angle = np.arange(DIRECTIONS) * 360 / DIRECTIONS
    return activity.build(
        rate[:, :, kept.index],
        time=TIME[at],
        unit=[f"unit_{k}" for k in kept.index],
        condition=labels(angle),
        behavior=np.stack(arm, axis=-1),
        channel=list(CHANNELS),
        per_trial={"angle": angle},
        source=path.name,
        rate_units="spikes/s",
        behavior_units="each channel scaled to about [-1, 1]",
        alignment="movement onset",
        simultaneous=1,
        notes=join_notes("averages over trials: one trial for each condition", kept.note),
    )


hatsopoulos2007_m1.first_look = {"bin": BIN, "smooth": SMOOTH, "window": [-0.3, 0.4]}
hatsopoulos2007_m1.gives = always(list(CHANNELS), ["angle"])
