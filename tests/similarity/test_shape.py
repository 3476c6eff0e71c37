import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes, sqrtm
from support.slow import canonical_directions, folds, principal_axes

from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation import held_out
from rnncompare.plugins import BadOption
from rnncompare.similarity.cca import cca
from rnncompare.similarity.shape import shape

ALPHAS = [0.0, 0.3, 1.0]


def whitening(samples, size, alpha):
    """The whitening matrix of netrep for samples in units of `size`."""
    scatter = samples.T @ samples / size**2
    return alpha * np.eye(len(scatter)) + (1 - alpha) * np.linalg.inv(sqrtm(scatter).real)


def typical_size(trained, components):
    """Root mean square of the singular values of the components of all folds."""
    return np.sqrt(np.mean([np.linalg.svd(train, compute_uv=False)[:components] ** 2 for train in trained]))


def padded(samples, width):
    return np.pad(samples, ((0, 0), (0, width - samples.shape[1])))


def plain_angle(parts, alpha, components):
    """Angle of left-out samples after whitening and the rotation of scipy, with the narrower side padded with zeros.

    parts: (training of x, left out of x, training of y, left out of y), each (sample, unit).
    """
    parts, xy, xx, yy = list(parts), 0.0, 0.0, 0.0
    sizes = [typical_size([part[i] for part in parts], k) for i, k in zip((0, 2), components, strict=True)]
    for train_x, test_x, train_y, test_y in parts:
        sides = []
        for train, test, k, size in zip((train_x, train_y), (test_x, test_y), components, sizes, strict=True):
            axes = principal_axes(train, k)
            to_white = axes @ whitening(train @ axes, size, alpha)
            sides += [padded(samples @ to_white, max(components)) for samples in (train, test)]
        turned = sides[1] @ orthogonal_procrustes(sides[0], sides[2])[0]
        xy, xx, yy = xy + (turned * sides[3]).sum(), xx + (sides[1] ** 2).sum(), yy + (sides[3] ** 2).sum()
    return np.arccos(np.clip(xy / np.sqrt(xx * yy), -1, 1))


def both(p, order):
    """All samples of both sides, used for training and for testing."""
    x, y = p.centred()
    x, y = (side.reshape(-1, side.shape[-1]) for side in (x, y[order]))
    return [(x, x, y, y)]


def first(p, name, **options):
    return shape(p, **options).values[name][0]


@pytest.mark.parametrize("alpha", ALPHAS)
def test_all_pairings_at_once_agree_with_whitening_and_rotation_by_scipy(hard, signal, pair, alpha):
    p = pair(*hard, signal, draws=15)
    found = shape(p, alpha=alpha, components=4).values
    kept = (found["components_source"], found["components_recording"])
    for draw, order in enumerate(p.orders):
        plain = plain_angle(folds(p.x, p.y, order, signal), alpha, kept)
        assert found["angle"][draw] == pytest.approx(plain, abs=1e-8)
        plain = plain_angle(both(p, order), alpha, kept)
        assert np.cos(found["angle_in_sample"][draw]) == pytest.approx(np.cos(plain), abs=1e-8)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_halves_of_a_real_recording_agree_with_whitening_and_rotation_by_scipy(real_halves, signal, pair, alpha):
    p = pair(*real_halves, signal, draws=0)
    found = first(p, "angle", alpha=alpha, components=10)
    assert found == pytest.approx(plain_angle(folds(p.x, p.y, p.orders[0], signal), alpha, (10, 10)), abs=1e-8)


