"""Reader of M1 of a second macaque during centre-out reaching, with reaches extracted from a continuous recording."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import caution, join_notes
from rnncompare.files.labels import labels
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, Level, MinimumRate, Positive, ReadWindow, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.matlab.matlab import read_matlab
from rnncompare.reading.omissions import mostly_left_out
from rnncompare.reading.rates import clock, margin, numbers_of_shape, to_rates
from rnncompare.reading.unit_selection import select_units
from rnncompare.reading.windows import overlapping
from rnncompare.recordings.needs import always

BIN = 0.05  # s, bin width of the file
DIRECTIONS = 8
CHANNELS = ["hand_position_x", "hand_position_y", "hand_velocity_x", "hand_velocity_y"]


def stevenson2011_m1(
    files: dict[str, Path],
    *,
    peak_speed: Positive,
    onset_fraction: Level,
    centre_radius: Positive,
    ring_radius: Positive,
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
) -> xr.Dataset:
    """Single outward reaches of the recording of Stevenson et al. 2011, aligned to movement onset.

    The file contains no events. The hand moves from the centre to a ring of 8 targets and back; `outward_reaches` finds
    the outward movements. The condition of a reach is its direction from onset to end, rounded to 0, 45, .., 315
    degrees (`angle`). Time 0 is the bin of onset, with a resolution of 50 ms. Reaches whose window, with the margins
    for smoothing, extends beyond the recording are left out and counted in `notes`. peak_speed: m/s; onset_fraction:
    share of the peak speed; centre_radius, ring_radius: m from the median position. bin: s, .05; smooth: SD of a
    Gaussian in s, 0 for none; minimum_rate: spikes/s, mean over reaches and window; window: [start, stop] in s,
    multiples of the bin. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    if bin != BIN:
        raise BadOption(f"{path}: found bin {bin} s, wanted {BIN}, the bin width of the counts in the file")
    counts, position, velocity = _read(path)
    onset, end = outward_reaches(
        position,
        velocity,
        peak_speed=peak_speed,
        onset_fraction=onset_fraction,
        centre_radius=centre_radius,
        ring_radius=ring_radius,
    )
    if len(onset) == 0:
        raise BadActivity(
            f"{path}: found no outward reach with a peak speed of {peak_speed} m/s or more, wanted at least one; lower "
            "peak_speed, or check that the velocity is in m/s"
        )
    moved = position[end] - position[onset]
    sector = np.round(np.arctan2(moved[:, 1], moved[:, 0]) / (2 * np.pi / DIRECTIONS)).astype(int) % DIRECTIONS
    time = clock(window, bin, str(path))
    extra = margin(smooth, bin, str(path))
    first = onset + round(time[0] / bin)
    inside = (first - extra >= 0) & (first + len(time) + extra <= len(counts))
    if not inside.any():
        raise BadActivity(
            f"{path}: found no reach of {len(onset)} whose window {window} s is in the recording, wanted some"
        )
    bins = first[inside, None] + np.arange(-extra, len(time) + extra)
    rate = np.moveaxis(to_rates(np.moveaxis(counts[bins], 2, 1), smooth, bin, str(path)), 1, 2)
    kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, str(path))
    bins = bins[:, extra : extra + len(time)]
    angle = sector[inside] * 360 / DIRECTIONS
    return activity.build(
        rate[:, :, kept.index],
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=labels(angle),
        behavior=np.concatenate([position[bins], velocity[bins]], axis=2),
        channel=CHANNELS,
        per_trial={"angle": angle},
        source=path.name,
        rate_units="spikes/s",
        behavior_units="m, m/s",
        alignment="movement onset, from the speed of the hand",
        simultaneous=1,
        notes=join_notes(
            f"{inside.sum()} outward reaches",
            f"{(~inside).sum()} left out because their window extends beyond the recording",
            mostly_left_out(sector * 360 // DIRECTIONS, inside),
            kept.note,
            caution(overlapping(onset[inside] * bin, time, bin)),
        ),
    )


stevenson2011_m1.first_look = {"bin": BIN, "smooth": 0}
stevenson2011_m1.gives = always(CHANNELS, ["angle"])


def outward_reaches(
    position: np.ndarray,
    velocity: np.ndarray,
    *,
    peak_speed: float,
    onset_fraction: float,
    centre_radius: float,
    ring_radius: float,
) -> tuple[np.ndarray, np.ndarray]:
    """First and last sample of each movement from the centre to the ring, in order of time.

    position, velocity: (time, 2). A movement contains a peak of the speed of at least `peak_speed`, and lasts while the
    speed is above `onset_fraction` of that peak; of several peaks of a movement, the highest is used. It is outward if
    it starts nearer than `centre_radius` to the median position and ends farther than `ring_radius` from it.
    """
    speed = np.hypot(*velocity.T)
    radius = np.hypot(*(position - np.median(position, axis=0)).T)
    inner = speed[1:-1]
    peaks = 1 + np.flatnonzero((inner >= speed[:-2]) & (inner > speed[2:]) & (inner >= peak_speed))
    taken = np.zeros(len(speed), dtype=bool)
    reaches = []
    for peak in peaks[np.argsort(-speed[peaks], kind="stable")]:
        if taken[peak]:
            continue
        slow = speed < onset_fraction * speed[peak]
        before, after = np.flatnonzero(slow[:peak]), np.flatnonzero(slow[peak:])
        if len(before) == 0 or len(after) == 0:  # the movement is not completely recorded
            continue
        start, stop = before[-1] + 1, peak + after[0] - 1
        taken[start : stop + 1] = True
        if radius[start] < centre_radius and radius[stop] > ring_radius:
            reaches.append((start, stop))
    reaches = np.array(sorted(reaches), dtype=int).reshape(-1, 2)
    return reaches[:, 0], reaches[:, 1]


def _read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts (time, unit), position and velocity (time, 2), at evenly spaced times. Raises BadActivity."""
    fields = read_matlab(path, "spikes", "time", "handPos", "handVel")
    spikes = fields["spikes"]
    if not isinstance(spikes, np.ndarray) or spikes.ndim != 2 or spikes.dtype.kind not in "fiu":
        found = f"shape {spikes.shape} of {spikes.dtype}" if isinstance(spikes, np.ndarray) else type(spikes).__name__
        raise BadActivity(f"{path}: spikes: found {found}, wanted numbers (units, times)")
    length = spikes.shape[1]
    time = numbers_of_shape(fields["time"], (1, length), "time", str(path))[0]
    if length < 3 or np.abs(np.diff(time) - BIN).max() > BIN / 50:
        raise BadActivity(f"{path}: time: found uneven steps, wanted {BIN} s")
    arm = [numbers_of_shape(fields[name], (3, length), name, str(path))[:2].T for name in ("handPos", "handVel")]
    return spikes.T.astype(float), *arm
