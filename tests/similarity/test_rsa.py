"""RSA: every pairing compared with plain loops, its options, and the invariances of its card."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, ortho_group, pearsonr, spearmanr
from similarity.conftest import make_pair, make_smooth

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.similarity.rsa import rsa

SCIPY = {"spearman": spearmanr, "pearson": pearsonr, "kendall": kendalltau}
FIXED = {
    "distance": "sqeuclidean",
    "compare": "spearman",
    "average": "dissimilarities",
    "trial_folds": None,
    "time_resolved": False,
}
COMPARES = ["cosine", "pearson", "spearman", "kendall", "whitened_cosine"]


def plain_distance(a, b, distance):
    return ((a - b) ** 2).mean() if distance == "sqeuclidean" else 1 - np.corrcoef(a, b)[0, 1]


def plain_rdm(data, distance):
    """(time, pair) dissimilarities by a plain loop."""
    first, second = np.triu_indices(len(data), 1)
    times = range(data.shape[1])
    return np.array(
        [[plain_distance(data[i, t], data[j, t], distance) for i, j in zip(first, second, strict=True)] for t in times]
    )


def with_trials(p, seed=0, count=6, noise=0.5):
    """A pair with `count` trials for each condition on both sides, whose means are the averages."""
    rng = np.random.default_rng(seed)
    sides = []
    for side in (p.x, p.y):
        deviation = noise * rng.standard_normal((len(side), count, *side.shape[1:]))
        rate = side[:, None] + deviation - deviation.mean(axis=1, keepdims=True)
        sides.append(Trials(rate.reshape(-1, *side.shape[1:]), np.repeat(np.arange(len(side)), count)))
    return type(p)(p.x, p.y, p.orders, p.condition_independent, x_trials=sides[0], y_trials=sides[1])


@pytest.mark.parametrize("distance", ["sqeuclidean", "correlation"])
@pytest.mark.parametrize("compare", SCIPY)
def test_every_pairing_agrees_with_scipy_and_a_plain_loop(distance, compare, smooth, signal, pair):
    p = pair(smooth(1, times=7), smooth(2, times=7), signal, draws=8)
    found = rsa(p, **FIXED | {"distance": distance, "compare": compare, "time_resolved": True})
    x, y = p.centred()
    for draw, order in enumerate(p.orders):
        a, b = plain_rdm(x, distance), plain_rdm(y[order], distance)
        assert found["rdm"][draw] == pytest.approx(SCIPY[compare](a.mean(axis=0), b.mean(axis=0))[0], abs=1e-10)
        by_time = np.mean([SCIPY[compare](u, v)[0] for u, v in zip(a, b, strict=True)])
        assert found["rdm_by_time"][draw] == pytest.approx(by_time, abs=1e-10)


@pytest.mark.parametrize("distance", ["sqeuclidean", "correlation"])
def test_numerically_difficult_and_real_inputs_agree_with_a_plain_loop(distance, hard, real_halves, pair):
    for x, y in (hard, real_halves):
        p = pair(x[:, :6], y[:, :6], draws=3)
        found = rsa(p, **FIXED | {"distance": distance, "compare": "pearson"})["rdm"]
        a = plain_rdm(p.centred()[0], distance).mean(axis=0)
        plain = [pearsonr(a, plain_rdm(p.centred()[1][o], distance).mean(axis=0))[0] for o in p.orders]
        np.testing.assert_allclose(found, plain, atol=1e-10)


@pytest.mark.parametrize("compare", COMPARES)
@pytest.mark.parametrize("average", ["dissimilarities", "patterns"])
def test_a_permuted_pairing_equals_permuted_conditions(compare, average, smooth, pair):
    p = with_trials(pair(smooth(1, times=6), smooth(2, times=6), draws=6))
    options = FIXED | {"compare": compare, "average": average, "distance": "crossnobis", "trial_folds": 3}
    found = rsa(p, **options | {"time_resolved": True})
    for draw, order in enumerate(p.orders):
        condition = np.argsort(order)[p.y_trials.condition]
        turned = type(p)(
            p.x, p.y[order], p.orders[:1], "removed", x_trials=p.x_trials, y_trials=Trials(p.y_trials.rate, condition)
        )
        once = rsa(turned, **options | {"time_resolved": True})
        assert {k: v[0] for k, v in once.items()} == pytest.approx({k: v[draw] for k, v in found.items()}, abs=1e-10)


def test_each_side_can_have_its_own_distance(smooth, pair):
    p = with_trials(pair(smooth(1), smooth(1), draws=0), noise=2.0)
    options = FIXED | {"trial_folds": 2, "compare": "pearson"}
    alone = type(p)(p.x, p.y, p.orders, "removed", y_trials=p.y_trials)  # a network without noise
    mixed = rsa(alone, **options | {"distance": ["sqeuclidean", "crossnobis"]})["rdm"][0]
    same = [rsa(p, **options | {"distance": d})["rdm"][0] for d in ("sqeuclidean", "crossnobis")]
    assert same[0] == pytest.approx(1.0) and 0.5 < mixed < 1 and mixed not in same
    with pytest.raises(
        BadActivity, match="crossnobis of the source: found one trial for each condition, wanted several"
    ):
        rsa(alone, **options | {"distance": "crossnobis"})


def test_crossnobis_agrees_better_with_the_true_distances_than_squared_distances(smooth, pair):
    """With correlated noise of unequal variance, relative to which the true distances of both sides are defined."""
    rng = np.random.default_rng(0)
    truth = smooth(1, conditions=10, times=4, units=20)
    mix = np.linalg.cholesky(0.3 * np.eye(20) + 0.7) * np.logspace(0, 1, 20)[:, None]
    trials = np.repeat(truth, 12, axis=0) + rng.standard_normal((120, 4, 20)) @ mix.T
    labels = np.repeat(np.arange(10), 12)
    average = trials.reshape(10, 12, 4, 20).mean(axis=1)
    clean = truth @ np.linalg.inv(mix).T
    p = pair(clean, average, draws=0)
    p = type(p)(p.x, p.y, p.orders, "removed", y_trials=Trials(trials, labels))
    options = FIXED | {"compare": "pearson", "average": "patterns"}
    plain = rsa(p, **options)["rdm"][0]
    crossed = rsa(p, **options | {"distance": ["sqeuclidean", "crossnobis"], "trial_folds": 4})["rdm"][0]
    assert crossed > plain + 0.1


@pytest.mark.parametrize("compare", COMPARES)
def test_the_condition_independent_signal_has_no_effect_on_euclidean_distances(compare, smooth, pair):
    x, y = smooth(1, shared=50.0), smooth(2, shared=50.0)
    values = [rsa(pair(x, y, s), **FIXED | {"compare": compare})["rdm"] for s in ("removed", "kept")]
    assert values[0] == pytest.approx(values[1], abs=1e-8)


def test_the_condition_independent_signal_has_an_effect_on_correlation_distances(smooth, pair):
    x, y = smooth(1, shared=50.0), smooth(2, shared=50.0)
    values = [rsa(pair(x, y, s), **FIXED | {"distance": "correlation"})["rdm"][0] for s in ("removed", "kept")]
    assert abs(values[0] - values[1]) > 0.01


def test_averaging_dissimilarities_and_averaging_patterns_differ(smooth, pair):
    """A change of sign halfway does not change any distance, but patterns then average to nearly zero."""
    x, y = smooth(1, times=20), smooth(1, times=20)
    y[:, 10:] *= -1
    p = pair(x, y, draws=0)
    values = [rsa(p, **FIXED | {"average": a})["rdm"][0] for a in ("dissimilarities", "patterns")]
    assert values[0] == pytest.approx(1.0) and values[1] < 0.95


@settings(deadline=None, max_examples=10, derandomize=True)
@given(st.integers(0, 1000), st.sampled_from(COMPARES), st.floats(1e-3, 1e3))
def test_the_invariances_are_exactly_those_of_the_card(seed, compare, factor):
    rng = np.random.default_rng(seed)
    x, y = make_smooth(seed), make_smooth(seed) + make_smooth(seed + 1)
    turn = ortho_group.rvs(8, random_state=seed)

    def value(a, b, distance):
        return rsa(make_pair(a, b, draws=0), **FIXED | {"compare": compare, "distance": distance})["rdm"][0]

    for distance in ("sqeuclidean", "correlation"):
        plain = value(x, y, distance)
        assert value(y, x, distance) == pytest.approx(plain, abs=1e-10)
        assert value(x, x, distance) == pytest.approx(1.0, abs=1e-10)
        same = factor * x[..., rng.permutation(8)] + rng.standard_normal(8)
        assert value(same, y, distance) == pytest.approx(plain, abs=1e-8)
    a, b = make_smooth(seed, conditions=12), make_smooth(seed + 1, conditions=12)
    assert value(a @ turn, b, "sqeuclidean") == pytest.approx(value(a, b, "sqeuclidean"), abs=1e-8)
    assert abs(value(a @ turn, b, "correlation") - value(a, b, "correlation")) > 1e-9
    assert abs(value(a * np.logspace(0, 1, 8), b, "sqeuclidean") - value(a, b, "sqeuclidean")) > 1e-9


def test_plain_correlations_do_not_subtract_the_mean_over_conditions(smooth, signal, pair):
    """As `correlation` of rsatoolbox: a shared mean rate makes conditions similar; our `correlation` subtracts it."""
    level = np.linspace(-20, 20, 8)
    x, y = smooth(1) + level, smooth(2) + level
    p = pair(x, y, signal, draws=4)
    found = rsa(p, **FIXED | {"distance": "plain_correlation", "compare": "pearson"})["rdm"]
    a, b = (plain_rdm(side, "correlation").mean(axis=0) for side in (x, y))
    assert found[0] == pytest.approx(pearsonr(a, b)[0], abs=1e-10)
    assert a.max() < 0.1 < plain_rdm(p.centred()[0], "correlation").mean(axis=0).min()
    about = rsa(p, **FIXED | {"distance": "correlation", "compare": "pearson"})["rdm"]
    assert np.abs(found - about).max() > 0.1


def test_misspelt_options_are_refused_when_a_config_is_read():
    options = FIXED | {"distance": ["sqeuclidean", "crossnobis"], "trial_folds": 4}
    check_values(rsa, options, "similarity.rsa")
    with pytest.raises(BadOption, match=r"similarity.rsa.compare: .*found 'spearmen'.*Did you mean 'spearman'\?"):
        check_values(rsa, options | {"compare": "spearmen"}, "similarity.rsa")
    with pytest.raises(BadOption, match=r"similarity.rsa.average: .*found 'times'"):
        check_values(rsa, options | {"average": "times"}, "similarity.rsa")
    with pytest.raises(BadOption, match=r"similarity.rsa.distance"):
        check_values(rsa, options | {"distance": "euclidean"}, "similarity.rsa")


def test_two_conditions_are_refused(smooth, pair):
    with pytest.raises(BadActivity, match="found 2 conditions, wanted at least 3"):
        rsa(pair(smooth(1, conditions=2), smooth(2, conditions=2), draws=0), **FIXED)


def test_a_time_at_which_conditions_do_not_differ_has_agreement_0(smooth, pair):
    x, y = smooth(1, times=4), smooth(1, times=4)
    x[:, :2] = 1.0
    found = rsa(pair(x, y, draws=0), **FIXED | {"time_resolved": True})
    assert found["rdm_by_time"][0] == pytest.approx(0.5)
