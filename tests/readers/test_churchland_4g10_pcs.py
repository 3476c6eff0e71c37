"""The reader of principal components of 108 reaches."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.churchland_4g10_pcs import churchland_4g10_pcs

OPTIONS = {"bin": 0.01, "window": [-0.15, 0.3]}


def read(path, **options):
    return churchland_4g10_pcs({path.name: path}, **(OPTIONS | options))


def fields() -> dict:
    return {"Z": np.random.default_rng(0).random((12, 108, 46)), "times": np.arange(-150, 301, 10)}


def save(path, things):
    np.savez_compressed(path, **things)
    return path


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save(folder / "a.npz", fields()), read


def test_the_real_components_have_no_cross_condition_mean_and_decreasing_variance(real_recording):
    data = read(real_recording("churchland_4g10_pcs") / "Exercise_2C.npz")
    assert dict(data.sizes) == {"trial": 108, "time": 46, "unit": 12}
    assert abs(data.rate.mean("trial")).max() < 1e-10
    variance = data.rate.var(("trial", "time")).values
    assert (np.diff(variance) < 0).all()


def test_values_and_times_are_those_of_the_file(tmp_path):
    made = fields()
    data = read(save(tmp_path / "a.npz", made), window=[0, 0.1])
    assert np.array_equal(data.rate.values, made["Z"].transpose(1, 2, 0)[:, 15:26])
    assert np.allclose(data.time, np.arange(11) / 100)


def test_no_condition_has_the_name_of_a_direction_of_another_recording(tmp_path):
    names = read(save(tmp_path / "a.npz", fields())).condition.values.tolist()
    assert len(set(names)) == 108
    assert not set(names) & {str(45 * k) for k in range(8)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("Z"), "found fields times, wanted Z too"),
        (
            lambda f: f.update(Z=f["Z"][:, :5]),
            r"Z: found shape \(12, 5, 46\) .*wanted numbers of shape \(12, 108, 46\)",
        ),
        (
            lambda f: f.update(Z=np.full((12, 108, 46), None)),
            "found no readable npz file .*an array of objects, which is stored as a pickle",
        ),
        (lambda f: f["Z"].__setitem__((0, 0, slice(2)), np.nan), "found 2 of 59616 values of rate NaN"),
    ],
)
def test_an_invalid_file_is_refused(tmp_path, change, message):
    made = fields()
    change(made)
    with pytest.raises(BadActivity, match=message):
        read(save(tmp_path / "a.npz", made))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path, share):
    path = save(tmp_path / "cut.npz", fields())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(BadActivity, match=r"cut.npz: found no readable npz file"):
        read(path)


def test_a_corrupt_file_is_refused(tmp_path):
    path = save(tmp_path / "bad.npz", fields())
    raw = bytearray(path.read_bytes())
    raw[2000:2100] = bytes(100)
    path.write_bytes(raw)
    with pytest.raises(BadActivity, match=r"bad.npz: found no readable npz file"):
        read(path)


def test_another_bin_or_window_is_refused(tmp_path):
    path = save(tmp_path / "a.npz", fields())
    with pytest.raises(BadOption, match=r"found bin 0.02 s, wanted 0.01"):
        read(path, bin=0.02)
    with pytest.raises(BadOption, match=r"found times from -0.15 to 0.3 s"):
        read(path, window=[-0.2, 0.3])
