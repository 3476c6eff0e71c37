"""The trials of perceptual and delayed discrimination and of match to category: inputs, targets, times and sets."""

import numpy as np
import pytest
from support.deciding import (
    CATEGORY,
    DELAYED,
    DISCRIMINATION,
    small_category,
    small_delayed,
    small_discrimination,
    small_network,
)

from rnncompare import activity, plugins
from rnncompare.behaviour.ideal_observer import in_each_trial
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.delayed_discrimination import delayed_discrimination
from rnncompare.tasks.match_to_category import match_to_category
from rnncompare.tasks.perceptual_discrimination import perceptual_discrimination
from rnncompare.training.measurement import decisions_of
from rnncompare.training.simulate_decisions import decision_activity
from rnncompare.training.task_checks import check_data

TASKS = {
    "perceptual_discrimination": (small_discrimination, DISCRIMINATION, perceptual_discrimination),
    "delayed_discrimination": (small_delayed, DELAYED, delayed_discrimination),
    "match_to_category": (small_category, CATEGORY, match_to_category),
}
P, D, M = TASKS
each_task = pytest.mark.parametrize("name", TASKS)


def part(data, name):
    return data.isel(trial=data["set"].values == name)


def steps(made, name, dt=0.05):
    return np.rint(made[name].values / dt).astype(int)


def inputs_by_hand(made, trial):
    """The inputs of one trial, step by step, from its labels."""
    one, rows = made.isel(trial=trial), []
    for k in range(made.sizes["time"]):
        time = k * 0.05 + 1e-6
        if "coherence" in made.coords:
            on = float(one.stimulus_on) <= time < float(one.stimulus_off)
            c = float(one.coherence)
            rows.append([on * (1 + max(c, 0)), on * (1 + max(-c, 0))])
        elif "first" in made.coords:
            shown = [
                float(one.onset) <= time < float(one.first_off),
                float(one.second_on) <= time < float(one.decision_on),
            ]
            f = float(one.first if shown[0] else one.second)
            rows.append([any(shown) * (0.4 + 0.8 * (f - 10) / 24), any(shown) * (0.4 + 0.8 * (34 - f) / 24)])
        else:
            on = float(one.onset) <= time < float(one.decision_on)
            away = [
                min(abs(float(one.direction) - p), 360 - abs(float(one.direction) - p)) for p in np.arange(16) * 22.5
            ]
            rows.append([on * np.exp(-(np.deg2rad(d) ** 2) / 2) for d in away])
    return rows


@each_task
def test_inputs_targets_and_mask_follow_from_the_labels(name):
    made = TASKS[name][0](train_trials=24, test_trials=1)
    for trial in range(0, made.sizes["trial"], 4):
        np.testing.assert_allclose(made.inputs.values[trial], inputs_by_hand(made, trial), atol=1e-6)
        asked, end = steps(made, "decision_on")[trial], steps(made, "end")[trial]
        scored = steps(made, "stimulus_off")[trial] if "coherence" in made.coords else asked
        right = int(made.answer.values[trial] == "right")
        wanted = np.zeros((made.sizes["time"], 2))
        wanted[asked:end] = [[0.2, 1.0] if right else [1.0, 0.2]]
        np.testing.assert_allclose(made.targets.values[trial], wanted, atol=1e-6)
        assert np.flatnonzero(made.mask.values[trial]).tolist() == list(range(scored, end))


@each_task
def test_every_trial_has_a_step_for_its_stimuli_and_its_decision(name):
    """With durations that are drawn from 0 s on, many would have none."""
    made = TASKS[name][0](train_trials=2000)
    check_data(made)
    assert (steps(made, "end") > steps(made, "decision_on")).all()
    assert (made.inputs.values.any(axis=2).sum(axis=1) >= (2 if name == "delayed_discrimination" else 1)).all()
    assert (made.offset.values == made.end.values).all() and made.end.values.max() <= made.time.values[-1] + 0.0501
    if name == "delayed_discrimination":
        ends = [steps(made, when) for when in ("onset", "first_off", "second_on", "decision_on", "end")]
        assert np.diff(ends, axis=0).min(axis=1).tolist() == [1, 0, 1, 1]


