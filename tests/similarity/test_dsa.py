"""DSA, compared with an exhaustive search and the package dsa-metric, on systems with known dynamics."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.similarity.dsa import dsa
from rnncompare.systems.limit_cycle import limit_cycle
from rnncompare.systems.line_attractor import line_attractor
from rnncompare.systems.ring import ring
from rnncompare.systems.two_units import two_units

SIZE = {"conditions": 8, "times": 60, "units": 30}
OPTIONS = {"components": 4, "delays": 3, "interval": 1, "rank": 4, "starts": 8, "iterations": 100}
PLANE = OPTIONS | {"components": 2, "delays": 1, "rank": 2}


def angle(p, **changes):
    return float(dsa(p, **OPTIONS | changes)["angle"])


def shape_angle(x, y):
    """The in-sample shape distance (Williams et al. 2021) of all conditions."""
    x, y = ((s - s.mean(axis=0)).reshape(-1, s.shape[-1]) for s in (x, y))
    nuclear = np.linalg.svd(x.T @ y, compute_uv=False).sum()
    return np.arccos(min(1.0, nuclear / np.linalg.norm(x) / np.linalg.norm(y)))


def dissimilarities(x):
    """(time, condition, condition) squared distances."""
    return ((x[:, None] - x[None]) ** 2).sum(axis=-1).transpose(2, 0, 1)


def courses(**frequencies):
    """(condition, time, unit) with several rotations, {name: (cycles per step, size)}, and phases of conditions."""
    rng = np.random.default_rng(0)
    step, parts = np.arange(60), []
    for k, (frequency, size) in enumerate(frequencies.values(), start=1):
        phase = 2 * np.pi * (k * np.arange(8)[:, None] / 8 + frequency * step)
        parts += [size * np.cos(phase), size * np.sin(phase)]
    return np.stack(parts, axis=-1) @ np.linalg.qr(rng.standard_normal((20, 20)))[0][: len(parts)]


def test_in_two_dimensions_the_angle_agrees_with_an_exhaustive_search(pair):
    """From two whitened components and least squares, over all rotations and reflections of the plane."""
    x, y = two_units(seed=0, **SIZE), limit_cycle(seed=1, **SIZE)
    maps = []
    for side in (x, y):
        centred = side - side.mean(axis=0)
        left = np.linalg.svd(centred.reshape(-1, 30), full_matrices=False)[0][:, :2].reshape(8, 60, 2)
        maps.append((np.linalg.pinv(left[:, :-1].reshape(-1, 2)) @ left[:, 1:].reshape(-1, 2)).T)
    a, b = (m / np.linalg.norm(m) for m in maps)
    circle = [np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in np.linspace(0, 2 * np.pi, 5001)]
    turns = [turn @ mirror for turn in circle for mirror in (np.eye(2), np.diag([1.0, -1.0]))]
    plain = min(np.arccos((a * (c @ b @ c.T)).sum()) for c in turns)
    assert angle(pair(x, y, draws=0), **PLANE) == pytest.approx(plain, abs=1e-6)


def test_numerically_difficult_inputs_give_a_finite_angle_above_the_bound(hard, signal, pair):
    found = dsa(pair(*hard, signal, draws=0), **OPTIONS | {"delays": 2})
    assert 0 <= found["angle_bound"] <= found["angle"] <= np.pi
    assert 1 <= found["rank"] <= 4


def test_the_angle_does_not_depend_on_the_pairing_of_conditions(smooth, pair):
    x, y = smooth(1), smooth(2)
    many, few = (dsa(pair(x, y, draws=d), **OPTIONS) for d in (20, 0))
    assert many == few and all(np.ndim(v) == 0 for v in many.values())
    shuffled = pair(x, y[[3, 1, 5, 0, 2, 4]], draws=0)
    assert angle(shuffled) == pytest.approx(angle(pair(x, y, draws=0)), rel=1e-3)


@pytest.mark.parametrize("system", [two_units, limit_cycle, line_attractor, ring])
def test_the_angle_between_two_readouts_of_one_system_is_0(system, pair):
    """With rotated readouts, and sheared ones, which change the geometry."""
    x, turned = system(seed=0, **SIZE), system(seed=1, **SIZE)
    rank = 2 if system is not line_attractor else 3
    shear = np.random.default_rng(2).standard_normal((30, 30))
    embedding = OPTIONS | {"components": rank, "delays": 1, "rank": rank}
    assert angle(pair(x, turned, draws=0), **embedding) < 1e-6
    if system is not ring:  # the system has as many dimensions as there are components
        assert angle(pair(x, turned @ shear, draws=0), **embedding) < 1e-6
        assert shape_angle(x, turned @ shear) > 0.1


def test_dynamics_with_the_same_geometry_are_distinguished_by_dsa(pair):
    """Rotations at two speeds: at every time, the conditions lie on the same circle."""
    slow, fast = courses(one=(1 / 60, 1.0)), courses(one=(1 / 12, 1.0))
    assert dissimilarities(slow) == pytest.approx(dissimilarities(fast), abs=1e-10)
    assert angle(pair(slow, fast, draws=0), **PLANE) == pytest.approx(2 * np.pi * (1 / 12 - 1 / 60))  # rad per step


def test_a_component_with_little_variance_has_the_same_weight_as_the_first(pair):
    """A pitfall of the card: 1/400 of the variance hardly affects geometry, but it affects the whitened dynamics."""
    same = {"big": (1 / 60, 1.0)}
    one, other = courses(**same, small=(1 / 30, 0.05)), courses(**same, small=(1 / 6, 0.05))
    assert shape_angle(one, other) < 0.08
    assert angle(pair(one, other, draws=0), delays=1) > 0.2


def test_different_systems_have_a_positive_angle(pair):
    systems = [two_units, limit_cycle, line_attractor, ring]
    for k, one in enumerate(systems):
        for other in systems[k + 1 :]:
            assert angle(pair(one(seed=0, **SIZE), other(seed=1, **SIZE), draws=0), **PLANE) > 0.01


def test_it_is_symmetric(smooth, signal, pair):
    x, y = smooth(1), smooth(2)
    there, back = (angle(pair(*sides, signal, draws=0)) for sides in ((x, y), (y, x)))
    assert there == pytest.approx(back, abs=1e-12)


def test_the_angle_increases_with_noise(pair):
    x, y = courses(a=(1 / 60, 1.0), b=(1 / 30, 0.8)), courses(a=(1 / 60, 1.0), b=(1 / 30, 0.8))
    noise = np.random.default_rng(3).standard_normal(y.shape)
    angles = [angle(pair(x, y + size * noise, draws=0)) for size in (0, 0.1, 0.3, 1.0)]
    assert angles == sorted(angles) and angles[0] < 1e-6 and angles[-1] > 0.05


def test_sides_of_unequal_rank_are_compared_in_the_smaller_number_of_coordinates(smooth, pair):
    found = dsa(pair(smooth(1, rank=2), smooth(2), draws=0), **OPTIONS | {"delays": 1})
    assert found["rank"] == 2


def test_invalid_options_are_refused(smooth, pair):
    p = pair(smooth(1, times=6), smooth(2, times=6), draws=0)
    with pytest.raises(BadActivity, match="found 6 times, wanted at least 7 for 5 delays at intervals of 1"):
        angle(p, delays=5)
    with pytest.raises(BadOption, match="found components 4, rank 0, starts 8, iterations 100, wanted at least 1"):
        angle(p, rank=0)


def test_the_angle_agrees_with_the_package_dsa_metric(pair):
    """With its angular score, which is not the default of version 2, in two dimensions without local optima."""
    package = pytest.importorskip("DSA", reason="needs the package dsa-metric")
    import torch

    torch.manual_seed(0)
    x, y = two_units(seed=0, **SIZE), limit_cycle(seed=1, **SIZE)
    sides = [s - s.mean(axis=0) for s in (x, y)]
    scores = [s @ np.linalg.svd(s.reshape(-1, 30), full_matrices=False)[2][:2].T for s in sides]
    options = {"n_delays": 1, "rank": 2, "score_method": "angular", "iters": 300, "lr": 0.02, "verbose": False}
    theirs = float(np.ravel(package.DSA(*scores, **options).fit_score())[0])
    assert angle(pair(x, y, draws=0), **PLANE) == pytest.approx(theirs, abs=1e-3)
