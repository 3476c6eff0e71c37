"""Split halves of trials: their disjointness, and the ceiling computed from them."""

import numpy as np
import pytest

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.controls.trials import trials
from rnncompare.plugins import BadOption
from rnncompare.statistics.reliability import spearman_brown


def numbered(data):
    return data.assign_coords(number=("trial", np.arange(data.sizes["trial"])))


def halves(data, seed=0):
    return [trials(data, None, seed=seed, half=half) for half in ("first", "second")]


@pytest.mark.parametrize("each", [2, 5, 8])
def test_the_two_halves_of_a_seed_are_disjoint_and_contain_all_trials(each, made_up):
    data = numbered(made_up(1, trials=each))
    first, second = halves(data, seed=5)
    assert sorted([*first.number.values, *second.number.values]) == list(range(8 * each))
    for half, size in ((first, each // 2), (second, each - each // 2)):
        assert (np.diff(half.number.values) > 0).all()
        assert all((half.condition.values == c).sum() == size for c in activity.conditions(data))
        assert half.equals(data.isel(trial=half.number.values))


def test_conditions_may_have_different_numbers_of_trials(made_up):
    data = numbered(made_up(1, trials=4)).isel(trial=slice(2, None))
    first, second = halves(data)
    assert first.sizes["trial"] == 1 + 7 * 2 and second.sizes["trial"] == 1 + 7 * 2


def test_another_seed_splits_the_trials_differently(made_up):
    data = numbered(made_up(1, trials=6))
    assert len({tuple(halves(data, seed)[0].number.values) for seed in range(8)}) == 8


def test_every_trial_of_a_condition_is_drawn_equally_often(made_up):
    data = numbered(made_up(1, conditions=2, trials=4))
    counts = np.bincount(np.concatenate([halves(data, seed)[0].number.values for seed in range(400)]), minlength=8)
    assert np.abs(counts / 400 - 0.5).max() < 0.1


def test_the_spearman_brown_extrapolation_of_halves_equals_the_agreement_of_two_full_sets_of_trials(made_up):
    rng = np.random.default_rng(0)
    data = made_up(1, conditions=8, times=200, units=20, trials=8)
    signal = np.repeat(activity.condition_average(data).rate.values, 8, axis=0)
    recorded, repeated = (
        data.assign(rate=(data.rate.dims, signal + 6 * rng.standard_normal(signal.shape))) for _ in "ab"
    )

    def agreement(a, b):
        return np.corrcoef(*(activity.condition_average(side).rate.values.ravel() for side in (a, b)))[0, 1]

    whole = agreement(recorded, repeated)
    half = np.mean([agreement(*halves(recorded, seed)) for seed in range(4)])
    assert half < whole - 0.05
    assert spearman_brown(half) == pytest.approx(whole, abs=0.02)


def test_a_recording_of_averages_is_refused(made_up):
    with pytest.raises(BadActivity) as error:
        trials(made_up(1), None, seed=0, half="first")
    assert str(error.value) == (
        "control trials of made up: found only 1 trial in 8 conditions (0, 45, 90, ...), "
        "wanted at least 2 of each condition; condition averages cannot be split into halves of trials"
    )


def test_a_single_condition_with_one_trial_is_refused(made_up):
    data = made_up(1, trials=2).isel(trial=slice(1, None))
    with pytest.raises(BadActivity, match=r"found only 1 trial in 1 conditions \(0\), wanted"):
        trials(data, None, seed=0, half="second")


def test_a_third_half_is_refused(made_up):
    with pytest.raises(BadOption, match="control trials: found half 'third', wanted 'first' or 'second'"):
        trials(made_up(1, trials=2), None, seed=0, half="third")
