"""Checks before a training: every context has two answers, and the share of correct decisions can be reached."""

import math
import re

import numpy as np
import pytest
from support.deciding import context_network, deciding_network, small_context

from rnncompare.plugins import BadOption
from rnncompare.training.goal import check_answers, check_reachable, ideal_correct
from rnncompare.training.measurement import Decisions, share_correct
from rnncompare.training.trials import BadTraining

EVERY = np.arange(32 * 3) + 320  # trials of the test set


@pytest.fixture(scope="module")
def task():
    return small_context()


def test_a_share_above_that_of_the_ideal_observer_is_refused_with_the_share_and_the_noise(task):
    network = context_network()
    ideal = ideal_correct(network, task, EVERY)
    highest = math.floor(ideal * 1e4) / 1e4
    check_reachable(highest, ideal, network)
    check_reachable(None, ideal, network)
    check_reachable(1.0, math.nan, network)
    wanted = f"found stop_correct 0.999, wanted a share above 0 and at most {highest}, that"
    with pytest.raises(BadOption, match=wanted) as error:
        check_reachable(0.999, ideal, network)
    assert "[0.2, 0.2, 0.0, 0.0]" in str(error.value)


@pytest.mark.parametrize("noise", [None, {"recurrent": 0.5, "inputs": [0.0] * 4}])
def test_a_network_without_noise_of_inputs_can_be_asked_to_be_always_correct(task, noise):
    assert ideal_correct(context_network(noise=noise), task, EVERY) == 1.0


def test_the_ideal_observer_has_the_time_constant_of_the_network(task):
    slow, fast = (ideal_correct(context_network(tau=tau), task, EVERY) for tau in (0.2, 0.05))
    assert 0.5 < slow < fast < 1


def test_the_checkerboard_has_no_ideal_observer(decisions):
    assert math.isnan(ideal_correct(deciding_network(), decisions, np.arange(20)))


def test_an_integrator_of_the_noisy_inputs_with_perfect_outputs_is_as_good_as_the_ideal_observer(task):
    """The whole chain on the test set: times, noise of the network, decisions and share."""
    network, repeats = context_network(), 40
    trials, rng = np.tile(EVERY, repeats), np.random.default_rng(0)
    some = task.isel(trial=trials)
    noisy = some.inputs.values + rng.standard_normal(some.inputs.shape) * np.sqrt(2 / network.leak) * 0.2
    shown = (some.time.values >= some.stimulus_on.values[:, None]) & (
        some.time.values < some.stimulus_off.values[:, None]
    )
    relevant = np.where((some.context.values == "motion")[:, None], noisy[..., 0], noisy[..., 1])
    sign = np.sign((relevant * shown).sum(axis=1))
    outputs = np.stack([sign > 0, sign < 0], axis=-1)[:, None] * np.ones((1, some.sizes["time"], 1))
    answer = (some.answer.values == "right").astype(int)
    asked = Decisions(answer, some.time.values, some.onset.values, some.offset.values, 0.5)
    found, ideal = share_correct(outputs, asked, np.arange(len(trials))), ideal_correct(network, task, EVERY)
    assert found == pytest.approx(ideal, abs=4 * np.sqrt(ideal * (1 - ideal) / len(trials) * 2))


def test_a_context_with_a_single_answer_is_refused_by_its_name(task):
    train = np.flatnonzero(task["set"].values == "train")
    check_answers(task, train)
    wrong = (task.context.values == "colour") & (task.answer.values == "left")
    with pytest.raises(BadTraining, match=re.escape("found only the answer right in context colour, wanted trials")):
        check_answers(task, train[~wrong[train]])


def test_trials_without_an_answer_and_tasks_without_contexts_are_not_checked(task, decisions):
    caught = np.flatnonzero(decisions.answer.values == "none")
    assert len(caught)
    check_answers(decisions, caught)
    check_answers(task.drop_vars("context"), np.array([0]))
