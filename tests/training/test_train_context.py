"""Training on context-dependent integration: learning, the ideal observer in the history, and refusals."""

import numpy as np
import pytest
import torch
from support.deciding import context_network, small_context

from rnncompare.plugins import BadOption
from rnncompare.training import checkpoint, streams
from rnncompare.training.goal import ideal_correct
from rnncompare.training.measurement import decisions_of, measure
from rnncompare.training.options import Training
from rnncompare.training.simulate import as_activity
from rnncompare.training.train import train
from rnncompare.training.trials import BadTraining

OPTIONS = {
    "weights": 0.0, "rates": 0.0, "dynamics": 0.0, "mean_weights": 0.0, "vanishing": 0.0, "delays": None,
    "rule": "backpropagation",
    "optimiser": "adam", "learning_rate": 1e-2, "decay": "cosine", "steps": 200, "batch": 32, "clip": 1.0,
    "stop_at": None, "stop_correct": None, "stop_over": 1, "at_least": 0, "check_every": 20, "validation": 2,
    "patience": None, "device": "cpu",
}  # fmt: skip


def trained(task, net=None, **changes):
    net = context_network() if net is None else net
    return net, train(net, task, Training(**OPTIONS | changes), seed=0, progress=None)


@pytest.fixture(scope="module")
def task():
    return small_context()


@pytest.fixture(scope="module")
def learnt(task):
    return trained(task)


def test_a_network_learns_to_decide_by_the_relevant_input_alone(task, learnt):
    """A share above .75 needs the context: a network that sums both inputs is right in about half of the conflicts."""
    net, history = learnt
    test = np.flatnonzero(task["set"].values == "test")
    data = [torch.as_tensor(task[name].values) for name in ("inputs", "targets", "mask")]
    ideal = ideal_correct(net, task, test)
    found = measure(net, data, test, 1.0, streams.noise(0, streams.SIMULATED_NOISE), decisions_of(task))[1]
    assert 0.8 < found <= ideal + 3 * np.sqrt(ideal * (1 - ideal) / len(test) * 2)
    assert history["correct"][0] < 0.6


def test_the_learning_curve_has_the_share_of_the_ideal_observer_in_the_held_out_trials(task, learnt, tmp_path):
    net, history = learnt
    assert 0.9 < history["ideal_correct"] < 1
    given = {"inputs": 4, "outputs": 2, "dt": 0.05, "seed": 0}
    about = {"config": {"network": {}, "training": OPTIONS}, "given": given, "device": "cpu"}
    checkpoint.save(tmp_path / "weights.pt", net, **about, history=history)
    rows = checkpoint.history_rows(checkpoint.load(tmp_path / "weights.pt"))
    assert {row["ideal_correct"] for row in rows} == {history["ideal_correct"]} and len(rows) == 11


def test_a_task_without_an_ideal_observer_has_no_share_of_it(decisions):
    from support.deciding import deciding_network

    assert "ideal_correct" not in trained(decisions, deciding_network(), steps=2)[1]


def test_training_stops_when_the_mean_of_the_last_checks_reaches_the_share(task):
    goal = {"stop_correct": 0.7, "check_every": 5}
    once, mean = trained(task, **goal)[1], trained(task, **goal, stop_over=3)[1]
    assert once["stopped"] == mean["stopped"] == "reached"
    assert once["correct"][-1] >= 0.7 > once["correct"][:-1].max()
    shares = mean["correct"]
    assert shares[-3:].mean() >= 0.7 and all(shares[k - 2 : k + 1].mean() < 0.7 for k in range(2, len(shares) - 1))
    assert mean["final_step"] > once["final_step"]


def test_a_share_that_no_network_can_reach_is_refused_before_the_first_update(task):
    with pytest.raises(BadOption, match=r"found stop_correct 0\.999, wanted a share above 0 and at most 0\.9"):
        trained(task, stop_correct=0.999)


def test_a_task_with_one_answer_in_a_context_is_refused(task):
    kept = (task.context.values != "motion") | (task.answer.values == "left")
    with pytest.raises(BadTraining, match="found only the answer left in context motion"):
        trained(task.isel(trial=kept))


def test_more_checks_than_a_training_has_are_refused(task):
    with pytest.raises(BadOption, match="found stop_over 12, wanted from 1 to 11, the number of checks in 200 steps"):
        trained(task, stop_over=12)


def test_an_activity_has_the_stimuli_of_the_test_set_and_the_choices_of_the_network(task, learnt):
    data = as_activity(learnt[0], task, smooth=0.0, window=(-0.7, 0.1), bin=0.1, seed=0)
    test = task.isel(trial=task["set"].values == "test")
    for name in ("condition", "motion", "colour", "context"):
        np.testing.assert_array_equal(data[name].values, test[name].values)
    assert data.correct.values.mean() > 0.8
    np.testing.assert_array_equal(data.correct.values == 1, data.choice.values == test.answer.values)
    decided = data.choice.values != "undecided"
    assert np.isnan(data.rt.values[~decided]).all() and (data.rt.values[decided] <= 0.2).all()
