import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, permutation_test, ttest_1samp
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from rnncompare.comparison.permutations import against_null
from rnncompare.comparison.statistics import (
    binomial_interval,
    flips,
    hierarchical_interval,
    holm,
    max_t,
    prediction_interval,
    resample_units,
    sign_flip_max_t,
    sign_flip_p,
    spearman_brown,
    t_interval,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


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


def test_units_are_drawn_with_replacement_equally_often():
    picked = resample_units(np.zeros(20), draws=2000, seed=0)
    assert picked.shape == (2000, 20)
    counts = np.bincount(picked.ravel(), minlength=20) / 2000
    assert np.abs(counts - 1).max() < 0.1
    distinct = np.mean([len(set(row)) for row in picked]) / 20
    assert distinct == pytest.approx(1 - (1 - 1 / 20) ** 20, abs=0.01)


def test_sessions_are_drawn_before_their_units():
    sessions = np.array(["a"] * 3 + ["b"] * 10 + ["c"] * 7)
    picked = resample_units(sessions, draws=3000, seed=0)
    assert picked.shape == (3000, 20)
    present = np.array([np.isin(["a", "b", "c"], sessions[row]) for row in picked])
    # 3 of the 27 draws of three sessions contain a single session, from which all units are then drawn
    assert (present.sum(axis=1) == 1).mean() == pytest.approx(3 / 27, abs=0.02)
    only_a = picked[(present == [True, False, False]).all(axis=1)]
    assert set(only_a.ravel()) == {0, 1, 2}


def test_resampled_units_depend_on_the_seed():
    first, again, other = (resample_units(np.zeros(9), draws=5, seed=s) for s in (0, 0, 1))
    assert (first == again).all() and (first != other).any()


def test_a_family_of_one_test_has_the_uncorrected_p():
    rng = np.random.default_rng(0)
    for lower in (False, True):
        values = np.round(rng.standard_normal(200), 1)  # with ties
        found = max_t(values[:1], values[1:, None], np.array([lower]))
        assert found == pytest.approx([against_null(values, lower=lower)["p"]])


def test_max_t_agrees_with_a_plain_loop():
    rng = np.random.default_rng(0)
    null = rng.standard_normal((99, 4)) * [1, 10, 0.1, 1] + [0, 5, 0, 0]
    values, lower = np.array([2.0, 20.0, -0.3, 0.0]), np.array([False, False, True, False])
    scores = np.vstack([values, null]) * np.where(lower, -1, 1)
    z = [[(row[k] - scores[:, k].mean()) / scores[:, k].std() for k in range(4)] for row in scores]
    expected = [sum(max(row) >= z[0][k] for row in z) / 100 for k in range(4)]
    assert max_t(values, null, lower) == pytest.approx(expected)


def test_max_t_does_not_depend_on_the_units_of_the_statistics():
    rng = np.random.default_rng(0)
    values, null, lower = np.array([1.5, 2.0, 0.5]), rng.standard_normal((200, 3)), np.zeros(3, bool)
    scaled = max_t(values * [1e-3, 50, 1] + 7, null * [1e-3, 50, 1] + 7, lower)
    assert scaled == pytest.approx(max_t(values, null, lower))
    assert max_t(-values, -null, ~lower) == pytest.approx(max_t(values, null, lower))


def test_max_t_of_identical_tests_is_uncorrected_and_of_independent_tests_at_most_bonferroni():
    rng = np.random.default_rng(0)
    null, value = rng.standard_normal((999, 1)), np.array([2.5])
    one = max_t(value, null, np.array([False]))
    assert max_t(np.repeat(value, 5), np.repeat(null, 5, axis=1), np.zeros(5, bool)) == pytest.approx(np.repeat(one, 5))
    independent = np.hstack([null, rng.standard_normal((999, 4))])
    five = max_t(np.array([2.5, 0, 0, 0, 0]), independent, np.zeros(5, bool))
    assert one[0] < five[0] < 5 * one[0] + 0.01


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.integers(1, 5), st.integers(1, 40), st.integers(0, 2**20))
def test_the_corrected_p_is_never_below_the_uncorrected_p(tests, draws, seed):
    rng = np.random.default_rng(seed)
    values, null, lower = rng.standard_normal(tests), rng.standard_normal((draws, tests)), rng.random(tests) < 0.5
    own = [against_null(np.append(values[k], null[:, k]), lower=lower[k])["p"] for k in range(tests)]
    assert (max_t(values, null, lower) >= np.array(own) - 1e-12).all()


def test_max_t_controls_the_familywise_error_rate():
    rng, mixing = np.random.default_rng(0), np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1]])
    smallest = []
    for _ in range(1000):
        scores = (rng.standard_normal((60, 3)) @ mixing) ** 3  # not Gaussian, two of the three correlated
        smallest.append(max_t(scores[0], scores[1:], np.array([False, True, False])).min())
    low, high = binomial_interval(int((np.array(smallest) <= 0.05).sum()), 1000, level=0.99)
    assert low <= 0.05 <= high


