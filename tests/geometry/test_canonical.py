import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.slow import canonical_directions

from rnncompare.geometry.canonical import CONDITION, canonical_correlations


def mixed(seed, samples=300, x_units=12, y_units=9, noise=1.0):
    """Two sides with five shared sources."""
    rng = np.random.default_rng(seed)
    sources = rng.standard_normal((samples, 5)).cumsum(axis=0)
    return [
        sources @ rng.standard_normal((5, units)) + noise * rng.standard_normal((samples, units))
        for units in (x_units, y_units)
    ]


def by_qr(x, y):
    return canonical_directions(*(side - side.mean(axis=0) for side in (x, y)))[2]


def test_canonical_correlations_agree_with_qr_and_svd():
    for seed in range(5):
        x, y = mixed(seed)
        assert canonical_correlations(x, y) == pytest.approx(by_qr(x, y), abs=1e-8)


@pytest.mark.parametrize("spread", [1e-2, 1e-4, 1e-6])
def test_canonical_correlations_are_precise_for_nearly_dependent_units(spread):
    x, y = mixed(1)
    x[:, 1] = x[:, 0] + spread * x[:, 1]
    about = x - x.mean(axis=0)
    assert (np.linalg.cond(about / np.linalg.norm(about, axis=0)) ** 2 > CONDITION) == (spread < 1e-3)
    assert canonical_correlations(x, y) == pytest.approx(by_qr(x, y), abs=1e-8)


def test_canonical_correlations_do_not_depend_on_the_scale_of_units():
    x, y = mixed(1)
    assert canonical_correlations(x * np.logspace(0, -9, 12), y) == pytest.approx(by_qr(x, y), abs=1e-8)


def test_halves_of_a_real_population_agree_with_qr_and_svd(real_recording):
    from rnncompare.activity import condition_average
    from rnncompare.readers.hatsopoulos2007_m1 import hatsopoulos2007_m1

    files = {p.name: p for p in real_recording("hatsopoulos2007_m1").iterdir()}
    data = hatsopoulos2007_m1(files, bin=0.01, smooth=0.025, minimum_rate=0, window=[-0.8, 0.4])
    rate = condition_average(data).rate.values
    x, y = (rate[..., k::2].reshape(-1, rate[..., k::2].shape[-1]) for k in (0, 1))
    assert canonical_correlations(x, y) == pytest.approx(by_qr(x, y), abs=1e-8)


def test_the_number_of_correlations_is_the_lower_of_both_ranks():
    x, y = mixed(1)
    copies = np.hstack([x, x @ np.random.default_rng(0).standard_normal((12, 3)), np.ones((300, 1))])
    assert canonical_correlations(copies, y) == pytest.approx(by_qr(x, y), abs=1e-8)
    assert canonical_correlations(copies, y[:, :2]) == pytest.approx(by_qr(x, y[:, :2]), abs=1e-8)


def test_with_more_units_than_samples_all_correlations_are_1():
    x, y = mixed(1, samples=10, x_units=30)
    assert canonical_correlations(x, y) == pytest.approx(np.ones(9), abs=1e-8)


@settings(deadline=None, max_examples=20, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_canonical_correlations_are_symmetric_and_invariant_to_affine_maps(seed):
    x, y = mixed(seed)
    rng = np.random.default_rng(seed)
    moved = x @ rng.standard_normal((12, 12)) + rng.standard_normal(12)
    assert canonical_correlations(moved, y) == pytest.approx(canonical_correlations(x, y), abs=1e-8)
    assert canonical_correlations(y, x) == pytest.approx(canonical_correlations(x, y), abs=1e-10)


def test_canonical_correlations_decrease_with_noise():
    means = [canonical_correlations(*mixed(3, noise=n)).mean() for n in (0.01, 1, 10, 100)]
    assert np.diff(means).max() < 0


def test_scikit_learn_stops_up_to_four_thousandths_below_the_optimum():
    """Its iterations stop when the weights change little, not when the correlations stop increasing.

    On smooth activities of 40 units, single correlations are too small by up to .004, and their mean by 1e-5.
    """
    from sklearn.cross_decomposition import CCA

    rng = np.random.default_rng(2)
    x, y = (np.apply_along_axis(np.convolve, 0, rng.standard_normal((320, 40)), np.ones(12), "same") for _ in range(2))
    u, v = CCA(n_components=10).fit(x, y).transform(x, y)
    peer = np.array([np.corrcoef(u[:, k], v[:, k])[0, 1] for k in range(10)])
    short = by_qr(x, y)[:10] - peer
    assert canonical_correlations(x, y) == pytest.approx(by_qr(x, y), abs=1e-8)
    assert 0 < short.mean() < 1e-4
    assert 1e-6 < abs(short).max() < 5e-3


def test_unequal_numbers_of_samples_and_constant_units_are_refused():
    x, y = mixed(1)
    with pytest.raises(ValueError, match="found 300 and 299 samples, wanted the same number on both sides"):
        canonical_correlations(x, y[1:])
    with pytest.raises(ValueError, match="found 3 units without variance, wanted at least one that varies"):
        canonical_correlations(x, np.ones((300, 3)))
