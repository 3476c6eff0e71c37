"""Copied trials are detected whatever their labels, noted, and refused on both sides of a split."""

import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.activity import COPY, BadActivity, build, condition_average
from rnncompare.activity.copies import first_identical, mark_copies, merge_copies, refuse_copies
from rnncompare.comparison.preparation import prepare

CARD = "`copies: leave out` in the recording's card removes them"


def recorded(seed=0, trials=12, conditions=4, units=5, mean=0.2, times=30, twice=(), silent=()):
    """Spike counts in bins of 20 ms; twice: trials that repeat the preceding one; silent: trials without spikes."""
    counts = np.random.default_rng(seed).poisson(mean, (trials, times, units)).astype(float)
    counts[list(silent)] = 0
    for k in twice:
        counts[k] = counts[k - 1]
    condition = [str(k // 2 % conditions) for k in range(trials)]
    choice = np.array(["left", "right"])[np.arange(trials) % 2]
    units = [f"unit_{k}" for k in range(units)]
    more = {"per_trial": {"choice": choice}, "source": "made up"}
    return build(counts / 0.02, time=0.02 * np.arange(times) - 0.3, unit=units, condition=condition, **more)


def test_copies_are_counted_and_marked_with_the_trial_that_they_repeat():
    data = mark_copies(recorded(twice=[1, 3]))
    assert data[COPY].values.tolist() == [0, 0, 2, 2, *range(4, 12)]
    assert (
        "caution: 2 of 12 trials are copies of other trials" in data.attrs["notes"]
        and "(0 and 1, 2 and 3" in data.attrs["notes"]
    )


def test_a_copy_with_another_condition_and_choice_is_detected_and_noted():
    data = mark_copies(recorded(twice=[2]))
    assert data[COPY].values[2] == 1 and data.condition.values[1] != data.condition.values[2]
    assert "1 of them with another condition" in data.attrs["notes"]


def test_a_copy_with_different_behavior_is_detected():
    data = recorded(twice=[1])
    moves = np.random.default_rng(1).normal(size=(12, 30, 1))
    data = data.assign(behavior=(("trial", "time", "channel"), moves)).assign_coords(channel=["x"])
    assert COPY in mark_copies(data).coords


@pytest.mark.parametrize("silent", [range(6), range(11), [0, 1]])
def test_silent_trials_are_not_copies_of_each_other(silent):
    data = recorded(silent=silent)
    assert mark_copies(data) is data


def test_trials_with_too_few_spikes_to_be_distinguished_are_not_copies():
    one = recorded(units=1, mean=0.03, trials=200)
    assert len(np.unique(one.rate.values, axis=0)) < 200  # some are identical by chance
    assert mark_copies(one) is one


def test_an_activity_of_different_trials_is_unchanged():
    data = recorded()
    assert mark_copies(data) is data and "notes" not in data.attrs


def test_a_recording_of_only_behavior_has_no_copies():
    assert first_identical(np.zeros((5, 4, 0))).tolist() == [0, 1, 2, 3, 4]


def test_copies_are_left_out_if_the_card_says_so_and_the_notes_list_them():
    data = mark_copies(recorded(twice=[1, 3]), "leave out")
    assert data.sizes["trial"] == 10 and COPY not in data.coords
    assert data.attrs["notes"] == "trials left out: 2 of 12 that have the same rates as another trial (1, 3)"


def test_copies_by_any_of_several_criteria_are_merged():
    assert merge_copies([np.array([0, 1, 0, 3]), np.array([0, 1, 1, 3])]).tolist() == [0, 0, 0, 3]


def test_averages_have_no_marks_of_copies():
    assert COPY not in condition_average(mark_copies(recorded(twice=[1]))).coords


def decode(data, folds=2):
    probe = plugins.find("probes", "decoding")
    more = {"variable": "choice", "folds": folds}
    return probe(data, window=(-0.3, 0.3), seed=0, **plugins.first_look(probe) | more)


def compute_choice_probability(data):
    probe = plugins.find("probes", "choice_probability")
    more = {"window": (-0.3, 0.3), "seed": 0, "fixed": [], "min_trials": 2}
    return probe(data, **plugins.first_look(probe) | more)


def split(data):
    return plugins.find("controls", "trials")(data, None, seed=0, half="first")


def fold_trials(data):
    return prepare(data, data, window=None, soft_normalise=0.2, by="trial", groups=2)


@pytest.mark.parametrize("leaves_out", [decode, compute_choice_probability, split, fold_trials])
def test_analyses_that_leave_trials_out_refuse_copies_and_name_the_remedy(leaves_out):
    data = recorded(twice=[1], trials=16)
    leaves_out(data)
    with pytest.raises(BadActivity, match=rf"found 1 of 16 trials that are copies of other trials .*{CARD}"):
        leaves_out(mark_copies(data))


def fold_conditions(data):
    return prepare(data, data, window=None, soft_normalise=0.2, by="condition")


def test_folds_by_condition_accept_copies_within_a_condition_and_refuse_those_across_conditions():
    fold_conditions(mark_copies(recorded(twice=[1])))
    with pytest.raises(BadActivity, match=r"folds by condition of the source: found 1 of 12 trials"):
        fold_conditions(mark_copies(recorded(twice=[2])))


def test_copies_that_are_left_out_together_are_accepted():
    data = mark_copies(recorded(twice=[1]))
    refuse_copies(data, "x", data.condition.values)
    with pytest.raises(BadActivity, match="x: found 1 of 12 trials"):
        refuse_copies(data, "x")


def test_decoding_of_noise_is_refused_if_copies_would_inflate_its_accuracy():
    data = recorded(twice=range(1, 48, 2), trials=48, units=40)
    label = np.random.default_rng(3).permutation(np.repeat(["a", "b"], 12)).repeat(2)
    data = data.assign_coords(choice=("trial", label))
    assert decode(data, folds=10)[0]["value"] > 0.9  # although the data are noise
    with pytest.raises(BadActivity, match="found 24 of 48 trials"):
        decode(mark_copies(data))
