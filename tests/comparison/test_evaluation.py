from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.evaluation import (
    Observed,
    delete_one,
    evaluate,
    from_recording,
    name_of,
    observed,
    subsets,
    true_values,
    with_recording,
    with_units,
    without_each,
)
from rnncompare.comparison.pair import Pair, Scores, Splits, Trials
from rnncompare.comparison.permutations import condition_orders
from rnncompare.comparison.preparation import prepare
from rnncompare.statistics.jackknife import jackknife_error

CCA = plugins.bind("similarity", {"use": "cca", "components": 3, "curve": []}, "test")


def overlap(x, y):
    """A plain measure of two arrays, whose numbers of units may differ."""
    return {"overlap": float((x.mean(axis=-1) * y.mean(axis=-1)).sum())}


def pair_of(x, y, draws=0, **frame):
    """Two activities as the input of a measure, with single trials and folds as `frame` requires."""
    side = prepare(x, y, window=None, soft_normalise=None, **frame)
    orders = condition_orders(len(side.x), permutations=draws, seed=0)
    return Pair(side.x, side.y, orders, "removed", side.groups, side.splits, side.x_trials, side.y_trials)


@pytest.fixture
def by_trial(made_up):
    """A pair with single trials on both sides, and folds of trials."""
    return pair_of(made_up(1, trials=4, units=6), made_up(2, trials=6, units=5), by="trial", groups=2)


def same(one, other):
    """Assert that two pairs have equal arrays."""
    for field in fields(Pair):
        a, b = getattr(one, field.name), getattr(other, field.name)
        for left, right in zip(*((v if isinstance(v, tuple) else (v,)) for v in (a, b)), strict=True):
            np.testing.assert_array_equal(left, right)


def test_a_plain_measure_is_given_centred_sides_with_the_true_pairing_first(made_up):
    calls = []

    def spy(x, y):
        calls.append((x, y))
        return {"zero": 0.0}

    x, y = made_up(1).rate.values, made_up(2).rate.values
    evaluate(spy, Pair(x, y, condition_orders(8, permutations=3, seed=0), "removed"))
    assert len(calls) == 4
    assert (calls[0][1] == y - y.mean(axis=0)).all()
    assert abs(calls[0][0].mean(axis=0)).max() < 1e-12
    evaluate(spy, Pair(x, y, np.arange(8)[None], "kept"))
    assert (calls[-1][0] == x - x.mean(axis=(0, 1))).all()


def test_statistics_become_arrays_and_those_without_a_fold_are_kept(made_up):
    pair = pair_of(made_up(1), made_up(2), draws=3)

    def at_once(pair):
        return Scores({"drawn": [1, 2, 3, 4], "described": 5}, {"drawn": np.array([0.5, 0.7])})

    found = evaluate(at_once, pair)
    assert found.alone == {}  # of a measure that gives none
    assert {name: v.shape for name, v in found.values.items()} == {"drawn": (4,), "described": ()}
    assert all(v.dtype == float for v in found.values.values())
    assert found.deleted == {"drawn": pytest.approx([0.5, 0.7])}
    assert evaluate(overlap, pair).deleted == {}


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_the_error_for_values_that_are_not_finite_gives_the_measure_and_their_number(bad, made_up):
    def broken(x, y, *, scale):
        return {"value": scale * bad, "other": 1.0}

    with pytest.raises(ValueError, match="broken: found 4 of 4 values of value not finite, wanted none"):
        evaluate(partial(broken, scale=2.0), pair_of(made_up(1), made_up(2), draws=3))


def test_the_name_of_a_measure_does_not_depend_on_bound_options():
    assert name_of(CCA) == "cca"
    assert name_of(overlap) == "overlap"


