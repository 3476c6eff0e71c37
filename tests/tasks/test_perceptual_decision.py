"""The trials of the perceptual decision: stimuli, classes, epochs and times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.deciding import PERCEPTUAL, small_perceptual

from rnncompare import activity, plugins
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.perceptual_decision import perceptual_decision


def part(data, name):
    return data.isel(trial=data["set"].values == name)


def by_hand(made, trial, options):
    """Inputs, classes and epochs of one trial, written step by step."""
    lengths = [round(options[name] / options["dt"]) for name in ("fixation", "stimulus", "delay", "decision")]
    names = [name for name, n in zip("fsda", lengths, strict=True) for _ in range(n)]
    coherence, answer = float(made.coherence[trial]), str(made.answer.values[trial])
    inputs = [[float(n != "a"), *((n == "s") * (0.5 + sign * coherence / 2) for sign in (1, -1))] for n in names]
    classes = [{"left": 1, "right": 2}[answer] if n == "a" else 0 for n in names]
    return inputs, classes, [int(n == "a") for n in names]


@settings(max_examples=20, derandomize=True, deadline=None)
@given(
    dt=st.sampled_from([0.01, 0.02, 0.05, 0.1]),
    delay=st.sampled_from([0.0, 0.2]),
    fixation=st.sampled_from([0.0, 0.1]),
    coherences=st.lists(st.integers(0, 1000), min_size=1, max_size=4, unique=True),
    seed=st.integers(0, 1000),
)
def test_inputs_classes_and_epochs_follow_from_the_labels(dt, delay, fixation, coherences, seed):
    changes = {
        "dt": dt, "delay": delay, "fixation": fixation, "coherences": [c / 1000 for c in coherences], "seed": seed,
        "train_trials": 12, "test_trials": 1,
    }  # fmt: skip
    made = small_perceptual(**changes)
    for trial in range(0, made.sizes["trial"], 5):
        inputs, classes, epochs = by_hand(made, trial, PERCEPTUAL | changes)
        np.testing.assert_allclose(made.inputs.values[trial], inputs, atol=1e-6)
        assert made.answer_class.values[trial].tolist() == classes and made.epoch.values[trial].tolist() == epochs
    assert made.inputs.dtype == np.float32 and (made.mask.values == 1).all()


def test_the_answer_is_the_side_of_the_larger_input_and_has_both_values_at_coherence_zero():
    made = small_perceptual()
    sign = np.sign((made.inputs * made.evidence).sum("input").sum("time").values)
    answer = made.answer.values
    assert (answer[sign > 0] == "left").all() and (answer[sign < 0] == "right").all()
    zero = part(made, "test").isel(trial=part(made, "test").coherence.values == 0)
    assert (zero.answer.values == "left").mean() == 0.5 and set(zero.condition.values) == {"0.000"}
    stimulus = made.inputs.values[:, 2] - [1, 0.5, 0.5]
    np.testing.assert_allclose(stimulus, made.coherence.values[:, None] * made.evidence.values, atol=1e-6)


def test_coherences_and_answers_are_balanced_and_conditions_named_by_the_signed_coherence():
    made = small_perceptual()
    for name, trials in (("train", 600), ("test", 240)):
        counts = np.unique(np.stack([part(made, name).coherence, part(made, name).answer == "left"]), axis=1,
                           return_counts=True)[1]  # fmt: skip
        assert counts.sum() == trials and np.ptp(counts) <= 1
    assert set(made.condition.values) == {"-0.400", "-0.100", "0.000", "+0.100", "+0.400"}


def test_the_coherences_of_the_checkerboard_can_be_used():
    squares = np.array([117, 124, 135, 147, 158, 180, 214])
    coherences = np.round(2 * squares / 225 - 1, 3).tolist()
    made = small_perceptual(coherences=coherences)
    assert sorted(set(np.abs(made.coherence.values))) == coherences and len(set(made.condition.values)) == 14


def test_the_test_set_does_not_depend_on_the_pool_or_on_the_seed_and_the_pool_depends_on_the_seed():
    one = small_perceptual()
    for changes in ({"train_trials": 30}, {"seed": 5}):
        assert part(one, "test").equals(part(small_perceptual(**changes), "test"))
    assert small_perceptual().identical(one)
    assert not np.array_equal(one.condition.values, small_perceptual(seed=1).condition.values)


def test_the_task_can_be_written_and_read(tmp_path):
    made = small_perceptual()
    activity.write_dataset(made, tmp_path / "task.nc")
    again = activity.read_dataset(tmp_path / "task.nc")
    assert again.equals(made) and again.attrs == made.attrs


def test_options_in_the_form_of_a_config_match_their_annotations():
    check_values(perceptual_decision, PERCEPTUAL, "task")
    assert set(PERCEPTUAL) == set(plugins.options_of(perceptual_decision))
    assert perceptual_decision.needs(**PERCEPTUAL).simulation
    assert perceptual_decision.count_inputs(**PERCEPTUAL) == small_perceptual().sizes["input"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coherences": []}, "perceptual_decision.coherences: found [], wanted at least one"),
        ({"coherences": [0.1, 6.4]}, "coherences.1: found 6.4, wanted a share of at least 0 and at most 1"),
        ({"coherences": [-0.1]}, "coherences.0: found -0.1, wanted a share of at least 0 and at most 1"),
        ({"coherences": [0.1, 0.1]}, "found [0.1, 0.1], wanted each once"),
        ({"coherences": [0.1001, 0.1002]}, "found coherences [0.1001, 0.1002], wanted 0 or numbers that differ"),
        ({"coherences": [0.0001]}, "found coherences [0.0001], wanted 0 or numbers that differ"),
        ({"stimulus": 0.0}, "stimulus: found 0.0, wanted a time above 0"),
        ({"stimulus": 1e-8}, "found stimulus 1e-08 s, wanted at least a step of 0.05 s"),
        ({"stimulus": 0.77}, "found stimulus 0.77 s, wanted a whole number of steps of 0.05 s"),
        ({"fixation": 0.12}, "found fixation 0.12 s, wanted a whole number of steps of 0.05 s"),
        ({"decision": 1e-9}, "found decision 1e-09 s, wanted at least a step of 0.05 s"),
        ({"dt": 0}, "perceptual_decision.dt: found 0.0, wanted a time step of at least 0.0001"),
        ({"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials, wanted at least one"),
        ({"train_trials": 1_000_000, "dt": 0.001}, "GB: use fewer trials or a longer dt"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        small_perceptual(**changes)
    assert message in str(error.value)
