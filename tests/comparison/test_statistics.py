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
    rerun_interval,
    resample_units,
    sign_flip_max_t,
    sign_flip_p,
    spearman_brown,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def covered(n, seed_sd, unit_sd, *, shift=0.0, rounds=400):
    """How often the hierarchical interval covers a true mean of 0, with variance planted at both levels."""
    rng, hits = np.random.default_rng(0), 0
    for k in range(rounds):
        values = rng.normal(0, seed_sd, n) + rng.normal(0, unit_sd)  # the recorded units are one draw for all seeds
        resampled = values + shift + rng.normal(0, unit_sd, (300, 1)) + rng.normal(0, 0.1, (300, n))
        low, high = hierarchical_interval(values, resampled=resampled if unit_sd else None, seed=k, draws=400)
        hits += low <= 0 <= high
    return hits / rounds


@pytest.mark.parametrize(("seed_sd", "unit_sd"), [(1.0, 0.0), (1.0, 0.5), (0.3, 1.0)])
@pytest.mark.parametrize("n", [4, 8])
def test_the_interval_covers_as_often_as_it_says_with_variance_at_either_level(n, seed_sd, unit_sd):
    assert 0.91 <= covered(n, seed_sd, unit_sd) <= 0.985


def test_units_alone_are_covered_where_there_is_one_seed():
    assert 0.92 <= covered(1, 0.0, 1.0) <= 0.98


def test_a_bias_that_resampling_brings_does_not_move_the_interval():
    rng = np.random.default_rng(0)
    values, resampled = rng.standard_normal(8), rng.standard_normal((50, 8))
    plain = hierarchical_interval(values, resampled=resampled, seed=0, draws=500)
    assert hierarchical_interval(values, resampled=resampled - 0.4, seed=0, draws=500) == pytest.approx(plain)


def test_the_bootstrap_over_seeds_alone_covers_too_rarely_and_that_is_what_the_widening_mends():
    rng, hits = np.random.default_rng(0), [0, 0]
    for k in range(400):
        values = rng.standard_normal(4)
        picks = np.random.default_rng(k).integers(4, size=(400, 4))
        percentiles = np.quantile(values[picks].mean(axis=1), [0.025, 0.975])
        for which, (low, high) in enumerate((percentiles, hierarchical_interval(values, seed=k, draws=400))):
            hits[which] += low <= 0 <= high
    assert hits[0] / 400 < 0.86 and hits[1] / 400 > 0.91