def test_the_jackknife_evaluates_the_measure_without_each_condition(made_up):
    x, y = made_up(1).rate.values, made_up(2).rate.values
    values = []
    for c in range(8):
        a, b = np.delete(x, c, axis=0), np.delete(y, c, axis=0)
        values.append(evaluate(CCA, Pair(a, b, np.arange(7)[None], "removed")).values["mean"][0])
    assert delete_one(CCA, Pair(x, y, np.arange(8)[None], "removed"))["mean"] == pytest.approx(np.array(values))


def test_of_many_conditions_groups_are_left_out_with_the_standard_error_of_their_means():
    scores = np.random.default_rng(0).normal(size=64)
    x = np.repeat(scores[:, None, None], 3, axis=1)

    def mean(pair):
        return {"mean": np.full(len(pair.orders), pair.x.mean())}

    deleted = delete_one(mean, Pair(x, x, np.arange(64)[None], "removed"))["mean"]
    groups = (scores[:32] + scores[32:]) / 2
    assert len(deleted) == 32
    assert jackknife_error(deleted) == pytest.approx(groups.std(ddof=1) / np.sqrt(32), rel=1e-12)


def test_no_condition_is_left_out_if_too_few_remain(made_up):
    def four_or_more(x, y):
        if len(x) < 4:
            raise BadActivity("found 3 conditions, wanted at least 4")
        return {"one": 1.0}

    assert delete_one(four_or_more, pair_of(made_up(1, conditions=4), made_up(2, conditions=4))) == {}
    assert delete_one(four_or_more, pair_of(made_up(1), made_up(2)))["one"].tolist() == [1.0] * 8


def test_all_units_are_used_once_if_there_are_no_more_than_the_count():
    for count in (None, 20, 30):
        ((source, recording),) = subsets(20, 15, count=count, repeats=3, seed=0)
        assert (source == np.arange(20)).all()
        assert (recording == np.arange(15)).all()


def test_subsets_have_one_size_and_distinct_units_and_depend_on_the_seed():
    found = subsets(20, 30, count=7, repeats=4, seed=0)
    assert [[len(set(units.tolist())) for units in pick] for pick in found] == [[7, 7]] * 4
    assert all((np.diff(units) > 0).all() for pick in found for units in pick)
    assert len({tuple(recording.tolist()) for _, recording in found}) == 4
    again, other = (subsets(20, 30, count=7, repeats=4, seed=s) for s in (0, 1))
    assert all((a == b).all() for one, two in zip(found, again, strict=True) for a, b in zip(one, two, strict=True))
    assert any((a[1] != b[1]).any() for a, b in zip(found, other, strict=True))


def test_a_side_with_fewer_units_than_the_count_keeps_all_of_them():
    for source, recording in subsets(4, 30, count=10, repeats=3, seed=0):
        assert (source == np.arange(4)).all()
        assert len(recording) == 10


def test_every_source_is_compared_with_the_same_units_of_the_recording():
    few, many = (subsets(n, 30, count=7, repeats=3, seed=0) for n in (6, 200))
    assert all((a[1] == b[1]).all() for a, b in zip(few, many, strict=True))


def test_a_score_is_the_mean_over_subsets(made_up):
    pair = pair_of(made_up(1), made_up(2, units=30), draws=10)
    picks = subsets(20, 30, count=5, repeats=3, seed=0)
    alone = [evaluate(overlap, replace(pair, x=pair.x[..., a], y=pair.y[..., b])).values["overlap"] for a, b in picks]
    found = observed(overlap, pair, picks, errors=True, jackknife=True)
    assert found.values["overlap"] == pytest.approx(np.mean(alone, axis=0))
    assert true_values(overlap, pair.true_pairing(), picks)["overlap"] == pytest.approx(np.mean(alone, axis=0)[0])
    deleted = [delete_one(overlap, replace(pair, x=pair.x[..., a], y=pair.y[..., b]))["overlap"] for a, b in picks]
    assert found.errors["overlap"] == pytest.approx(np.mean([jackknife_error(each) for each in deleted]))
    assert found.jackknifed["overlap"] == pytest.approx(np.mean(deleted, axis=0))
    for how in ({"errors": False, "jackknife": True}, {"errors": True, "jackknife": False}):
        assert observed(overlap, pair, picks, **how)[1:3] == ({}, {})


