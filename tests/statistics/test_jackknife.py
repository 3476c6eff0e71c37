"""The jackknife over conditions, and intervals over networks and conditions together."""

import numpy as np
import pytest
from scipy import stats

from rnncompare.statistics.jackknife import condition_interval, jackknife_error

LABELS = ("condition_low", "condition_high")


def ends(*scores, deleted, **options):
    found = condition_interval(*scores, deleted=deleted, **options)
    return tuple(found[name] for name in LABELS)


def without_each(table):
    """(condition,) the mean of a table (network, condition) without each condition in turn."""
    return np.array([np.delete(table, c, axis=1).mean() for c in range(table.shape[1])])


def table_of(rng, network, condition, interaction=0.0, shape=(8, 8)):
    """Random effects of networks and conditions and of their interaction, with these SDs."""
    effects = rng.normal(0, network, (shape[0], 1)) + rng.normal(0, condition, (1, shape[1]))
    return effects + rng.normal(0, interaction, shape)


def test_the_jackknife_error_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(0).standard_normal(12)
    deleted = np.array([np.delete(values, k).mean() for k in range(12)])
    assert jackknife_error(deleted) == pytest.approx(values.std(ddof=1) / np.sqrt(12))


@pytest.mark.parametrize(
    ("network", "condition", "interaction"), [(1, 1, 0), (0.3, 1, 0), (1, 0.3, 0), (0.3, 1, 1), (0, 0, 1)]
)
def test_the_interval_over_networks_and_conditions_has_at_least_its_nominal_coverage(network, condition, interaction):
    rng, hits = np.random.default_rng(0), 0
    for _ in range(3000):
        table = table_of(rng, network, condition, interaction)
        low, high = ends(table.mean(axis=1), deleted=without_each(table))
        hits += low <= 0 <= high
    assert hits / 3000 > 0.94  # 0.95 less 2.5 standard errors of the simulation


def test_the_interval_over_networks_alone_does_not_cover_the_variation_over_conditions():
    rng, hits = np.random.default_rng(0), np.zeros(2)
    for _ in range(2000):
        table = table_of(rng, 0.5, 1.0)
        means = table.mean(axis=1)
        alone = stats.ttest_1samp(means, 0).confidence_interval()
        hits += [low <= 0 <= high for low, high in (alone, ends(means, deleted=without_each(table)))]
    assert hits[0] / 2000 < 0.75 and hits[1] / 2000 > 0.94


def test_the_interaction_of_networks_and_conditions_is_counted_twice():
    """If there is nothing else, the variance of the mean of n x c values is theirs / (n c), of which two are added."""
    rng, (n, c) = np.random.default_rng(0), (6, 9)
    found = []
    for _ in range(2000):
        table = rng.standard_normal((n, c))
        found.append(table.mean(axis=1).var(ddof=1) / n + jackknife_error(without_each(table)) ** 2)
    assert np.mean(found) == pytest.approx(2 / (n * c), rel=0.03)


def test_a_paired_difference_by_hand():
    """Two networks with means 1 and 3, so a squared standard error of 1, and three conditions."""
    deleted = [1.0, 2.0, 3.0]
    square = 2 / 3 * (1 + 0 + 1)
    freedom = (1 + square) ** 2 / (1**2 / 1 + square**2 / 2)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(1 + square)
    assert ends(np.array([1.0, 3.0]), deleted=np.array(deleted)) == pytest.approx((2 - half, 2 + half))


def test_a_difference_of_two_means_by_hand():
    x, y, deleted = [1.0, 2.0, 6.0], [0.0, 4.0], [0.5, 1.5, 2.0, 0.0]
    parts = []
    for values in (x, y):
        mean = sum(values) / len(values)
        parts.append((sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values), len(values) - 1))
    mean = sum(deleted) / 4
    parts.append((3 / 4 * sum((d - mean) ** 2 for d in deleted), 3))
    square = sum(part for part, _ in parts)
    half = stats.t.ppf(0.975, square**2 / sum(part**2 / d for part, d in parts)) * square**0.5
    assert ends(np.array(x), np.array(y), deleted=np.array(deleted)) == pytest.approx((1 - half, 1 + half))


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_excludes_0_where_min_f_of_clark_is_significant(seed):
    """F1 F2 / (F1 + F2), with (F1 + F2)^2 / (F1^2 / n2 + F2^2 / n1) degrees of freedom; n1, n2: those of the errors."""
    table = 0.5 + table_of(np.random.default_rng(seed), 0.5, 0.8, 0.3, (7, 5))
    by = [stats.ttest_1samp(table.mean(axis=axis), 0).statistic ** 2 for axis in (1, 0)]
    freedom = sum(by) ** 2 / (by[0] ** 2 / 4 + by[1] ** 2 / 6)
    p = stats.f.sf(by[0] * by[1] / sum(by), 1, freedom)
    low, high = ends(table.mean(axis=1), deleted=without_each(table), level=1 - p)
    assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-9)


def test_without_variation_over_conditions_it_is_students_interval_or_welchs():
    rng = np.random.default_rng(0)
    x, y, same = rng.standard_normal(6), rng.standard_normal(9), np.ones(8)
    wanted = stats.ttest_1samp(x, 0).confidence_interval()
    assert ends(x, deleted=same) == pytest.approx((wanted.low, wanted.high))
    wanted = stats.ttest_ind(x, y, equal_var=False).confidence_interval()
    assert ends(x, y, deleted=same) == pytest.approx((wanted.low, wanted.high))


def test_without_variation_over_networks_it_is_students_interval_over_conditions():
    table = table_of(np.random.default_rng(0), 0.0, 1.0, shape=(4, 9))
    wanted = stats.ttest_1samp(table[0], 0).confidence_interval()
    assert ends(table.mean(axis=1), deleted=without_each(table)) == pytest.approx((wanted.low, wanted.high))


def test_without_any_variation_the_interval_is_the_mean():
    assert ends(np.full(3, 0.5), deleted=np.full(8, 0.5)) == (0.5, 0.5)


def test_the_interval_is_truncated_at_the_bounds():
    scores, deleted = np.array([0.7, 0.9, 1.0]), np.array([0.6, 0.9, 1.0])
    free, cut = (ends(scores, deleted=deleted, bounds=bounds) for bounds in ((None, None), (0, 1)))
    assert free[1] > 1 and cut == (max(free[0], 0), 1)


def test_one_network_or_nothing_left_out_has_no_interval_over_networks_and_conditions():
    two, deleted = np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    assert np.isnan(
        [ends(two, deleted=None), ends(two[:1], deleted=deleted), ends(two, two[:1], deleted=deleted)]
    ).all()
