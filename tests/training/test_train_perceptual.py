"""Training by cross-entropy on the perceptual decision: learning, fixation, and the activity that is simulated."""

import numpy as np
import pytest
import torch
from support.deciding import perceptual_network, small_perceptual
from training.test_train_context import OPTIONS

from rnncompare.activity import BadActivity
from rnncompare.probes.choice_probability import choice_probability
from rnncompare.probes.psychometric import psychometric
from rnncompare.training.goal import ideal_correct
from rnncompare.training.options import Training
from rnncompare.training.simulate import as_activity
from rnncompare.training.train import train

TEST = np.arange(600, 840)
WINDOW = {"smooth": 0.0, "window": (-0.1, 0.85), "bin": 0.05, "seed": 0}


@pytest.fixture(scope="module")
def task():
    return small_perceptual()


@pytest.fixture(scope="module")
def learnt(task):
    network = perceptual_network()
    return network, train(network, task, Training(**OPTIONS | {"validation": 20}), seed=0, progress=None)


def test_a_network_learns_to_decide_almost_as_well_as_the_ideal_observer_and_not_better(task, learnt):
    network, history = learnt
    data = as_activity(network, task, **WINDOW)
    for level in (0.1, 0.4):
        own = np.abs(data.coherence.values) == level
        found, ideal = data.correct.values[own].mean(), data.ideal.values[own].mean()
        assert found <= ideal + 3 * np.sqrt(ideal * (1 - ideal) / own.sum()) + 1e-9
        assert found > 0.9 * ideal
    assert history["error"][0] > 1 > 2 * history["final_error"]
    assert history["correct"][0] < 0.5 < 0.75 < history["final_correct"]
    assert history["ideal_correct"] == pytest.approx(ideal_correct(network, task, TEST), abs=0.07)


def test_training_ends_when_the_normalised_error_is_low_enough(task):
    options = Training(**OPTIONS | {"validation": 20, "stop_at": 0.9, "check_every": 5})
    history = train(perceptual_network(), task, options, seed=0, progress=None)
    assert history["stopped"] == "reached" and history["final_error"] <= 0.9 and history["final_step"] < 200


def test_outputs_are_probabilities_and_the_network_fixates_before_the_decision(task, learnt):
    data = as_activity(learnt[0], task, **WINDOW)
    np.testing.assert_allclose(data.behavior.values.sum(axis=2), 1, atol=1e-5)
    assert data.channel.values.tolist() == ["fixate", "left", "right"] and data.attrs["behavior_units"] == "probability"
    before = data.time.values < 0.75
    assert (data.behavior.values[:, before].argmax(axis=2) == 0).mean() > 0.95
    chosen = data.behavior.values[:, ~before & (data.time.values < 0.9)].mean(axis=1)[:, 1:].argmax(axis=1)
    assert (np.array(["left", "right"])[chosen] == data.choice.values).mean() > 0.99


def test_the_simulated_activity_has_choices_without_reaction_times_and_is_aligned_to_the_stimulus(task, learnt):
    data = as_activity(learnt[0], task, **WINDOW)
    assert "rt" not in data.coords and "colour" not in data.coords and data.sizes["trial"] == 240
    rows = psychometric(data, seed=0, bounds={"threshold": [0.001, 2], "slope": [0.1, 10], "lapse": [0, 0.2]},
                        bootstrap=0)  # fmt: skip
    found = {(r["statistic"], r.get("strength")): r["value"] for r in rows}
    own = np.abs(data.coherence.values) == 0.1
    assert found["accuracy", 0.1] == pytest.approx(data.correct.values[own].mean())
    assert found["ideal_fraction_correct", None] == pytest.approx(2 / 3 * 0.985, abs=0.05)
    silent = data.rate.values[:, data.time.values < -0.06].var()
    assert silent < data.rate.values[:, data.time.values > 0.5].var()
    options = {
        "seed": 0, "variable": "choice", "leave_out": ["undecided"], "fixed": ["coherence"], "balance": [],
        "window": (0.4, 0.7), "windows": None, "min_trials": 15, "alpha": 0.05, "permutations": 0, "bootstrap": 0,
    }  # fmt: skip
    cp = [r for r in choice_probability(data, align=None, **options) if r["statistic"] == "mean_unsigned_cp"]
    assert cp[0]["value"] > 0.6 and cp[0]["left_out"] == 160  # coherence 0 alone has as many trials of both choices
    with pytest.raises(BadActivity, match="rt"):
        choice_probability(data, align="rt", **options)


def test_the_same_seed_gives_the_same_bytes(task):
    def trained():
        network = perceptual_network()
        train(network, task, Training(**OPTIONS | {"validation": 20, "steps": 3}), seed=0, progress=None)
        return b"".join(tensor.numpy().tobytes() for tensor in network.state_dict().values())

    first = trained()
    torch.manual_seed(1)
    assert trained() == first