@each_task
def test_conditions_and_answers_are_balanced(name):
    made = TASKS[name][0]()
    for which in ("train", "test"):
        some = part(made, which)
        counts = np.unique(some.condition.values, return_counts=True)[1]
        assert np.ptp(counts) <= 1 and len(counts) == len(set(made.condition.values))
        assert abs((some.answer.values == "left").mean() - 0.5) < 0.02
        answers = {c: a for c, a in zip(some.condition.values.tolist(), some.answer.values.tolist(), strict=True)}
        assert all(answers[c] == a for c, a in zip(some.condition.values, some.answer.values, strict=True))
    assert part(made, "train").sizes["trial"] == 200


@each_task
def test_the_test_set_has_fixed_times_and_does_not_depend_on_the_pool_or_the_seed(name):
    make = TASKS[name][0]
    for when in ("onset", "decision_on", "end"):
        assert len(set(part(make(), "test")[when].values.tolist())) == 1
    for changes in ({"train_trials": 30}, {"seed": 5}):
        one, other = (part(made, "test") for made in (make(), make(**changes)))
        times = min(one.sizes["time"], other.sizes["time"])
        assert one.isel(time=slice(times)).equals(other.isel(time=slice(times)))
    assert make().identical(make())
    assert not np.array_equal(make().condition.values, make(seed=1).condition.values)


@each_task
def test_a_network_that_answers_as_the_targets_is_right_and_one_that_answers_otherwise_is_wrong(name):
    made = TASKS[name][0]()
    decisions, trials = decisions_of(made), np.arange(made.sizes["trial"])
    assert (decisions.made(made.targets.values, trials)[0] == decisions.answer).all()
    assert (decisions.made(1 - made.targets.values, trials)[0] != decisions.answer).all()


@each_task
def test_a_network_can_be_simulated_and_has_choices_without_reaction_times(name):
    made = TASKS[name][0]()
    network = small_network(inputs=made.sizes["input"], dt=0.05, tau=0.1)
    found = decision_activity(network, made, smooth=0.0, window=(0.0, 0.4), bin=None, seed=0)
    assert set(found.choice.values) <= {"left", "right"} and "rt" not in found.coords
    wanted = part(made, "test").answer.values
    assert (found.correct.values == (found.choice.values == wanted)).all()


@each_task
def test_the_task_can_be_written_and_read(name, tmp_path):
    made = TASKS[name][0]()
    activity.write_dataset(made, tmp_path / "task.nc")
    again = activity.read_dataset(tmp_path / "task.nc")
    assert again.equals(made) and again.attrs == made.attrs


@each_task
def test_options_in_the_form_of_a_config_match_their_annotations(name):
    make, options, task = TASKS[name]
    check_values(task, options, "task")
    assert set(options) == set(plugins.options_of(task))
    assert task.needs(**options).simulation and task.count_inputs(**options) == make().sizes["input"]


def test_no_direction_lies_on_the_boundary_and_channels_are_at_different_directions():
    made = small_category(directions=2)
    assert set(made.direction.values) == {90.0, 270.0}
    peak = made.inputs.values[:, 4]
    assert np.unique(peak, axis=0).shape == (2, 16)
    assert (
        peak[made.direction.values == 90].argmax(axis=1).max()
        == 4
        == peak[made.direction.values == 90].argmax(axis=1).min()
    )
    assert len(set(made.input.values.tolist())) == 16


