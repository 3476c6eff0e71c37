"""CKA, compared with the formula with explicit kernel matrices, and the invariances of its card."""

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from scipy.stats import ortho_group
from similarity.conftest import make_pair, make_smooth

from rnncompare.activity import BadActivity
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.similarity.cka import cka

LINEAR = {"kernel": "linear", "bandwidth": None}
RBF = {"kernel": "rbf", "bandwidth": 0.7}


def unbiased(k, other):
    """Unbiased HSIC of Song et al. 2012, eq. 5, with explicit kernel matrices."""
    n = len(k)
    k, other = (m - np.diag(np.diag(m)) for m in (k, other))
    one = np.ones(n)
    total = np.trace(k @ other) + (one @ k @ one) * (one @ other @ one) / ((n - 1) * (n - 2))
    return (total - 2 / (n - 2) * (one @ k @ other @ one)) / (n * (n - 3))


def plain_kernel(x, kernel, bandwidth):
    """(sample, sample) kernel; the Gaussian one with distances from scipy."""
    if kernel == "linear":
        return x @ x.T
    distance = pdist(x)
    return np.exp(-(squareform(distance) ** 2) / (2 * (bandwidth * np.median(distance)) ** 2))


def plain_cka(x, y, options):
    k, other = (plain_kernel(side, **options) for side in (x, y))
    return unbiased(k, other) / np.sqrt(unbiased(k, k) * unbiased(other, other))


def as_samples(data, samples):
    return data.reshape(-1, data.shape[-1]) if samples == "times" else data.reshape(len(data), -1)


@pytest.mark.parametrize("options", [LINEAR, RBF], ids=["linear", "rbf"])
@pytest.mark.parametrize("samples", ["times", "conditions"])
@pytest.mark.parametrize("draws", [0, 1, 60])
def test_cka_agrees_with_the_formula_with_kernel_matrices(hard, signal, samples, draws, options, pair):
    p = pair(*hard, signal, draws=draws)
    x, y = p.centred()
    found = cka(p, samples=samples, **options)["cka"]
    assert len(found) == len(p.orders)
    for order, value in list(zip(p.orders, found, strict=True))[:8]:
        plain = plain_cka(as_samples(x, samples), as_samples(y[order], samples), options)
        assert value == pytest.approx(plain, abs=1e-10)


@pytest.mark.parametrize("options", [LINEAR, RBF], ids=["linear", "rbf"])
@pytest.mark.parametrize("samples", ["times", "conditions"])
def test_halves_of_a_real_population_agree_with_the_formula_with_kernel_matrices(real_halves, samples, options, pair):
    p = pair(*real_halves, draws=200)
    x, y = p.centred()
    found = cka(p, samples=samples, **options)["cka"]
    for draw in (0, 100):
        plain = plain_cka(as_samples(x, samples), as_samples(y[p.orders[draw]], samples), options)
        assert found[draw] == pytest.approx(plain, abs=1e-10)


def test_the_result_does_not_depend_on_the_use_of_tables_and_batches(smooth, pair, monkeypatch):
    for options in (LINEAR, RBF):
        p = pair(smooth(1), smooth(1) + smooth(2), draws=200)
        with_table = cka(p, samples="times", **options)["cka"]
        with monkeypatch.context() as patch:
            patch.setattr(importlib.import_module("rnncompare.similarity.cka"), "LOOKUP_COST", 0)
            patch.setattr("rnncompare.geometry.kernels.LOOKUP_COST", 0)
            assert cka(p, samples="times", **options)["cka"] == pytest.approx(with_table, abs=1e-12)
        with monkeypatch.context() as patch:
            patch.setattr("rnncompare.geometry.kernels.BATCH", 3 * 25 * 36)  # products of three times with all 25 times
            patch.setattr("rnncompare.geometry.condition_pairs.BATCH", 100)
            assert cka(p, samples="times", **options)["cka"] == pytest.approx(with_table, abs=1e-12)


