"""Decisions, compared with a plain loop, and in cases that depend on the exact definition of a threshold crossing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.activity import BadActivity
from rnncompare.behaviour.decisions import answered, behaviour, decide, judged, largest

TIME = np.round(np.arange(8) * 0.1, 9)


def courses(*outputs):
    """One trial of several outputs, (1, time, output)."""
    return np.array(outputs, dtype=float).T[None]


def decision(*outputs, onset=0.2, threshold=0.6, until=None):
    until = None if until is None else np.array([until])
    index, rt = decide(courses(*outputs), TIME, np.array([onset]), threshold, until=until)
    return int(index[0]), float(rt[0])


def one_by_one(outputs, time, onset, threshold, until):
    """The same by a loop over times and outputs."""
    index, rt = [], []
    for trial, begin, end in zip(outputs, onset, until, strict=True):
        won, when = -1, np.nan
        for t, values in zip(time, trial, strict=True):
            above = [k for k, v in enumerate(values) if v >= threshold]
            if won < 0 and begin - 1e-6 <= t < end - 1e-6 and above:
                won, when = max(above, key=lambda k: values[k]), t - begin
        index.append(won)
        rt.append(when)
    return np.array(index), np.array(rt)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(seed=st.integers(0, 10**6), outputs=st.integers(1, 3), threshold=st.sampled_from([-0.3, 0.0, 0.6, 5.0]))
def test_decisions_agree_with_a_loop_over_times(seed, outputs, threshold):
    rng = np.random.default_rng(seed)
    values = np.round(rng.standard_normal((9, 8, outputs)), 1)  # with ties
    values[rng.random(values.shape) < 0.1] = np.nan
    onset, until = rng.choice(np.append(TIME, np.nan), 9), rng.choice(np.append(TIME, np.inf), 9)
    index, rt = decide(values, TIME, onset, threshold, until=until)
    expected = one_by_one(values, TIME, onset, threshold, until)
    np.testing.assert_array_equal(index, expected[0])
    np.testing.assert_allclose(rt, expected[1], atol=1e-9)


def test_reaching_the_threshold_exactly_is_a_decision():
    assert decision([0, 0, 0, 0, 0.6, 0.9, 1, 1], [0] * 8) == (0, 0.2)
    assert decision([0, 0, 0, 0, np.nextafter(0.6, 0), 0, 0, 0], [0] * 8)[0] == -1


def test_a_crossing_only_before_the_onset_is_no_decision():
    assert decision([0, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 1]) == (1, 0.4)


def test_an_output_above_the_threshold_at_onset_decides_at_0_s():
    assert decision([0, 1, 1, 1, 1, 1, 1, 1], [0] * 8) == (0, 0.0)


def test_the_first_crossing_decides_even_if_the_other_output_becomes_larger():
    assert decision([0, 0, 0, 0.7, 0.1, 0, 0, 0], [0, 0, 0, 0.5, 2, 2, 2, 2]) == (0, 0.1)


def test_of_simultaneous_crossings_the_larger_wins_and_of_equal_ones_the_first():
    assert decision([0, 0, 0, 0.7, 1, 1, 1, 1], [0, 0, 0, 0.8, 0, 0, 0, 0]) == (1, 0.1)
    assert decision([0, 0, 0, 0.7, 0, 0, 0, 0], [0, 0, 0, 0.7, 1, 1, 1, 1]) == (0, 0.1)


def test_a_crossing_after_the_end_of_a_trial_is_no_decision():
    late = [0, 0, 0, 0, 0, 0, 1, 1]
    assert decision(late, [0] * 8) == (0, 0.4)
    assert decision(late, [0] * 8, until=0.6)[0] == -1
    assert decision(late, [0] * 8, until=0.7) == (0, 0.4)


def test_undecided_trials_and_trials_without_stimulus_have_no_reaction_time():
    index, rt = decide(np.stack([courses([0] * 8)[0], courses([1] * 8)[0]]), TIME, np.array([0.2, np.nan]), 0.6)
    assert index.tolist() == [-1, -1] and np.isnan(rt).all()


def test_an_onset_may_differ_from_its_time_by_rounding_error():
    assert decision([0, 0, 0, 1, 0, 0, 0, 0], onset=0.1 + 0.2) == (0, 0.0)


@pytest.mark.parametrize(
    ("outputs", "threshold", "message"),
    [
        (np.zeros((2, 8)), 0.6, "found outputs (2, 8), 8 times, 1 onsets and 1 ends"),
        (np.zeros((1, 7, 2)), 0.6, "found outputs (1, 7, 2), 8 times"),
        (np.zeros((1, 8, 2)), np.nan, "found threshold nan, wanted a finite number"),
    ],
)
def test_inconsistent_shapes_and_thresholds_are_refused(outputs, threshold, message):
    with pytest.raises(BadActivity) as error:
        decide(outputs, TIME, np.array([0.2]), threshold)
    assert message in str(error.value)


def test_the_chosen_colour_is_that_of_the_target_on_the_chosen_side():
    context = ["red_left", "green_left", "red_left", "green_left", "red_left"]
    did = behaviour(np.array([0, 0, 1, 1, -1]), np.array([0.3, 0.3, 0.3, 0.3, np.nan]), context, [0.5] * 5)
    assert did["choice"].tolist() == ["left", "left", "right", "right", "undecided"]
    assert did["colour"].tolist() == ["red", "green", "green", "red", "undecided"]
    assert did["correct"].tolist() == [1, 0, 0, 1, 0]


def test_the_dominant_colour_is_correct_and_no_choice_at_coherence_0():
    did = behaviour([0, 0, 0], [0.3] * 3, ["red_left"] * 3, [-0.04, 0.04, 0.0])
    assert did["correct"].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("index", "context", "message"),
    [([2], ["red_left"], "found outputs [2]"), ([0], ["none"], "found context none, wanted red_left or green_left")],
)
def test_behaviour_with_unknown_outputs_or_contexts_is_refused(index, context, message):
    with pytest.raises(BadActivity) as error:
        behaviour(index, [0.3], context, [0.5])
    assert message in str(error.value)


def test_a_choice_is_correct_if_it_is_the_answer():
    choice = np.array(["left", "right", "right", "undecided"])
    did = answered(choice, [0.0, 0.1, 0.1, np.nan], ["left", "left", "right", "right"])
    assert did["choice"].tolist() == choice.tolist()
    assert did["correct"].tolist() == [1, 0, 1, 0] and np.isnan(did["rt"][3])


def test_an_answer_that_is_undecided_is_refused():
    with pytest.raises(BadActivity, match="found the answer undecided, wanted names of outputs"):
        answered(["left"], [0.3], ["undecided"])


@settings(max_examples=30, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_largest_output_of_a_period_is_that_of_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    outputs, begin = rng.standard_normal((6, 8, 3)), rng.integers(0, 5, 6) / 10
    end = begin + rng.integers(1, 4, 6) / 10
    found = largest(outputs, TIME, begin, end)
    for k in range(6):
        inside = [t for t in range(8) if begin[k] - 1e-6 <= TIME[t] < end[k] - 1e-6]
        means = [np.mean([outputs[k, t, o] for t in inside]) for o in range(3)]
        assert found[k] == int(np.argmax(means))


def test_the_first_of_equal_outputs_is_chosen_and_none_if_they_are_nan_or_there_is_no_period():
    outputs = np.zeros((3, 8, 2))
    outputs[1, 3] = np.nan
    found = largest(outputs, TIME, np.array([0.2, 0.2, np.nan]), np.array([0.5, 0.5, 0.5]))
    assert found.tolist() == [0, -1, -1]
    with pytest.raises(BadActivity, match=r"found no time from 0.22 to 0.28 s in 1 trials, wanted at least one"):
        largest(outputs, TIME, np.array([0.2, 0.22, 0.2]), np.array([0.5, 0.28, 0.5]))


def test_a_choice_is_correct_if_it_is_the_side_of_the_evidence_and_never_at_coherence_zero():
    found = judged(np.array([0, 1, 0, 1, -1, 0]), np.array([0.1, 0.1, -0.1, -0.1, 0.1, 0.0]))
    assert found["choice"].tolist() == ["left", "right", "left", "right", "undecided", "left"]
    assert found["correct"].tolist() == [1, 0, 0, 1, 0, 0]
