"""The best rotation between two linear dynamics: brute force, bounds, theorems and the package dsa-metric."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.optimize import minimize

from rnncompare.dynamics.vector_fields import initial_rotations, normal_form, smallest_angle

BUDGET = {"starts": 16, "iterations": 200}
few = settings(deadline=None, max_examples=15, derandomize=True)


def matrices(seed, size=4, near=0.0):
    """Two random dynamics, at a given distance from the identity."""
    rng = np.random.default_rng(seed)
    return near * np.eye(size) + rng.standard_normal((2, size, size)) / np.sqrt(size)


def orthogonal(seed, size, *, reflection=False):
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]
    turn[:, 0] *= np.sign(np.linalg.det(turn)) * (-1 if reflection else 1)
    return turn


def angle_at(a, b, turn):
    """The angle as defined in the paper."""
    return np.arccos(np.clip(np.trace(a.T @ turn @ b @ turn.T) / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))


@pytest.mark.parametrize("seed", range(5))
def test_in_two_dimensions_the_angle_agrees_with_an_exhaustive_search(seed):
    a, b = matrices(seed, 2)
    turns = np.linspace(0, 2 * np.pi, 2001)
    circle = [np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in turns]
    plain = min(angle_at(a, b, t @ mirror) for t in circle for mirror in (np.eye(2), np.diag([1, -1])))
    assert smallest_angle(a, b, **BUDGET)[0] == pytest.approx(plain, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_in_three_dimensions_the_angle_agrees_with_a_general_optimiser(seed):
    a, b = matrices(seed, 3)

    def at(w, mirror):
        return angle_at(a, b, expm(np.array([[0, w[0], w[1]], [-w[0], 0, w[2]], [-w[1], -w[2], 0]])) @ mirror)

    rng = np.random.default_rng(seed)
    plain = min(
        minimize(at, rng.standard_normal(3), args=(np.eye(3),)).fun for _ in range(12)
    )  # -C gives the same angle as C
    assert smallest_angle(a, b, **BUDGET)[0] == pytest.approx(plain, abs=1e-6)


@given(st.integers(0, 10**6), st.integers(2, 8), st.booleans())
@few
def test_a_rotated_reflected_or_scaled_copy_has_angle_0(seed, size, reflection):
    a, _ = matrices(seed, size)
    turn = orthogonal(seed + 1, size, reflection=reflection)
    assert smallest_angle(a, 3.0 * turn @ a @ turn.T, starts=2, iterations=20)[0] < 1e-7


@given(st.integers(0, 10**6), st.integers(2, 8))
@few
def test_the_angle_is_symmetric_and_invariant_to_rotations_of_either_side(seed, size):
    a, b = matrices(seed, size)
    turn = orthogonal(seed, size)
    angle = smallest_angle(a, b, starts=4, iterations=150)
    assert smallest_angle(b, a, starts=4, iterations=150) == pytest.approx(angle, abs=1e-9)
    assert smallest_angle(turn @ a @ turn.T, b, starts=4, iterations=150) == pytest.approx(angle, abs=1e-4)


@given(st.integers(0, 10**6), st.integers(2, 6), st.floats(0, 3))
@few
def test_no_rotation_is_below_the_bound_or_better_than_the_angle_found(seed, size, near):
    a, b = matrices(seed, size, near)
    angle, bound = smallest_angle(a, b, **BUDGET)
    tried = [angle_at(a, b, orthogonal(k, size, reflection=bool(k % 2))) for k in range(50)]
    assert bound <= angle <= min(tried) + 1e-9


def test_the_bound_is_tight_for_symmetric_dynamics():
    a, b = (m + m.T for m in matrices(0, 5))
    angle, bound = smallest_angle(a, b, **BUDGET)
    assert angle == pytest.approx(bound, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_angles_satisfy_the_triangle_inequality(seed):
    rng = np.random.default_rng(seed)
    a, b, c = rng.standard_normal((3, 4, 4))
    ab, bc, ac = (smallest_angle(*pair, starts=32, iterations=300)[0] for pair in ((a, b), (b, c), (a, c)))
    assert ac <= ab + bc + 1e-6 and ab <= ac + bc + 1e-6 and bc <= ab + ac + 1e-6


def test_small_angles_are_exact():
    """The arccos of a cosine near 1 would have half the precision."""
    a = np.eye(2) + 1e-6 * np.array([[0, 1], [-1, 0]])
    assert smallest_angle(a, np.eye(2), **BUDGET)[0] == pytest.approx(1e-6, rel=1e-4)


def test_opposite_dynamics_have_an_angle_of_pi():
    assert smallest_angle(np.eye(3), -np.eye(3), **BUDGET)[0] == pytest.approx(np.pi)


def test_more_starts_and_iterations_never_give_a_larger_angle():
    a, b = matrices(3, 9, near=2.0)
    angles = [smallest_angle(a, b, starts=s, iterations=i)[0] for s, i in ((1, 20), (8, 20), (8, 100), (32, 300))]
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(angles))


def test_the_initial_matrices_are_orthogonal_and_half_of_them_reflections():
    turns = initial_rotations(5, 8)
    assert turns @ turns.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(5), turns.shape))
    assert np.linalg.det(turns) == pytest.approx([1, -1] * 4)


@given(st.integers(0, 10**6), st.integers(2, 7))
@few
def test_all_rotated_copies_have_one_normal_form(seed, size):
    a, _ = matrices(seed, size)
    turn = orthogonal(seed, size, reflection=True)
    assert normal_form(turn @ a @ turn.T) == pytest.approx(normal_form(a), abs=1e-8)


@pytest.mark.parametrize(("seed", "size", "same"), [(0, 3, True), (1, 4, True), (2, 8, False)])
def test_the_angle_is_at_most_that_of_the_package_dsa_metric(seed, size, same):
    """The package starts Adam from the identity and one reflection, in single precision, and can find local optima."""
    package = pytest.importorskip("DSA", reason="needs the package dsa-metric")
    import torch

    torch.manual_seed(0)
    a, b = matrices(seed, size, near=1.0)
    peer = package.SimilarityTransformDist(iters=500, lr=0.02, score_method="angular")
    theirs = float(peer.fit_score(a.copy(), b.copy()))
    assert theirs == pytest.approx(angle_at(a, b, peer.C_star.double().numpy()), abs=1e-3)
    ours = smallest_angle(a, b, **BUDGET)[0]
    assert ours < theirs + 1e-3
    assert (ours == pytest.approx(theirs, abs=1e-3)) == same
