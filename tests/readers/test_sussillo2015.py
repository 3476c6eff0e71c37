"""The data and networks of Sussillo et al. 2015 from a course, on generated files of the same structure."""

from functools import partial

import numpy as np
import pytest
import scipy.io
import torch

from rnncompare import activity, steps
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.sussillo2015_m1 import sussillo2015_m1
from rnncompare.readers.sussillo2015_task import sussillo2015_task
from rnncompare.tasks.sussillo2015 import sussillo2015

TIMES = np.arange(-1800, 701, 10.0)  # ms
READING = {"bin": 0.01, "minimum_rate": 0, "window": [-1.0, 0.5]}
OUTPUTS = {"outputs": ["muscle_4", "muscle_5"], "reference_delay": 4.0}


def struct(shape, fields):
    made = np.empty(shape, dtype=[(name, object) for name in fields])
    for name, values in fields.items():
        for k, value in enumerate(values):
            made[name].flat[k] = value
    return made


def units(change=None):
    """Three units; the rate of unit u in condition c at sample t is u + c / 100 + t / 1e5."""
    each = []
    for u in range(3):
        rates = [(u + c / 100 + np.arange(len(TIMES)) / 1e5)[:, None] for c in range(27)]
        times = {"times": [(TIMES + 2000)[None].astype(np.uint16)], "moveStarts": [np.array([[2000]], dtype=np.uint16)]}
        each.append({"interpTimes": struct((1, 1), times), "cond": struct((1, 27), {"interpPSTH": rates})})
    if change:
        change(each)
    return {"comboNjs": struct((1, 3), {name: [one[name] for one in each] for name in each[0]})}


def conditions(change=None):
    """27 x 8 structures; plan is the number of the condition before go, muscle k the sum of k, condition and delay."""
    rng = np.random.default_rng(0)
    grid = {name: np.empty((27, 8), dtype=object) for name in ("plan", "goEnvelope", "muscle", "timesREmove")}
    for c in range(27):
        for d in range(8):
            grid["plan"][c, d] = np.tile(rng.standard_normal(15), (296, 1)) * (np.arange(296) < 200 + d)[:, None]
            grid["goEnvelope"][c, d] = np.exp(-(((np.arange(296) - 200 - d) / 5.0) ** 2))[:, None]
            grid["muscle"][c, d] = np.arange(7.0) + c + d / 10 + np.zeros((296, 1))
            grid["timesREmove"][c, d] = np.arange(-2260, 700, 10.0)[None]
    if change:
        change(grid)
    return {"condsForSim": struct((27, 8), {name: values.ravel() for name, values in grid.items()})}


def save(path, things):
    scipy.io.savemat(path, things)
    return path


def read_m1(path, **options):
    return sussillo2015_m1({path.name: path}, **(READING | options))


def read_task(path, samples=(46, 296)):
    return sussillo2015_task({path.name: path}, samples=list(samples))


def recording(tmp_path, change=None, **options):
    return read_m1(save(tmp_path / "m1.mat", units(change)), **options)


def given(tmp_path, change=None, samples=(46, 296)):
    return read_task(save(tmp_path / "conds.mat", conditions(change)), samples)


def seeds(folder):
    """The initial files of the fuzzer, with a few samples of each structure."""

    def few(grid):
        for values in grid.values():
            for at, value in np.ndenumerate(values):
                values[at] = value[:, :10] if len(value) == 1 else value[:10]

    yield save(folder / "m1.mat", units()), partial(read_m1, minimum_rate=0.1)
    yield save(folder / "conds.mat", conditions(few)), partial(read_task, samples=(2, 8))


def test_rates_are_those_of_the_file_from_movement_onset(tmp_path):
    data = recording(tmp_path)
    assert dict(data.sizes) == {"trial": 27, "time": 151, "unit": 3}
    assert activity.conditions(data) == [str(k + 1) for k in range(27)]
    expected = np.arange(3) + 0.26 + 180 / 1e5  # the last condition at 0 s, the 180th sample
    assert np.allclose(data.rate.sel(time=0).isel(trial=26), expected)


def test_inputs_and_muscles_are_a_trial_for_each_condition_and_delay(tmp_path):
    data = given(tmp_path)
    assert dict(data.sizes) == {"trial": 216, "time": 250, "unit": 0, "channel": 23}
    assert data.time.values[[0, -1]] == pytest.approx([-1.8, 0.69])
    third = data.isel(trial=data.condition.values.tolist().index("3_2"))
    assert third.reach.item() == "3" and third.delay.item() == 2
    assert np.allclose(third.behavior.sel(channel="muscle_5"), 4 + 2 + 0.1)


