"""Hidden states of networks trained elsewhere: one activity whatever the file, and nothing of a file that is run."""

import io
import pickle
import zipfile

import numpy as np
import pytest
import scipy.io
import torch
import xarray as xr
from conftest import make_activity
from scipy.ndimage import gaussian_filter1d

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.imported.hidden_states import hidden_states, training_curve
from rnncompare.plugins import BadOption
from rnncompare.training.checkpoint import BadCheckpoint

NAMES = ["0", "45", "135", "left"]
CLOCK = {"start": -0.5, "step": 0.01}


def arrays(seed=0, units=5, times=60) -> dict:
    rng = np.random.default_rng(seed)
    return {
        "rate": rng.standard_normal((len(NAMES), times, units)),
        "time": CLOCK["start"] + CLOCK["step"] * np.arange(times),
        "condition": np.array(NAMES),
        "outputs": rng.standard_normal((len(NAMES), times, 2)),
        "output": np.array(["x", "y"]),
        "angle": np.array([0.0, 45.0, 135.0, 180.0]),
        "choice": np.array(["a", "b", "b", "a"]),
        "area": np.array(["PMd"] * 2 + ["M1"] * (units - 2)),
    }


def of_torch(values: dict) -> dict:
    return {n: v.tolist() if v.dtype.kind == "U" else torch.as_tensor(v.copy()) for n, v in values.items()}


def save(path, values=None, **changes):
    """Arrays in the form that a file's ending stands for; None takes one away."""
    values = {n: v for n, v in ((arrays() if values is None else values) | changes).items() if v is not None}
    if path.suffix == ".npz":
        np.savez(path, **values)
    elif path.suffix in (".pt", ".pth"):
        torch.save(of_torch(values), path)
    elif path.suffix == ".mat":
        cells = {n: np.array(v.tolist(), dtype=object) if v.dtype.kind == "U" else v for n, v in values.items()}
        scipy.io.savemat(path, cells)
    elif path.suffix == ".nc":
        dims = {"rate": ("condition", "time", "unit"), "outputs": ("condition", "time", "output"), "area": ("unit",)}
        dims |= {n: ("condition",) for n in ("angle", "choice")} | {n: (n,) for n in ("time", "condition", "output")}
        xr.Dataset({n: (dims[n], v) for n, v in values.items()}).to_netcdf(path, engine="h5netcdf")
    else:
        np.save(path, values["rate"])
    return path


def read(path, **options):
    return hidden_states(path, **({"smooth": 0} | options))


def seeds(folder):
    """Where the fuzzer begins."""
    small = {n: v for n, v in arrays(units=3, times=8).items() if n != "area"}
    for name in ("a.npz", "a.pth", "a.mat", "a.nc", "a.npy"):
        options = {"time": CLOCK, "conditions": NAMES} if name == "a.npy" else {"per_trial": ["angle"]}
        yield save(folder / name, small), lambda path, options=options: read(path, **options)
    make_activity(0, units=3, trials=2).to_netcdf(folder / "b.nc", engine="h5netcdf")
    yield folder / "b.nc", read


FORMS = ("a.npz", "a.pt", "a.pth", "a.mat", "a.nc")


@pytest.mark.parametrize("name", FORMS)
def test_the_same_arrays_are_the_same_activity_in_every_form(name, tmp_path):
    options = {"per_trial": ["angle", "choice"], "per_unit": ["area"]}
    found = read(save(tmp_path / name), **options)
    values = arrays()
    expected = activity.build(
        values["rate"],
        time=values["time"],
        unit=[f"unit_{k}" for k in range(5)],
        condition=NAMES,
        behavior=values["outputs"],
        channel=["x", "y"],
        per_trial={"angle": values["angle"], "choice": values["choice"]},
        per_unit={"area": values["area"]},
        source="network",
        rate_units="a.u.",
        simultaneous=1,
        notes="rates not smoothed",
    )
    xr.testing.assert_identical(found, expected)


def test_an_array_alone_is_the_same_activity_with_time_and_conditions_of_the_config(tmp_path):
    alone = {"outputs": None, "output": None}
    whole = read(save(tmp_path / "a.npz", **alone))
    bare = {n: None for n in arrays() if n != "rate"}
    for path in (save(tmp_path / "b.npy"), save(tmp_path / "b.npz", **bare), save(tmp_path / "b.pt", **bare)):
        xr.testing.assert_identical(read(path, time=CLOCK, conditions=NAMES), whole)
    fortran = tmp_path / "c.npy"
    np.save(fortran, np.asfortranarray(arrays()["rate"]))
    xr.testing.assert_identical(read(fortran, time=CLOCK, conditions=NAMES), whole)


