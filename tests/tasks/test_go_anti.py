"""The trials of go and anti: inputs, the answer of each rule, shares of rules, and what is refused."""

import numpy as np
import pytest
from scipy.stats import vonmises
from support.deciding import RULES, small_rules

from rnncompare import plugins
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.go_anti import go_anti


def part(data, name):
    return data.isel(trial=data["set"].values == name)


def test_the_answer_is_the_direction_under_go_and_the_opposite_one_under_anti():
    made = small_rules()
    angle, answer = np.deg2rad(made.direction.values), np.deg2rad(made.answer.values.astype(float))
    np.testing.assert_allclose(np.cos(answer - angle), np.where(made.rule.values == "go", 1, -1), atol=1e-12)
    chosen = made.output.values[made.answer_class.values]
    asked = made.time.values >= 0.4 - 1e-9
    assert (chosen[:, ~asked] == "fixate").all() and (chosen[:, asked] == made.answer.values[:, None]).all()
    assert (made.epoch.values == asked).all() and (made.mask.values == 1).all()


def test_inputs_are_fixation_the_rule_and_channels_with_von_mises_tuning():
    made, time = small_rules(concentration=1.5, height=3.0, channels=12), np.arange(10) * 0.05
    for trial in (0, 5, 405, 420):
        one = made.isel(trial=trial)
        rule, shown = str(one.rule.values), (time > 0.09) & (time < 0.29)
        wanted = np.zeros((10, 15))
        wanted[:, 0] = time < 0.39
        wanted[:, 1 + ["go", "anti"].index(rule)] = 1
        density = vonmises.pdf(np.deg2rad(float(one.direction) - np.arange(12) * 30), kappa=1.5)
        wanted[:, 3:] = shown[:, None] * 3.0 * density / vonmises.pdf(0, kappa=1.5)
        np.testing.assert_allclose(one.inputs, wanted, atol=1e-6)
    without = small_rules(rule_inputs=False)
    assert not without.inputs.values[..., 1:3].any() and without.input.equals(small_rules().input)


@pytest.mark.parametrize(("share", "go"), [(0.0, 0), (0.2, 80), (1.0, 400)])
def test_the_pool_has_the_share_of_go_and_the_test_set_has_both_rules(share, go):
    made = small_rules(share_go=share)
    pool, test = part(made, "train"), part(made, "test")
    assert (pool.rule.values == "go").sum() == go
    for rule in set(pool.rule.values):
        counts = np.unique(pool.direction.values[pool.rule.values == rule], return_counts=True)[1]
        assert len(counts) == 8 and np.ptp(counts) <= 1
    assert np.unique(test.condition.values, return_counts=True)[1].tolist() == [2] * 16
    assert test.equals(part(small_rules(seed=3), "test"))
    assert (pool.rule.values[:40] != np.sort(pool.rule.values)[:40]).any() or go in (0, 400)


def test_options_in_the_form_of_a_config_match_their_annotations():
    check_values(go_anti, RULES, "task")
    assert set(RULES) == set(plugins.options_of(go_anti))
    assert go_anti.needs(**RULES).simulation and go_anti.count_inputs(**RULES) == small_rules().sizes["input"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share_go": 1.2}, "go_anti.share_go: found 1.2, wanted a share of at least 0 and at most 1"),
        ({"directions": 7}, "found 7 directions, wanted an even number"),
        ({"stimulus": 0.17}, "found stimulus 0.17 s, wanted a whole number of steps of 0.05 s"),
        ({"decision": 1e-9}, "found decision 1e-09 s, wanted at least a step of 0.05 s"),
        ({"rule_inputs": 1}, "go_anti.rule_inputs"),
        ({"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials, wanted at least one"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        small_rules(**changes)
    assert message in str(error.value)
