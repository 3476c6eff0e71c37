import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.comparison.preparation import prepare
from rnncompare.comparison.soft_normalisation import soft_normalised
from rnncompare.plugins import BadOption

MADE_UP_IS_A_FUNCTION = [HealthCheck.function_scoped_fixture]  # the same one for every example
AS_IT_IS = {"window": None, "soft_normalise": None}


def rebuilt(data, rate=None, time=None, condition=None, **coordinates):
    """The activity with other rates, times or labels."""
    return activity.build(
        data.rate.values if rate is None else rate,
        time=data.time.values if time is None else time,
        unit=[f"u{k}" for k in range(data.sizes["unit"] if rate is None else rate.shape[-1])],
        condition=data.condition.values.tolist() if condition is None else condition,
        per_trial=coordinates,
        source="flat one",
    )


def ramp(data, slope=3.0):
    """An activity whose rates are conditions' own straight lines in time."""
    lines = slope * data.time.values[:, None] * np.arange(1, data.sizes["unit"] + 1)
    return rebuilt(data, rate=lines + np.arange(data.sizes["trial"])[:, None, None])


def delays(data, values=("0.4", "0.5", "0.6")):
    """Every condition at every delay, each with rates of its own; trials in no order."""
    count = data.sizes["trial"]
    rate = np.concatenate([data.rate.values + k for k in range(len(values))])
    order = np.random.default_rng(0).permutation(len(rate))
    return rebuilt(
        data,
        rate=rate[order],
        condition=[data.condition.values.tolist()[k % count] for k in order],
        delay=np.repeat(values, count)[order],
    )


def test_without_a_constant_rates_stay_as_they_are(made_up):
    assert (prepare(made_up(1), made_up(2), **AS_IT_IS).x == made_up(1).rate.values).all()


def test_a_unit_is_divided_by_its_range_and_a_share_of_the_median_range(made_up):
    rate = made_up(1).rate.values
    span = np.ptp(rate, axis=(0, 1))
    assert np.ptp(soft_normalised(rate, 0.5), axis=(0, 1)) == pytest.approx(span / (span + 0.5 * np.median(span)))


def test_normalisation_knows_no_units(made_up):
    rate = made_up(1).rate.values
    assert soft_normalised(1000 * rate, 0.1) == pytest.approx(soft_normalised(rate, 0.1))


def test_a_silent_unit_stays_silent_where_most_are(made_up):
    rate = made_up(1, units=5).rate.values * [1, 0, 0, 0, 0]
    found = soft_normalised(rate, 0.1)
    assert np.isfinite(found).all()
    assert np.ptp(found, axis=(0, 1)).tolist() == [pytest.approx(1.0), 0, 0, 0, 0]


def test_a_window_keeps_both_its_ends(made_up):
    found = prepare(made_up(1), made_up(2), window=(-0.1, 0.05), soft_normalise=None)
    assert found.x.shape == found.y.shape == (8, 16, 20)
    assert (found.x == made_up(1).rate.sel(time=slice(-0.1001, 0.0501)).values).all()


def test_an_empty_window_is_refused(made_up):
    with pytest.raises(
        BadActivity, match=r"window 3 to 4 s: found 0 of the shared times in it .-0.2 to 0.19 s., wanted"
    ):
        prepare(made_up(1), made_up(2), window=(3.0, 4.0), soft_normalise=None)


@pytest.mark.parametrize("kind", ["silent", "constant", "same in all conditions"])
def test_an_activity_that_does_not_depend_on_the_condition_is_refused_by_name(kind, made_up):
    x = made_up(1)
    rate = {
        "silent": np.zeros(x.rate.shape),
        "constant": np.full(x.rate.shape, 0.1),
        "same in all conditions": 1e3 + np.broadcast_to(x.rate.values[:1], x.rate.shape) + 1e-12 * x.rate.values,
    }[kind]
    for pair in ((rebuilt(x, rate), made_up(2)), (made_up(2), rebuilt(x, rate))):
        with pytest.raises(BadActivity, match="flat one: found rates that are the same in all 8 conditions, wanted a"):
            prepare(*pair, window=None, soft_normalise=0.1)


def test_two_conditions_are_too_few(made_up):
    with pytest.raises(BadActivity, match=r"found 2 conditions in common .* wanted at least 3"):
        prepare(made_up(1, conditions=2), made_up(2, conditions=2), **AS_IT_IS)


