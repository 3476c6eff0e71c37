"""The reader of the main M1 recording, and the refusal of invalid or malicious pickles."""

import os
import pickle

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.hatsopoulos2007_m1 import CHANNELS, hatsopoulos2007_m1

OPTIONS = {"bin": 0.01, "smooth": 0.025, "minimum_rate": 0, "window": [-0.8, 0.4]}
NAME = "data_output_aligntomovementonset_minT-800_maxT400_FRsmoothSD25ms.npy"


def read(path, **options):
    return hatsopoulos2007_m1({path.name: path}, **(OPTIONS | options))


def made_up_fields() -> dict:
    rng = np.random.default_rng(0)
    return {"firing_rate": rng.random((141, 121, 8))} | {name: rng.random((8, 121)) for name in CHANNELS.values()}


def save(path, thing):
    """Write the file in the format of numpy's `save`."""
    box = np.empty((), dtype=object)
    box[()] = thing
    np.save(path, box, allow_pickle=True)
    return path


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save(folder / "a.npy", made_up_fields()), read


def test_the_real_file_has_8_directions_in_the_order_of_the_movements(real_recording):
    data = read(real_recording("hatsopoulos2007_m1") / NAME)
    assert dict(data.sizes) == {"trial": 8, "time": 121, "unit": 141, "channel": 6}
    assert data.condition.values.tolist() == ["0", "45", "90", "135", "180", "225", "270", "315"]
    end = data.behavior.isel(time=-1)
    angle = np.degrees(np.arctan2(end.sel(channel="hand_position_y"), end.sel(channel="hand_position_x")))
    off = (angle - data.angle + 180) % 360 - 180
    assert abs(off).max() < 5


def test_the_speed_of_the_real_file_is_the_derivative_of_the_position(real_recording):
    data = read(real_recording("hatsopoulos2007_m1") / NAME)
    for axis in "xy":
        derivative = data.behavior.sel(channel=f"hand_position_{axis}").differentiate("time")
        velocity = data.behavior.sel(channel=f"hand_velocity_{axis}")
        assert np.corrcoef(derivative.values.ravel(), velocity.values.ravel())[0, 1] > 0.999


def test_the_real_mean_rates_have_the_documented_values(real_recording):
    data = read(real_recording("hatsopoulos2007_m1") / NAME)
    peak = data.rate.max(("trial", "time"))
    assert int((peak > 5).sum()) == 107
    assert 92 < float(peak.max()) < 94
    values = data.rate.values.reshape(-1, 141)
    variance = np.linalg.svd(values - values.mean(axis=0), compute_uv=False) ** 2
    assert int((np.cumsum(variance) / variance.sum() < 0.9).sum()) + 1 == 9


def test_all_values_of_a_generated_file_are_read(tmp_path):
    fields = made_up_fields()
    data = read(save(tmp_path / "a.npy", fields), window=[-0.1, 0.2])
    at = slice(70, 101)
    assert np.array_equal(data.rate.values, fields["firing_rate"].transpose(2, 1, 0)[:, at])
    assert np.array_equal(data.behavior.sel(channel="elbow_angle").values, fields["elbowangle"][:, at])
    assert np.allclose(data.time, np.arange(-10, 21) / 100)


def test_units_below_the_minimum_rate_are_left_out_and_the_others_keep_their_names(tmp_path):
    fields = made_up_fields()
    fields["firing_rate"][3] = 0
    data = read(save(tmp_path / "a.npy", fields), minimum_rate=0.1)
    assert data.unit.values.tolist() == [f"unit_{k}" for k in range(141) if k != 3]


@pytest.mark.parametrize("options", [{"bin": 0.05}, {"smooth": 0}])
def test_another_bin_or_smoothing_is_refused_because_it_cannot_be_changed(tmp_path, options):
    with pytest.raises(BadOption, match=r"wanted 0.01 and 0.025: .*which cannot be changed"):
        read(save(tmp_path / "a.npy", made_up_fields()), **options)


def test_a_window_beyond_the_file_is_refused(tmp_path):
    with pytest.raises(BadOption, match=r"found times from -0.8 to 0.4 s"):
        read(save(tmp_path / "a.npy", made_up_fields()), window=[-1.0, 0.4])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("elbowangle"), r"wanted fields elbowangle, firing_rate"),
        (lambda f: f.update(firing_rate=np.ones((141, 8, 121))), r"found shape \(141, 8, 121\).*\(141, 121, 8\)"),
        (lambda f: f.update(firing_rate="text"), r"firing_rate: found shape \(\)"),
        (lambda f: f["firing_rate"].__setitem__((0, 0, slice(3)), np.nan), "found 3 of 136488 values of rate NaN"),
    ],
)  # fmt: skip
def test_a_file_with_wrong_fields_is_refused(tmp_path, change, message):
    fields = made_up_fields()
    change(fields)
    with pytest.raises(BadActivity, match=message):
        read(save(tmp_path / "a.npy", fields))


class Evil:
    """Makes a pickle reader run a command."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])
def test_a_pickle_that_requires_anything_but_numpy_is_refused_and_not_executed(tmp_path, protocol):
    path = tmp_path / "evil.npy"
    save(path, {})
    head = path.read_bytes()[:128]
    path.write_bytes(head + pickle.dumps({"firing_rate": Evil(tmp_path / "ran")}, protocol=protocol))
    with pytest.raises(
        BadActivity, match=r"evil.npy: found .*(posix\.mkdir|nt\.mkdir|instruction), wanted a complete pickle of numpy"
    ):
        read(path)
    assert not (tmp_path / "ran").exists()


def test_a_pickle_that_requires_a_class_of_this_project_is_refused(tmp_path):
    path = save(tmp_path / "evil.npy", {"a": BadActivity})
    with pytest.raises(BadActivity, match=r"a pickle that requires rnncompare.activity.contract.BadActivity"):
        read(path)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.999])
def test_a_truncated_file_is_refused(tmp_path, share):
    path = save(tmp_path / "cut.npy", made_up_fields())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(BadActivity, match=r"cut.npy: found .*wanted a complete pickle of numpy"):
        read(path)


def test_a_shape_larger_than_the_data_is_refused_before_memory_is_allocated(tmp_path):
    path = save(tmp_path / "bomb.npy", {"firing_rate": np.zeros((3, 5))})
    raw = path.read_bytes()
    claim = raw.replace(b"K\x03K\x05\x86", b"J\xff\xff\xff\x7fK\x05\x86")  # (3, 5) becomes (2147483647, 5)
    assert claim != raw
    path.write_bytes(claim)
    with pytest.raises(BadActivity, match=r"an array of shape \(2147483647, 5\) with 15 values"):
        read(path)


def test_a_direct_call_of_a_numpy_class_creates_no_array(tmp_path):
    path = save(tmp_path / "bomb.npy", {})
    call = b"\x80\x03cnumpy\nndarray\nJ\xff\xff\xff\x7f\x85\x85R."
    path.write_bytes(path.read_bytes()[:128] + call)
    with pytest.raises(BadActivity, match=r"wanted a complete pickle of numpy"):
        read(path)
