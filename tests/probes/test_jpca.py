"""jPCA, compared with a general optimiser, known rotations and theorems."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from probes.planted import trials
from scipy.linalg import expm
from scipy.optimize import lsq_linear

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.jpca import best_map, best_skew_map, jpca, rotation

OPTIONS = {"window": (-10.0, 10.0), "soft_normalise": None, "components": 6, "surrogates": None}
few = settings(deadline=None, max_examples=15, derandomize=True)


def values(data, **changes):
    return {row["statistic"]: row["value"] for row in jpca(data, seed=0, **OPTIONS | changes)}


def linear(generator, *, conditions=10, times=50, units=30, step=0.01, seed=0):
    """Exact solutions of dx/dt = generator x from random initial states."""
    rng = np.random.default_rng(seed)
    start = rng.standard_normal((conditions, len(generator)))
    start = np.linalg.qr(start - start.mean(axis=0))[0]  # mean 0 and no preferred direction
    flow = np.stack([expm(generator * t * step) for t in range(times)])
    course = np.einsum("tij,cj->cti", flow, start)
    turn = np.linalg.qr(rng.standard_normal((units, units)))[0][: len(generator)]
    return trials(course @ turn, condition=[str(k) for k in range(conditions)], time=np.arange(times) * step)


def block(*frequencies):
    """Rotations at the given frequencies (Hz), each in its own plane."""
    generator = np.zeros((2 * len(frequencies),) * 2)
    for k, f in enumerate(frequencies):
        generator[2 * k, 2 * k + 1], generator[2 * k + 1, 2 * k] = -2 * np.pi * f, 2 * np.pi * f
    return generator


@given(st.integers(0, 10**6), st.integers(2, 6))
@few
def test_the_skew_fit_agrees_with_least_squares_over_a_basis_of_skew_matrices(seed, size):
    rng = np.random.default_rng(seed)
    state, motion = rng.standard_normal((2, 30, size)) * np.logspace(0, -2, size)
    basis = []
    for i in range(size):
        for j in range(i):
            one = np.zeros((size, size))
            one[i, j], one[j, i] = 1, -1
            basis.append(one)
    design = np.stack([(state @ b.T).ravel() for b in basis], axis=1)
    plain = sum(c * b for c, b in zip(lsq_linear(design, motion.ravel(), tol=1e-14).x, basis, strict=True))
    found = best_skew_map(state, motion)
    assert found == pytest.approx(plain, rel=1e-6, abs=1e-8)
    assert found == pytest.approx(-found.T, abs=1e-12)


@given(st.integers(0, 10**6))
@few
def test_shares_explained_agree_with_the_residuals(seed):
    course = np.random.default_rng(seed).standard_normal((5, 12, 4)).cumsum(axis=1)
    found = rotation(course, 0.01)
    state = ((course[:, 1:] + course[:, :-1]) / 2).reshape(-1, 4)
    motion = (np.diff(course, axis=1) / 0.01).reshape(-1, 4)
    for name, fit in (("r2_unconstrained", best_map), ("r2_skew", best_skew_map)):
        left = ((motion - state @ fit(state, motion).T) ** 2).sum()
        assert found[name] == pytest.approx(1 - left / (motion**2).sum(), abs=1e-10)
    assert 0 <= found["r2_skew"] <= found["r2_unconstrained"] <= 1


@pytest.mark.parametrize("hertz", [0.5, 2.0, 10.0])
def test_a_known_rotation_has_ratio_1_and_its_frequency(hertz):
    found = values(linear(block(hertz)), components=2)
    assert found["ratio"] == pytest.approx(1, abs=1e-9)
    assert found["r2_skew"] == pytest.approx(1, abs=1e-9)
    assert found["frequency"] == pytest.approx(hertz, rel=1e-9)


def test_the_frequency_is_that_of_the_fastest_of_several_planes():
    found = values(linear(block(1.0, 3.0)), components=4)
    assert found["frequency"] == pytest.approx(3.0, rel=1e-6) and found["ratio"] > 0.9999


def test_growth_and_decay_have_ratio_0():
    found = values(linear(np.diag([-3.0, -1.0, 2.0])), components=3)
    assert found["r2_unconstrained"] > 0.999 and found["ratio"] < 1e-3


def test_the_ratio_of_a_spiral_increases_as_its_decay_becomes_slower():
    ratios = [values(linear(block(1.0) - rate * np.eye(2)), components=2)["ratio"] for rate in (1.0, 5.0, 20.0)]
    assert 1 > ratios[0] > ratios[1] > ratios[2] > 0


def test_the_condition_independent_signal_is_not_rotation():
    data = linear(block(2.0))
    together = np.cos(np.arange(50) / 4)[None, :, None] * np.random.default_rng(1).standard_normal(30)
    assert values(data.assign(rate=data.rate + 5 * together)) == pytest.approx(values(data))


def test_jpca_is_invariant_to_rotations_of_units_only_without_soft_normalisation(made_up):
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    data = made_up(1)
    turned = data.assign(rate=(data.rate.dims, data.rate.values @ turn))
    assert values(turned) == pytest.approx(values(data))
    assert values(turned, soft_normalise=0.1) != pytest.approx(values(data, soft_normalise=0.1))


def test_smooth_independent_units_appear_rotational_but_are_not_significant(made_up):
    """A pitfall of the card: the ratio is high, but p is not significant."""
    surrogates = {"use": "tensor_maximum_entropy", "draws": 19, "keep": ["times"]}
    found = [jpca(made_up(k), seed=k, **OPTIONS | {"surrogates": surrogates})[0] for k in range(12)]
    assert {row["statistic"] for row in found} == {"ratio"} and {row["draws"] for row in found} == {19}
    assert min(row["value"] for row in found) > 0.6
    assert 0.25 < np.mean([row["p"] for row in found]) < 0.75


def test_a_known_rotation_is_significant_against_surrogates():
    surrogates = {"use": "tensor_maximum_entropy", "draws": 19, "keep": ["times", "units", "conditions"]}
    rows = jpca(linear(block(2.0, 3.0, 4.0)), seed=0, **OPTIONS | {"surrogates": surrogates})
    found = {row["statistic"]: row for row in rows}
    assert found["ratio"]["p"] == pytest.approx(1 / 20)
    assert found["ratio"]["null_95"] < found["ratio"]["value"]
    assert "p" not in found["frequency"]


def test_all_units_are_used_if_there_are_fewer_than_components(made_up):
    few_units = made_up(1).isel(unit=slice(3))
    assert values(few_units) == values(few_units, components=3)


def test_invalid_activities_and_options_are_refused(made_up):
    data = made_up(1)
    with pytest.raises(BadOption, match="found components 1, wanted at least 2, because a rotation needs a plane"):
        values(data, components=1)
    with pytest.raises(BadOption, match=r"jpca of made up: found 0 times in window 3 to 4 s, wanted at least 3 of"):
        values(data, window=(3.0, 4.0))
    with pytest.raises(BadActivity, match="jpca of made up: found no variance in 20 columns of rate"):
        values(data.assign(rate=data.rate * 0 + 3.3))
    with pytest.raises(BadActivity, match="found no dynamics that differ between conditions"):
        values(data.assign(rate=data.rate * 0 + data.rate[:, :1].values))
    with pytest.raises(BadOption, match=r"rnncompare/surrogates/ has no nothing_known\.py"):
        values(data, surrogates={"use": "nothing_known", "draws": 3})