@given(ratio=st.integers(1, 7), start=st.integers(-20, 0))
@settings(deadline=None, max_examples=20, derandomize=True)
def test_a_straight_line_is_binned_to_itself_at_the_centres(ratio, start):
    times = np.arange(start, start + 40) * 0.01
    slopes = np.arange(1.0, 4.0)
    rate = slopes * times[:, None] + np.arange(5.0)[:, None, None]
    data = activity.build(rate, time=times, unit=["a", "b", "c"], condition=list("12345"))
    found = prepare(data, data, bin=ratio * 0.01, **AS_IT_IS).x[0] / slopes
    ticks = found[:, 0] / (ratio * 0.01)
    assert found == pytest.approx(np.repeat(found[:, :1], 3, axis=1))
    assert ticks == pytest.approx(np.round(ticks))
    assert np.diff(ticks) == pytest.approx(1)
    assert 39 / ratio - 2 <= len(ticks) <= 40 / ratio


def test_a_bin_of_three_times_is_their_mean(made_up):
    x = made_up(1)
    found = prepare(x, x, bin=0.03, **AS_IT_IS).x
    first = x.rate.sel(time=slice(-0.1901, -0.1699)).values  # round the first multiple of 0.03 s that is whole
    assert found[:, 0] == pytest.approx(first.mean(axis=1))


def test_bins_of_the_step_change_nothing(made_up):
    x, y = made_up(1), made_up(2)
    assert (prepare(x, y, bin=0.01, **AS_IT_IS).x == prepare(x, y, **AS_IT_IS).x).all()


def test_bins_bring_unequal_steps_together(made_up):
    x, y = made_up(1, times=80), made_up(2)
    x = rebuilt(x, time=np.arange(80) * 0.005 - 0.2)
    found = prepare(x, y, bin=0.01, **AS_IT_IS)
    assert found.x.shape[1] == found.y.shape[1] == 39
    assert found.x[:, 0] == pytest.approx(
        (x.rate.values[:, 1] + 2 * x.rate.values[:, 2] + x.rate.values[:, 3]) / 4
    )  # at -0.19 s, the border times by half


@pytest.mark.parametrize("width", [0.015, 0.004])
def test_a_bin_that_is_no_multiple_of_the_step_is_refused(width, made_up):
    with pytest.raises(BadOption, match=rf"bin {width:g} s: found made up in steps of 0.01 s, wanted a multiple"):
        prepare(made_up(1), made_up(2), bin=width, **AS_IT_IS)


def test_a_bin_longer_than_the_activity_is_refused(made_up):
    with pytest.raises(BadActivity, match=r"bin 1 s: found made up from -0.2 to 0.19 s, wanted at least one whole bin"):
        prepare(made_up(1), made_up(2), bin=1.0, **AS_IT_IS)


def test_smoothing_twice_is_smoothing_once_with_the_variances_added(made_up):
    x, y = made_up(1, times=300), made_up(2, times=300)
    inner = slice(100, 200)  # away from the ends, where the first and last times are taken to go on
    once = prepare(x, y, smooth=0.05, **AS_IT_IS).x[:, inner]
    again = rebuilt(x, rate=prepare(x, y, smooth=0.03, **AS_IT_IS).x)
    assert prepare(again, y, smooth=0.04, **AS_IT_IS).x[:, inner] == pytest.approx(once, abs=1e-3)
    assert not np.allclose(prepare(x, y, **AS_IT_IS).x[:, inner], once, atol=1e-2)


def test_smoothing_leaves_straight_lines_alone_away_from_the_ends(made_up):
    line = prepare(ramp(made_up(1)), made_up(2), smooth=0.02, window=(-0.05, 0.05), soft_normalise=None).x
    assert line == pytest.approx(
        prepare(ramp(made_up(1)), made_up(2), window=(-0.05, 0.05), soft_normalise=None).x, abs=1e-9
    )


@given(lag=st.integers(-6, 6), bin=st.sampled_from([None, 0.02, 0.03]), smooth=st.sampled_from([0.0, 0.02]))
@settings(deadline=None, max_examples=25, derandomize=True, suppress_health_check=MADE_UP_IS_A_FUNCTION)
def test_a_late_copy_is_the_activity_itself_at_its_lag_whatever_else_is_done(lag, bin, smooth, made_up):
    early = made_up(1)
    late = rebuilt(early, time=early.time.values + lag * 0.01)
    found = prepare(early, late, lag=lag * 0.01, bin=bin, smooth=smooth, **AS_IT_IS)
    assert found.x == pytest.approx(found.y, abs=1e-12)
    if lag:
        found = prepare(early, late, bin=bin, smooth=smooth, **AS_IT_IS)
        assert not np.allclose(found.x, found.y, atol=1e-2)


