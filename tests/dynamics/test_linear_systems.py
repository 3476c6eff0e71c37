"""Fitted linear systems, compared with exact solutions by the matrix exponential and with plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from rnncompare.activity import BadActivity
from rnncompare.dynamics.linear_systems import (
    LOWEST,
    HeldOut,
    best_map,
    course_errors,
    fastest,
    held_out,
    hertz,
    midpoints_and_slopes,
    modes,
    predicted,
    share_predicted,
    slowest,
    time_to_failure,
)

STEP = 0.01  # s
few = settings(deadline=None, max_examples=20, derandomize=True)


def solutions(generator, *, conditions=6, times=40, seed=0):
    """(condition, time, component) exact solutions of dx/dt = generator x from random initial states."""
    start = np.random.default_rng(seed).standard_normal((conditions, len(generator)))
    flow = np.stack([expm(generator * t * STEP) for t in range(times)])
    return np.einsum("tij,cj->cti", flow, start)


def stable(seed, size=4):
    return np.random.default_rng(seed).standard_normal((size, size)) * 10 - 5 * np.eye(size)


@given(st.integers(0, 10**6))
@few
def test_the_modes_of_exact_solutions_are_the_eigenvalues_of_their_generator(seed):
    generator = stable(seed)
    matrix = best_map(*midpoints_and_slopes(solutions(generator), STEP))
    found, true = modes(matrix, STEP, "here"), np.linalg.eigvals(generator)
    apart = np.abs(found[:, None] - true)
    assert apart.min(axis=0).max() < 1e-5 and apart.min(axis=1).max() < 1e-5


@given(st.integers(0, 10**6))
@few
def test_a_prediction_is_the_matrix_exponential_of_the_modes(seed):
    generator = stable(seed)
    course = solutions(generator, conditions=1)[0]
    matrix = 2 / STEP * np.linalg.solve(np.eye(4) + expm(generator * STEP), expm(generator * STEP) - np.eye(4))
    found = predicted(matrix, course[0], times=39, step=STEP, where="here")
    assert found == pytest.approx(course[1:], rel=1e-8, abs=1e-10)


def test_the_fastest_mode_has_the_highest_frequency_and_the_slowest_one_the_largest_growth_rate():
    values = np.array([-1.0 + 0j, -3 + 20j, -3 - 20j, -9 + 5j, -9 - 5j])
    assert hertz(fastest(values)) == pytest.approx(20 / (2 * np.pi)) and fastest(values).real == -3
    assert slowest(values) == -1
    assert fastest(np.array([-4.0 + 0j, -1, -2])) == -1


@pytest.mark.parametrize("eigenvalue", [2 / STEP, -2 / STEP])
def test_states_that_appear_or_vanish_within_a_step_are_refused(eigenvalue):
    for attempt in (
        lambda matrix: modes(matrix, STEP, "here"),
        lambda matrix: predicted(matrix, np.ones(2), times=3, step=STEP, where="here"),
    ):
        with pytest.raises(BadActivity, match="here: found states that appear or vanish within one time step, wanted"):
            attempt(np.diag([eigenvalue, -1.0]))


def test_nothing_is_taken_from_the_condition_that_is_left_out():
    rate = np.random.default_rng(0).standard_normal((5, 12, 7)).cumsum(axis=1)
    changed = rate.copy()
    changed[2] = 100 * np.random.default_rng(1).standard_normal((12, 7))
    one, other = (list(held_out(r, components=3, step=STEP))[2] for r in (rate, changed))
    assert (one.matrix == other.matrix).all() and not np.allclose(one.course, other.course)
    others = np.delete(rate, 2, axis=0)
    axes = np.linalg.svd((others - others.mean(axis=0)).reshape(-1, 7), full_matrices=False)[2][:3]
    assert np.abs(one.course) == pytest.approx(np.abs((rate[2] - others.mean(axis=0)) @ axes.T))


def test_errors_of_a_course_agree_with_plain_loops():
    course = np.random.default_rng(0).standard_normal((6, 2))
    fold = HeldOut(course, np.array([[-1.0, 3.0], [-2.0, -4.0]]), np.ones(2))
    errors, still, squares = course_errors(fold, STEP, "here")
    state = course[0]
    half = fold.matrix * STEP / 2
    for k in range(1, 6):
        state = np.linalg.inv(np.eye(2) - half) @ (np.eye(2) + half) @ state
        assert errors[k - 1] == pytest.approx(sum((course[k] - state) ** 2))
        assert still[k - 1] == pytest.approx(sum((course[k] - course[0]) ** 2))
        assert squares[k - 1] == pytest.approx(sum(course[k] ** 2))


def test_the_prediction_fails_at_the_first_time_whose_error_exceeds_the_mean_variance():
    squares = np.array([1.0, 2.0, 3.0, 6.0])  # mean 3
    assert time_to_failure(np.array([0.0, 3.1, 0.0, 9.0]), squares, 0.5) == (1.0, True)
    assert time_to_failure(np.array([0.0, 0.0, 0.0, np.inf]), squares, 0.5) == (2.0, True)
    assert time_to_failure(np.array([3.0, 3.0, 3.0, 3.0]), squares, 0.5) == (2.0, False)


def test_a_prediction_that_overflows_fails_and_has_the_lowest_r2():
    growing = HeldOut(np.ones((200, 1)), np.array([[2 / STEP * (1 - 1e-12)]]), np.ones(2))
    errors, _, squares = course_errors(growing, STEP, "here")
    assert np.isinf(errors[-1]) and share_predicted(errors, squares) == LOWEST
    assert time_to_failure(errors, squares, STEP) == (STEP, True)
