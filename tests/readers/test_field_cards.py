"""Cards of common public data sets, tested on generated files of the same structure, without the original data."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import BehavioralTimeSeries, Position, SpatialSeries
from support.matlab_73 import save_73

from rnncompare import activity
from rnncompare.recordings.card import read_card
from rnncompare.recordings.loading import load_recording

DATA = Path(__file__).parents[2] / "data"
READING = {"bin": 0.02, "smooth": 0.02, "minimum_rate": 0, "window": [-0.2, 0.2]}
STARTS = 3.0 * np.arange(24)
CLOCK = np.arange(0, 75, 0.01)
SERIES = {"data": np.stack([CLOCK, -CLOCK], axis=1), "timestamps": CLOCK}


def load(name: str, path: Path, **options):
    """The activity of a card, written and read again as in a job."""
    records = [{"file": f.file, "path": str(path)} for f in read_card(DATA / name / "card.yaml").files]
    data = load_recording(read_card(DATA / name / "card.yaml"), records, READING | options)
    activity.write(data, path.with_suffix(".nc"))
    return activity.read(path.with_suffix(".nc"))


def nwb_file(areas=("M1", "PMd")) -> NWBFile:
    """A session with an electrode group of two electrodes for each area."""
    file = NWBFile(session_description="d", identifier="i", session_start_time=datetime(2009, 9, 25, tzinfo=UTC))
    for area in areas:
        device = file.create_device(name=f"electrode_array_{area}")
        group = file.create_electrode_group(f"electrode_group_{area}", description="g", location=area, device=device)
        for _ in range(2):
            file.add_electrode(location=area, group=group)
    return file


def units(file: NWBFile, **columns):
    rng = np.random.default_rng(0)
    for k in range(4):
        file.add_unit(
            spike_times=np.sort(rng.uniform(0, 75, 900)), electrodes=[k], **{n: v[k] for n, v in columns.items()}
        )


def save(path: Path, file: NWBFile) -> Path:
    with NWBHDF5IO(str(path), "w") as handle:
        handle.write(file)
    return path


def mc_maze() -> NWBFile:
    """Two mazes in three versions; units were observed in each trial, with gaps between trials."""
    file = nwb_file()
    for name in (
        "target_on_time",
        "go_cue_time",
        "move_onset_time",
        "success",
        "maze_id",
        "trial_version",
        "trial_type",
    ):
        file.add_trial_column(name=name, description=name)
    file.add_trial_column(name="target_pos", description="ragged", index=True)
    for k, start in enumerate(STARTS):
        times = {"target_on_time": start + 0.4, "go_cue_time": start + 1, "move_onset_time": start + 1.3}
        maze = {"maze_id": 60 + k % 2, "trial_version": k // 2 % 3, "trial_type": k % 2}
        targets = np.zeros((1 + k % 3, 2))
        file.add_trial(start_time=start, stop_time=start + 2.5, success=True, target_pos=targets, **times, **maze)
    file.add_unit_column(name="heldout", description="h")
    observed = np.stack([STARTS, STARTS + 2.5], axis=1)
    units(file, heldout=[False, True, False, False], obs_intervals=[observed] * 4)
    behavior = file.create_processing_module(name="behavior", description="b")
    for name in ("hand_pos", "cursor_pos", "eye_pos"):
        behavior.add(SpatialSeries(name=name, unit="m", reference_frame="r", conversion=0.001, **SERIES))
    behavior.add(TimeSeries(name="hand_vel", unit="m/s", conversion=0.001, **SERIES))
    return file


@pytest.mark.parametrize("name", ["mc_maze", "mc_maze_scaled"])
def test_mc_maze_is_read_by_its_card(tmp_path, name):
    data = load(name, save(tmp_path / "session.nwb", mc_maze()))
    assert data.sizes["trial"] == len(STARTS)
    assert activity.conditions(data) == ["60_0", "60_1", "60_2", "61_0", "61_1", "61_2"]
    assert np.allclose(data.go_cue, -0.3) and np.allclose(data.target_on, -0.9)
    assert data.area.values.tolist() == ["electrode_group_M1"] * 2 + ["electrode_group_PMd"] * 2
    assert data.heldout.values.tolist() == [False, True, False, False]
    assert np.allclose(data.behavior.sel(channel="hand_velocity_y", time=0), -(STARTS + 1.3) / 1000)
    assert data.attrs["behavior_units"] == "m/s, m"


def test_in_mc_maze_gaps_between_trials_are_not_read_as_silence(tmp_path):
    data = load("mc_maze", save(tmp_path / "session.nwb", mc_maze()), window=[-0.2, 0.4])
    assert data.sizes["trial"] == len(STARTS)
    with pytest.raises(activity.BadActivity, match=r"24 whose window extends beyond the recording"):
        load("mc_maze", tmp_path / "session.nwb", window=[-0.2, 1.4])


def perich_miller(task: str) -> NWBFile:
    file = nwb_file(("M1",) if task == "RT" else ("M1", "PMd"))
    if task == "RT":
        for _ in range(2):
            file.add_electrode(location="M1", group=file.electrode_groups["electrode_group_M1"])
    times = np.stack([STARTS + 0.5 * k for k in range(1, 5)], axis=1)
    rt = {"go_cue_time_array": times, "num_attempted": np.full(24, 4.0), "target_id": np.zeros((24, 4))}
    target = np.arange(24.0) % 8
    target[-1] = np.nan  # an aborted trial
    co = {
        "go_cue_time": STARTS + 1.5,
        "target_on_time": STARTS + 0.7,
        "target_id": target,
        "target_dir": target * np.pi / 4,
    }
    for start in STARTS:
        file.add_trial(start_time=start, stop_time=start + 2.9)
    columns = {"result": np.array(["R"] * 22 + ["F", "A"]), **(rt if task == "RT" else co)}
    for name, values in columns.items():
        file.add_trial_column(name=name, description=name, data=values)
    units(file)
    behavior = file.create_processing_module(name="behavior", description="b")
    position = SpatialSeries(name="cursor_pos", unit="cm", reference_frame="r", **SERIES)
    behavior.add(Position(spatial_series=position, name="Position"))
    for name, short in {"Velocity": "cursor_vel", "Acceleration": "cursor_acc"}.items():
        series = TimeSeries(name=short, unit="cm/s", **SERIES)
        behavior.add(BehavioralTimeSeries(time_series=series, name=name))
    return file


def test_centre_out_sessions_of_perich_and_miller_are_read_by_their_card(tmp_path):
    data = load("perich_miller_co", save(tmp_path / "session.nwb", perich_miller("CO")))
    assert data.sizes["trial"] == 22 and activity.conditions(data) == [str(k) for k in range(8)]
    assert np.allclose(data.target_direction, data.condition.values.astype(float) * np.pi / 4)
    assert np.allclose(data.target_on, -0.8)
    assert data.area.values.tolist() == ["electrode_group_M1"] * 2 + ["electrode_group_PMd"] * 2
    assert np.allclose(data.behavior.sel(channel="hand_velocity_x", time=0), STARTS[:22] + 1.5)


def test_random_target_sessions_of_perich_and_miller_are_read_by_their_card(tmp_path):
    data = load("perich_miller_rt", save(tmp_path / "session.nwb", perich_miller("RT")))
    assert data.sizes["trial"] == 22 and activity.conditions(data) == ["R"]
    assert np.allclose(data.second_go_cue, 0.5)
    assert set(data.area.values.tolist()) == {"electrode_group_M1"}
    assert np.allclose(data.behavior.sel(channel="hand_position_x", time=0), STARTS[:22] + 0.5)


@pytest.mark.parametrize("nested", [False, True])
def test_single_trials_of_dryad_are_read_by_their_card(tmp_path, nested):
    rng = np.random.default_rng(1)
    channels = [[np.sort(rng.uniform(0, 75, (500 + k, 1)), axis=0) for k in range(2)], [np.zeros((0, 0))]]
    things = {
        "spikes": channels if nested else [channels[0][0], np.zeros((0, 0)), channels[0][1]],
        "stmv_cell": [(STARTS[k::8] + 1.5)[None] for k in range(8)],
        **{
            name: np.stack([CLOCK, scale * CLOCK], axis=1)
            for name, scale in {"x": 1, "y": 2, "th1": 3, "th2": 4}.items()
        },
    }
    data = load("dryad_xsj3tx9cm", save_73(tmp_path / "a.mat", things))
    assert dict(data.sizes) == {"trial": 24, "time": 21, "unit": 2, "channel": 4}
    assert activity.conditions(data) == [str(45 * k) for k in range(8)]
    assert (data.angle.values.astype(int).astype(str) == data.condition.values).all()
    onset = np.concatenate([STARTS[k::8] + 1.5 for k in range(8)])
    for scale, channel in enumerate(["hand_position_x", "hand_position_y", "shoulder_angle", "elbow_angle"], start=1):
        assert np.allclose(data.behavior.sel(channel=channel, time=0), scale * onset)
    assert "notes" in data.attrs and "own names" not in data.attrs["notes"]