def test_a_lag_between_two_times_is_refused(made_up):
    with pytest.raises(BadActivity, match="found 0 times in common"):
        prepare(made_up(1), made_up(2), lag=0.005, **AS_IT_IS)


@pytest.mark.parametrize("options", [{}, {"bin": 0.02}, {"smooth": 0.02}, {"soft_normalise": 0.2}, {"by": "trial"}])
def test_single_precision_stays_and_double_stays(options, made_up):
    options = AS_IT_IS | options | ({"groups": 2} if "by" in options else {})
    double = made_up(1, trials=2), made_up(2, trials=2)
    single = [side.assign(rate=side.rate.astype(np.float32)) for side in double]
    for sides, wanted in ((single, np.float32), (double, np.float64)):
        found = prepare(*sides, **options)
        arrays = [found.x, found.y, found.x_trials.rate, found.y_trials.rate, *(found.splits or ())]
        assert {a.dtype for a in arrays} == {np.dtype(wanted)}
    assert prepare(*single, **options).x == pytest.approx(prepare(*double, **options).x, abs=1e-5)


def test_each_condition_is_left_out_alone_where_nothing_is_said(made_up):
    found = prepare(made_up(1), made_up(2), **AS_IT_IS)
    assert found.groups.tolist() == list(range(8))
    assert not found.crossed
    assert found.splits is found.x_trials is found.y_trials is found.sessions is None
    assert found.labels == ["0", "45", "90", "135", "180", "225", "270", "315"]


@given(conditions=st.integers(3, 12), groups=st.integers(2, 12))
@settings(deadline=None, max_examples=20, derandomize=True, suppress_health_check=MADE_UP_IS_A_FUNCTION)
def test_groups_are_neighbours_as_even_as_can_be(conditions, groups, made_up):
    sides = made_up(1, conditions=conditions), made_up(2, conditions=conditions)
    if groups > conditions:
        with pytest.raises(BadOption, match=f"folds: found {groups} groups of {conditions} conditions, wanted 2 to"):
            prepare(*sides, groups=groups, **AS_IT_IS)
        return
    found = prepare(*sides, groups=groups, **AS_IT_IS).groups
    sizes = np.bincount(found)
    assert len(sizes) == groups
    assert sizes.max() - sizes.min() <= 1
    assert set(np.diff(found)) <= {0, 1}


def test_conditions_are_crossed_with_a_coordinate_and_left_out_at_one_of_its_values(made_up):
    x, y = delays(made_up(1)), delays(made_up(2))
    found = prepare(x, y, by="delay", **AS_IT_IS)
    assert found.x.shape == (24, 40, 20)
    assert found.crossed
    for group, value in enumerate(("0.4", "0.5", "0.6")):
        inside = [label for label, g in zip(found.labels, found.groups, strict=True) if g == group]
        assert {label.split()[1] for label in inside} == {value}
        assert [label.split()[0] for label in inside] == sorted({label.split()[0] for label in found.labels})
    k = found.labels.index("90 0.5")
    at = (x.condition == "90").values & (x.delay == "0.5").values
    assert (found.x[k] == x.rate.values[at].mean(axis=0)).all()


def test_a_coordinate_that_is_missing_or_constant_is_refused(made_up):
    with pytest.raises(BadActivity, match=r"made up: found coordinates .*'condition'.* wanted 'delay' of each trial"):
        prepare(made_up(1), made_up(2), by="delay", **AS_IT_IS)
    alone = delays(made_up(1), values=("0.4",))
    with pytest.raises(BadActivity, match=r"folds by delay: found .* wanted at least 2 values, each with the same"):
        prepare(alone, alone, by="delay", **AS_IT_IS)