def test_with_alpha_0_the_cosine_in_sample_is_the_mean_canonical_correlation(smooth, signal, pair):
    """In general, their sum divided by the geometric mean of the numbers of components, which are equal here."""
    p = pair(smooth(1), smooth(1) + smooth(2, units=8), signal)
    x, y = p.centred()
    for order, found in zip(p.orders, shape(p, alpha=0.0, components=8).values["angle_in_sample"], strict=True):
        correlations = canonical_directions(x.reshape(-1, 8), y[order].reshape(-1, 8))[2]
        assert np.cos(found) == pytest.approx(correlations.mean(), abs=1e-10)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_angles_are_invariant_to_scale_rotation_translation_and_order_of_units(smooth, signal, pair, alpha):
    x, y, rng = smooth(1), smooth(1) + smooth(2), np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    for changed in (300 * x, x @ turn, x + rng.standard_normal(8), x[..., ::-1], x / 300):
        for name in ("angle", "angle_in_sample"):
            wanted = first(pair(x, y, signal, draws=0), name, alpha=alpha, components=5)
            assert first(pair(changed, y, signal, draws=0), name, alpha=alpha, components=5) == pytest.approx(wanted)
            assert first(pair(y, changed, signal, draws=0), name, alpha=alpha, components=5) == pytest.approx(wanted)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_angles_are_invariant_to_a_scale_for_each_unit_only_after_complete_whitening(smooth, pair, alpha):
    x, y = smooth(1), smooth(1) + smooth(2)
    for components, blind in ((8, alpha == 0), (5, False)):
        angles = [
            first(pair(side, y, draws=0), "angle", alpha=alpha, components=components)
            for side in (x, x * np.logspace(0, 1, 8))
        ]
        assert (abs(angles[0] - angles[1]) < 1e-8) == blind


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_angle_increases_from_0_with_noise(smooth, pair, alpha):
    angles = [
        first(pair(smooth(1), smooth(1) + s * smooth(2), draws=0), "angle", alpha=alpha, components=8)
        for s in (0, 0.1, 0.3, 1, 3)
    ]
    assert angles[0] == pytest.approx(0, abs=1e-6)
    assert np.diff(angles).min() > 0


def test_the_angle_of_independent_activities_is_a_right_angle_and_smaller_in_sample(smooth, pair):
    for alpha in ALPHAS:
        pairs = [pair(smooth(2 * k), smooth(2 * k + 1), draws=0) for k in range(20)]
        left_out, in_sample = (
            np.mean([first(p, name, alpha=alpha, components=4) for p in pairs]) for name in ("angle", "angle_in_sample")
        )
        assert left_out == pytest.approx(np.pi / 2, abs=0.1)
        assert in_sample < np.pi / 2 - 0.3


def test_only_the_angle_on_left_out_conditions_is_given_without_each_of_them(smooth, signal, pair):
    found = shape(pair(smooth(1), smooth(1) + smooth(2), signal), alpha=0.5, components=4)
    assert found.deleted.keys() == {"angle"} and len(found.deleted["angle"]) == len(smooth(1))
    assert abs(found.deleted["angle"] - found.values["angle"][0]).max() < 0.5


@pytest.mark.parametrize("alpha", [-0.1, 1.1])
def test_an_alpha_out_of_range_is_refused(smooth, pair, alpha):
    with pytest.raises(BadOption, match=rf"shape: found alpha {alpha:g}, wanted 0 .* to 1"):
        shape(pair(smooth(1), smooth(2)), alpha=alpha, components=4)


def test_an_angle_does_not_depend_on_measures_of_the_same_or_another_pair_before_it(smooth, signal, pair, monkeypatch):
    """Also if the products of a pair are too many to be shared."""
    p = pair(smooth(1), smooth(1) + smooth(2), signal)
    for limit in (2**23, 0):
        monkeypatch.setattr(held_out, "SHARED", limit)
        cca(p, components=4, curve=[])
        for q in (p, p.replaced(orders=p.orders[[0, 2, 1]])):
            alone = Pair(p.x.copy(), p.y.copy(), q.orders, signal)
            for components in (4, 3):
                found, wanted = (shape(one, alpha=0.5, components=components).values for one in (q, alone))
                assert (found["angle"] == wanted["angle"]).all()
