"""Agreement of dissimilarities, compared with rsatoolbox, scipy and plain loops."""

import numpy as np
import pytest
from scipy.stats import kendalltau, pearsonr, spearmanr

from rnncompare.comparison.permutations import condition_orders
from rnncompare.geometry.agreement import agreement
from rnncompare.geometry.condition_pairs import paired_sums, square, upper
from rnncompare.plugins import BadOption

PEERS = {
    "cosine": "cosine",
    "pearson": "corr",
    "spearman": "spearman",
    "kendall": "tau-a",
    "whitened_cosine": "cosine_cov",
}


def distances(seed, rows=1, conditions=7, ties=False):
    found = np.random.default_rng(seed).gamma(2.0, size=(rows, conditions * (conditions - 1) // 2))
    return np.round(found) if ties else found


def reordered(values, order):
    """(pair,) dissimilarities after permuting conditions, computed with matrices."""
    n = len(order)
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = values
    matrix += matrix.T
    return matrix[np.ix_(order, order)][np.triu_indices(n, 1)]


@pytest.mark.parametrize("compare", PEERS)
@pytest.mark.parametrize("ties", [False, True])
def test_every_pairing_agrees_with_rsatoolbox(compare, ties):
    toolbox = pytest.importorskip("rsatoolbox")
    x, y = distances(1, ties=ties), distances(2, ties=ties)
    orders = condition_orders(7, permutations=20, seed=0)
    found = agreement(x, y, orders, compare)
    for order, value in zip(orders, found, strict=True):
        peers = toolbox.rdm.RDMs(x), toolbox.rdm.RDMs(reordered(y[0], order)[None])
        assert value == pytest.approx(toolbox.rdm.compare(*peers, method=PEERS[compare]).item(), abs=1e-10)


@pytest.mark.parametrize(("compare", "peer"), [("pearson", pearsonr), ("spearman", spearmanr), ("kendall", kendalltau)])
def test_the_agreement_of_several_rows_is_the_mean_over_rows(compare, peer):
    x, y = distances(1, rows=5), distances(2, rows=5)
    orders = condition_orders(7, permutations=10, seed=0)
    plain = [np.mean([peer(a, reordered(b, o))[0] for a, b in zip(x, y, strict=True)]) for o in orders]
    np.testing.assert_allclose(agreement(x, y, orders, compare), plain, atol=1e-12)


@pytest.mark.parametrize("compare", PEERS)
def test_the_algorithms_for_few_and_many_pairings_and_small_batches_agree(compare, monkeypatch):
    x, y = distances(1, rows=6), distances(2, rows=6)
    orders = condition_orders(7, permutations=30, seed=0)
    many = agreement(x, y, orders, compare)
    one_by_one = [agreement(x, y, order[None], compare)[0] for order in orders]
    np.testing.assert_allclose(many, one_by_one, atol=1e-12)
    for name in ("condition_pairs", "agreement", "tau"):
        monkeypatch.setattr(f"rnncompare.geometry.{name}.BATCH", 50)
    np.testing.assert_allclose(agreement(x, y, orders, compare), many, atol=1e-12)


def test_the_whitened_cosine_agrees_with_an_explicit_covariance():
    """Diedrichsen et al. 2020: cosine with V^-1, where V holds squared products of contrasts between conditions."""
    n = 6
    first, second = upper(n)
    contrasts = np.eye(n)[first] - np.eye(n)[second]
    inverse = np.linalg.inv((contrasts @ contrasts.T) ** 2)
    x, y = distances(1, conditions=n)[0], distances(2, conditions=n)[0]
    plain = x @ inverse @ y / np.sqrt((x @ inverse @ x) * (y @ inverse @ y))
    assert agreement(x[None], y[None], np.arange(n)[None], "whitened_cosine")[0] == pytest.approx(plain, abs=1e-12)


@pytest.mark.parametrize("compare", ["pearson", "spearman", "kendall"])
def test_dissimilarities_that_vary_only_by_rounding_error_have_agreement_0(compare):
    x = 3.0 + 1e-15 * np.random.default_rng(0).standard_normal((1, 21))
    assert agreement(x, distances(1), np.arange(7)[None], compare)[0] == 0.0


@pytest.mark.parametrize("compare", PEERS)
def test_agreement_with_itself_is_1_and_with_zeros_is_0(compare):
    x, identity = distances(1), np.arange(7)[None]
    assert agreement(x, x, identity, compare)[0] == pytest.approx(1.0, abs=1e-12)
    assert agreement(x, 0 * x, identity, compare)[0] == 0.0


def test_sums_over_pairs_equal_a_plain_loop():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((3, 10)), square(rng.standard_normal((3, 10)), 5)
    first, second = upper(5)
    orders = condition_orders(5, permutations=7, seed=0)
    plain = [
        sum(x[r, p] * y.reshape(3, 5, 5)[r, o[first[p]], o[second[p]]] for r in range(3) for p in range(10))
        for o in orders
    ]
    np.testing.assert_allclose(paired_sums(x, y, orders, (first, second)), plain, atol=1e-12)


def test_a_misspelt_comparison_is_refused():
    with pytest.raises(BadOption, match=r"found 'spearmen', wanted one of cosine, .*Did you mean 'spearman'\?"):
        agreement(distances(1), distances(2), np.arange(7)[None], "spearmen")