@settings(deadline=None, max_examples=8, derandomize=True)
@given(st.integers(0, 1000), st.sampled_from(["times", "conditions"]), st.floats(1e-3, 1e3))
def test_the_invariances_are_exactly_those_of_the_card(seed, samples, factor):
    x, y = make_smooth(seed), make_smooth(seed) + make_smooth(seed + 1)
    turn = ortho_group.rvs(8, random_state=seed)
    for options in (LINEAR, RBF):

        def value(a, b, options=options):
            return cka(make_pair(a, b, "kept", draws=0), samples=samples, **options)["cka"][0]

        plain = value(x, y)
        assert value(y, x) == pytest.approx(plain, abs=1e-10)
        assert value(x, x) == pytest.approx(1.0, abs=1e-10)
        assert value(factor * x @ turn + np.arange(8), y) == pytest.approx(plain, abs=1e-8)
        assert abs(value(x * np.logspace(0, 1, 8), y) - plain) > 1e-6


def test_a_gaussian_kernel_much_wider_than_the_data_approximates_the_linear_kernel(smooth, pair):
    p = pair(smooth(1), smooth(1) + smooth(2), draws=5)
    linear, wide, narrow = (
        cka(p, samples="times", **o)["cka"] for o in (LINEAR, RBF | {"bandwidth": 100.0}, RBF | {"bandwidth": 0.5})
    )
    assert wide == pytest.approx(linear, abs=1e-3) and narrow != pytest.approx(linear, abs=1e-2)


def test_the_chance_level_is_above_0_for_smooth_times_and_0_for_conditions(smooth, pair):
    pairs = [pair(smooth(2 * k, units=40), smooth(2 * k + 1, units=40), draws=0) for k in range(40)]
    times, conditions = ([cka(p, samples=s, **LINEAR)["cka"][0] for p in pairs] for s in ("times", "conditions"))
    assert np.mean(times) > 0.3
    assert abs(np.mean(conditions)) < 4 * np.std(conditions) / np.sqrt(40)


def test_the_condition_independent_signal_affects_samples_times_but_not_conditions(smooth, pair):
    x, y = smooth(1, shared=8.0), smooth(2, shared=8.0)
    times, conditions = (
        [cka(pair(x, y, s, draws=0), samples=kind, **LINEAR)["cka"][0] for s in ("kept", "removed")]
        for kind in ("times", "conditions")
    )
    assert times[0] > times[1] + 0.2
    assert conditions[0] == pytest.approx(conditions[1], abs=1e-10)


def test_invalid_options_and_activities_are_refused(smooth, pair, monkeypatch):
    p = pair(smooth(1), smooth(2))
    with pytest.raises(BadOption, match=r"similarity.cka.samples: .*found 'time'.*Did you mean 'times'\?"):
        check_values(cka, {"samples": "time"} | LINEAR, "similarity.cka")
    with pytest.raises(BadOption, match="found samples 'time' and kernel 'linear', wanted samples times or conditions"):
        cka(p, samples="time", **LINEAR)
    with pytest.raises(BadOption, match="kernel rbf: found bandwidth None, wanted a number above 0"):
        cka(p, samples="times", kernel="rbf", bandwidth=None)
    with pytest.raises(BadOption, match=r"kernel linear: found bandwidth .*, wanted None"):
        cka(p, samples="times", kernel="linear", bandwidth=0.5)
    with pytest.raises(BadActivity, match="found 3 conditions, wanted at least 4"):
        cka(pair(smooth(1, conditions=3), smooth(2, conditions=3)), samples="conditions", **LINEAR)
    with pytest.raises(BadActivity, match="found all samples times of the source equally similar"):
        cka(p, samples="times", kernel="rbf", bandwidth=1e-3)
    with pytest.raises(BadActivity, match="found all samples conditions of the recording equally similar"):
        cka(pair(smooth(1), np.eye(6)[:, None] * np.ones((1, 25, 1))), samples="conditions", **LINEAR)
    brief = np.where(np.arange(25)[:, None] < 5, smooth(1), 0.0)
    with pytest.raises(BadActivity, match="found a median distance of 0 between samples"):
        cka(pair(brief, smooth(2)), samples="times", **RBF)
    monkeypatch.setattr(importlib.import_module("rnncompare.similarity.cka"), "MOST_SAMPLES", 100)
    with pytest.raises(BadActivity, match="found 6 conditions x 25 times, wanted at most 100 samples"):
        cka(p, samples="times", **RBF)
