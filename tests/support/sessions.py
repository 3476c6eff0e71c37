"""Small NWB sessions with known content: two with usual structures, and one with an unusual structure."""

from datetime import UTC, datetime

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import BehavioralTimeSeries, Position, SpatialSeries
from pynwb.file import Subject

TRIAL = 2.0  # s, of each trial; trials follow without gaps
ONSET = 1.0  # s from the start of a trial: movement onset


def path_of(times: np.ndarray, columns: int = 2) -> np.ndarray:
    """(sample, column) position of the hand, which a reader must return at any time."""
    return np.stack([np.sin(times), np.cos(0.5 * times), 0.1 * times], axis=-1)[:, :columns]


def new(trials: int, *, start: float = 0.0, **about) -> tuple[NWBFile, np.ndarray, np.ndarray]:
    """A session without content, the start times of trials, and times every 10 ms."""
    about = {"session_description": "a session"} | about
    file = NWBFile(identifier="i", session_start_time=datetime(2020, 1, 1, tzinfo=UTC), **about)
    starts = start + TRIAL * np.arange(trials)
    return file, starts, np.arange(start, starts[-1] + TRIAL, 0.01)


def add_units(file: NWBFile, count: int, until: tuple[float, float], columns=lambda unit: {}) -> None:
    rng = np.random.default_rng(0)
    for unit in range(count):
        spikes = np.sort(rng.uniform(*until, int(10 * (until[1] - until[0]))))
        file.add_unit(spike_times=spikes, obs_intervals=[until], **columns(unit))


def add_trials(file: NWBFile, starts: np.ndarray, indexed: tuple[str, ...], **columns) -> None:
    for name in columns:
        file.add_trial_column(name=name, description=f"the {name}", index=name in indexed)
    for k, start in enumerate(starts):
        file.add_trial(
            start_time=start, stop_time=start + TRIAL, **{name: values[k] for name, values in columns.items()}
        )


def electrodes(file: NWBFile, areas: list[str], named: bool) -> list:
    """One electrode for each area; named: the electrode states the area, otherwise only its group does."""
    device = file.create_device(name="array")
    groups = []
    for area in areas:
        groups.append(file.create_electrode_group(name=f"in {area}", description="d", location=area, device=device))
        file.add_electrode(location=area if named else "unknown", group=groups[-1])
    return groups


def maze() -> NWBFile:
    """With the structure of DANDI 000128: 3 mazes of 2 versions, 4 trials of each, and 3 failed trials; PMd and M1."""
    trials = 27
    file, starts, times = new(
        trials, subject=Subject(subject_id="J", species="Macaca mulatta"), experiment_description="maze reaches",
        related_publications=["doi:10.1016/j.neuron.2010.09.015"],
    )  # fmt: skip
    electrodes(file, ["PMd", "M1"], named=True)
    file.add_unit_column(name="heldout", description="h")
    add_units(file, 6, (0.0, times[-1]), lambda unit: {"electrodes": [unit % 2], "heldout": unit > 3})
    good = np.arange(trials) < 24
    add_trials(
        file, starts, ("target_pos",), trial_type=np.arange(trials) % 3 + 1, trial_version=np.arange(trials) // 3 % 2,
        maze_id=np.arange(trials) % 3 * 7 + 9, success=good, split=np.where(np.arange(trials) % 4, "train", "val"),
        target_on_time=starts + 0.2, go_cue_time=starts + 0.7, move_onset_time=np.where(good, starts + ONSET, np.nan),
        rt=np.full(trials, 300.0), target_pos=[np.ones((1 + k % 2, 2)) for k in range(trials)],
    )  # fmt: skip
    behavior = file.create_processing_module(name="behavior", description="b")
    for name, unit in (("hand_vel", "m/s"), ("hand_pos", "m"), ("eye_pos", "m")):
        behavior.add(TimeSeries(name=name, data=path_of(times), unit=unit, timestamps=times))
    return file


def center_out() -> NWBFile:
    """With the structure of DANDI 000688: 4 directions (rad), 4 trials of each, and 2 aborted; areas only in groups."""
    trials = 18
    file, starts, times = new(trials, subject=Subject(subject_id="C", species="Macaca mulatta"))
    groups = electrodes(file, ["M1", "PMd"], named=False)
    add_units(file, 5, (0.0, times[-1]), lambda unit: {"electrodes": [unit % 2], "electrode_group": groups[unit % 2]})
    aborted = np.arange(trials) >= 16
    add_trials(
        file, starts, (), target_id=np.where(aborted, np.nan, np.arange(trials) % 4),
        target_dir=np.where(aborted, np.nan, np.arange(trials) % 4 * np.pi / 2), result=np.where(aborted, "A", "R"),
        target_on_time=starts + 0.2, go_cue_time=np.where(aborted, np.nan, starts + 0.7),
    )  # fmt: skip
    behavior = file.create_processing_module(name="behavior", description="b")
    where = SpatialSeries(name="cursor_pos", data=path_of(times), unit="cm", reference_frame="r", timestamps=times)
    behavior.add(Position(spatial_series=where))
    speed = TimeSeries(name="cursor_vel", data=path_of(times), unit="cm/s", timestamps=times)
    behavior.add(BehavioralTimeSeries(time_series=speed, name="Velocity"))
    return file


def bell(times: np.ndarray) -> np.ndarray:
    """The speed of a reach, with a peak of 1, at times (s) from the start of its trial; its onset is at `ONSET`."""
    return np.exp(-0.5 * ((times - ONSET - 0.15) / 0.06) ** 2)


def strange() -> NWBFile:
    """Unusual names, and a clock that starts at 50,000 s: reaches in 6 directions, 5 of each, and 3 failed."""
    trials = 33
    file, starts, times = new(trials, start=50_000.0)
    bearing, rng = np.arange(trials) % 6 * 60, np.random.default_rng(2)
    file.add_unit_column(name="lobe", description="where it was")
    speed = bell((times - times[0]) % TRIAL)
    heading = np.radians(bearing)[((times - times[0]) // TRIAL).astype(int)]
    for unit in range(12):
        rate = 8 + 100 * speed * (1 + np.cos(heading - unit))
        spikes = np.repeat(times, rng.poisson(rate * 0.01))
        file.add_unit(
            spike_times=np.sort(spikes + rng.uniform(0, 0.01, len(spikes))), lobe=["north", "south"][unit % 2]
        )
    add_trials(
        file, starts, (), blip=starts + 0.4, blop=starts + ONSET, bearing=bearing, mood=np.arange(trials) // 11,
        verdict=np.where(np.arange(trials) < 30, "fine", "foul"),
    )  # fmt: skip
    reach = speed[:, None] * np.stack([np.cos(heading), np.sin(heading), 0 * heading], axis=-1)
    where = {"starting_time": times[0], "rate": 100.0}
    file.add_acquisition(TimeSeries(name="gadget", data=reach, unit="m/s", **where))
    return file


def save(path, file: NWBFile):
    with NWBHDF5IO(str(path), "w") as handle:
        handle.write(file)
    return path
