"""p values and corrections: false-positive rates, and agreement with other implementations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test, ttest_1samp
from statsmodels.stats.multitest import multipletests

from rnncompare.comparison.permutations import against_null
from rnncompare.statistics import p_values
from rnncompare.statistics.intervals import binomial_interval
from rnncompare.statistics.p_values import flips, holm, max_t, sign_flip_max_t, sign_flip_p

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


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
    (signs,) = flips(6)
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
    t = np.array([np.abs(ttest_1samp(row[:, None] * differences, 0).statistic) for row in next(flips(7))])
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


@pytest.mark.parametrize("pairs", [17, 40])
def test_flips_in_blocks_are_those_of_one_block(pairs, monkeypatch):
    """Memory does not grow with the number of pairs, and p does not depend on the size of blocks."""
    (whole,) = flips(pairs)
    differences = np.random.default_rng(1).standard_normal((pairs, 3)) + 0.3
    p = sign_flip_max_t(differences)
    monkeypatch.setattr(p_values, "MOST_NUMBERS", 10_007 * pairs)
    blocks = list(flips(pairs))
    assert max(map(len, blocks)) == 10_008 and len(blocks) == 7
    np.testing.assert_array_equal(np.vstack(blocks), whole)
    assert whole[0].tolist() == [1] * pairs and len(whole) == 2**16 + 1
    np.testing.assert_array_equal(sign_flip_max_t(differences), p)