def test_the_interval_of_many_gaussian_values_is_students():
    values = np.random.default_rng(0).normal(3, 2, 400)
    half = student.ppf(0.975, 399) * values.std(ddof=1) / 20
    low, high = hierarchical_interval(values, seed=0, draws=20000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


@pytest.mark.parametrize("n", [2, 8, 24])
def test_the_rerun_interval_covers_the_mean_of_as_many_other_networks_as_often_as_it_says(n):
    rng, hits = np.random.default_rng(n), 0
    for _ in range(2000):
        values, again = rng.normal(3, 2, (2, n))
        found = rerun_interval(values)
        hits += found["rerun_low"] <= again.mean() <= found["rerun_high"]
    assert 0.935 <= hits / 2000 <= 0.965


def test_the_rerun_interval_ends_where_its_values_have_to_and_there_is_none_of_one_network():
    assert rerun_interval(np.array([0.9, 1.0]), bounds=(0, 1))["rerun_high"] == 1
    assert np.isnan(list(rerun_interval(np.array([1.0])).values())).all()


def test_without_a_second_seed_or_resample_there_is_no_interval():
    assert np.isnan(hierarchical_interval(np.array([1.0]), seed=0, draws=10)).all()
    assert np.isnan(hierarchical_interval(np.array([1.0]), resampled=np.ones((1, 1)), seed=0, draws=10)).all()


def test_an_interval_ends_where_its_values_have_to_and_covers_as_often():
    """Of accuracies that have 1 for a ceiling, and a mean of 5/6."""
    rng, hits, beyond = np.random.default_rng(0), np.zeros(2), 0
    for k in range(400):
        values = rng.beta(5, 1, 4)
        free, cut = (hierarchical_interval(values, seed=k, draws=200, bounds=b) for b in ((None, None), (0, 1)))
        assert cut == (max(free[0], 0), min(free[1], 1)) and cut[0] <= values.mean() <= cut[1]
        beyond += free[1] > 1
        hits += [low <= 5 / 6 <= high for low, high in (free, cut)]
    assert beyond > 40 and hits[0] == hits[1]


@pytest.mark.parametrize(("bounds", "cut"), [((0.2, None), (True, False)), ((None, 0.8), (False, True))])
def test_an_end_that_is_open_is_left_alone(bounds, cut):
    values = np.array([0.2, 0.8])
    free, ended = (hierarchical_interval(values, seed=0, draws=200, bounds=b) for b in ((None, None), bounds))
    assert free[0] < 0.2 and free[1] > 0.8
    assert ended == tuple(b if c else f for b, c, f in zip(bounds, cut, free, strict=True))


def test_scores_of_other_seeds_are_refused():
    with pytest.raises(ValueError, match=r"found resampled scores \(5, 3\), wanted \(resample, 4\)"):
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
    # 3 of 27 draws of three sessions are one session thrice, and then all units are of it
    assert (present.sum(axis=1) == 1).mean() == pytest.approx(3 / 27, abs=0.02)
    only_a = picked[(present == [True, False, False]).all(axis=1)]
    assert set(only_a.ravel()) == {0, 1, 2}


def test_units_follow_the_seed():
    first, again, other = (resample_units(np.zeros(9), draws=5, seed=s) for s in (0, 0, 1))
    assert (first == again).all() and (first != other).any()


def test_a_test_by_itself_has_the_p_of_its_null():
    rng = np.random.default_rng(0)
    for lower in (False, True):
        values = np.round(rng.standard_normal(200), 1)  # with ties
        found = max_t(values[:1], values[1:, None], np.array([lower]))
        assert found == pytest.approx([against_null(values, lower=lower)["p"]])


def test_p_over_a_family_is_that_of_a_plain_loop():
    rng = np.random.default_rng(0)
    null = rng.standard_normal((99, 4)) * [1, 10, 0.1, 1] + [0, 5, 0, 0]
    values, lower = np.array([2.0, 20.0, -0.3, 0.0]), np.array([False, False, True, False])
    scores = np.vstack([values, null]) * np.where(lower, -1, 1)
    z = [[(row[k] - scores[:, k].mean()) / scores[:, k].std() for k in range(4)] for row in scores]
    expected = [sum(max(row) >= z[0][k] for row in z) / 100 for k in range(4)]
    assert max_t(values, null, lower) == pytest.approx(expected)


def test_p_over_a_family_does_not_depend_on_the_tests_units():
    rng = np.random.default_rng(0)
    values, null, lower = np.array([1.5, 2.0, 0.5]), rng.standard_normal((200, 3)), np.zeros(3, bool)
    scaled = max_t(values * [1e-3, 50, 1] + 7, null * [1e-3, 50, 1] + 7, lower)
    assert scaled == pytest.approx(max_t(values, null, lower))
    assert max_t(-values, -null, ~lower) == pytest.approx(max_t(values, null, lower))


def test_a_family_of_copies_costs_nothing_and_one_of_strangers_at_most_what_holm_and_bonferroni_ask():
    rng = np.random.default_rng(0)
    null, value = rng.standard_normal((999, 1)), np.array([2.5])
    one = max_t(value, null, np.array([False]))
    assert max_t(np.repeat(value, 5), np.repeat(null, 5, axis=1), np.zeros(5, bool)) == pytest.approx(np.repeat(one, 5))
    strangers = np.hstack([null, rng.standard_normal((999, 4))])
    five = max_t(np.array([2.5, 0, 0, 0, 0]), strangers, np.zeros(5, bool))
    assert one[0] < five[0] < 5 * one[0] + 0.01


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.integers(1, 5), st.integers(1, 40), st.integers(0, 2**20))
def test_p_over_a_family_is_never_below_the_tests_own(tests, draws, seed):
    rng = np.random.default_rng(seed)
    values, null, lower = rng.standard_normal(tests), rng.standard_normal((draws, tests)), rng.random(tests) < 0.5
    own = [against_null(np.append(values[k], null[:, k]), lower=lower[k])["p"] for k in range(tests)]
    assert (max_t(values, null, lower) >= np.array(own) - 1e-12).all()


def test_a_family_is_false_no_more_often_than_it_says():
    rng, mixing = np.random.default_rng(0), np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1]])
    smallest = []
    for _ in range(1000):
        scores = (rng.standard_normal((60, 3)) @ mixing) ** 3  # not Gaussian, two of the three correlated
        smallest.append(max_t(scores[0], scores[1:], np.array([False, True, False])).min())
    low, high = binomial_interval(int((np.array(smallest) <= 0.05).sum()), 1000, level=0.99)
    assert low <= 0.05 <= high


def test_a_test_that_never_varies_says_nothing_and_takes_nothing_from_the_others():
    null = np.random.default_rng(0).standard_normal((99, 1))
    alone = max_t(np.array([5.0]), null, np.array([False]))
    both = max_t(np.array([5.0, 0.3]), np.hstack([null, np.full((99, 1), 0.1 + 0.2)]), np.zeros(2, bool))
    assert both == pytest.approx([alone[0], 1.0])
    assert max_t(np.array([0.3]), np.full((99, 1), 0.3), np.array([False])) == pytest.approx([1.0])
    assert max_t(np.array([0.4]), np.full((99, 1), 0.3), np.array([False])) == pytest.approx([0.01])


