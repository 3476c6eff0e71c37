"""Jackknife intervals of statistics of pairs of networks."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from rnncompare.comparison.within import balanced_pairs
from rnncompare.statistics.jackknife import jackknife_interval


def over_pairs(scores, kernel, left_out=None):
    kept = [s for k, s in enumerate(scores) if k != left_out]
    return np.mean([kernel(a, b) for a, b in combinations(kept, 2)])


def test_the_interval_of_pair_means_is_students_t_interval_of_the_networks():
    scores = np.random.default_rng(0).normal(0.3, 0.1, 9)
    without = [over_pairs(scores, lambda a, b: (a + b) / 2, left_out=k) for k in range(9)]
    theirs = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    assert jackknife_interval(scores.mean(), without) == pytest.approx((theirs.low, theirs.high))


def test_the_interval_is_that_of_pseudovalues():
    scores = np.random.default_rng(1).normal(0, 1, 7)
    value = over_pairs(scores, lambda a, b: np.exp(-((a - b) ** 2)))
    without = [over_pairs(scores, lambda a, b: np.exp(-((a - b) ** 2)), left_out=k) for k in range(7)]
    pseudovalues = [7 * value - 6 * one for one in without]
    theirs = stats.ttest_1samp(pseudovalues, 0).confidence_interval(0.9)
    assert np.mean(pseudovalues) == pytest.approx(value)
    assert jackknife_interval(value, without, level=0.9) == pytest.approx((theirs.low, theirs.high))


def test_the_interval_is_truncated_at_the_bounds_of_the_statistic():
    without = [0.7, 0.9, 1.1, 0.9]
    low, high = jackknife_interval(0.9, without)
    assert low < 0.8 and high > 1
    assert jackknife_interval(0.9, without, bounds=(0.8, 1)) == (0.8, 1)


@pytest.mark.parametrize("without", [[], [0.5], [0.5, np.nan, 0.4]])
def test_without_a_value_for_every_network_left_out_there_is_no_interval(without):
    assert np.isnan(jackknife_interval(0.5, without)).all()


@pytest.mark.parametrize(("networks", "most"), [(24, 100), (24, 300), (8, 28), (4, 6)])
@pytest.mark.parametrize("of_pair", [0.2, 1.0])
def test_the_interval_covers_the_true_mean_as_often_as_it_says_or_more_often(networks, most, of_pair):
    """The score of a pair is the mean of two Gaussian scores of networks, and a Gaussian number of the pair."""
    rng, pairs = np.random.default_rng(0), np.array(balanced_pairs(networks, most))
    own = rng.standard_normal((2000, networks))
    scores = own[:, pairs].mean(axis=2) + of_pair * rng.standard_normal((2000, len(pairs)))
    without = np.stack([scores[:, (pairs != k).all(axis=1)].mean(axis=1) for k in range(networks)], axis=1)
    ends = [jackknife_interval(value, left) for value, left in zip(scores.mean(axis=1), without, strict=True)]
    assert 0.935 < np.mean([low < 0 < high for low, high in ends]) < 0.985