@pytest.mark.parametrize("name", ["a.npz", "a.pt", "a.mat", "a.nc"])
def test_conditions_that_are_numbers_become_their_labels(name, tmp_path):
    found = read(save(tmp_path / name, condition=np.array([0.0, 45.0, 135.0, 22.5])))
    assert found.condition.values.tolist() == ["0", "45", "135", "22.5"]
    assert read(save(tmp_path / "b.npy"), time=CLOCK, conditions=[0, 45, 135, 22.5]).condition.equals(found.condition)


def test_an_activity_of_ours_works_as_it_is_and_is_a_networks_then(made_up, tmp_path):
    data = made_up(0, trials=2)
    activity.write(data, tmp_path / "sealed.nc")
    data.to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    for name in ("sealed.nc", "other.nc"):
        found = read(tmp_path / name)
        assert found.rate.equals(data.rate) and found.angle.equals(data.angle) and activity.is_network(found)
    with pytest.raises(BadOption, match=r"sealed\.nc: found an activity, which has time, and time in the config"):
        read(tmp_path / "sealed.nc", time=CLOCK)


def test_dimensions_of_a_netcdf_file_count_by_their_names(tmp_path):
    values = arrays()
    turned = xr.Dataset({"rate": (("unit", "time", "trial"), values["rate"].T)})
    turned = turned.assign(time=("time", values["time"]), condition=("trial", values["condition"]))
    turned.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    assert (read(tmp_path / "a.nc").rate.values == values["rate"]).all()


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.int32])
def test_tensors_of_every_precision_are_read(kind, tmp_path):
    rate = torch.as_tensor(10 * arrays()["rate"]).to(kind)
    values = of_torch(arrays()) | {"rate": rate.requires_grad_(kind.is_floating_point)}
    torch.save(values, tmp_path / "a.pt")
    assert (read(tmp_path / "a.pt").rate.values == rate.detach().double().numpy()).all()


def test_rates_are_smoothed_once_and_only_if_the_options_say_so(tmp_path):
    path = save(tmp_path / "a.npz")
    plain, smooth = read(path), read(path, smooth=0.03)
    assert (plain.rate.values == arrays()["rate"]).all() and plain.attrs["notes"] == "rates not smoothed"
    wanted = gaussian_filter1d(arrays()["rate"], 3, axis=1, mode="nearest")
    np.testing.assert_allclose(smooth.rate.values, wanted, rtol=0, atol=1e-9)
    assert smooth.attrs["notes"] == "rates smoothed by a Gaussian of SD 0.03 s"
    assert (smooth.behavior.values == arrays()["outputs"]).all()