def test_a_null_on_its_side_is_refused():
    with pytest.raises(ValueError, match=r"max-T: found values \(3,\), null \(3, 50\) and lower \(3,\)"):
        max_t(np.zeros(3), np.zeros((3, 50)), np.zeros(3, bool))


@settings(deadline=None, max_examples=15, derandomize=True)
@given(P_VALUES)
def test_holm_is_that_of_statsmodels(p):
    assert holm(np.array(p)) == pytest.approx(multipletests(p, method="holm")[1])


def test_flips_are_all_different_the_true_one_first():
    signs = flips(6)
    assert len({tuple(row) for row in signs}) == 64 and (signs[0] == 1).all() and set(signs.ravel()) == {-1.0, 1.0}


@pytest.mark.parametrize("pairs", [3, 8, 10])
def test_sign_flips_of_one_test_agree_with_scipys(pairs):
    values = np.random.default_rng(pairs).normal(0.5, 1, pairs)
    found = permutation_test(
        (values, -values), lambda a, b, axis: np.mean(a - b, axis=axis), permutation_type="samples", vectorized=True
    )
    assert sign_flip_p(values) == pytest.approx(found.pvalue)


def test_sign_flips_over_a_family_are_those_of_students_t():
    differences = np.random.default_rng(0).normal(0.4, 1, (7, 3)) * [1, 100, 0.01]
    t = np.array([np.abs(ttest_1samp(row[:, None] * differences, 0).statistic) for row in flips(7)])
    expected = (t.max(axis=1)[:, None] >= t[0] * (1 - 1e-10)).mean(axis=0)
    assert sign_flip_max_t(differences) == pytest.approx(expected)


def test_drawn_flips_beyond_16_pairs_agree_with_the_normal_limit_and_are_never_0():
    rng = np.random.default_rng(0)
    differences = rng.standard_normal((40, 1)) + 0.2
    p = sign_flip_max_t(differences)[0]
    assert p == pytest.approx(ttest_1samp(differences[:, 0], 0).pvalue, abs=0.02)
    assert sign_flip_p(np.ones(40)) == 1 / (2**16 + 1)


def test_differences_of_0_say_nothing():
    differences = np.stack([np.zeros(8), np.arange(1.0, 9.0)], axis=1)
    assert sign_flip_max_t(differences) == pytest.approx([1.0, 2 / 2**8])


def test_flips_over_a_family_are_false_no_more_often_than_they_say():
    rng = np.random.default_rng(0)
    smallest = [sign_flip_max_t(rng.standard_normal((8, 1)) + rng.standard_normal((8, 4))).min() for _ in range(1000)]
    low, high = binomial_interval(int((np.array(smallest) <= 0.05).sum()), 1000, level=0.99)
    assert low <= 0.05 <= high


def test_halves_of_parallel_measurements_are_stepped_up_to_the_whole():
    rng = np.random.default_rng(0)
    signal, noise = rng.standard_normal(200_000), rng.standard_normal((4, 200_000))
    halves = signal + noise[:2], signal + noise[2:]
    r = np.corrcoef(halves[0].mean(axis=0), halves[1].mean(axis=0))[0, 1]
    wholes = signal + rng.standard_normal((2, 4, 200_000)).mean(axis=1)
    assert spearman_brown(r) == pytest.approx(np.corrcoef(wholes)[0, 1], abs=0.005)


def test_stepping_up_and_down_again_changes_nothing_and_its_ends_stay():
    r = np.array([0.0, 0.1, 0.7, 1.0])
    assert spearman_brown(spearman_brown(r, 3), 1 / 3) == pytest.approx(r)
    assert spearman_brown(r)[[0, 3]] == pytest.approx([0, 1])
    assert isinstance(spearman_brown(0.5), float)


def test_nothing_repeatable_is_not_extrapolated():
    assert spearman_brown(-0.4) == -0.4


def test_what_is_no_correlation_is_refused():
    with pytest.raises(ValueError, match=r"Spearman-Brown: found correlation 1\.5, wanted -1 to 1"):
        spearman_brown(np.array([0.1, 1.5]))


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 10), (25, 500), (0, 0)])
def test_binomial_intervals_are_those_of_scipy_and_statsmodels(k, n):
    found = binomial_interval(k, n, level=0.9)
    if n == 0:
        assert found == (0.0, 1.0)
        return
    assert found == pytest.approx(tuple(binomtest(k, n).proportion_ci(0.9, "exact")))
    assert found == pytest.approx(proportion_confint(k, n, alpha=0.1, method="beta"))


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="found 11 of 10, wanted 0 to n"):
        binomial_interval(11, 10)
