"""The activity of a network in a task."""

import numpy as np
import pytest
import torch
import xarray as xr
from support.deciding import small_network

from rnncompare.training.simulate import as_activity, simulate


def network():
    return small_network(inputs=2, units=10)


@pytest.fixture
def task():
    rng, time = np.random.default_rng(0), np.arange(-60, 20) * 0.01
    return xr.Dataset(
        {"inputs": (("trial", "time", "input"), rng.standard_normal((6, 80, 2)))},
        coords={
            "time": time,
            "recorded": ("time", time > -0.305),
            "condition": ("trial", list("aabbcc")),
            "delay": ("trial", [0.3, 0.5] * 3),
            "angle": ("trial", [0.0, 0, 90, 90, 180, 180]),
            "choice": ("trial", list("xxyyzz")),
            "input": ["p", "q"],
            "output": ["right", "up"],
        },
        attrs={"reference_delay": 0.5, "output_units": "m/s"},
    )


def test_an_activity_has_only_the_reference_delay_and_the_recorded_times(task):
    data = as_activity(network(), task, smooth=0.0, window=None, bin=None, seed=0)
    rates, outputs = simulate(network(), task.inputs.values[1::2])
    assert data.condition.values.tolist() == ["a", "b", "c"] and data.time.values[0] == pytest.approx(-0.3)
    np.testing.assert_array_equal(data.rate.values, rates[:, 30:].astype(float))
    np.testing.assert_array_equal(data.behavior.values, outputs[:, 30:].astype(float))
    assert data.channel.values.tolist() == ["right", "up"] and data.attrs["behavior_units"] == "m/s"


def test_the_angle_of_a_condition_is_copied_from_the_task_and_the_choice_is_not(task):
    data = as_activity(network(), task, smooth=0.0, window=None, bin=None, seed=0)
    assert "choice" not in data.coords and data.angle.values.tolist() == [0, 90, 180]


def test_rates_are_smoothed_before_the_times_are_cut_and_outputs_are_not_smoothed(task):
    rough, smooth = (as_activity(network(), task, smooth=s, window=None, bin=None, seed=0) for s in (0.0, 0.02))
    assert np.diff(smooth.rate, axis=1).std() < 0.5 * np.diff(rough.rate, axis=1).std()
    np.testing.assert_array_equal(rough.behavior.values, smooth.behavior.values)
    kernel = np.exp(-0.5 * (np.arange(-8, 9) / 2) ** 2)
    every = simulate(network(), task.inputs.values[1::2])[0].astype(float)
    np.testing.assert_allclose(
        smooth.rate.values[:, 0], np.tensordot(kernel / kernel.sum(), every[:, 22:39], (0, 1)), rtol=1e-12
    )


def test_a_simulation_returns_arrays_without_gradients():
    rates, outputs = simulate(network(), np.zeros((1, 4, 2)))
    assert isinstance(rates, np.ndarray) and rates.shape == (1, 4, 10) and outputs.shape == (1, 4, 2)
    assert not torch.as_tensor(rates).requires_grad
