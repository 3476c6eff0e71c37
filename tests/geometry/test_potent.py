"""Output-potent spaces, compared with singular value decompositions, projections and chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from rnncompare.geometry.potent import (
    dimensionality,
    gain,
    overlap,
    potent_space,
    random_axes,
    shuffled,
    unit_length,
)

few = settings(deadline=None, max_examples=20, derandomize=True)


def weights(seed, receivers=12, senders=9, density=0.4):
    rng = np.random.default_rng(seed)
    return np.abs(rng.standard_normal((receivers, senders))) * (rng.random((receivers, senders)) < density)


@pytest.mark.parametrize(("receivers", "senders", "dimensions"), [(12, 9, 1), (12, 9, 4), (5, 9, 3), (80, 80, 10)])
def test_the_potent_space_is_spanned_by_the_first_right_singular_vectors(receivers, senders, dimensions):
    matrix = np.random.default_rng(0).standard_normal((receivers, senders))
    ours, theirs = potent_space(matrix, dimensions), np.linalg.svd(matrix)[2][:dimensions].T
    np.testing.assert_allclose(ours @ ours.T, theirs @ theirs.T, atol=1e-9)
    np.testing.assert_allclose(np.abs(ours[:, 0]), np.abs(theirs[:, 0]), atol=1e-9)


@given(st.integers(0, 10**6), st.integers(1, 8))
@few
def test_potent_and_null_shares_of_an_axis_add_up_to_one(seed, dimensions):
    matrix, axis = weights(seed, density=1.0), np.random.default_rng(seed).standard_normal((9, 2))
    null = np.linalg.svd(matrix)[2][dimensions:].T
    found = overlap(axis, potent_space(matrix, dimensions))
    np.testing.assert_allclose(found + overlap(axis, null), 1.0, atol=1e-9)
    assert (found >= 0).all() and (overlap(7 * axis, potent_space(matrix, dimensions)) == pytest.approx(found))


def test_the_strongest_direction_is_potent_and_a_silent_direction_is_null():
    matrix = np.outer([1.0, 2.0], [3.0, 0.0, 4.0])
    space = potent_space(matrix, 1)
    axes = np.array([[3.0, 0, 4.0], [0, 1.0, 0], [4.0, 0, -3.0]]).T
    np.testing.assert_allclose(overlap(axes, space), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(gain(axes, matrix), [3, 0, 0], atol=1e-12)
    assert dimensionality(matrix) == pytest.approx(1)


@pytest.mark.parametrize(("senders", "dimensions"), [(80, 1), (80, 10), (20, 3)])
def test_the_overlap_of_random_axes_has_a_beta_distribution(senders, dimensions):
    """The mean is dimensions / senders, .0125 for one dimension of 80."""
    rng = np.random.default_rng(1)
    found = overlap(random_axes(senders, 20000, rng), potent_space(rng.standard_normal((30, senders)), dimensions))
    chance = beta(dimensions / 2, (senders - dimensions) / 2)
    assert found.mean() == pytest.approx(dimensions / senders, rel=0.03)
    assert np.quantile(found, 0.95) == pytest.approx(chance.ppf(0.95), rel=0.05)


def test_a_random_axis_has_a_gain_of_one_on_average():
    assert gain(random_axes(9, 20000, np.random.default_rng(2)), weights(0)).mean() == pytest.approx(1, abs=0.03)


def test_gains_along_any_orthonormal_axes_add_up_to_the_number_of_senders():
    turn = np.linalg.qr(np.random.default_rng(3).standard_normal((9, 9)))[0]
    assert gain(turn, weights(1)).sum() == pytest.approx(9)


def test_the_weights_dimensionality_are_the_participation_ratio_of_singular_values():
    assert dimensionality(np.eye(6)) == pytest.approx(6)
    assert dimensionality(np.eye(6)[:4]) == pytest.approx(4)
    matrix = weights(2)
    s = np.linalg.svd(matrix, compute_uv=False)
    assert dimensionality(matrix) == pytest.approx((s**2).sum() ** 2 / (s**4).sum())


@given(st.integers(0, 10**6))
@few
def test_shuffled_weights_are_the_same_weights_at_other_positions(seed):
    matrix = weights(seed)
    matrix[3] = 0
    matrix[:, 5] = 0
    moved = shuffled(matrix, np.random.default_rng(seed))
    np.testing.assert_array_equal(np.sort(moved, axis=None), np.sort(matrix, axis=None))
    assert (moved != matrix).any() and not moved[3].any() and not moved[:, 5].any()


@given(st.integers(0, 10**6))
@few
def test_shuffled_weights_keep_the_sign_of_each_sender(seed):
    sign = np.array([1, 1, 1, 1, 1, 1, -1, -1, -1])
    matrix = weights(seed) * sign
    moved = shuffled(matrix, np.random.default_rng(seed))
    assert (moved * sign >= 0).all()
    for one in (1, -1):
        np.testing.assert_array_equal(np.sort(moved[:, sign == one], None), np.sort(matrix[:, sign == one], None))


def test_an_axis_of_length_0_is_refused():
    with pytest.raises(ValueError, match="found 1 of length 0, wanted axes with a direction"):
        unit_length(np.array([[1.0, 0.0], [1.0, 0.0]]))
