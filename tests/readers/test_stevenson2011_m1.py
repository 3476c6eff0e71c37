"""The reader of the second animal, and the extraction of outward reaches."""

import numpy as np
import pytest
import scipy.io
from support.matlab_73 import save_73

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.hatsopoulos2007_m1 import hatsopoulos2007_m1
from rnncompare.readers.stevenson2011_m1 import outward_reaches, stevenson2011_m1

FOUND_BY = {"peak_speed": 0.2, "onset_fraction": 0.2, "centre_radius": 0.03, "ring_radius": 0.06}
OPTIONS = FOUND_BY | {"bin": 0.05, "smooth": 0, "minimum_rate": 0, "window": [-0.8, 0.4]}


def read(path, **options):
    return stevenson2011_m1({path.name: path}, **(OPTIONS | options))


def real(folder, **options):
    return read(folder("stevenson2011_m1") / "m1_stevenson_2011.mat", **options)


def made_up(out_and_back: int = 16) -> dict:
    """A hand that moves to 8 targets in turn and back, in 0.5 s each, with pauses of 1.5 s."""
    phase = np.clip(np.arange(40) / 10, 0, 1)
    way = 10 * phase**3 - 15 * phase**4 + 6 * phase**5
    path = []
    for k in range(out_and_back):
        angle = 2 * np.pi * (k % 8) / 8
        target = 0.09 * np.array([np.cos(angle), np.sin(angle)])
        path += [way[:, None] * target, (1 - way)[:, None] * target]
    position = np.concatenate([np.zeros((30, 2)), *path, np.zeros((30, 2))])
    velocity = np.gradient(position, 0.05, axis=0)
    flat = np.zeros(len(position))
    return {
        "spikes": np.random.default_rng(0).poisson(0.5, (5, len(position))),
        "time": 12.6 + 0.05 * np.arange(len(position))[None],
        "handPos": np.vstack([position.T, flat]),
        "handVel": np.vstack([velocity.T, flat]),
    }


def save(path, fields):
    scipy.io.savemat(path, fields)
    return path


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save(folder / "a.mat", made_up()), read
    yield save_73(folder / "b.mat", made_up()), read


def test_the_real_recording_has_180_outward_reaches_20_to_25_in_each_direction(real_recording):
    data = real(real_recording)
    names, counts = np.unique(data.condition.values, return_counts=True)
    found = dict(zip(names.tolist(), counts.tolist(), strict=True))
    assert found == {"0": 21, "45": 22, "90": 23, "135": 22, "180": 25, "225": 24, "270": 23, "315": 20}
    assert data.attrs["notes"] == "180 outward reaches; 0 left out because their window extends beyond the recording"


@pytest.mark.parametrize("found_by", [{"peak_speed": 0.1}, {"onset_fraction": 0.1}, {"ring_radius": 0.05}])
def test_the_number_of_real_reaches_hardly_depends_on_the_criteria(real_recording, found_by):
    assert 175 <= real(real_recording, **found_by).sizes["trial"] <= 185


def test_the_real_hand_starts_at_the_centre_and_moves_towards_its_target(real_recording):
    data = real(real_recording, window=[-0.05, 0.4])
    hand = data.behavior
    way = hand.isel(time=-1) - hand.sel(time=0)
    angle = np.degrees(np.arctan2(way.sel(channel="hand_position_y"), way.sel(channel="hand_position_x")))
    assert abs((angle - data.angle + 180) % 360 - 180).max() < 22.5
    speed = np.hypot(hand.sel(channel="hand_velocity_x"), hand.sel(channel="hand_velocity_y"))
    before, onset = speed.isel(time=0), speed.sel(time=0, drop=True)
    assert (before < 0.2 * speed.max("time")).all()
    assert (onset >= 0.2 * speed.max("time")).all()


def test_132_real_units_fire_more_than_1_spike_a_second_over_the_whole_session(real_recording):
    counts = scipy.io.loadmat(real_recording("stevenson2011_m1") / "m1_stevenson_2011.mat")["spikes"]
    assert int((counts.mean(axis=1) / 0.05 > 1).sum()) == 132
    assert 125 <= real(real_recording, minimum_rate=1).sizes["unit"] <= 140


def test_the_hands_of_both_animals_move_alike_at_their_common_times(real_recording):
    name = "data_output_aligntomovementonset_minT-800_maxT400_FRsmoothSD25ms.npy"
    path = real_recording("hatsopoulos2007_m1") / name
    other = hatsopoulos2007_m1({name: path}, bin=0.01, smooth=0.025, minimum_rate=0, window=[-0.8, 0.4])
    x, y = activity.match(other, real(real_recording))
    assert x.sizes["time"] == 25
    for channel in ("hand_velocity_x", "hand_velocity_y"):
        both = (a.behavior.sel(channel=channel).values.ravel() for a in (x, y))
        assert np.corrcoef(*both)[0, 1] > 0.9


def test_movements_back_to_the_centre_are_left_out(tmp_path):
    data = read(save(tmp_path / "a.mat", made_up()))
    names, counts = np.unique(data.condition.values, return_counts=True)
    assert len(names) == 8
    assert set(counts) == {2}


def test_rates_are_the_counts_around_onset(tmp_path):
    fields = made_up()
    data = read(save(tmp_path / "a.mat", fields), window=[-0.1, 0.1])
    onset, end = outward_reaches(fields["handPos"][:2].T, fields["handVel"][:2].T, **FOUND_BY)
    assert (end > onset).all()
    for trial, at in enumerate(onset):
        assert np.allclose(data.rate.values[trial], fields["spikes"][:, at - 2 : at + 3].T / 0.05)


def test_reaches_whose_window_extends_beyond_the_recording_are_left_out_and_counted(tmp_path):
    data = read(save(tmp_path / "a.mat", made_up()), window=[-2.0, 0.4])
    assert data.sizes["trial"] == 15
    assert data.attrs["notes"] == "15 outward reaches; 1 left out because their window extends beyond the recording"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("handVel"), "found variables .*handPos.*, wanted handVel too"),
        (lambda f: f.update(handPos=f["handPos"][:2]), r"handPos: found shape \(2, .*wanted numbers of shape \(3, "),
        (lambda f: f.update(time=f["time"] ** 1.01), "time: found uneven steps, wanted 0.05 s"),
        (lambda f: f["handVel"].__imul__(0.1), "found no outward reach with a peak speed of 0.2 m/s or more"),
    ],
)
def test_an_invalid_file_is_refused(tmp_path, change, message):
    fields = made_up()
    change(fields)
    with pytest.raises(BadActivity, match=message):
        read(save(tmp_path / "a.mat", fields))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.7])
def test_a_truncated_file_is_refused(tmp_path, share):
    path = save(tmp_path / "cut.mat", made_up())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(BadActivity, match=r"cut.mat: found .*wanted"):
        read(path)


def test_another_bin_is_refused(tmp_path):
    with pytest.raises(BadOption, match=r"found bin 0.01 s, wanted 0.05"):
        read(save(tmp_path / "a.mat", made_up()), bin=0.01)
