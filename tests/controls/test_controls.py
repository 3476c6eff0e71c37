"""Each control has the properties that its docstring states."""

import numpy as np
import pytest
from controls.small_study import recording, task

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.controls.inputs import inputs
from rnncompare.controls.kinematics import kinematics
from rnncompare.controls.poisson import poisson
from rnncompare.controls.units import units
from rnncompare.plugins import BadOption


def test_kinematics_are_the_named_channels_in_the_given_order(made_up):
    data = recording(made_up)
    control = kinematics(data, None, seed=0, channels=["hand_velocity_y", "hand_velocity_x"])
    assert control.unit.values.tolist() == ["hand_velocity_y", "hand_velocity_x"]
    assert (control.rate.values == data.behavior.values[..., ::-1]).all()
    assert "behavior" not in control


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        (
            ["hand_x"],
            "control kinematics of made up: found behavior ['hand_velocity_x', 'hand_velocity_y'], wanted hand_x",
        ),
        ([], "wanted at least one channel"),
    ],
)
def test_kinematics_that_were_not_recorded_are_refused(channels, message, made_up):
    with pytest.raises(BadActivity) as error:
        kinematics(recording(made_up), None, seed=0, channels=channels)
    assert message in str(error.value)


def test_inputs_are_those_of_the_task_at_the_reference_delay_and_recorded_times(made_up):
    data = recording(made_up)
    control = inputs(data, task(data), seed=0)
    assert (control.rate.values == task(data).inputs.values[8:, 10:]).all()
    assert (control.time.values == data.time.values).all()
    assert "delay" not in control.coords


def test_inputs_without_a_task_are_refused(made_up):
    with pytest.raises(BadActivity, match="control inputs: found no task"):
        inputs(recording(made_up), None, seed=0)


@pytest.mark.parametrize("count", [2, 7, 20])
def test_the_two_halves_of_a_seed_are_disjoint_and_contain_all_units(count, made_up):
    data = made_up(1, units=count)
    first, second = (units(data, None, seed=5, half=half) for half in ("first", "second"))
    names = [*first.unit.values.tolist(), *second.unit.values.tolist()]
    assert sorted(names) == sorted(data.unit.values.tolist())
    assert first.sizes["unit"] == count // 2
    for half in (first, second):
        assert (half.rate.values == data.rate.values[..., np.isin(data.unit.values, half.unit.values)]).all()


def test_another_seed_splits_the_units_differently(made_up):
    splits = {tuple(units(made_up(1), None, seed=s, half="first").unit.values.tolist()) for s in range(8)}
    assert len(splits) == 8


def test_invalid_halves_are_refused(made_up):
    with pytest.raises(BadOption, match="found half 'third', wanted 'first' or 'second'"):
        units(made_up(1), None, seed=0, half="third")
    with pytest.raises(BadActivity, match="found 1 unit, wanted at least 2"):
        units(made_up(1, units=1), None, seed=0, half="first")


def test_drawn_spikes_are_counts_with_the_given_mean_and_average_to_the_rates(made_up):
    data = recording(made_up)
    drawn = poisson(data, None, seed=0, trials=400, mean_rate=20.0, smooth=0.0)
    counts = drawn.rate.values * 0.01
    assert np.allclose(counts, counts.round()) and counts.min() == 0
    assert drawn.rate.values.mean() == pytest.approx(20, rel=0.01)
    rate = data.rate.values - np.minimum(data.rate.values.min(axis=(0, 1)), 0)
    expected = rate * 20 / rate.mean()
    average = activity.condition_average(drawn).rate.values
    # The z-scores of means of 400 Poisson counts have variance 1 if the expected rate is not 0.
    z = ((average - expected) / np.sqrt(np.maximum(expected, 1) / 0.01 / 400))[expected > 1]
    assert np.abs(z.mean()) < 0.05 and z.std() == pytest.approx(1, abs=0.05)


def test_counts_have_the_variance_of_poisson_counts_across_trials(made_up):
    drawn = poisson(recording(made_up), None, seed=1, trials=200, mean_rate=20.0, smooth=0.0)
    counts = drawn.rate.values.reshape(8, 200, 40, 20) * 0.01
    mean, variance = counts.mean(axis=1), counts.var(axis=1, ddof=1)
    assert (variance.sum() / mean.sum()) == pytest.approx(1, abs=0.02)


def test_behavior_is_repeated_and_the_number_of_trials_is_as_given(made_up):
    data = recording(made_up)
    drawn = poisson(data, None, seed=0, trials=3, mean_rate=20.0, smooth=0.02)
    assert drawn.sizes["trial"] == 24
    assert (drawn.behavior.values[::3] == data.behavior.values).all()
    assert (drawn.behavior.values[1::3] == data.behavior.values).all()
    assert (drawn.angle.values == np.repeat(data.angle.values, 3)).all()


def test_smoothing_keeps_the_mean_and_lowers_the_variance(made_up):
    raw, smooth = (poisson(recording(made_up), None, seed=0, trials=20, mean_rate=20.0, smooth=s) for s in (0, 0.03))
    assert smooth.rate.values.mean() == pytest.approx(raw.rate.values.mean(), rel=0.01)
    assert smooth.rate.values.var() < 0.2 * raw.rate.values.var()


@pytest.mark.parametrize("changes", [{"trials": 0}, {"mean_rate": 0.0}, {"smooth": -0.1}])
def test_invalid_options_of_poisson_are_refused(changes, made_up):
    options = {"trials": 2, "mean_rate": 10.0, "smooth": 0.0} | changes
    with pytest.raises(BadOption, match="wanted at least 1 trial, a mean_rate above 0"):
        poisson(recording(made_up), None, seed=0, **options)


def test_a_silent_source_is_an_error(made_up):
    silent = recording(made_up)
    silent = silent.assign(rate=silent.rate * 0)
    with pytest.raises(BadActivity, match="control poisson of made up: found rates of 0 throughout"):
        poisson(silent, None, seed=0, trials=2, mean_rate=10.0, smooth=0.0)