def with_folds(pair):
    """A measure that gives its statistic without each of two folds."""
    return Scores({"one": np.ones(len(pair.orders))}, {"one": np.array([0.5, 1.0])})


def test_values_without_each_fold_that_a_measure_returns_are_those_of_the_jackknife(made_up):
    pair = pair_of(made_up(1), made_up(2))
    picks = subsets(20, 20, count=None, repeats=1, seed=0)
    found = observed(with_folds, pair, picks, errors=True, jackknife=False)
    assert found.errors == {"one": 0.25} and found.jackknifed["one"].tolist() == [0.5, 1.0]
    assert observed(with_folds, pair, picks, errors=False, jackknife=True)[1:3] == ({}, {})


def test_the_values_of_single_folds_are_means_over_subsets_and_missing_where_nothing_is_left_out(made_up):
    pair = pair_of(made_up(1), made_up(2, units=30))
    picks = subsets(20, 30, count=5, repeats=3, seed=0)

    def of_folds(pair):
        size = pair.y.mean()  # differs between subsets
        return Scores({"one": np.ones(len(pair.orders))}, {}, {"one": np.array([size, np.nan])})

    found = observed(of_folds, pair, picks, errors=True, jackknife=False).alone["one"]
    assert found[0] == pytest.approx(np.mean([pair.y[..., b].mean() for _, b in picks])) and np.isnan(found[1])
    assert observed(overlap, pair, picks, errors=True, jackknife=False).alone == {}


def test_folds_of_trials_have_an_error_but_are_not_left_out_conditions(by_trial):
    picks = subsets(6, 5, count=None, repeats=1, seed=0)
    found = observed(with_folds, by_trial, picks, errors=True, jackknife=True)
    assert found.errors == {"one": 0.25} and found.jackknifed == {}
    plain = observed(overlap, by_trial, picks, errors=True, jackknife=True)
    assert len(plain.jackknifed["overlap"]) == 8


def test_conditions_are_left_out_of_all_sources_together_or_of_none():
    one, more = (Observed({}, {}, {"t": np.arange(n, dtype=float)}, {}) for n in (2, 3))
    assert without_each([one, one], "t").tolist() == [[0, 0], [1, 1]]
    assert without_each([one, more], "t") is None
    assert without_each([one, Observed({}, {}, {}, {})], "t") is without_each([one], "other") is None


def test_the_subset_of_all_units_is_the_pair_itself(by_trial):
    same(with_units(by_trial, by_trial.y, np.arange(5)), by_trial)
    picks = subsets(6, 5, count=None, repeats=1, seed=0)
    evaluated = []
    true_values(lambda pair: evaluated.append(pair) or {"one": 1.0}, by_trial, picks)
    assert evaluated[0] is by_trial


def test_units_are_selected_in_averages_trials_and_splits(by_trial):
    units = np.array([4, 0, 0, 2, 1])
    found = with_units(by_trial, by_trial.y[..., units], units)
    assert (found.y == by_trial.y[..., units]).all()
    assert (found.y_trials.rate == by_trial.y_trials.rate[..., units]).all()
    assert (found.splits.y_training == by_trial.splits.y_training[..., units]).all()
    assert (found.splits.y_left_out == by_trial.splits.y_left_out[..., units]).all()
    same(found, replace(by_trial, y=found.y, y_trials=found.y_trials, splits=found.splits))
    assert found.x is by_trial.x and found.x_trials is by_trial.x_trials
    assert found.splits.x_training is by_trial.splits.x_training


def averages_of(trials):
    return np.array([trials.rate[trials.condition == c].mean(axis=0) for c in range(8)])


