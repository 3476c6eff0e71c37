"""The reader of the third animal, whose reaches are stored one after another."""

import numpy as np
import pytest
import scipy.io
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.readers.contdata95_m1 import contdata95_m1

OPTIONS = {"onset_fraction": 0.2, "bin": 0.1, "smooth": 0, "window": [-0.5, 0.3], "minimum_rate": 0}
ANGLES = [20.0, 65.0, 112.0, 155.0, 193.0, 232.0, 308.0, 357.0]


def read(path, **options):
    return contdata95_m1({path.name: path}, **(OPTIONS | options))


def real(folder, **options):
    return read(folder("contdata95_m1") / "contdata95.mat", **options)


def made_up(rounds=2, still=7, angles=ANGLES):
    """Reaches of 100 units to targets at these angles in turn: `still` bins at rest, 4 bins of movement, 1 at rest."""
    way = np.concatenate([np.zeros(still), [0.1, 0.5, 0.9, 1.0, 1.0]])
    hand, rng = [], np.random.default_rng(0)
    for angle in np.tile(angles, rounds):
        toward = 100 * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        position = way[:, None] * toward + rng.normal(0, 0.1, (len(way), 2))
        hand.append(np.hstack([position, 10 * np.diff(position, axis=0, prepend=position[:1])]))
    counts = rng.poisson(2.0, (len(hand) * len(way), 5)).astype(np.uint8)
    return {"X": np.concatenate(hand), "Y": counts}


def save(path, fields):
    scipy.io.savemat(path, fields)
    return path


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save(folder / "a.mat", made_up()), read
    yield save_73(folder / "b.mat", made_up()), read


def test_the_real_recording_has_182_reaches_to_each_of_8_targets(real_recording):
    data = real(real_recording, window=[-0.1, 0.1])
    names, counts = np.unique(data.condition.values, return_counts=True)
    found = dict(zip(names.tolist(), counts.tolist(), strict=True))
    assert found == dict.fromkeys(["26", "68", "112", "153", "195", "234", "309", "346"], 182)


def test_no_real_window_contains_samples_of_another_reach(real_recording):
    data = real(real_recording, window=[-0.8, 0.3])
    assert data.sizes["trial"] == 1299
    assert data.attrs["notes"].startswith("1299 outward reaches; 157 left out because their window extends beyond")
    moved = np.hypot(*np.diff(data.behavior.values[..., :2], axis=1).transpose(2, 0, 1))
    assert moved.max() < 80  # from the end of a reach to the start of the next it is 95


def test_the_real_hand_rests_before_onset_and_moves_towards_its_target_after_it(real_recording):
    data = real(real_recording, window=[-0.5, 0.3])
    speed = np.hypot(*data.behavior.values[..., 2:].transpose(2, 0, 1))
    assert (speed[:, data.time.values < -1e-9][:, -1] <= 0.2 * speed.max(axis=1)).all()
    way = data.behavior.values[:, -1, :2] - data.behavior.values[:, 0, :2]
    angle = np.degrees(np.arctan2(way[:, 1], way[:, 0]))
    # Directions are from the median start, and single reaches start up to 23 units from it.
    assert np.quantile(np.abs((angle - data.angle.values + 180) % 360 - 180), 0.95) < 10


def test_rates_are_the_counts_of_each_reach_around_onset(tmp_path):
    fields = made_up()
    data = read(save(tmp_path / "a.mat", fields))
    assert data.sizes["trial"] == 16 and data.time.values.tolist() == pytest.approx(np.arange(-5, 4) * 0.1)
    for trial in range(16):
        onset = 12 * trial + 7  # the first bin with more than a fifth of the peak speed
        np.testing.assert_allclose(data.rate.values[trial], fields["Y"][onset - 5 : onset + 4] / 0.1)


def test_velocities_are_per_second_of_the_bin_that_is_given(tmp_path):
    path = save(tmp_path / "a.mat", made_up())
    one = read(path, window=[-0.2, 0.2]).behavior.values
    other = read(path, bin=0.05, window=[-0.1, 0.1]).behavior.values
    np.testing.assert_allclose(other[..., :2], one[..., :2])
    np.testing.assert_allclose(other[..., 2:], 2 * one[..., 2:])


def test_conditions_are_the_directions_of_the_targets_also_around_0_degrees(tmp_path):
    data = read(save(tmp_path / "a.mat", made_up(rounds=30)))
    found = data.angle.values[:8]
    assert np.abs((found - ANGLES + 180) % 360 - 180).max() < 0.2
    around = read(save(tmp_path / "b.mat", made_up(rounds=30, angles=[0.0, *ANGLES[1:7], 340.0])))
    assert around.condition.values[0] == "0"
    assert len(set(around.condition.values.tolist())) == 8


def test_reaches_that_are_too_short_for_the_window_are_left_out_and_counted(tmp_path):
    fields, more = made_up(), made_up(rounds=1, still=2)
    both = {name: np.concatenate([fields[name], more[name]]) for name in fields}
    data = read(save(tmp_path / "a.mat", both))
    assert data.sizes["trial"] == 16
    assert data.attrs["notes"].startswith(
        "16 outward reaches; 8 left out because their window extends beyond the reach"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": np.ones((10, 3))}, "found X"),
        ({"X": np.ones((192, 4))}, "found a first row with a velocity, wanted 0"),
        ({"Y": np.full((192, 5), np.nan)}, "found NaN or infinite values"),
        (made_up(angles=[0.0, 5.0, *ANGLES[2:]]), "not in 8 groups at least 10 degrees apart"),
    ],
)
def test_other_contents_are_refused_with_a_readable_message(tmp_path, change, message):
    with pytest.raises(BadActivity, match=message):
        read(save(tmp_path / "a.mat", made_up() | change))