def test_values_of_a_coordinate_with_other_conditions_are_refused_even_where_they_are_as_many(made_up):
    x = delays(made_up(1), values=("0.4", "0.5"))
    kept = np.where(x.delay == "0.4", ~x.condition.isin(["0", "45"]), ~x.condition.isin(["270", "315"]))
    x = x.isel(trial=np.flatnonzero(kept))
    with pytest.raises(BadActivity, match=r"folds by delay: found .* at 0.4 and .* at 0.5, wanted at least 2 values"):
        prepare(x, x, by="delay", **AS_IT_IS)


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_trial_folds_share_out_every_trial_once(folds, made_up):
    x, y = made_up(1, trials=10), made_up(2, trials=10)
    found = prepare(x, y, by="trial", groups=folds, window=None, soft_normalise=0.1)
    assert found.groups.tolist() == list(range(8))
    for average, training, left_out in (
        (found.x, found.splits.x_training, found.splits.x_left_out),
        (found.y, found.splits.y_training, found.splits.y_left_out),
    ):
        assert training.shape == left_out.shape == (folds, 8, 40, 20)
        sizes = np.array([len(range(k, 10, folds)) for k in range(folds)])[:, None, None, None]
        assert (sizes * left_out + (10 - sizes) * training) / 10 == pytest.approx(
            np.broadcast_to(average, training.shape)
        )
        assert (sizes * left_out).sum(axis=0) / 10 == pytest.approx(average)
        assert not np.allclose(left_out[0], left_out[1])


def test_a_side_without_trials_stays_whole_in_every_fold(made_up):
    found = prepare(made_up(1), made_up(2, trials=6), by="trial", groups=3, **AS_IT_IS)
    assert found.x_trials is None
    assert (found.splits.x_training == found.x).all()
    assert (found.splits.x_left_out == found.x).all()
    assert not np.allclose(found.splits.y_training[0], found.splits.y_left_out[0])


def test_trial_folds_without_trials_without_a_number_or_with_too_many_are_refused(made_up):
    with pytest.raises(BadActivity, match="folds by trial: found one trial a condition on both sides, wanted single"):
        prepare(made_up(1), made_up(2), by="trial", groups=2, **AS_IT_IS)
    with pytest.raises(BadOption, match="folds by trial: found groups None, wanted at least 2"):
        prepare(made_up(1, trials=3), made_up(2), by="trial", **AS_IT_IS)
    with pytest.raises(BadActivity, match="folds by trial: found 3 trials of a condition, wanted at least 4"):
        prepare(made_up(1, trials=3), made_up(2), by="trial", groups=4, **AS_IT_IS)


@pytest.mark.parametrize("options", [{}, {"bin": 0.02, "smooth": 0.02, "lag": 0.04}, {"window": (-0.1, 0.1)}])
def test_single_trials_are_prepared_as_their_averages_are(options, made_up):
    x, y = made_up(1, trials=4).isel(trial=slice(None, None, -1)), made_up(2, trials=3)
    found = prepare(x, y, **{"window": None, "soft_normalise": 0.2} | options)
    for average, trials, count in ((found.x, found.x_trials, 4), (found.y, found.y_trials, 3)):
        assert np.bincount(trials.condition).tolist() == [count] * 8
        means = [trials.rate[trials.condition == c].mean(axis=0) for c in range(8)]
        assert np.array(means) == pytest.approx(average, abs=1e-9)


def test_trials_of_conditions_that_are_not_shared_are_left_out(made_up):
    found = prepare(made_up(1, trials=3), made_up(2, conditions=4), **AS_IT_IS)  # 0, 90, 180 and 270 degrees
    assert found.labels == ["0", "90", "180", "270"]
    assert np.bincount(found.x_trials.condition).tolist() == [3] * 4
    assert found.y_trials is None


def test_sessions_of_the_recording_come_along(made_up):
    y = made_up(2).assign_coords(session=("unit", np.repeat(["monday", "tuesday"], 10)))
    for options in ({}, {"bin": 0.02}):
        assert prepare(made_up(1), y, **AS_IT_IS, **options).sessions.tolist() == ["monday"] * 10 + ["tuesday"] * 10
        assert prepare(y, made_up(1), **AS_IT_IS, **options).sessions is None


def test_preparation_leaves_what_it_was_given_alone(made_up):
    x, y = made_up(1, trials=2), made_up(2, trials=2)
    before = x.copy(deep=True), y.copy(deep=True)
    prepare(x, y, window=(-0.1, 0.1), soft_normalise=0.2, bin=0.02, smooth=0.02, lag=0.02, by="trial", groups=2)
    assert x.identical(before[0]) and y.identical(before[1])
