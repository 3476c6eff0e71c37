"""The trials of context-dependent integration: stimuli, targets and times, and which of them depend on which."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.deciding import CONTEXT, small_context

from rnncompare import activity, plugins
from rnncompare.behaviour.decisions import decide
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.context_integration import context_integration

STUDY = {
    "coherences": [0.05, 0.15, 0.5], "cue": 0.2, "stimulus": [0.3, 1.2], "delay": [0.0, 0.6], "test_stimulus": 0.8,
    "test_delay": 0.3,
}  # fmt: skip


@pytest.fixture(scope="module")
def many():
    """The task of the study with enough trials for statistics."""
    return small_context(**STUDY, train_trials=4000, test_trials=2)


def test_the_number_of_inputs_follows_from_the_options(many):
    assert context_integration.count_inputs(**STUDY) == many.sizes["input"]


def part(data, name):
    return data.isel(trial=data.set.values == name)


def steps(data, name):
    return np.rint(data[name].values / activity.interval(data)).astype(int)


def test_three_coherences_of_either_sign_make_72_conditions_that_are_equally_frequent(many):
    names, counts = np.unique(part(many, "test").condition.values, return_counts=True)
    assert len(names) == 72 and (counts == 2).all()
    assert {"motion/+0.050/-0.150", "colour/-0.500/+0.500"} <= set(names)
    counts = np.unique(part(many, "train").condition.values, return_counts=True)[1]
    assert len(counts) == 72 and np.ptp(counts) <= 1


def test_a_condition_names_context_motion_and_colour(many):
    for trial in range(0, many.sizes["trial"], 97):
        context, motion, colour = many.condition.values[trial].split("/")
        assert context == many.context.values[trial]
        assert (float(motion), float(colour)) == (many.motion.values[trial], many.colour.values[trial])


def test_the_pool_is_in_random_order(many):
    left = part(many, "train").answer.values == "left"
    assert left[:1000].mean() == pytest.approx(0.5, abs=0.05)
    assert abs(np.corrcoef(left[1:], left[:-1])[0, 1]) < 0.05


def test_durations_are_uniform_in_the_pool_and_fixed_in_the_test_set(many):
    train, test = part(many, "train"), part(many, "test")
    shown, waited = train.stimulus_off - train.stimulus_on, train.onset - train.stimulus_off
    for found, (low, high) in ((shown.values, (0.3, 1.2)), (waited.values, (0.0, 0.6))):
        assert found.min() == pytest.approx(low) and found.max() == pytest.approx(high)
        assert found.mean() == pytest.approx((low + high) / 2, abs=0.02)
        assert found.std() == pytest.approx((high - low) / np.sqrt(12), abs=0.02)
    assert abs(np.corrcoef(shown, waited)[0, 1]) < 0.05
    np.testing.assert_allclose(test.stimulus_off - test.stimulus_on, 0.8)
    np.testing.assert_allclose(test.onset - test.stimulus_off, 0.3)
    for some in (train, test):
        np.testing.assert_allclose(some.stimulus_on, 0.2)
        np.testing.assert_allclose(some.end - some.onset, 0.2)
        np.testing.assert_array_equal(some.end, some.offset)


def by_hand(data, trial, options):
    """Inputs, targets and mask of a trial, computed epoch by epoch from its labels."""
    on, off, onset, end = (steps(data, n)[trial] for n in ("stimulus_on", "stimulus_off", "onset", "end"))
    motion, colour = data.motion.values[trial], data.colour.values[trial]
    by_motion = data.context.values[trial] == "motion"
    relevant = motion if by_motion else colour
    inputs, targets = np.zeros((data.sizes["time"], 4)), np.zeros((data.sizes["time"], 2))
    mask = np.zeros(data.sizes["time"])
    inputs[on:off, :2] = motion, colour
    inputs[:end, 2 if by_motion else 3] = 1
    if options["target"] == "choice":
        targets[off:end, 0 if relevant > 0 else 1] = 1
        mask[:on] = 1
        mask[off if options["hold"] else onset : end] = 1
    else:
        summed = 2 * options["dt"] * np.cumsum(inputs[:, 0 if by_motion else 1])
        targets[:end] = np.stack([summed, -summed], axis=-1)[:end]
        mask[:end] = 1
    return inputs, targets, mask


@settings(deadline=None, max_examples=15, derandomize=True)
@given(
    asked=st.sampled_from([("choice", False), ("choice", True), ("integral", True)]),
    dt=st.sampled_from([0.02, 0.05, 0.1]),
    stimulus=st.sampled_from([(0.3, 0.8), (0.4, 0.4)]),
    delay=st.sampled_from([(0.0, 0.0), (0.0, 0.3), (0.2, 0.2)]),
    coherences=st.lists(st.integers(1, 1000), min_size=1, max_size=4, unique=True),
    seed=st.integers(0, 1000),
)
def test_inputs_targets_and_mask_of_every_epoch_follow_from_the_labels(asked, dt, stimulus, delay, coherences, seed):
    changes = {
        "target": asked[0], "hold": asked[1], "dt": dt, "stimulus": list(stimulus), "delay": list(delay), "seed": seed,
        "coherences": [c / 1000 for c in coherences], "train_trials": 30, "test_trials": 1, "test_stimulus": 0.4,
    }  # fmt: skip
    made = small_context(**changes)
    assert {made[n].dtype for n in ("inputs", "targets", "mask")} == {np.dtype("float32")}
    for trial in range(0, made.sizes["trial"], 7):
        inputs, targets, mask = by_hand(made, trial, CONTEXT | changes)
        np.testing.assert_allclose(made.inputs.values[trial], inputs, atol=1e-6)
        np.testing.assert_allclose(made.targets.values[trial], targets, atol=1e-6)
        np.testing.assert_array_equal(made.mask.values[trial], mask)


@pytest.mark.parametrize("target", [{}, {"hold": True}, {"target": "integral", "hold": True, "threshold": 0.0}])
def test_outputs_equal_to_the_targets_are_always_correct_from_the_onset_of_the_decision_on(target):
    made = small_context(**target)
    onset, until = made.onset.values, made.offset.values
    index, rt = decide(made.targets.values, made.time.values, onset, made.attrs["threshold"], until=until)
    assert np.array(["left", "right"])[index].tolist() == made.answer.values.tolist()
    np.testing.assert_array_equal(rt, 0)


def test_the_answer_does_not_depend_on_the_irrelevant_input():
    test = part(small_context(test_trials=1), "test")
    for context, relevant, other in (("motion", "motion", "colour"), ("colour", "colour", "motion")):
        some = test.isel(trial=test.context.values == context)
        assert ((some.answer.values == "left") == (some[relevant].values > 0)).all()
        assert ((some.answer.values == "left") == (some[other].values > 0)).mean() == 0.5


def test_the_same_seed_gives_the_same_trials_and_another_seed_different_ones():
    assert small_context().identical(small_context())
    other = small_context(seed=1)
    for name in ("onset", "stimulus_off", "condition"):
        assert not np.array_equal(other[name].values, small_context()[name].values)


def test_times_do_not_depend_on_coherences_and_conditions_not_on_times():
    one = small_context()
    np.testing.assert_array_equal(small_context(coherences=[0.1, 0.2]).onset.values, one.onset.values)
    np.testing.assert_array_equal(small_context(stimulus=[0.4, 0.6]).condition.values, one.condition.values)


@pytest.mark.parametrize("changes", [{"train_trials": 40}, {"stimulus": [0.2, 0.4]}, {"seed": 5}])
def test_the_test_set_does_not_depend_on_the_pool(changes):
    one, other = part(small_context(), "test"), part(small_context(**changes), "test")
    times = min(one.sizes["time"], other.sizes["time"])
    assert one.isel(time=slice(times)).equals(other.isel(time=slice(times)))


def test_the_task_can_be_written_and_read(tmp_path):
    made = small_context()
    activity.write_dataset(made, tmp_path / "task.nc")
    assert activity.read_dataset(tmp_path / "task.nc").equals(made)


def test_options_in_the_form_of_a_config_match_their_annotations():
    check_values(context_integration, CONTEXT | STUDY, "task")
    assert set(CONTEXT) == set(plugins.options_of(context_integration))
    assert context_integration.needs(**CONTEXT).simulation


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coherences": []}, "context_integration.coherences: found [], wanted at least one"),
        ({"coherences": [0.0, 0.5]}, "coherences.0: found 0.0, wanted a share above 0"),
        ({"coherences": [-0.15]}, "coherences.0: found -0.15, wanted a share above 0"),
        ({"coherences": [0.15, 1.5]}, "coherences.1: found 1.5, wanted a share above 0 and at most 1"),
        ({"coherences": [0.1501, 0.1502]}, "found coherences [0.1501, 0.1502], wanted numbers above 0 that differ"),
        ({"coherences": [0.0001, 0.5]}, "found coherences [0.0001, 0.5], wanted numbers above 0 that differ"),
        ({"stimulus": [0.8, 0.3]}, "found stimulus [0.8, 0.3], wanted the shortest and the longest time in s"),
        ({"delay": [0.3, 0.1]}, "found delay [0.3, 0.1], wanted the shortest and the longest time in s"),
        ({"stimulus": [0.01, 0.3]}, "found a stimulus of 0.01 s, wanted at least a step of 0.05 s"),
        ({"stimulus": [0.0, 0.3]}, "found a stimulus of 0 s, wanted at least a step of 0.05 s"),
        ({"cue": 0.12}, "found cue 0.12 s, wanted a whole number of steps of 0.05 s"),
        ({"test_delay": 0.33}, "found test_delay 0.33 s, wanted a whole number of steps of 0.05 s"),
        ({"decision": 1e-9}, "found decision 1e-09 s, wanted at least a step of 0.05 s"),
        ({"decision": 0.0}, "decision: found 0.0, wanted a time above 0"),
        ({"threshold": 1.0}, "found threshold 1, wanted above 0 and below 1 for the target 'choice'"),
        ({"target": "integral"}, "found hold false for the target 'integral', wanted true"),
        (
            {"target": "integral", "hold": True, "threshold": -0.1},
            "found threshold -0.1, wanted at least 0 for the target 'integral'",
        ),
        ({"target": "choise"}, "'choice' or 'integral' (found 'choise'). Did you mean 'choice'?"),
        ({"dt": 0}, "context_integration.dt: found 0.0, wanted a time step of at least 0.0001"),
        ({"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials, wanted at least one"),
        ({"train_trials": 1_000_000, "dt": 0.001, "coherences": [0.1]}, "GB: use fewer trials or a longer dt"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        small_context(**changes)
    assert message in str(error.value)
