"""Training on decisions: a network of areas with noise, stopped by its share of correct trials."""

import numpy as np
import pytest
import torch
from support.deciding import AREAS, deciding_network

from rnncompare.training.options import Training
from rnncompare.training.train import train

OPTIONS = {
    "weights": 0.0, "rates": 0.0, "dynamics": 0.0, "mean_weights": 1.0, "vanishing": 2.0, "delays": None,
    "rule": "backpropagation",
    "optimiser": "adam", "learning_rate": 5e-3, "decay": "none", "steps": 400, "batch": 20, "clip": 1.0,
    "stop_at": None, "stop_correct": 0.8, "stop_over": 1, "at_least": 0, "check_every": 10, "validation": 4,
    "patience": None, "device": "cpu",
}  # fmt: skip


def network(seed=0, **changes):
    return deciding_network(seed=seed, units=60, **changes)


def trained(task, net=None, **changes):
    net = network() if net is None else net
    return net, train(net, task, Training(**OPTIONS | changes), seed=0, progress=None)


@pytest.fixture(scope="module")
def learnt(decisions):
    return trained(decisions)


def test_training_stops_at_the_first_check_with_the_given_share_correct(learnt):
    _, history = learnt
    assert history["stopped"] == "reached"
    assert history["correct"][-1] >= 0.8 > history["correct"][:-1].max()
    assert history["final_correct"] == history["correct"][-1]
    assert np.array_equal(history["error"], history["validation_error"])


def test_the_same_seed_gives_exactly_the_same_network(decisions):
    (a, first), (b, second) = (trained(decisions, steps=12, stop_correct=None) for _ in range(2))
    np.testing.assert_equal(first, second)
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_noise_differs_between_updates_and_is_the_same_in_all_measurements(decisions):
    still = {"learning_rate": 1e-12, "steps": 30, "stop_correct": None, "vanishing": 0.0, "batch": 1000}
    history = trained(decisions, **still)[1]
    assert len(set(history["task"])) == 4 and np.ptp(history["error"]) < 1e-6
    quiet = trained(decisions, network(noise=None), **still)[1]
    assert np.ptp(quiet["task"]) < 1e-6 * quiet["task"][0] and quiet["error"][0] != history["error"][0]


def test_a_network_that_never_decides_ends_at_its_last_update_with_its_learning_curve(decisions):
    _, history = trained(decisions, steps=20, learning_rate=1e-6)
    assert history["stopped"] == "steps" and history["final_correct"] == 0
    assert history["step"].tolist() == [0, 10, 20] and np.isfinite(history["error"]).all()


def test_if_an_error_and_a_share_are_given_both_must_be_reached(decisions, learnt):
    reached = learnt[1]["final_step"]
    early = trained(decisions, stop_at=0.99, steps=reached)[1]
    assert early["final_step"] == reached and early["stopped"] == "reached"
    assert trained(decisions, stop_at=1e-9, steps=reached)[1]["stopped"] == "steps"


def test_training_does_not_depend_on_test_trials(decisions):
    other = decisions.assign(inputs=decisions.inputs.where(decisions["set"] == "train", 9.0))
    (a, _), (b, _) = (trained(task, steps=12, stop_correct=None) for task in (decisions, other))
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_without_an_output_bias_the_bias_stays_zero_in_training(decisions):
    few = {"steps": 10, "stop_correct": None}
    without, _ = trained(decisions, network(connectivity=AREAS | {"output_bias": False}), **few)
    with_it, _ = trained(decisions, **few)
    assert not without.output_bias.any() and with_it.output_bias.all()
    assert not torch.equal(without.output_weights, network().output_weights)