def test_the_ideal_observer_of_perceptual_discrimination_is_right_as_often_as_the_sign_of_the_summed_difference():
    """Also with unequal noise, where the observer has to weight the inputs; drawn in steps, as networks receive it."""
    made, tau, rng = small_discrimination(train_trials=0), 0.1, np.random.default_rng(0)
    trials, sd = np.arange(made.sizes["trial"]), np.array([0.1, 0.2])
    ideal = in_each_trial(made, trials, noise=sd.tolist(), tau=tau)
    for c in (0.1, 0.5):
        one = int(np.flatnonzero(made.coherence.values == c)[0])
        n = int(made.inputs.values[one].any(axis=1).sum())
        received = np.array([1 + c, 1]) + sd * np.sqrt(2 * tau / 0.05) * rng.standard_normal((40000, n, 2))
        other = np.array([1, 1 + c])
        likelihood = [-((received - mean) ** 2 / sd**2).sum(axis=(1, 2)) for mean in (np.array([1 + c, 1]), other)]
        assert (likelihood[0] > likelihood[1]).mean() == pytest.approx(ideal[one], abs=0.006)


def test_the_noise_of_psychrnn_makes_its_perceptual_task_certain():
    """At .1 for .25 s, evidence is 7.9 SDs from the criterion, with an SD of .0447 in a step of 10 ms."""
    published = {"coherences": [0.1, 0.3, 0.5, 0.7], "stimulus": [0.25, 0.75], "onset": [0.0, 1.0], "duration": 2.0,
                 "reaction": 0.02, "dt": 0.01, "test_stimulus": 0.25}  # fmt: skip
    made = small_discrimination(**published)
    s = 0.0447 / np.sqrt(2 * 0.1 / 0.01)
    ideal = in_each_trial(made, np.arange(made.sizes["trial"]), noise=[s, s], tau=0.1)
    assert ideal.min() > 1 - 1e-13
    assert in_each_trial(made, np.arange(4), noise=[0.1, 0.1], tau=0.1).min() < 0.9


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        (P, {"coherences": [0.1, 0.1001]}, "wanted numbers above 0 that differ in their first"),
        (P, {"coherences": [1.5]}, "found 1.5, wanted a share above 0 and at most 1"),
        (P, {"onset": [0.3, 0.0]}, "found onset [0.3, 0.0], wanted the shortest and the longest"),
        (P, {"duration": 0.6}, "found a duration of 0.6 s with onset up to 0.3 s, stimulus up to "
         "0.3 s and reaction 0.05 s, wanted at least 0.7 s"),
        (P, {"test_onset": 0.65}, "with test_onset up to 0.65 s"),
        (P, {"reaction": 0.02}, "found reaction 0.02 s, wanted a whole number of steps of 0.05 s"),
        (P, {"high": 0.2}, "found high 0.2 and low 0.2, wanted high above low"),
        (D, {"pairs": [[10.0, 18.0]]}, "found the pair [10.0, 18.0], wanted the higher frequency"),
        (D, {"pairs": []}, "found [], wanted at least one"),
        (D, {"pairs": [[1.00000001, 1.0]]}, "wanted frequencies that differ in six digits"),
        (D, {"delay": [0.3, 0.1]}, "found delay [0.3, 0.1], wanted the shortest and the longest"),
        (D, {"test_decision": 1e-9}, "found test_decision 1e-09 s, wanted at least a step of 0.05 s"),
        (D, {"test_delay": 0.12}, "found test_delay 0.12 s, wanted a whole number of steps"),
        (D, {"train_trials": 1_000_000, "dt": 0.001}, "GB: use fewer trials or a longer dt"),
        (M, {"directions": 7}, "found 7 directions, wanted an even number: one would lie on the boundary"),
        (M, {"tuning_width": 0.0}, "found 0.0, wanted a number of at least"),
        (M, {"decision": 1e-9}, "found decision 1e-09 s, wanted at least a step of 0.05 s"),
        (M, {"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials"),
    ],
)  # fmt: skip
def test_invalid_options_are_refused_with_a_readable_message(name, changes, message):
    with pytest.raises(BadOption) as error:
        TASKS[name][0](**changes)
    assert message in str(error.value)
