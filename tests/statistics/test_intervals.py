"""Intervals: nominal coverage, bounds, and agreement with other implementations."""

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_1samp
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from rnncompare.statistics.intervals import binomial_interval, hierarchical_interval, prediction_interval, t_interval


def covered(n, seed_sd, unit_sd, *, shift=0.0, rounds=400):
    """The coverage of the hierarchical interval for a true mean of 0, with known variance at both levels."""
    rng, hits = np.random.default_rng(0), 0
    for k in range(rounds):
        values = rng.normal(0, seed_sd, n) + rng.normal(0, unit_sd)  # the units are the same for all seeds
        resampled = values + shift + rng.normal(0, unit_sd, (300, 1)) + rng.normal(0, 0.1, (300, n))
        low, high = hierarchical_interval(values, resampled=resampled if unit_sd else None, seed=k, draws=400)
        hits += low <= 0 <= high
    return hits / rounds


@pytest.mark.parametrize(("seed_sd", "unit_sd"), [(1.0, 0.0), (1.0, 0.5), (0.3, 1.0)])
@pytest.mark.parametrize("n", [4, 8])
def test_the_interval_has_its_nominal_coverage_with_variance_at_either_level(n, seed_sd, unit_sd):
    assert 0.91 <= covered(n, seed_sd, unit_sd) <= 0.985


def test_the_interval_of_one_seed_covers_the_variation_over_units():
    assert 0.92 <= covered(1, 0.0, 1.0) <= 0.98


def test_a_bias_due_to_resampling_does_not_shift_the_interval():
    rng = np.random.default_rng(0)
    values, resampled = rng.standard_normal(8), rng.standard_normal((50, 8))
    plain = hierarchical_interval(values, resampled=resampled, seed=0, draws=500)
    assert hierarchical_interval(values, resampled=resampled - 0.4, seed=0, draws=500) == pytest.approx(plain)


def test_the_widened_interval_corrects_the_low_coverage_of_the_percentile_bootstrap():
    rng, hits = np.random.default_rng(0), [0, 0]
    for k in range(400):
        values = rng.standard_normal(4)
        picks = np.random.default_rng(k).integers(4, size=(400, 4))
        percentiles = np.quantile(values[picks].mean(axis=1), [0.025, 0.975])
        for which, (low, high) in enumerate((percentiles, hierarchical_interval(values, seed=k, draws=400))):
            hits[which] += low <= 0 <= high
    assert hits[0] / 400 < 0.86 and hits[1] / 400 > 0.91


def test_the_interval_of_many_gaussian_values_is_that_of_students_t():
    values = np.random.default_rng(0).normal(3, 2, 400)
    half = student.ppf(0.975, 399) * values.std(ddof=1) / 20
    low, high = hierarchical_interval(values, seed=0, draws=20000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


@pytest.mark.parametrize("n", [2, 8, 24])
def test_the_prediction_interval_has_its_nominal_coverage_of_a_repetition(n):
    rng, hits = np.random.default_rng(n), 0
    for _ in range(2000):
        values, again = rng.normal(3, 2, (2, n))
        found = prediction_interval(values)
        hits += found["prediction_low"] <= again.mean() <= found["prediction_high"]
    assert 0.935 <= hits / 2000 <= 0.965


def test_the_prediction_interval_is_truncated_at_the_bounds_and_missing_for_one_network():
    assert prediction_interval(np.array([0.9, 1.0]), bounds=(0, 1))["prediction_high"] == 1
    assert np.isnan(list(prediction_interval(np.array([1.0])).values())).all()


def test_without_a_second_seed_or_resample_there_is_no_interval():
    assert np.isnan(hierarchical_interval(np.array([1.0]), seed=0, draws=10)).all()
    assert np.isnan(hierarchical_interval(np.array([1.0]), resampled=np.ones((1, 1)), seed=0, draws=10)).all()


def test_truncating_an_interval_at_the_bounds_does_not_change_its_coverage():
    """For accuracies, which are at most 1, with a mean of 5/6."""
    rng, hits, beyond = np.random.default_rng(0), np.zeros(2), 0
    for k in range(400):
        values = rng.beta(5, 1, 4)
        free, cut = (hierarchical_interval(values, seed=k, draws=200, bounds=b) for b in ((None, None), (0, 1)))
        assert cut == (max(free[0], 0), min(free[1], 1)) and cut[0] <= values.mean() <= cut[1]
        beyond += free[1] > 1
        hits += [low <= 5 / 6 <= high for low, high in (free, cut)]
    assert beyond > 40 and hits[0] == hits[1]


@pytest.mark.parametrize(("bounds", "cut"), [((0.2, None), (True, False)), ((None, 0.8), (False, True))])
def test_an_end_without_a_bound_is_not_truncated(bounds, cut):
    values = np.array([0.2, 0.8])
    free, ended = (hierarchical_interval(values, seed=0, draws=200, bounds=b) for b in ((None, None), bounds))
    assert free[0] < 0.2 and free[1] > 0.8
    assert ended == tuple(b if c else f for b, c, f in zip(bounds, cut, free, strict=True))


def test_resampled_scores_of_another_number_of_seeds_are_refused():
    with pytest.raises(ValueError, match=r"found resampled scores of shape \(5, 3\), wanted \(resample, 4\)"):
        hierarchical_interval(np.ones(4), resampled=np.ones((5, 3)), seed=0, draws=10)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 10), (25, 500), (0, 0)])
def test_binomial_intervals_agree_with_scipy_and_statsmodels(k, n):
    found = binomial_interval(k, n, level=0.9)
    if n == 0:
        assert found == (0.0, 1.0)
        return
    assert found == pytest.approx(tuple(binomtest(k, n).proportion_ci(0.9, "exact")))
    assert found == pytest.approx(proportion_confint(k, n, alpha=0.1, method="beta"))


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="found 11 successes of 10, wanted 0 to 10"):
        binomial_interval(11, 10)


def test_the_t_interval_is_that_of_scipy_and_missing_for_one_value():
    values = np.random.default_rng(0).normal(size=7)
    wanted = ttest_1samp(values, 0).confidence_interval(0.9)
    assert t_interval(values, level=0.9) == pytest.approx((wanted.low, wanted.high))
    assert np.isnan(t_interval([1.0])).all()
