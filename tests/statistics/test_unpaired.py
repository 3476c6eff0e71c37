"""Differences between models that share no seed: permutations of all networks, and two independent bootstraps."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from rnncompare.statistics import p_values
from rnncompare.statistics.unpaired import difference_interval, divisions, permutation_max_t, permutation_p


def test_p_is_that_of_scipy(n=5, m=7):
    rng = np.random.default_rng(0)
    x, y = rng.normal(0.8, 1, n), rng.normal(0, 1, m)
    found = stats.permutation_test(
        (x, y), lambda a, b: abs(a.mean() - b.mean()), alternative="greater", n_resamples=1e6
    )
    assert permutation_p(x, y) == pytest.approx(found.pvalue, abs=1e-12)


def test_p_of_all_tests_at_once_is_that_of_the_largest_statistic_counted_out():
    rng = np.random.default_rng(1)
    x, y = rng.normal(0.7, 1, (4, 3)), rng.normal(0, 1, (5, 3))
    pooled = np.concatenate([x, y])
    scale = pooled.std(axis=0)

    def statistic(of):
        rest = [k for k in range(9) if k not in of]
        return np.abs(pooled[list(of)].mean(axis=0) - pooled[rest].mean(axis=0)) / scale

    best = np.array([statistic(of).max() for of in combinations(range(9), 4)])
    expected = (best[:, None] >= statistic(range(4)) - 1e-12).mean(axis=0)
    np.testing.assert_allclose(permutation_max_t(x, y), expected)


def test_the_smallest_p_is_one_over_the_number_of_divisions_and_twice_that_for_equal_numbers():
    assert permutation_p(np.arange(4.0) + 100, np.arange(3.0)) == 1 / 35
    assert permutation_p(np.arange(4.0) + 100, np.arange(4.0)) == 2 / 70
    assert permutation_p(np.arange(4.0), np.arange(3.0) + 100) == 1 / 35


def test_models_that_never_differ_have_p_1_whatever_their_level():
    assert permutation_p(np.full(3, 0.1), np.full(4, 0.1)) == 1
    level = 1e6 + np.array([0.0, 1e-9])
    assert permutation_p(np.tile(level, 2), np.tile(level, 3)) == 1


def test_many_networks_are_divided_at_random_and_as_they_are_first():
    (found,) = divisions(12, 12)
    assert found.shape == (2**16 + 1, 24) and (found.sum(axis=1) == 12).all()
    assert found[0].tolist() == [1.0] * 12 + [0.0] * 12
    assert found[1:].mean(axis=0) == pytest.approx(np.full(24, 0.5), abs=0.01)


@pytest.mark.parametrize(("n", "m"), [(4, 4), (3, 8)])
def test_of_two_samples_of_one_distribution_p_is_below_05_as_often_as_it_says(n, m):
    rng = np.random.default_rng(2)
    p = np.array([permutation_p(rng.normal(size=n), rng.normal(size=m)) for _ in range(2000)])
    assert (p <= 0.05).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(p))


@pytest.mark.parametrize(("n", "m"), [(8, 8), (5, 12)])
def test_the_interval_covers_the_difference_of_means_of_two_distributions(n, m):
    rng = np.random.default_rng(3)
    covered = []
    for k in range(600):
        x, y = rng.normal(1, 1, n), rng.normal(0, 2, m)
        low, high = difference_interval(x, y, resampled=None, seed=k, draws=400)
        covered.append(low <= 1 <= high)
    assert 0.88 < np.mean(covered) < 0.99


@pytest.mark.parametrize("shared", [True, False])
def test_resampled_units_count_only_as_far_as_they_change_the_difference(shared):
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=6), rng.normal(size=9)
    shifts = [rng.normal(scale=10, size=(40, 1)) for _ in range(2)]
    again = (x + shifts[0], y + shifts[0 if shared else 1])
    alone, both = (difference_interval(x, y, resampled=r, seed=0, draws=4000) for r in (None, again))
    width, expected = both[1] - both[0], alone[1] - alone[0]
    assert width == pytest.approx(expected, rel=0.1) if shared else width > 10 * expected


def test_scores_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match=r"permutation test: found \(3, 2\) and \(3, 1\)"):
        permutation_max_t(np.zeros((3, 2)), np.zeros((3, 1)))
    with pytest.raises(
        ValueError, match=r"interval: found resampled scores \(5, 3\) and \(4, 2\), wanted \(resample, 3"
    ):
        difference_interval(np.zeros(3), np.zeros(2), resampled=(np.zeros((5, 3)), np.zeros((4, 2))), seed=0, draws=9)


def test_divisions_in_blocks_are_those_of_one_block(monkeypatch):
    (whole,) = divisions(12, 13)
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((12, 2)) + 0.5, rng.standard_normal((13, 2))
    p = permutation_max_t(x, y)
    monkeypatch.setattr(p_values, "MOST_NUMBERS", 20_000 * 25)
    blocks = list(divisions(12, 13))
    assert len(blocks) == 4
    np.testing.assert_array_equal(np.vstack(blocks), whole)
    np.testing.assert_array_equal(permutation_max_t(x, y), p)
