"""The activity of a network around the onset of the stimulus of its decision."""

import numpy as np
import pytest
import torch
from support.deciding import AREAS, NOISE, deciding_network

from rnncompare import activity
from rnncompare.plugins import BadOption
from rnncompare.training.simulate import as_activity
from rnncompare.training.simulate_decisions import CHUNK
from rnncompare.training.trial_windows import bins

MORE = {
    "forward": {"to_excitatory": 0.5, "to_inhibitory": 0.0}, "backward": {"to_excitatory": 0.2, "to_inhibitory": 0.0}
}  # fmt: skip


def network(**changes):
    return deciding_network(**{"connectivity": AREAS | MORE, "noise": None} | changes)


def simulated(task, net=None, smooth=0.0, window=(-0.2, 0.6), bin=0.05, seed=0):
    return as_activity(net or network(), task, smooth=smooth, window=window, bin=bin, seed=seed)


class Decides(torch.nn.Module):
    """Chooses left one step after a checkerboard with more red, right after one with more green; reads the inputs."""

    labels = {}  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, u, generator=None):
        late = torch.cat([torch.zeros_like(u[:, :1]), u[:, :-1]], dim=1)
        return u, late[..., 2:].clamp(min=0)


def test_trials_are_those_of_the_test_set_with_times_relative_to_their_onsets(decisions):
    data, test = simulated(decisions), decisions.isel(trial=(decisions["set"] == "test").values)
    assert data.sizes["trial"] == 8 * 6 and data.condition.values.tolist() == test.condition.values.tolist()
    np.testing.assert_allclose(data.time, np.arange(-4, 13) * 0.05, atol=1e-9)
    rates, outputs = (a.detach().numpy() for a in network()(torch.as_tensor(test.inputs.values)))
    for trial in range(0, 48, 7):
        start = round(test.onset.values[trial] / 0.05) - 4
        np.testing.assert_allclose(data.rate.values[trial], rates[trial, start : start + 17], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(
            data.behavior.values[trial], outputs[trial, start : start + 17], rtol=1e-5, atol=1e-6
        )


def test_units_have_areas_and_cell_types_and_trials_have_contexts_and_coherences(decisions):
    data = simulated(decisions)
    assert data.area.values.tolist() == ["1"] * 10 + ["2"] * 10 and set(data.cell.values) == {
        "excitatory",
        "inhibitory",
    }
    assert set(data.context.values) == {"red_left", "green_left"}
    assert set(np.round(data.coherence.values, 3)) == {-0.902, -0.2, 0.2, 0.902}


def test_choice_colour_rt_and_correct_are_those_of_the_network(decisions):
    data = simulated(decisions, Decides())
    strong = np.abs(data.coherence.values) > 0.6
    assert (data.choice.values[~strong] == "undecided").all() and np.isnan(data.rt.values[~strong]).all()
    assert (data.correct.values[~strong] == 0).all()
    red = data.coherence.values > 0
    assert (data.choice.values[strong] == np.where(red, "left", "right")[strong]).all()
    np.testing.assert_allclose(data.rt.values[strong], 0.05)
    expected = (data.context.values == "red_left")[strong]  # the chosen colour is that of the chosen target
    assert np.array_equal(data.correct.values[strong] == 1, expected)
    assert np.array_equal((data.colour.values == "red")[strong], (red == (data.context.values == "red_left"))[strong])


def test_bins_are_means_of_steps_with_half_weight_for_steps_on_the_edges(decisions):
    fine, coarse = simulated(decisions), simulated(decisions, bin=0.1, window=(-0.1, 0.5))
    np.testing.assert_allclose(coarse.time, np.arange(-1, 6) * 0.1, atol=1e-9)
    for k, centre in enumerate(np.round(np.arange(-1, 6) * 0.1, 9)):
        near = [fine.rate.sel(time=round(centre + d, 9), method="nearest").values for d in (-0.05, 0, 0.05)]
        np.testing.assert_allclose(
            coarse.rate.values[:, k], (near[0] + 2 * near[1] + near[2]) / 4, rtol=1e-4, atol=1e-6
        )


def test_an_odd_number_of_steps_in_a_bin_has_equal_weights():
    centres, offsets, weights = bins((-0.05, 0.1), 0.05, 0.01)
    np.testing.assert_allclose(centres, [-0.05, 0.0, 0.05, 0.1])
    assert offsets[0] == -7 and offsets[-1] == 12 and weights.shape == (4, 20)
    np.testing.assert_allclose(weights[1], [0] * 5 + [0.2] * 5 + [0] * 10)


def test_the_noise_of_a_simulation_depends_only_on_the_seed(decisions):
    noisy = network(noise=NOISE)
    a, again, other = (simulated(decisions, noisy, seed=seed) for seed in (0, 0, 1))
    assert a.identical(again) and not np.allclose(a.rate, other.rate)


def test_trials_of_several_chunks_keep_their_order(make_decisions):
    task = make_decisions(test_trials=CHUNK // 8 + 2)
    data, test = simulated(task), task.isel(trial=(task["set"] == "test").values)
    assert data.sizes["trial"] > CHUNK and data.condition.values.tolist() == test.condition.values.tolist()
    last = network()(torch.as_tensor(test.inputs.values[-1:]))[0].detach().numpy()[0]
    start = round(test.onset.values[-1] / 0.05) - 4
    np.testing.assert_allclose(data.rate.values[-1], last[start : start + 17], rtol=1e-5, atol=1e-6)


def test_only_rates_are_smoothed(decisions):
    rough, smooth = (simulated(decisions, smooth=s) for s in (0.0, 0.05))
    assert np.diff(smooth.rate, axis=1).std() < 0.9 * np.diff(rough.rate, axis=1).std()
    np.testing.assert_array_equal(rough.behavior, smooth.behavior)


def test_a_simulated_activity_can_be_written_and_read(decisions, tmp_path):
    data = simulated(decisions)
    activity.write(data, tmp_path / "a.nc")
    assert activity.read(tmp_path / "a.nc").rate.shape == data.rate.shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"window": None}, "found no window for a task with a test set"),
        ({"window": (-0.9, 0.6)}, "wanted a window within the trials"),
        ({"window": (-0.2, 1.2)}, "wanted a window within the trials"),
        ({"window": (-0.22, 0.6)}, "wanted increasing multiples of the bin"),
        ({"window": (0.6, -0.2)}, "wanted increasing multiples of the bin"),
        ({"bin": 0.01}, "and a bin of at least one step"),
    ],
)
def test_impossible_windows_and_bins_are_refused_with_a_reason(decisions, change, message):
    with pytest.raises(BadOption) as error:
        simulated(decisions, **change)
    assert message in str(error.value)
