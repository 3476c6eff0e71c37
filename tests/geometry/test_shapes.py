"""Shape distances, compared with theorems and with the formula of netrep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes, sqrtm
from support.slow import canonical_directions, principal_axes

from rnncompare.activity import BadActivity
from rnncompare.geometry.shapes import shape_distances
from rnncompare.plugins import BadOption

few = settings(deadline=None, max_examples=25, derandomize=True)
seeds, alphas = st.integers(0, 2**16), st.floats(0, 1)


def random_activities(seed, units=(6, 6, 6), conditions=5, times=12):
    """Mixtures of shared and private time courses, each activity on its own scale."""
    rng = np.random.default_rng(seed)
    shared = rng.standard_normal((conditions, times, 6))
    return [
        10.0 ** rng.uniform(-3, 3)
        * (rng.uniform(0, 2) * shared + rng.standard_normal(shared.shape))
        @ rng.standard_normal((6, n))
        for n in units
    ]


def of_netrep(x, y, alpha):
    """The angle after whitening both sides (sample, unit) with the matrix of netrep and rotating one onto the other."""
    sides = []
    for side in (x, y):
        side = side - side.mean(axis=0)
        side = side / np.sqrt((side**2).sum() / side.shape[1])  # the scale on which both definitions of alpha agree
        white = np.zeros((side.shape[1],) * 2) if alpha == 1 else np.linalg.inv(sqrtm(side.T @ side).real)
        sides.append(side @ (alpha * np.eye(side.shape[1]) + (1 - alpha) * white))
    width = max(side.shape[1] for side in sides)
    x, y = (np.pad(side, ((0, 0), (0, width - side.shape[1]))) for side in sides)
    x = x @ orthogonal_procrustes(x, y)[0]
    return np.arccos(np.clip((x * y).sum() / (np.linalg.norm(x) * np.linalg.norm(y)), -1, 1))


@pytest.mark.parametrize("components", [None, 3])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_every_angle_agrees_with_the_formula_of_netrep(alpha, components):
    activities = random_activities(0, units=(6, 4, 5, 6))
    found = shape_distances(activities, alpha=alpha, components=components)
    flat = [a.reshape(-1, a.shape[-1]) for a in activities]
    flat = [s - s.mean(axis=0) for s in flat]
    if components:
        flat = [s @ principal_axes(s, components) for s in flat]
    for i, x in enumerate(flat):
        for j, y in enumerate(flat):
            assert np.cos(found[i, j]) == pytest.approx(np.cos(of_netrep(x, y, alpha)), abs=1e-8)


def test_only_the_alpha_of_netrep_depends_on_the_units_of_the_rates():
    """Its formula does not whiten large rates, and whitens small rates completely."""

    def raw(scale):
        x, y = (a.reshape(-1, 6) * scale for a in random_activities(1)[:2])
        sides = [s - s.mean(axis=0) for s in (x, y)]
        sides = [s @ (0.5 * np.eye(6) + 0.5 * np.linalg.inv(sqrtm(s.T @ s).real)) for s in sides]
        nuclear = np.linalg.svd(sides[0].T @ sides[1], compute_uv=False).sum()
        return np.arccos(nuclear / np.linalg.norm(sides[0]) / np.linalg.norm(sides[1]))

    def ours(scale, alpha):
        return shape_distances([scale * a for a in random_activities(1)[:2]], alpha=alpha, components=None)[0, 1]

    assert raw(1e6) == pytest.approx(ours(1, 1.0), abs=1e-4)
    assert raw(1e-8) == pytest.approx(ours(1, 0.0), abs=1e-4)
    assert abs(ours(1, 1.0) - ours(1, 0.0)) > 0.01
    assert ours(1e6, 0.5) == pytest.approx(ours(1e-6, 0.5), abs=1e-10)


@few
@given(seeds, alphas, st.sampled_from([None, 2, 5]), st.permutations([4, 6, 9]))
def test_shape_distances_are_a_metric(seed, alpha, components, units):
    """Symmetric, 0 for equal activities, and with the triangle inequality, for any numbers of units."""
    found = shape_distances(random_activities(seed, units), alpha=alpha, components=components)
    assert (found == found.T).all()
    assert (np.diag(found) == 0).all()
    assert (found >= 0).all()
    assert (found <= np.pi / 2).all()
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        assert found[i, k] <= found[i, j] + found[j, k] + 1e-9


@few
@given(seeds, alphas, st.sampled_from([None, 3]))
def test_shape_distances_are_invariant_to_rotation_scale_and_translation(seed, alpha, components):
    x, y, _ = random_activities(seed)
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    moved = 7 * x @ turn + np.abs(x).max() * rng.standard_normal(6)
    found = shape_distances([x, moved, y], alpha=alpha, components=components)
    assert found[0, 1] == pytest.approx(0, abs=1e-6)
    assert found[0, 2] == pytest.approx(found[1, 2], abs=1e-8)


@few
@given(seeds, st.floats(0.1, 1))
def test_shape_distances_are_invariant_to_shear_only_after_complete_whitening(seed, alpha):
    x = random_activities(seed)[0]
    x = x / np.abs(x).max()
    sheared = x @ (np.eye(6) + np.triu(np.ones((6, 6)), 1))
    assert shape_distances([x, sheared], alpha=alpha, components=None)[0, 1] > 1e-4
    assert shape_distances([x, sheared], alpha=0.0, components=None)[0, 1] == pytest.approx(0, abs=1e-6)


def test_complete_whitening_gives_canonical_correlations():
    x, y = random_activities(3, units=(6, 4))
    flat = [a.reshape(-1, a.shape[-1]) - a.mean(axis=(0, 1)) for a in (x, y)]
    found = shape_distances([x, y], alpha=0.0, components=None)[0, 1]
    assert np.cos(found) == pytest.approx(canonical_directions(*flat)[2].sum() / np.sqrt(6 * 4), abs=1e-10)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_silent_and_repeated_units_do_not_change_shape_distances(alpha):
    x, y, _ = random_activities(4)
    more = np.concatenate([x, np.zeros_like(x), np.full_like(x, 3.0)], axis=-1)
    doubled = np.concatenate([x, x], axis=-1) / np.sqrt(2)
    found = shape_distances([x, more, doubled, y], alpha=alpha, components=None)
    assert found[0, 1:3] == pytest.approx([0, 0], abs=1e-6)
    assert found[:3, 3] == pytest.approx(np.full(3, found[0, 3]), abs=1e-8)


def test_shape_distances_are_finite_with_more_units_than_samples():
    rng = np.random.default_rng(0)
    activities = [rng.standard_normal((3, 4, 50)) for _ in range(3)]
    for alpha in (0.0, 0.5, 1.0):
        found = shape_distances(activities, alpha=alpha, components=None)
        assert np.isfinite(found).all()
        assert (found[0, 1] < 1e-6) == (alpha == 0)  # 11 time courses span the whole space of 12 centred samples


def test_the_angle_between_equal_activities_is_exactly_0():
    x = random_activities(0)[0]
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((x.shape[-1],) * 2))[0]
    for seed in range(5):
        moved = 3 * x @ turn + np.random.default_rng(seed).standard_normal(x.shape[-1])
        assert shape_distances([x, moved], alpha=1.0, components=None)[0, 1] == 0.0
    noise = np.random.default_rng(0).standard_normal(x.shape)
    assert shape_distances([x, x + 1e-6 * x.std() * noise], alpha=1.0, components=None)[0, 1] > 1e-7


def test_a_single_activity_has_distance_0_to_itself():
    assert shape_distances(random_activities(0)[:1], alpha=0.5, components=None).tolist() == [[0.0]]


@pytest.mark.parametrize("level", [1e6, 1e9])
@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_a_mean_rate_much_larger_than_the_variance_does_not_change_shape_distances(level, alpha):
    x, y = (a / a.std() for a in random_activities(0)[:2])
    for kind, levels in ((float, (level, -3 * level)), (np.float32, (level / 1e5, 3.0))):
        raised = [(side + one).astype(kind) for side, one in zip((x, y), levels, strict=True)]
        lowered = [
            side.astype(float) - one for side, one in zip(raised, levels, strict=True)
        ]  # up to the precision of the type
        for components in (2, None):
            found, wanted = (shape_distances(a, alpha=alpha, components=components) for a in (raised, lowered))
            np.testing.assert_allclose(found, wanted, atol=1e-9)


@pytest.mark.parametrize("kind", [float, np.float32, int])
def test_an_activity_of_constant_rates_is_refused_whatever_its_mean_and_type(kind):
    x = random_activities(0)[0]
    for level in (0.1, 1 / 3, 1e6 + 0.1, 12345.678):
        flat = np.full((*x.shape[:2], 3), level).astype(kind)
        with pytest.raises(BadActivity, match="found no variance in activity 1, wanted some"):
            shape_distances([x, flat], alpha=0.5, components=None)


def test_invalid_activities_and_options_of_shape_distances_are_refused():
    x, y, _ = random_activities(0)
    with pytest.raises(BadOption, match="shape_distances: found alpha 2, wanted 0"):
        shape_distances([x, y], alpha=2, components=None)
    with pytest.raises(BadActivity, match=r"found conditions and times \[\(4, 12\), \(5, 12\)\], wanted the same"):
        shape_distances([x, y[:4]], alpha=1.0, components=None)
    with pytest.raises(BadActivity, match="found no variance in activity 1, wanted some"):
        shape_distances([x, np.ones_like(y)], alpha=1.0, components=None)
    with pytest.raises(BadOption, match="shape_distances: found components 0, wanted at least 1, or None for all"):
        shape_distances([x, y], alpha=1.0, components=0)
    for value in (np.nan, np.inf):
        bad = y.copy()
        bad[1, 2, 0] = value
        with pytest.raises(
            BadActivity, match=r"activity 1: found 1 of \d+ values NaN or infinite, the first at \(1, 2"
        ):
            shape_distances([x, bad], alpha=1.0, components=None)