def test_a_test_without_variation_has_p_1_and_does_not_affect_the_others():
    null = np.random.default_rng(0).standard_normal((99, 1))
    alone = max_t(np.array([5.0]), null, np.array([False]))
    both = max_t(np.array([5.0, 0.3]), np.hstack([null, np.full((99, 1), 0.1 + 0.2)]), np.zeros(2, bool))
    assert both == pytest.approx([alone[0], 1.0])
    assert max_t(np.array([0.3]), np.full((99, 1), 0.3), np.array([False])) == pytest.approx([1.0])
    assert max_t(np.array([0.4]), np.full((99, 1), 0.3), np.array([False])) == pytest.approx([0.01])


def test_a_transposed_null_is_refused():
    with pytest.raises(ValueError, match=r"max-T: found shapes \(3,\) of values, \(3, 50\) of null and \(3,\) of"):
        max_t(np.zeros(3), np.zeros((3, 50)), np.zeros(3, bool))


@settings(deadline=None, max_examples=15, derandomize=True)
@given(P_VALUES)
def test_holm_agrees_with_statsmodels(p):
    assert holm(np.array(p)) == pytest.approx(multipletests(p, method="holm")[1])


def test_sign_flips_are_distinct_and_the_first_has_no_flip():
    signs = flips(6)
    assert len({tuple(row) for row in signs}) == 64 and (signs[0] == 1).all() and set(signs.ravel()) == {-1.0, 1.0}


@pytest.mark.parametrize("pairs", [3, 8, 10])
def test_sign_flips_of_one_test_agree_with_scipy(pairs):
    values = np.random.default_rng(pairs).normal(0.5, 1, pairs)
    found = permutation_test(
        (values, -values), lambda a, b, axis: np.mean(a - b, axis=axis), permutation_type="samples", vectorized=True
    )
    assert sign_flip_p(values) == pytest.approx(found.pvalue)


def test_sign_flips_of_a_family_agree_with_max_t_of_students_t():
    differences = np.random.default_rng(0).normal(0.4, 1, (7, 3)) * [1, 100, 0.01]
    t = np.array([np.abs(ttest_1samp(row[:, None] * differences, 0).statistic) for row in flips(7)])
    expected = (t.max(axis=1)[:, None] >= t[0] * (1 - 1e-10)).mean(axis=0)
    assert sign_flip_max_t(differences) == pytest.approx(expected)


def test_random_flips_of_more_than_16_pairs_agree_with_the_t_test_and_p_is_never_0():
    rng = np.random.default_rng(0)
    differences = rng.standard_normal((40, 1)) + 0.2
    p = sign_flip_max_t(differences)[0]
    assert p == pytest.approx(ttest_1samp(differences[:, 0], 0).pvalue, abs=0.02)
    assert sign_flip_p(np.ones(40)) == 1 / (2**16 + 1)


def test_differences_of_0_have_p_1():
    differences = np.stack([np.zeros(8), np.arange(1.0, 9.0)], axis=1)
    assert sign_flip_max_t(differences) == pytest.approx([1.0, 2 / 2**8])


def test_sign_flips_control_the_familywise_error_rate():
    rng = np.random.default_rng(0)
    smallest = [sign_flip_max_t(rng.standard_normal((8, 1)) + rng.standard_normal((8, 4))).min() for _ in range(1000)]
    low, high = binomial_interval(int((np.array(smallest) <= 0.05).sum()), 1000, level=0.99)
    assert low <= 0.05 <= high


def test_spearman_brown_predicts_the_reliability_of_the_whole_from_that_of_halves():
    rng = np.random.default_rng(0)
    signal, noise = rng.standard_normal(200_000), rng.standard_normal((4, 200_000))
    halves = signal + noise[:2], signal + noise[2:]
    r = np.corrcoef(halves[0].mean(axis=0), halves[1].mean(axis=0))[0, 1]
    wholes = signal + rng.standard_normal((2, 4, 200_000)).mean(axis=1)
    assert spearman_brown(r) == pytest.approx(np.corrcoef(wholes)[0, 1], abs=0.005)


def test_spearman_brown_is_inverted_by_the_inverse_factor_and_keeps_0_and_1():
    r = np.array([0.0, 0.1, 0.7, 1.0])
    assert spearman_brown(spearman_brown(r, 3), 1 / 3) == pytest.approx(r)
    assert spearman_brown(r)[[0, 3]] == pytest.approx([0, 1])
    assert isinstance(spearman_brown(0.5), float)


def test_spearman_brown_does_not_extrapolate_a_negative_correlation():
    assert spearman_brown(-0.4) == -0.4


def test_spearman_brown_refuses_values_that_are_not_correlations():
    with pytest.raises(ValueError, match=r"Spearman-Brown: found correlation 1\.5, wanted values from -1 to 1"):
        spearman_brown(np.array([0.1, 1.5]))


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
