"""The reader of EMG, whose time axis is an explicit assumption."""

from functools import partial

import numpy as np
import pytest
import scipy.io
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.emg_centerout import emg_centerout

OPTIONS = {
    "sampling_rate": 2000, "onset_sample": 800, "first_direction": 0, "before": "hold", "scale": "none",
    "bin": 0.01, "smooth": 0, "window": [-0.8, 0.4],
}  # fmt: skip


def read(path, **options):
    return emg_centerout({path.name: path}, **(OPTIONS | options))


@pytest.fixture
def ramp(tmp_path):
    """A file in which every muscle increases by 1 per sample from 0."""
    path = tmp_path / "EMG.mat"
    scipy.io.savemat(path, {"all_EMG": np.tile(np.arange(3341.0)[None, :, None], (13, 1, 8)), "other": 1})
    return path


def seeds(folder):
    """The initial files of the fuzzer."""
    emg = np.random.default_rng(0).random((13, 3341, 8))
    scipy.io.savemat(folder / "EMG.mat", {"all_EMG": emg})
    yield folder / "EMG.mat", partial(read, scale="muscle_max", smooth=0.02)
    yield save_73(folder / "b.mat", {"all_EMG": emg}), read


def test_in_the_real_data_neighbouring_directions_are_more_similar_than_opposite_ones(real_recording):
    data = read(real_recording("emg_centerout") / "EMG.mat", scale="muscle_max")
    values = data.rate.values.reshape(8, -1)
    together = np.corrcoef(values)
    apart = lambda k: np.mean([together[c, (c + k) % 8] for c in range(8)])  # noqa: E731
    assert apart(1) > apart(2) > apart(4)


def test_the_real_muscles_are_flat_before_the_assumed_onset_and_active_after_it(real_recording):
    data = read(real_recording("emg_centerout") / "EMG.mat", scale="muscle_max")
    mean = data.rate.mean(("trial", "unit"))
    assert abs(mean.sel(time=slice(-0.8, -0.2))).max() < 0.03 < 0.2 < mean.sel(time=slice(0.1, 0.4)).min()


def test_units_and_behavior_are_the_same_13_muscles(real_recording):
    data = read(real_recording("emg_centerout") / "EMG.mat")
    assert data.unit.values.tolist() == data.channel.values.tolist() == [f"muscle_{k}" for k in range(1, 14)]
    assert np.array_equal(data.rate.values, data.behavior.values)


def test_assumptions_are_listed_as_inferred(ramp):
    data = read(ramp, sampling_rate=1000, onset_sample=900)
    assert data.attrs["inferred"] == "time axis: 1000 samples/s and movement onset at sample 900 are assumed"


def test_bins_are_means_over_their_samples(ramp):
    data = read(ramp, window=[-0.3, 0.4])
    # The 20 samples of the bin around 0 are 790 .. 809.
    assert np.allclose(data.rate.sel(time=0), np.arange(790, 810).mean())
    assert np.allclose(data.rate.diff("time"), 20)


def test_samples_on_the_boundary_of_bins_are_divided(ramp):
    data = read(ramp, sampling_rate=150, bin=0.01, window=[0, 0.04])
    edges = 800 + 1.5 * (np.arange(6) - 0.5)
    fine = np.floor(np.linspace(edges[:-1], edges[1:], 100_001)[:-1]).mean(axis=0)
    assert np.allclose(data.rate.values[0, :, 0], fine, atol=1e-3)


def test_times_before_the_first_sample_repeat_it_or_are_refused(ramp):
    data = read(ramp)
    assert (data.rate.sel(time=slice(-0.8, -0.41)) == 0).all()
    assert "41 of 121 times repeat the first sample" in data.attrs["notes"]
    with pytest.raises(BadOption, match=r"found samples from -0.4 to 1.2705 s, wanted -0.805 to 0.405 s"):
        read(ramp, before="refuse")


def test_times_after_the_last_sample_are_refused(ramp):
    with pytest.raises(BadOption, match=r"found samples from -0.4 to 1.2705 s"):
        read(ramp, window=[0, 1.3])


def test_scaled_muscles_have_a_maximum_of_one(ramp):
    assert read(ramp, scale="muscle_max", window=[1.26, 1.26]).rate.max() <= 1
    assert read(ramp, scale="muscle_max", window=[1.26, 1.26]).rate.min() > 0.99


def test_the_first_direction_rotates_the_names_of_conditions(ramp):
    assert read(ramp, first_direction=90).condition.values.tolist() == [
        "90",
        "135",
        "180",
        "225",
        "270",
        "315",
        "0",
        "45",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": "max"}, "found scale 'max'"),
        ({"before": "zero"}, "before 'zero'"),
        ({"onset_sample": 5000}, "onset_sample 5000"),
        ({"sampling_rate": 0}, "sampling_rate 0/s"),
    ],
)
def test_invalid_options_are_refused(ramp, options, message):
    with pytest.raises(BadOption, match=message):
        read(ramp, **options)


def test_wrong_shapes_and_nan_are_refused(tmp_path):
    path = tmp_path / "EMG.mat"
    scipy.io.savemat(path, {"all_EMG": np.zeros((13, 100, 8))})
    with pytest.raises(
        BadActivity, match=r"all_EMG: found shape \(13, 100, 8\) .*wanted numbers of shape \(13, 3341, 8\)"
    ):
        read(path)
    emg = np.ones((13, 3341, 8))
    emg[0, :4, 0] = np.nan
    scipy.io.savemat(path, {"all_EMG": emg})
    with pytest.raises(BadActivity, match=r"all_EMG: found 4 values NaN or infinite, wanted none"):
        read(path)
