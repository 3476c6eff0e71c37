"""The trials of delayed match to sample: inputs, answers, times that are not scored, and what is refused."""

import numpy as np
import pytest
from support.deciding import MATCHING, small_matching

from rnncompare import plugins
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.match_to_sample import match_to_sample


def part(data, name):
    return data.isel(trial=data["set"].values == name)


def test_the_answer_is_match_exactly_if_both_stimuli_are_the_same_and_is_not_scored_at_once():
    made = small_matching()
    sample, test = made.inputs.values[:, 3], made.inputs.values[:, 13]
    same = np.isclose(sample, test).all(axis=1)
    assert (made.answer.values == np.where(same, "match", "nonmatch")).all()
    chosen = made.output.values[made.answer_class.values]
    assert (chosen[:, :12] == "fixate").all() and (chosen[:, 12:] == made.answer.values[:, None]).all()
    assert (made.mask.values == [1] * 12 + [0] + [1] * 3).all() and (made.epoch.values == [0] * 12 + [1] * 4).all()
    times = ("onset", "sample_off", "test_on", "decision_on", "offset", "end")
    assert [float(made[name][0]) for name in times] == [0.1, 0.3, 0.6, 0.65, 0.8, 0.8]


def test_inputs_are_largest_at_the_preferred_direction_and_zero_between_stimuli():
    made = small_matching(channels=24)
    silent = [0, 1, *range(6, 12)]
    assert not made.inputs.values[:, silent].any() and made.inputs.values[:, 3].max() == pytest.approx(4.0)
    for angles, step in ((made["sample"].values.astype(float), 3), (made.tested.values, 12)):
        assert (made.inputs.values[:, step].argmax(axis=1) * 15 == angles).all()
        opposite = (angles / 15 + 12).astype(int) % 24
        lowest = made.inputs.values[np.arange(made.sizes["trial"]), step, opposite]
        np.testing.assert_allclose(lowest, 4 * np.exp(-4), rtol=1e-5)


def test_samples_and_answers_are_balanced_and_other_directions_take_turns_in_the_test_set():
    made = small_matching()
    pool, test = part(made, "train"), part(made, "test")
    assert set(np.unique(pool.condition.values, return_counts=True)[1]) == {25}
    assert set(np.unique(test.condition.values, return_counts=True)[1]) == {7}
    own = test.isel(trial=(test.condition.values == "nonmatch 090.00"))
    assert sorted(own.tested.values) == [0, 45, 135, 180, 225, 270, 315]
    assert test.equals(part(small_matching(seed=3), "test")) and not pool.equals(part(small_matching(seed=3), "train"))


def test_options_in_the_form_of_a_config_match_their_annotations():
    check_values(match_to_sample, MATCHING, "task")
    assert set(MATCHING) == set(plugins.options_of(match_to_sample))
    assert match_to_sample.needs(**MATCHING).simulation and match_to_sample.count_inputs(**MATCHING) == 12


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"directions": 1}, "match_to_sample.directions: found 1, wanted a number of directions of at least 2"),
        ({"reaction": 0.2}, "found reaction 0.2 s in a test of 0.2 s, wanted at least a step of 0.05 s less"),
        ({"delay": 0.32}, "found delay 0.32 s, wanted a whole number of steps of 0.05 s"),
        ({"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials, wanted at least one"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        small_matching(**changes)
    assert message in str(error.value)
