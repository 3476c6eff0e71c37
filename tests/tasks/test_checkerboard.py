"""The trials of the checkerboard task: stimuli, target outputs and frequencies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest
from support.deciding import CHECKERBOARD

from rnncompare import activity, plugins
from rnncompare.behaviour.decisions import behaviour, decide
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.checkerboard import checkerboard

RED = [11, 45, 67, 78, 90, 101, 108, 117, 124, 135, 147, 158, 180, 214]
OPTIONS = CHECKERBOARD | {
    "red_squares": RED,
    "alone": [0.6, 1.0],
    "both": 1.5,
    "after": 0.3,
    "early_outputs": "free",
    "dt": 0.01,
    "train_trials": 560,
    "test_trials": 2,
}


def task(**changes):
    return checkerboard(None, None, **(OPTIONS | changes))


@pytest.fixture(scope="module")
def many():
    """Enough trials for statistics."""
    return task(train_trials=4000, test_trials=100, dt=0.02)


def test_the_number_of_inputs_follows_from_the_options(many):
    assert checkerboard.count_inputs(**OPTIONS) == many.sizes["input"]


def part(data, name):
    return data.isel(trial=data.set.values == name)


def at(data, trial, time):
    """Index of a time of a trial in s."""
    return round(float(data[time].values[trial]) / activity.interval(data))


def test_coherences_are_those_of_the_numbers_of_red_squares(many):
    found = np.unique(np.abs(part(many, "test").coherence.values).round(6))
    np.testing.assert_allclose(found, [0.04, 0.1022, 0.2, 0.3067, 0.4044, 0.6, 0.9022], atol=5e-5)
    for trial in range(4000, 6800, 97):
        n = int(many.condition.values[trial].split("/")[1])
        assert many.coherence.values[trial] == pytest.approx(2 * n / 225 - 1)


def test_the_test_set_has_each_of_28_conditions_equally_often_and_no_catch_trial(many):
    names, counts = np.unique(part(many, "test").condition.values, return_counts=True)
    assert len(names) == 28 and (counts == 100).all() and {"red_left/011", "green_left/214"} <= set(names)
    assert (part(many, "test").catch == 0).all()


def test_a_tenth_of_training_trials_are_catch_trials_and_half_of_these_have_targets(many):
    train = part(many, "train")
    assert train.catch.values.sum() == 400
    caught = train.isel(trial=train.catch.values == 1)
    assert (caught.context.values != "none").sum() == 200
    assert set(caught.condition.values) == {"catch"} and np.isnan(caught.coherence.values).all()
    assert np.isnan(caught.onset.values).all() and (caught.targets == 0).all()


def test_conditions_and_layouts_of_the_pool_are_balanced_up_to_one_trial(many):
    train = part(many, "train")
    counts = np.unique(train.condition.values[train.catch.values == 0], return_counts=True)[1]
    assert len(counts) == 28 and np.ptp(counts) <= 1
    layouts = train.context.values[train.catch.values == 1]
    assert (layouts == "red_left").sum() == pytest.approx((layouts == "green_left").sum(), abs=14)


def test_the_pool_is_in_random_order(many):
    train = part(many, "train")
    early = train.isel(trial=slice(1000))
    assert early.catch.values.mean() == pytest.approx(0.1, abs=0.03)
    assert (early.context.values == "red_left").mean() == pytest.approx(0.475, abs=0.05)
    right = (train.answer.values == "right")[train.catch.values == 0]
    assert abs(np.corrcoef(right[1:], right[:-1])[0, 1]) < 0.05


@pytest.mark.parametrize("name", ["train", "test"])
def test_epochs_last_as_long_as_published(many, name):
    some = part(many, name)
    some = some.isel(trial=some.catch.values == 0)
    start, alone = some.targets_on.values, some.onset.values - some.targets_on.values
    assert kstest(start, "norm", args=(0.2, 0.05)).statistic < 0.11  # steps of 0.02 s alone cause .08
    assert start.mean() == pytest.approx(0.2, abs=0.004) and start.std() == pytest.approx(0.05, abs=0.004)
    assert alone.mean() == pytest.approx(0.8, abs=0.008) and alone.std() == pytest.approx(0.4 / np.sqrt(12), abs=0.004)
    assert alone.min() == pytest.approx(0.6) and alone.max() == pytest.approx(1.0)
    np.testing.assert_allclose(some.offset.values - some.onset.values, 1.5)
    np.testing.assert_allclose(some.end.values - some.offset.values, 0.3)


def test_the_absolute_value_of_a_negative_start_is_used():
    made = task(start={"mean": 0.0, "sd": 0.1}, train_trials=2000)
    start = made.targets_on.values[np.isfinite(made.targets_on.values)]
    assert start.min() >= 0 and start.mean() == pytest.approx(0.1 * np.sqrt(2 / np.pi), abs=0.006)


def by_hand(data, trial, options):
    """Inputs, targets and mask of a trial, computed epoch by epoch from its labels."""
    inputs, targets = np.zeros((data.sizes["time"], 4)), np.full((data.sizes["time"], 2), options["low"])
    mask = np.zeros(data.sizes["time"])
    mask[: at(data, trial, "end")] = 1
    offset = at(data, trial, "offset")
    if data.context.values[trial] != "none":
        red_left = 1 if data.context.values[trial] == "red_left" else -1
        inputs[at(data, trial, "targets_on") : offset, :2] = red_left, -red_left
    if np.isfinite(data.coherence.values[trial]):
        coherence = data.coherence.values[trial]
        inputs[at(data, trial, "checkerboard_on") : offset, 2:] = coherence, -coherence
    if not data.catch.values[trial]:
        onset, early = at(data, trial, "onset"), round(options["early"] / options["dt"])
        more_red, red_left = data.coherence.values[trial] > 0, data.context.values[trial] == "red_left"
        targets[onset + early : offset, 0 if more_red == red_left else 1] = options["high"]
        if options["early_outputs"] == "free":
            mask[onset : onset + early] = 0
    return inputs, targets, mask


@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    order=st.sampled_from(["targets_first", "checkerboard_first"]),
    early_outputs=st.sampled_from(["free", "low"]),
    catch=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    with_first=st.sampled_from([0.0, 0.5, 1.0]),
    duration=st.sampled_from([None, 2.0]),
    dt=st.sampled_from([0.01, 0.02, 0.05]),
    red_squares=st.lists(st.integers(0, 225), min_size=1, max_size=6, unique=True),
    levels=st.sampled_from([(0.0, 1.0), (-0.25, 0.75)]),
    seed=st.integers(0, 1000),
)
def test_inputs_targets_and_mask_of_every_epoch_follow_from_the_labels(
    order, early_outputs, catch, with_first, duration, dt, red_squares, levels, seed
):
    changes = {
        "order": order,
        "early_outputs": early_outputs,
        "catch": catch,
        "catch_with_first": with_first,
        "catch_duration": duration,
        "dt": dt,
        "red_squares": red_squares,
        "low": levels[0],
        "high": levels[1],
        "train_trials": 40,
        "test_trials": 1,
        "seed": seed,
    }
    made = task(**changes)
    assert {made[n].dtype for n in ("inputs", "targets", "mask")} == {np.dtype("float32")}
    for trial in range(made.sizes["trial"]):
        inputs, targets, mask = by_hand(made, trial, OPTIONS | changes)
        np.testing.assert_allclose(made.inputs.values[trial], inputs, atol=1e-6)
        np.testing.assert_allclose(made.targets.values[trial], targets, atol=1e-6)
        np.testing.assert_array_equal(made.mask.values[trial], mask)
    train = part(made, "train")
    assert train.catch.values.sum() == round(catch * 40)
    shown = (train.inputs.values != 0).any(axis=(1, 2))[train.catch.values == 1]
    assert shown.sum() == round(with_first * round(catch * 40))


def test_targets_and_coherences_are_shown_in_opposite_pairs():
    made = task()
    assert made.input.values.tolist() == ["target_left", "target_right", "coherence_red", "coherence_green"]
    values = made.inputs.values
    assert (values[..., 0] == -values[..., 1]).all() and (values[..., 2] == -values[..., 3]).all()
    assert np.abs(values).max() == 1
    assert not np.signbit(values[values == 0]).any()


def test_with_the_checkerboard_first_the_colour_is_shown_before_the_targets():
    made = task(order="checkerboard_first")
    test = part(made, "test")
    alone = test.targets_on.values - test.checkerboard_on.values
    assert (alone >= 0.6 - 1e-9).all() and (alone <= 1 + 1e-9).all()
    np.testing.assert_array_equal(test.onset.values, test.targets_on.values)
    for trial in range(len(alone)):
        between = slice(at(test, trial, "checkerboard_on"), at(test, trial, "targets_on"))
        assert (test.inputs.values[trial, between, :2] == 0).all()
        assert (test.inputs.values[trial, between, 2:] != 0).all()
        assert (test.targets.values[trial, : at(test, trial, "onset") + 20] == 0).all()
    caught = made.isel(trial=made.catch.values == 1)
    shown = np.isfinite(caught.coherence.values)
    assert shown.sum() == 28 and (caught.context.values == "none").all()
    assert (caught.targets == 0).all() and np.isnan(caught.targets_on.values).all()


def test_outputs_equal_to_the_targets_are_always_correct_and_decide_when_the_loss_begins():
    made = part(task(), "test")
    onset, until = made.onset.values, made.offset.values
    index, rt = decide(made.targets.values, made.time.values, onset, made.attrs["threshold"], until=until)
    did = behaviour(index, rt, made.context.values, made.coherence.values)
    assert (did["correct"] == 1).all() and did["choice"].tolist() == made.answer.values.tolist()
    np.testing.assert_allclose(rt, 0.2)


def test_the_same_seed_gives_the_same_trials_and_another_seed_different_ones():
    assert task().identical(task())
    other = task(seed=1)
    assert not np.array_equal(other.onset.values, task().onset.values)
    assert not np.array_equal(other.condition.values, task().condition.values)


def test_pool_and_test_set_have_different_times():
    pool, test = (part(task(catch=0.0), name).onset.values[:56] for name in ("train", "test"))
    assert abs(np.corrcoef(pool, test)[0, 1]) < 0.4


@pytest.mark.parametrize("changes", [{"train_trials": 40}, {"catch": 0.5}, {"catch_duration": 2.0}])
def test_the_test_set_does_not_depend_on_the_pool(changes):
    one, other = part(task(), "test"), part(task(**changes), "test")
    times = min(one.sizes["time"], other.sizes["time"])
    assert one.isel(time=slice(times)).equals(other.isel(time=slice(times)))


def test_rounding_to_the_step_changes_times_by_at_most_half_a_step():
    fine, coarse = task(dt=0.01), task(dt=0.05)
    for name in ("targets_on", "onset", "offset", "end"):
        assert np.nanmax(np.abs(fine[name].values - coarse[name].values)) < 0.061  # for two epochs and both steps


def test_catch_trials_can_have_a_fixed_duration():
    made = task(catch_duration=2.0)
    caught = made.catch.values == 1
    assert (made.end.values[caught] == 2).all() and (made.offset.values[caught] == 1.7).all()
    assert (made.mask.values[caught].sum(axis=1) == 200).all()


def test_the_task_can_be_written_and_read(tmp_path):
    made = task()
    activity.write_dataset(made, tmp_path / "task.nc")
    assert activity.read_dataset(tmp_path / "task.nc").equals(made)


def test_options_in_the_form_of_a_config_match_their_annotations():
    check_values(checkerboard, OPTIONS, "task")
    assert set(OPTIONS) == set(plugins.options_of(checkerboard))
    with pytest.raises(BadOption, match="Did you mean 'targets_first'"):
        check_values(checkerboard, OPTIONS | {"order": "target_first"}, "task")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"red_squares": [11, 226]},
            "found 226 red squares of 225, coherence 1.01, wanted 0 to 225, coherence -1",
        ),
        ({"red_squares": [-1, 11]}, "checkerboard.red_squares.0: found -1, wanted a whole number of at least 0"),
        ({"red_squares": [100, 113], "squares": 200}, "found 100 red squares of 200, wanted one colour to dominate"),
        ({"red_squares": []}, "checkerboard.red_squares: found [], wanted at least one"),
        ({"red_squares": [11, 11]}, "checkerboard.red_squares: found [11, 11], wanted each once"),
        ({"red_squares": [11.5]}, "checkerboard.red_squares.0: Input should be a valid integer"),
        ({"order": "target_first"}, "'checkerboard_first' (found 'target_first'). Did you mean 'targets_first'?"),
        ({"early_outputs": "fre"}, "'free' or 'low' (found 'fre'). Did you mean 'free'?"),
        ({"start": {"mean": 0.2}}, "found start {'mean': 0.2}, wanted mean and sd of at least 0 s"),
        ({"alone": [1.0, 0.6]}, "found alone [1.0, 0.6], wanted the shortest and the longest time in s"),
        ({"dt": 0}, "checkerboard.dt: found 0.0, wanted a time step of at least 0.0001"),
        ({"both": 1.505}, "found both 1.505 s, wanted a whole number of steps of 0.01 s"),
        ({"after": -0.3}, "checkerboard.after: found -0.3, wanted a time of at least 0"),
        ({"early": 1.5}, "found early 1.5 s, wanted less than both, 1.5 s"),
        ({"catch_duration": 0.3}, "found catch_duration 0.3 s, wanted more than after, 0.3 s"),
        ({"catch": 1.1}, "checkerboard.catch: found 1.1, wanted a share of at least 0 and at most 1"),
        ({"threshold": 1.0}, "found low 0, threshold 1, high 1, wanted low < threshold < high"),
        ({"train_trials": -1}, "checkerboard.train_trials: found -1, wanted a number of trials of at least 0"),
        ({"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials, wanted at least one"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        task(**changes)
    assert message in str(error.value)