def test_the_task_has_the_inputs_of_the_course(tmp_path):
    """The normalisation of the course, on tensors (condition, delay, time, channel)."""
    made = conditions()["condsForSim"]
    cut = {
        n: torch.tensor(np.array([[made[n][c, d][46:296] for d in range(8)] for c in range(27)]))
        for n in ("plan", "goEnvelope")
    }

    def normalised(x):
        x = (x - x.min()) / (x.max() - x.min())
        return (x - x.mean()) / x.std()

    expected = normalised(torch.cat([normalised(cut["plan"]), cut["goEnvelope"]], dim=3)).numpy()
    task = sussillo2015(recording(tmp_path), activity.condition_average(given(tmp_path)), **OUTPUTS)
    assert task.sizes["input"] == 16 and task.output.values.tolist() == ["muscle_4", "muscle_5"]
    for trial in range(0, 216, 25):
        c, d = int(task.condition.values[trial]) - 1, int(task.delay.values[trial]) - 1
        assert np.allclose(task.inputs.values[trial], expected[c, d], atol=1e-9)
        assert np.allclose(task.targets.values[trial], np.array([3, 4]) + c + d / 10)
    assert task.time.values[task.recorded.values][[0, -1]] == pytest.approx([-1.0, 0.5])


def test_published_networks_are_simulated_without_training(tmp_path):
    """The steps of a study whose model has `weights` and `training: null`, from files to the activity of networks."""
    activity.write(recording(tmp_path), tmp_path / "recording.nc")
    activity.write(given(tmp_path), tmp_path / "muscles.nc")
    entry = {"use": "sussillo2015"} | OUTPUTS
    steps.task(tmp_path / "task.nc", entry, tmp_path / "recording.nc", tmp_path / "muscles.nc")
    generator = torch.Generator().manual_seed(0)
    shapes = {"J": (9, 9), "B": (9, 16), "bx": (9,), "output_linear.weight": (2, 9), "output_linear.bias": (2,)}
    torch.save({n: torch.randn(s, generator=generator) for n, s in shapes.items()}, tmp_path / "net.pth")
    network = {
        "use": "leaky", "units": 9, "tau": 0.05, "g": 1.5, "h": 1.0, "nonlinearity": "rectified_tanh",
        "connectivity": None, "noise": None,
    }  # fmt: skip
    options = {"network": network, "training": None, "weights": str(tmp_path / "net.pth")}
    steps.initialise(tmp_path / "task.nc", [tmp_path / "0.pt"], [0], options, "published")
    (tmp_path / "net.pth").unlink()  # the checkpoint contains the weights
    steps.simulate([tmp_path / "0.pt"], tmp_path / "task.nc", [tmp_path / "0.nc"], 0.0)
    network, monkey = activity.read(tmp_path / "0.nc"), activity.read(tmp_path / "recording.nc")
    assert activity.unmatched(network, monkey) == ""
    x, y = activity.match(network, monkey)
    assert x.sizes["trial"] == 27 and x.sizes["time"] == y.sizes["time"] == 151
    assert network.rate.values.std() > 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e[1].update(cond=e[1]["cond"][:, :5]), r"comboNjs\(2\): cond: found 5 conditions, wanted 27"),
        (
            lambda e: e[2]["interpTimes"]["times"][0, 0].__setitem__((0, 0), 1),
            r"comboNjs\(3\): interpTimes: found times that differ",
        ),
        (
            lambda e: e[0]["cond"]["interpPSTH"].__setitem__((0, 3), np.ones((5, 1))),
            r"interpPSTH: found \[5, 251\] values",
        ),
    ],
)
def test_an_invalid_recording_is_refused(tmp_path, change, message):
    with pytest.raises(BadActivity, match=message):
        recording(tmp_path, change)
    with pytest.raises(BadOption, match=r"found bin 0.02 s, wanted 0.01, the time step of the file"):
        recording(tmp_path, bin=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda g: g["plan"].__setitem__((2, 3), np.ones((5, 15))),
            r"plan: found float64 of shape \(5, 15\), wanted numbers",
        ),
        (lambda g: g["muscle"].__setitem__((2, 3), np.ones((296, 3))), r"found \[19, 23\] columns in plan"),
        (
            lambda g: g["timesREmove"].__setitem__((1, 1), np.ones((1, 296))),
            "timesREmove: found structures with times that differ",
        ),
        (lambda g: g["goEnvelope"].__setitem__((0, 0), np.ones((296, 2))), "goEnvelope: found 2 columns, wanted 1"),
    ],
)
def test_invalid_inputs_are_refused(tmp_path, change, message):
    with pytest.raises(BadActivity, match=message):
        given(tmp_path, change)


def test_samples_beyond_the_file_and_the_task_of_another_recording_are_refused(tmp_path, made_up):
    with pytest.raises(BadOption, match=r"found samples \[46, 297\], wanted \[first, end\] within the file's 296"):
        given(tmp_path, samples=(46, 297))
    muscles = given(tmp_path)
    with pytest.raises(BadActivity, match=r"sussillo2015: found none of the recording's conditions"):
        sussillo2015(made_up(0), muscles, **OUTPUTS)
    with pytest.raises(
        BadActivity, match=r"sussillo2015: found muscles with channels none, wanted those of the reader"
    ):
        sussillo2015(made_up(0), None, **OUTPUTS)
    with pytest.raises(BadOption, match=r"found reference_delay 9.0, wanted one of \[1.0, "):
        sussillo2015(recording(tmp_path), muscles, **(OUTPUTS | {"reference_delay": 9.0}))
    with pytest.raises(BadActivity, match=r"wanted .* plan_1, go, muscle_9"):
        sussillo2015(recording(tmp_path), muscles, **(OUTPUTS | {"outputs": ["muscle_9"]}))
