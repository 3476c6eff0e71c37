import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from slow import folds, principal_axes

from rnncompare.similarity.procrustes import procrustes


def padded(samples, width):
    return np.pad(samples, ((0, 0), (0, width - samples.shape[1])))


def plain_angle(x, y, order, signal, components):
    """Held-out angle with scipy's rotation, the narrower side padded with zeros."""
    xy = xx = yy = 0.0
    for train_x, test_x, train_y, test_y in folds(x, y, order, signal):
        axes = principal_axes(train_x, components[0]), principal_axes(train_y, components[1])
        width = max(components)
        train_x, test_x = (padded(samples @ axes[0], width) for samples in (train_x, test_x))
        train_y, test_y = (padded(samples @ axes[1], width) for samples in (train_y, test_y))
        turned = test_x @ orthogonal_procrustes(train_x, train_y)[0]
        xy, xx, yy = xy + (turned * test_y).sum(), xx + (test_x**2).sum(), yy + (test_y**2).sum()
    return np.arccos(xy / np.sqrt(xx * yy))


def test_all_pairings_at_once_equal_scipy_one_by_one(hard, signal, pair):
    p = pair(*hard, signal, draws=30)
    found = procrustes(p, components=4)
    kept = (found["components_source"], found["components_recording"])
    for draw, order in enumerate(p.orders):
        assert found["angle"][draw] == pytest.approx(plain_angle(p.x, p.y, order, signal, kept), abs=1e-8)


def test_in_sample_angle_is_that_of_scipy(smooth, signal, pair):
    p = pair(smooth(1), smooth(2), signal)
    x, y = p.centred()
    for order, found in zip(p.orders, procrustes(p, components=8)["angle_in_sample"], strict=True):
        a, b = (s.reshape(-1, 8) for s in (x, y[order]))
        nuclear = orthogonal_procrustes(a, b)[1]
        assert found == pytest.approx(np.arccos(nuclear / np.linalg.norm(a) / np.linalg.norm(b)), abs=1e-8)


def test_in_sample_angles_keep_the_triangle_inequality(smooth, pair):
    sides = [smooth(1), smooth(1) + smooth(2), smooth(2)]
    a, b, c = (
        procrustes(pair(sides[i], sides[j], draws=0), components=8)["angle_in_sample"][0]
        for i, j in ((0, 1), (1, 2), (0, 2))
    )
    assert c <= a + b + 1e-12
    assert a < c


def test_symmetric_and_blind_to_rotation_but_not_to_shear(smooth, signal, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]

    def angle(a, b):
        return procrustes(pair(a, b, signal, draws=0), components=8)["angle"][0]

    assert angle(x @ turn, y) == pytest.approx(angle(x, y), abs=1e-10)
    assert angle(y, x) == pytest.approx(angle(x, y), abs=1e-10)
    assert abs(angle(x * np.logspace(0, 1, 8), y) - angle(x, y)) > 0.01


def test_the_angle_grows_with_noise(smooth, pair):
    angles = [
        procrustes(pair(smooth(1), smooth(1) + s * smooth(2), draws=0), components=8)["angle"][0]
        for s in (0, 0.1, 0.3, 1, 3)
    ]
    assert np.diff(angles).min() > 0
