"""Margins of choices, compared with counts over pairs of trials and with two libraries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

from rnncompare.choice import roc
from rnncompare.choice.draws import resampled_within, shuffled_within
from rnncompare.choice.roc import as_area, margin_ranks, opposite_pairs, resampled_margins, shuffled_margins, z_scored


def counted(values, group, second):
    """The margin of the second choice by a loop over pairs of trials."""
    total = 0
    for i in np.flatnonzero(second):
        for j in np.flatnonzero(~second):
            if group[i] == group[j]:
                total += int(values[i] > values[j]) - int(values[i] < values[j])
    return total


def session(seed, *, trials=40, units=6, groups=3, ties=False):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, trials)
    second = rng.random(trials) < 0.4
    second[:groups], second[groups : 2 * groups] = True, False
    group[: 2 * groups] = np.tile(np.arange(groups), 2)
    values = rng.poisson(2.0, (trials, units)) if ties else rng.standard_normal((trials, units))
    return values.astype(float), group, second


@settings(deadline=None, max_examples=30, derandomize=True)
@given(
    values=arrays(float, (12, 2), elements=st.one_of(st.integers(-3, 3), st.floats(-1e6, 1e6, width=32))),
    group=arrays(int, 12, elements=st.integers(0, 2)),
    second=arrays(bool, 12),
)
def test_margins_agree_exactly_with_counts_over_pairs(values, group, second):
    values = np.round(values, 2)  # so that different values differ by more than the tolerance for ties
    found = shuffled_margins(margin_ranks(values, group), second[None])[0]
    assert found.tolist() == [counted(values[:, k], group, second) for k in range(2)]


@pytest.mark.parametrize("ties", [False, True])
def test_margins_of_permuted_choices_agree_exactly_with_counts(ties):
    values, group, second = session(0, ties=ties)
    choices = shuffled_within(second, group, 20, np.random.default_rng(0))
    found = shuffled_margins(margin_ranks(values, group), choices)
    for draw, margins in zip(choices.astype(bool), found, strict=True):
        assert margins.tolist() == [counted(values[:, k], group, draw) for k in range(6)]


@pytest.mark.parametrize(("trials", "precision"), [(5700, np.float32), (5900, np.float64)])
def test_single_precision_is_used_only_where_it_is_exact(trials, precision):
    """All trials of one choice are above all others, which is the largest possible margin."""
    values, second = np.arange(trials, dtype=float)[:, None], np.arange(trials) >= trials // 2
    ranks = margin_ranks(values, np.zeros(trials, dtype=int))
    assert ranks.dtype == precision
    assert int(shuffled_margins(ranks, second[None])[0, 0]) == (trials // 2) ** 2
    shuffled = np.random.default_rng(0).permutation(second)
    whole = int(ranks[:, 0].astype(np.int64)[shuffled].sum())
    assert int(shuffled_margins(ranks, shuffled[None])[0, 0]) == whole


@pytest.mark.parametrize("ties", [False, True])
def test_areas_agree_with_scikit_learn_and_mann_whitney(ties):
    values, _, second = session(1, groups=1, trials=60, ties=ties)
    choices = shuffled_within(second, np.zeros(60), 5, np.random.default_rng(0)).astype(bool)
    pairs = int(second.sum() * (~second).sum())
    areas = as_area(shuffled_margins(margin_ranks(values, np.zeros(60)), choices), pairs)
    for draw, found in zip(choices, areas, strict=True):
        np.testing.assert_allclose(found, [roc_auc_score(draw, v) for v in values.T], rtol=0, atol=1e-14)
        u = mannwhitneyu(values[draw], values[~draw], axis=0).statistic
        np.testing.assert_allclose(found, u / pairs, rtol=0, atol=1e-14)


def test_permutations_keep_the_number_of_choices_in_each_condition():
    _, group, second = session(2)
    choices = shuffled_within(second, group, 200, np.random.default_rng(0))
    assert (choices[0] == second).all() and (choices[1:] != second).any(axis=1).mean() > 0.99
    for k in range(3):
        assert set(choices[:, group == k].sum(axis=1)) == {second[group == k].sum()}


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("groups", [1, 3])
def test_a_resample_agrees_with_scikit_learn_on_repeated_trials(groups, ties):
    values, group, second = session(3, groups=groups, ties=ties)
    weights = resampled_within(second, group, 8, np.random.default_rng(0))
    one, other = opposite_pairs(group, second)
    found = as_area(resampled_margins(margin_ranks(values, group), one, other, weights), len(one))
    for held, areas in zip(weights.astype(int), found, strict=True):
        for k, area in enumerate(areas):
            parts, pairs = [], []
            for g in range(groups):
                trials = np.repeat(np.flatnonzero(group == g), held[group == g])
                parts.append(roc_auc_score(second[trials], values[trials, k]))
                pairs.append(second[trials].sum() * (~second[trials]).sum())
            assert area == pytest.approx(np.average(parts, weights=pairs), abs=1e-13)


def test_a_resample_with_every_trial_once_equals_the_session():
    values, group, second = session(4)
    ranks, (one, other) = margin_ranks(values, group), opposite_pairs(group, second)
    once = resampled_margins(ranks, one, other, np.ones((1, 40)))
    np.testing.assert_array_equal(once, shuffled_margins(ranks, second[None]))


def test_the_result_does_not_depend_on_the_size_of_blocks(monkeypatch):
    values, group, second = session(5)
    weights = resampled_within(second, group, 10, np.random.default_rng(0))
    sides = (margin_ranks(values, group), *opposite_pairs(group, second), weights)
    whole = resampled_margins(*sides)
    monkeypatch.setattr(roc, "BLOCK", 30)
    np.testing.assert_array_equal(resampled_margins(*sides), whole)


def test_resamples_keep_the_number_of_trials_of_each_condition_and_choice():
    _, group, second = session(6)
    weights = resampled_within(second, group, 300, np.random.default_rng(0))
    for k in range(3):
        for choice in (False, True):
            here = (group == k) & (second == choice)
            assert set(weights[:, here].sum(axis=1)) == {here.sum()}
    np.testing.assert_allclose(weights.mean(axis=0), 1, atol=0.25)


def test_counts_that_differ_by_rounding_error_tie():
    """In floating point, .1 + .2 is not .3; means of the same spikes in another order of bins must tie."""
    values = np.array([[0.1 + 0.2], [0.3], [0.3], [0.1 + 0.2]])
    assert values[0] != values[1]
    assert (margin_ranks(values, np.zeros(4)) == 0).all()


def test_equal_z_scores_of_different_conditions_tie():
    rate = np.array([1.0, 2.0, 4.0, 10.1, 20.2, 40.4])[:, None]
    ranks = margin_ranks(z_scored(rate, np.repeat([0, 1], 3)), np.zeros(6))
    np.testing.assert_array_equal(ranks[:3], ranks[3:])