WRONG = {
    "no rate": (
        {"rate": None},
        BadActivity,
        r"found arrays 'time', .*wanted an array 'rate' \(condition or trial, tim",
    ),
    "no time": ({"time": None}, BadOption, r"found time neither in the file \(arrays 'rate'.*nor in the config"),
    "no condition": ({"condition": None}, BadOption, "found conditions neither in the file"),
    "time first": (
        {"rate": arrays()["rate"].transpose(1, 0, 2)},
        BadActivity,
        r"rate: found shape \(60, 4, 5\), 4 conditions and 60 times, wanted \(4, 60, units\).*transpose\(1, 0, 2\)",
    ),
    "two dimensions": ({"rate": arrays()["rate"][0]}, BadActivity, r"rate: found float64 of shape \(60, 5\), wanted"),
    "words": ({"rate": np.full((4, 60, 5), "a")}, BadActivity, r"rate: found "),
    "nan": ({"rate": np.where(arrays()["rate"] > 2, np.nan, 0.1)}, BadActivity, r"found \d+ of 1200 values NaN or inf"),
    "outputs of other times": (
        {"outputs": np.zeros((4, 59, 2))},
        BadActivity,
        r"outputs: found shape \(4, 59, 2\), wan",
    ),
    "infinite outputs": ({"outputs": np.full((4, 60, 2), np.inf)}, BadActivity, "outputs: found 480 of 480 values NaN"),
    "names of outputs": ({"output": np.array(["x"])}, BadActivity, "output: found 1 values, wanted 2"),
    "uneven times": (
        {"time": np.arange(60.0) ** 2},
        BadActivity,
        "time: found .*wanted evenly spaced, increasing times",
    ),
    "falling times": ({"time": -np.arange(60.0)}, BadActivity, "time: found .*wanted evenly spaced, increasing times"),
    "a lost name": ({"condition": np.array(["0", "", "135", "left"])}, BadActivity, "found 1 of 4 without a name"),
    "fewer names": ({"condition": np.array(NAMES[:3])}, BadActivity, "3 conditions and 60 times, wanted"),
    "outputs of one name": ({"output": np.array(["x", "x"])}, BadActivity, "found 1 repeated channel names"),
    "angles": ({"angle": np.zeros(3)}, BadActivity, "angle: found 3 values, wanted 4"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", ["a.npz", "a.pt"])
def test_arrays_that_cannot_be_meant_are_refused_in_words_that_name_the_file(wrong, name, tmp_path):
    changes, error, message = WRONG[wrong]
    if wrong == "words" and name == "a.pt":
        pytest.skip("torch has no tensors of words")
    with pytest.raises(error, match=rf"{name}.*{message}"):
        read(save(tmp_path / name, **changes), per_trial=["angle"])


def test_what_the_config_asks_for_is_there_once(tmp_path):
    path = save(tmp_path / "a.npz")
    for options, message in (
        ({"time": CLOCK}, "found time in the file and in the config, wanted it in only one of them"),
        ({"conditions": NAMES}, "found conditions in the file and in the config, wanted them in only one of"),
        ({"per_trial": ["coherence"]}, "wanted an array 'coherence' of 4 values too"),
        ({"per_trial": ["time"]}, "found 'time' among per_trial and per_unit"),
    ):
        with pytest.raises(BadOption if "found '" in message or "config" in message else BadActivity, match=message):
            read(path, **options)


class Runs:
    def __reduce__(self):
        import os

        return os.mkdir, ("this-must-not-exist",)


def test_no_pickle_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    box = np.empty(1, dtype=object)
    box[0] = Runs()
    np.savez("a.npz", **(arrays() | {"rate": box}))
    np.save("a.npy", box, allow_pickle=True)
    torch.save(of_torch(arrays()) | {"rate": Runs()}, "a.pt")
    torch.save(torch.nn.GRU(2, 3), "b.pt")
    (tmp_path / "c.pt").write_bytes(pickle.dumps(Runs()))
    for name, error, message in (
        ("a.npz", BadActivity, "a pickle and is not loaded"),
        ("a.npy", BadActivity, "a pickle and is not loaded"),
        ("a.pt", BadCheckpoint, "found no readable file of tensors"),
        ("b.pt", BadCheckpoint, "found no readable file of tensors"),
        ("c.pt", BadCheckpoint, "found no readable file of tensors"),
    ):
        with pytest.raises(error, match=message):
            read(tmp_path / name, **({"time": CLOCK, "conditions": NAMES} if name == "a.npy" else {}))
    assert not (tmp_path / "this-must-not-exist").exists()


def test_weights_are_no_hidden_states_and_the_error_says_so(tmp_path):
    torch.save(torch.nn.GRU(2, 3).state_dict(), tmp_path / "a.pt")
    with pytest.raises(BadActivity, match=r"a\.pt: found arrays 'weight_ih_l0'.*wanted an array 'rate'"):
        read(tmp_path / "a.pt")
    torch.save(torch.zeros(3, 4, 5), tmp_path / "b.pt")
    with pytest.raises(BadActivity, match=r"b\.pt: found Tensor, wanted a dictionary of tensors by their names"):
        read(tmp_path / "b.pt")


def test_a_file_that_claims_more_than_it_can_hold_is_refused(tmp_path):
    huge = torch.zeros(1).expand(1 << 10, 1 << 10, 1 << 10)
    torch.save(of_torch(arrays()) | {"rate": huge}, tmp_path / "a.pt")
    with pytest.raises(BadActivity, match=r"rate: found shape \(1024, 1024, 1024\) in a file of \d+ bytes, wanted"):
        read(tmp_path / "a.pt")
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": (1 << 40,)})
    (tmp_path / "a.npy").write_bytes(buffer.getvalue())
    with pytest.raises(BadActivity, match=r"a\.npy: found no readable npy file \(an array of shape"):
        read(tmp_path / "a.npy", time=CLOCK, conditions=NAMES)
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rate.npy", buffer.getvalue() + bytes(10**9))
    with pytest.raises(BadActivity, match=r"a\.npz: found no readable npz file"):
        read(tmp_path / "a.npz")


def test_a_training_curve_is_read_where_there_is_one(tmp_path):
    assert training_curve(save(tmp_path / "a.npz")) == []
    pairs, alone = np.array([[0, 1.0], [50, 0.25]]), np.array([1.0, 0.5])
    assert training_curve(save(tmp_path / "b.npz", history=pairs)) == [
        {"step": 0, "error": 1.0},
        {"step": 50, "error": 0.25},
    ]
    for name in ("c.npz", "c.pt", "c.mat"):
        rows = training_curve(save(tmp_path / name, history=alone))
        assert rows == [{"step": 1, "error": 1.0}, {"step": 2, "error": 0.5}]
    with pytest.raises(BadActivity, match=r"d\.npz: history: found errors that are not finite or updates"):
        training_curve(save(tmp_path / "d.npz", history=np.array([[1, np.nan], [2, 0.1]])))
