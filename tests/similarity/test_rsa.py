import numpy as np
import pytest
from scipy.stats import kendalltau, pearsonr, spearmanr

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.similarity.rsa import correlation, rsa, sqeuclidean

SCIPY = {"spearman": spearmanr, "pearson": pearsonr, "kendall": kendalltau}
FIXED = {"distance": "sqeuclidean", "compare": "spearman", "time_resolved": False}


def plain_distance(a, b, distance):
    return ((a - b) ** 2).mean() if distance == "sqeuclidean" else 1 - np.corrcoef(a, b)[0, 1]


def plain_rdm(data, distance):
    """(time, pair) dissimilarities by a loop."""
    first, second = np.triu_indices(len(data), 1)
    times = range(data.shape[1])
    return np.array(
        [[plain_distance(data[i, t], data[j, t], distance) for i, j in zip(first, second, strict=True)] for t in times]
    )


@pytest.mark.parametrize("distance", ["sqeuclidean", "correlation"])
@pytest.mark.parametrize("compare", ["spearman", "pearson", "kendall"])
def test_every_pairing_equals_scipy_on_dissimilarities_by_a_loop(distance, compare, smooth, signal, pair):
    p = pair(smooth(1, times=7), smooth(2, times=7), signal, draws=8)
    found = rsa(p, distance=distance, compare=compare, time_resolved=True)
    x, y = p.centred()
    for draw, order in enumerate(p.orders):
        a, b = plain_rdm(x, distance), plain_rdm(y[order], distance)
        assert found["rdm"][draw] == pytest.approx(SCIPY[compare](a.mean(axis=0), b.mean(axis=0))[0], abs=1e-10)
        by_time = np.mean([SCIPY[compare](u, v)[0] for u, v in zip(a, b, strict=True)])
        assert found["rdm_by_time"][draw] == pytest.approx(by_time, abs=1e-10)


@pytest.mark.parametrize(("distance", "theirs"), [("sqeuclidean", "euclidean"), ("correlation", "correlation")])
def test_dissimilarities_are_those_of_rsatoolbox(distance, theirs, smooth):
    toolbox = pytest.importorskip("rsatoolbox")
    data = smooth(1)
    ours = {"sqeuclidean": sqeuclidean, "correlation": correlation}[distance](data)
    for t in (0, 12):
        peer = toolbox.rdm.calc_rdm(toolbox.data.Dataset(data[:, t]), method=theirs).get_matrices()[0]
        assert ours[t] == pytest.approx(peer, abs=1e-10)


@pytest.mark.parametrize(
    ("compare", "theirs"), [("spearman", "spearman"), ("pearson", "corr"), ("cosine", "cosine"), ("kendall", "tau-a")]
)
def test_agreement_is_that_of_rsatoolbox(compare, theirs, smooth, pair):
    toolbox = pytest.importorskip("rsatoolbox")
    p = pair(smooth(1), smooth(2), draws=0)
    first, second = np.triu_indices(6, 1)
    peers = [toolbox.rdm.RDMs(sqeuclidean(s).mean(axis=0)[first, second][None]) for s in p.centred()]
    found = rsa(p, **FIXED | {"compare": compare})["rdm"][0]
    assert found == pytest.approx(toolbox.rdm.compare(*peers, method=theirs).item(), abs=1e-8)


def test_tau_a_counts_ties_as_nothing(pair):
    x = np.array([0.0, 1.0, 3.0, 7.0])[:, None, None] * np.ones((4, 2, 1))
    y = np.array([0.0, 1.0, 2.0, 3.0])[:, None, None] * np.ones((4, 2, 1))  # three distances of 1, two of 2
    value = rsa(pair(x, y, draws=0), **FIXED | {"compare": "kendall"})["rdm"][0]
    assert value < kendalltau([1, 9, 49, 4, 36, 16], [1, 4, 9, 1, 4, 1])[0]
    assert value == pytest.approx((10 - 1) / 15)  # 4 of the 15 pairs are ties


@pytest.mark.parametrize("compare", ["spearman", "pearson", "cosine", "kendall"])
def test_the_condition_independent_signal_makes_no_difference_to_euclidean_distances(compare, smooth, pair):
    x, y = smooth(1, shared=50.0), smooth(2, shared=50.0)
    values = [rsa(pair(x, y, s), **FIXED | {"compare": compare})["rdm"] for s in ("removed", "kept")]
    assert values[0] == pytest.approx(values[1], abs=1e-8)


def test_the_condition_independent_signal_does_make_a_difference_to_correlations(smooth, pair):
    x, y = smooth(1, shared=50.0), smooth(2, shared=50.0)
    values = [rsa(pair(x, y, s), **FIXED | {"distance": "correlation"})["rdm"][0] for s in ("removed", "kept")]
    assert abs(values[0] - values[1]) > 0.01


def test_a_rotation_changes_no_euclidean_distance_and_a_shear_does(smooth, pair):
    x, y = smooth(1), smooth(2)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]
    same, turned, sheared = (
        rsa(pair(a, y), **FIXED | {"compare": "pearson"})["rdm"] for a in (x, x @ turn, x * np.logspace(0, 1, 8))
    )
    assert same == pytest.approx(turned, abs=1e-10)
    assert same != pytest.approx(sheared, abs=1e-3)


def test_misspelt_options_and_too_few_units_are_refused(smooth, pair):
    p = pair(smooth(1), smooth(2))
    with pytest.raises(
        BadOption,
        match=r"found distance 'euclidean', wanted one of sqeuclidean, correlation. Did you mean 'sqeuclidean'\?",
    ):
        rsa(p, **FIXED | {"distance": "euclidean"})
    with pytest.raises(BadOption, match=r"found compare 'spearmen'.*Did you mean 'spearman'\?"):
        rsa(p, **FIXED | {"compare": "spearmen"})
    with pytest.raises(BadActivity, match="found 2 units, wanted at least 3"):
        rsa(pair(smooth(1), smooth(2, units=2)), **FIXED | {"distance": "correlation"})


def test_a_time_without_differences_counts_as_no_agreement(smooth, pair):
    x, y = smooth(1, times=4), smooth(1, times=4)
    x[:, :2] = 1.0
    found = rsa(pair(x, y, draws=0), **FIXED | {"time_resolved": True})
    assert found["rdm_by_time"][0] == pytest.approx(0.5)