def test_replacing_the_recording_keeps_the_residuals_of_trials_and_folds(by_trial):
    y = np.random.default_rng(0).standard_normal(by_trial.y.shape)
    found = with_recording(by_trial, y)
    assert (found.y == y).all()
    assert averages_of(found.y_trials) == pytest.approx(y)
    residuals = [p.y_trials.rate - p.y[p.y_trials.condition] for p in (found, by_trial)]
    assert residuals[0] == pytest.approx(residuals[1])
    for name in ("y_training", "y_left_out"):
        assert getattr(found.splits, name) - y == pytest.approx(getattr(by_trial.splits, name) - by_trial.y)
    assert found.x is by_trial.x and found.x_trials is by_trial.x_trials
    assert found.splits.x_training is by_trial.splits.x_training


def test_replacing_the_recording_by_itself_changes_nothing(by_trial):
    found = with_recording(by_trial, by_trial.y)
    for name in Splits._fields:
        assert getattr(found.splits, name) == pytest.approx(getattr(by_trial.splits, name))
    assert found.y_trials.rate == pytest.approx(by_trial.y_trials.rate)


def test_a_source_derived_from_the_recording_has_its_trials_and_folds(by_trial):
    itself = from_recording(by_trial, by_trial.y)
    assert (itself.x == by_trial.y).all()
    assert itself.x_trials.rate == pytest.approx(by_trial.y_trials.rate)
    assert itself.splits.x_training == pytest.approx(by_trial.splits.y_training)
    assert itself.splits.x_left_out == pytest.approx(by_trial.splits.y_left_out)
    x = np.random.default_rng(0).standard_normal(by_trial.y.shape)
    found = from_recording(by_trial, x)
    assert averages_of(found.x_trials) == pytest.approx(x)
    assert found.splits.x_training - x == pytest.approx(by_trial.splits.y_training - by_trial.y)
    assert found.y is by_trial.y and found.y_trials is by_trial.y_trials


def test_condition_averages_can_be_replaced_without_trials(made_up):
    pair = pair_of(made_up(1), made_up(2))
    y = 2 * pair.y
    same(with_recording(pair, y), replace(pair, y=y))
    same(from_recording(pair, y), replace(pair, x=y))


def test_the_true_pairing_is_the_first_draw(made_up):
    pair = pair_of(made_up(1), made_up(2), draws=5)
    assert evaluate(CCA, pair.true_pairing()).values["mean"] == pytest.approx(evaluate(CCA, pair).values["mean"][:1])


@pytest.mark.parametrize("left_out", [3, np.array([1, 6])], ids=str)
def test_leaving_out_conditions_also_removes_their_trials(by_trial, left_out):
    found, kept = by_trial.without(left_out), np.delete(np.arange(8), left_out)
    assert len(found.x) == len(found.y) == len(found.groups) == found.splits.x_training.shape[1] == len(kept)
    for trials, before, count in ((found.x_trials, by_trial.x_trials, 4), (found.y_trials, by_trial.y_trials, 6)):
        assert np.bincount(trials.condition).tolist() == [count] * len(kept)
        assert isinstance(trials, Trials)
        for now, then in enumerate(kept):
            assert (trials.rate[trials.condition == now] == before.rate[before.condition == then]).all()


def test_a_subset_selects_units_in_averages_trials_and_splits_of_both_sides(by_trial):
    evaluated = []
    source, recording = np.array([1, 4]), np.array([0, 2, 3])
    true_values(lambda pair: evaluated.append(pair) or {"one": 1.0}, by_trial, [(source, recording)])
    (found,) = evaluated
    for side, units in (("x", source), ("y", recording)):
        assert (getattr(found, side) == getattr(by_trial, side)[..., units]).all()
        assert (getattr(found, f"{side}_trials").rate == getattr(by_trial, f"{side}_trials").rate[..., units]).all()
        for name in (f"{side}_training", f"{side}_left_out"):
            assert (getattr(found.splits, name) == getattr(by_trial.splits, name)[..., units]).all()
