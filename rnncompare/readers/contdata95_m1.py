"""Reader of a centre-out recording of 95 channels whose outward reaches are stored one after another."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.files.labels import labels
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, Level, MinimumRate, ReadWindow, Smoothing
from rnncompare.reading.matlab.matlab import read_matlab
from rnncompare.reading.omissions import mostly_left_out
from rnncompare.reading.rates import clock, margin, numbers_of_shape, to_rates
from rnncompare.reading.unit_selection import select_units
from rnncompare.recordings.needs import always

TARGETS = 8
GAP = 10.0  # degrees; smallest angle between the end points of reaches to neighbouring targets
CHANNELS = ["hand_position_x", "hand_position_y", "hand_velocity_x", "hand_velocity_y"]


def contdata95_m1(
    files: dict[str, Path],
    *,
    onset_fraction: Level,
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
) -> xr.Dataset:
    """Single outward reaches, aligned to movement onset.

    The file has X (time, 4), position and velocity of the hand, and Y (time, channel), counts. Reaches were cut out and
    joined: the first row of each has velocity 0. Onset is the first bin, before the peak of the speed, from which the
    speed stays above `onset_fraction` of the peak; its resolution is one bin. The condition of a reach is the direction
    of its target in degrees (`angle`), the mean over its reaches of the direction of the end point from the median
    start. Reaches whose window, with the margins for smoothing, contains samples of another reach are left out and
    counted in `notes`. bin: width of the file's bins in s, which the file does not state; rates and velocities depend
    on it. smooth: SD of a Gaussian in s, 0 for none; minimum_rate: spikes/s, mean over reaches and window; window:
    [start, stop] in s, multiples of the bin. Positions are in the units of the file. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    position, steps, counts, first = _read(path)
    if len(first) == 0 or first[0] != 0:
        raise BadActivity(f"{path}: X: found a first row with a velocity, wanted 0, which marks the start of a reach")
    end = np.append(first[1:], len(counts))
    onset = _onsets(np.hypot(*steps.T), first, end, onset_fraction)
    target = _targets(position[end - 1] - np.median(position[first], axis=0), str(path))
    time, extra = clock(window, bin, str(path)), margin(smooth, bin, str(path))
    begin = onset + round(time[0] / bin)
    inside = (begin - extra >= first) & (begin + len(time) + extra <= end)
    if not inside.any():
        raise BadActivity(
            f"{path}: found no reach of {len(first)} that has samples at all times of window {window} s, wanted a "
            "shorter one"
        )
    bins = begin[inside, None] + np.arange(-extra, len(time) + extra)
    rate = np.moveaxis(to_rates(np.moveaxis(counts[bins], 2, 1), smooth, bin, str(path)), 1, 2)
    kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, str(path))
    bins = bins[:, extra : extra + len(time)]
    return activity.build(
        rate[:, :, kept.index],
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=labels(np.round(target[inside]).astype(int) % 360),
        behavior=np.concatenate([position[bins], steps[bins] / bin], axis=2),
        channel=CHANNELS,
        per_trial={"angle": target[inside]},
        source=path.name,
        rate_units="spikes/s",
        behavior_units="units of the file, and those per s",
        alignment="movement onset, from the speed of the hand",
        simultaneous=1,
        notes=join_notes(
            f"{inside.sum()} outward reaches",
            f"{(~inside).sum()} left out because their window extends beyond the reach",
            mostly_left_out(np.round(target).astype(int) % 360, inside),
            kept.note,
        ),
    )


contdata95_m1.first_look = {"smooth": 0}
contdata95_m1.gives = always(CHANNELS, ["angle"])


def _onsets(speed: np.ndarray, first: np.ndarray, end: np.ndarray, fraction: float) -> np.ndarray:
    """Sample of the onset of each reach, the samples `first` to `end` (excluded)."""
    found = np.empty(len(first), dtype=int)
    for k, (start, stop) in enumerate(zip(first, end, strict=True)):
        peak = start + int(speed[start:stop].argmax())
        slow = np.flatnonzero(speed[start:peak] <= fraction * speed[peak])
        found[k] = start + (slow[-1] + 1 if len(slow) else 0)
    return found


def _targets(way: np.ndarray, where: str) -> np.ndarray:
    """The direction (deg, 0 to 360) of the target of each reach, from its way (reach, 2) to the end point.

    Directions form `TARGETS` groups, separated by the largest gaps. Raises BadActivity.
    """
    angle = np.degrees(np.arctan2(way[:, 1], way[:, 0])) % 360
    order = np.argsort(angle, kind="stable")
    gaps = np.diff(angle[order], append=angle[order[0]] + 360)
    separating = np.sort(np.argsort(-gaps, kind="stable")[:TARGETS])
    if len(angle) < TARGETS or gaps[separating].min() < GAP:
        raise BadActivity(
            f"{where}: X: found end points of {len(angle)} reaches that are not in {TARGETS} groups at least "
            f"{GAP:g} degrees apart, wanted reaches to {TARGETS} targets"
        )
    begin = separating[-1] + 1  # a group may continue at 0 degrees
    members = np.split(np.roll(order, -begin), np.sort((separating[:-1] + 1 - begin) % len(order)))
    found = np.empty(len(angle))
    for group in members:
        mean = np.exp(1j * np.radians(angle[group])).mean()
        found[group] = np.degrees(np.angle(mean)) % 360
    return found


def _read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Position (time, 2), its change in each bin (time, 2), counts (time, channel), and the first row of each reach.

    Raises BadActivity.
    """
    fields = read_matlab(path, "X", "Y")
    sizes = [np.shape(fields[name]) for name in ("X", "Y")]
    if any(len(size) != 2 for size in sizes) or sizes[0][0] != sizes[1][0] or 0 in (*sizes[0], *sizes[1]):
        raise BadActivity(f"{path}: found X {sizes[0]} and Y {sizes[1]}, wanted (times, 4) and (times, channels)")
    hand = numbers_of_shape(fields["X"], (sizes[0][0], 4), "X", str(path))
    counts = numbers_of_shape(fields["Y"], sizes[1], "Y", str(path))
    if not np.isfinite(hand).all() or not np.isfinite(counts).all():
        raise BadActivity(f"{path}: found NaN or infinite values in X or Y, wanted numbers")
    resting = (hand[:, 2:] == 0).all(axis=1)  # only the first row of a reach
    steps = np.where(resting[:, None], 0.0, np.diff(hand[:, :2], axis=0, prepend=hand[:1, :2]))
    return hand[:, :2], steps, counts, np.flatnonzero(resting)
