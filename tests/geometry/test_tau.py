"""Kendall's tau-a, compared with the product of sign matrices, scipy and rsatoolbox."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from rnncompare.geometry.tau import concordance, inversions, ranks, tau_a


def by_signs(x, y):
    """Concordant minus discordant pairs, an integer, by comparing all entries with each other."""
    return int((np.sign(x[:, None] - x) * np.sign(y[:, None] - y)).sum()) // 2


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(2, 400), st.sampled_from([2, 5, 50, 10**6]))
def test_counts_agree_with_sign_matrices_with_and_without_ties(seed, n, values):
    x, y = np.random.default_rng(seed).integers(0, values, (2, 3, n)).astype(float)
    assert concordance(ranks(x), ranks(y)).tolist() == [by_signs(a, b) for a, b in zip(x, y, strict=True)]


@pytest.mark.parametrize("n", [2, 12, 13, 24, 25, 97, 1000])
def test_inversions_are_counted_for_rows_of_any_length(n):
    rng = np.random.default_rng(n)
    values = np.array([np.arange(n), np.arange(n)[::-1], rng.permutation(n), np.zeros(n)]).astype(np.int32)
    plain = [int((v[:, None] > v)[np.triu_indices(n, 1)].sum()) for v in values]
    assert inversions(values).tolist() == plain
    assert plain[:2] == [0, n * (n - 1) // 2]


def test_tau_is_exact_for_rows_too_long_for_small_integers():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 5000, 40_000).astype(float)
    y = x + rng.integers(0, 5000, 40_000)
    n, ties = (
        40_000,
        [(np.unique(v, return_counts=True)[1] * (np.unique(v, return_counts=True)[1] - 1) // 2).sum() for v in (x, y)],
    )
    b = kendalltau(x, y, method="asymptotic")[0]  # tau-b; its correction for ties is undone below
    total = n * (n - 1) // 2
    assert tau_a(x, y) == pytest.approx(b * np.sqrt(float(total - ties[0]) * float(total - ties[1])) / total, rel=1e-12)


def test_tau_a_equals_tau_b_without_ties_and_is_smaller_with_ties():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 100))
    assert tau_a(x, y) == pytest.approx(kendalltau(x, y)[0], abs=1e-12)
    assert tau_a(np.round(x), np.round(x)) < kendalltau(np.round(x), np.round(x))[0] == pytest.approx(1.0)


def test_tau_a_agrees_with_rsatoolbox():
    toolbox = pytest.importorskip("rsatoolbox")
    rng = np.random.default_rng(0)
    x, y = np.round(rng.random((2, 4, 66)) * 20)
    peer = toolbox.rdm.compare(toolbox.rdm.RDMs(x), toolbox.rdm.RDMs(y), method="tau-a")
    np.testing.assert_allclose(tau_a(x[:, None], y), peer, atol=1e-12)


def test_leading_dimensions_are_broadcast_and_optional(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.random((5, 30)), rng.random((4, 30))
    table = tau_a(x[:, None], y)
    monkeypatch.setattr("rnncompare.geometry.tau.BATCH", 7 * 30)  # 20 rows in batches of 7
    assert table.shape == (5, 4) and (tau_a(x[:, None], y) == table).all()
    assert tau_a(x[2], y[3]) == table[2, 3]


def test_tau_is_invariant_to_increasing_functions_and_changes_sign_with_decreasing_ones():
    x, y = np.random.default_rng(0).random((2, 50))
    assert tau_a(np.exp(3 * x), y) == tau_a(x, y) == tau_a(y, x) == -tau_a(-x, y)
    assert tau_a(x, x) == 1.0
