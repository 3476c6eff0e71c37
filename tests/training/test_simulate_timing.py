"""Simulation of a task of timing: the produced times of a network are those of its outputs, and none is dropped."""

import numpy as np
import pytest
from support.deciding import small_timing, timing_network
from training.test_train_context import OPTIONS

from rnncompare.plugins import BadOption
from rnncompare.training.options import Training
from rnncompare.training.simulate import as_activity, simulate
from rnncompare.training.train import train

WINDOW = {"smooth": 0.0, "window": (-0.3, 0.9), "bin": None, "seed": 0}


def first_at_one(task, outputs):
    """The produced time of each test trial, step by step."""
    found = []
    for trial in np.flatnonzero(task["set"].values == "test"):
        begin, end = (round(float(task[name][trial]) / 0.05) for name in ("onset", "offset"))
        above = [k for k in range(begin, end) if outputs[trial, k, 0] >= 1]
        found.append((above[0] - begin) * 0.05 if above else np.nan)
    return np.array(found)


@pytest.fixture(scope="module")
def task():
    return small_timing()


@pytest.fixture(scope="module")
def learnt(task):
    network = timing_network()
    options = Training(**OPTIONS | {"validation": 1, "steps": 150, "learning_rate": 5e-3})
    return network, train(network, task, options, seed=0, progress=None)


def test_produced_times_are_those_of_the_outputs_and_undefined_ones_are_kept(task, learnt):
    for network in (learnt[0], timing_network(seed=3)):
        data = as_activity(network, task, **WINDOW)
        wanted = first_at_one(task, simulate(network, task.inputs.values)[1])
        np.testing.assert_allclose(data.produced.values, wanted, atol=1e-6)
        assert data.sizes["trial"] == 12 and "choice" not in data.coords
        np.testing.assert_array_equal(data.interval.values, task.interval.values[task["set"].values == "test"])
    silent = timing_network()
    silent.output_weights.data.zero_()
    assert np.isnan(as_activity(silent, task, **WINDOW).produced.values).all()


def test_a_network_learns_to_produce_intervals_after_delays_without_training(task, learnt):
    network, history = learnt
    data = as_activity(network, task, **WINDOW)
    assert history["final_error"] < 0.05 < history["error"][0] and np.isnan(history["final_correct"])
    assert np.abs(data.produced.values - data.interval.values).max() <= 0.1  # two steps


def test_a_share_of_correct_decisions_is_refused_for_a_task_of_timing(task):
    options = Training(**OPTIONS | {"validation": 1, "stop_correct": 0.9})
    with pytest.raises(BadOption, match="wanted null for a task without decisions"):
        train(timing_network(), task, options, seed=0, progress=None)
