"""Time constants and frequencies of modes, from eigenvalues of a known system."""

import numpy as np
import pytest

from rnncompare.fixed_points.modes import Modes, eigenvalues

DT = 0.01


def test_modes_of_a_sampled_system_are_those_of_the_system():
    """exp(A dt) for a decay of 50 ms, a growth of 200 ms and a rotation of 3 Hz that decays in 100 ms."""
    turn = 2 * np.pi * 3
    rates = np.array([-1 / 0.05, 1 / 0.2, -1 / 0.1 + 1j * turn, -1 / 0.1 - 1j * turn])
    modes = Modes(np.exp(rates * DT), DT)
    np.testing.assert_allclose(modes.time_constants, [0.05, -0.2, 0.1, 0.1])
    np.testing.assert_allclose(modes.frequencies, [0, 0, 3, 3], atol=1e-12)
    assert modes.pairs.tolist() == [False, False, True, True]


def test_a_mode_that_alternates_is_at_half_the_sampling_rate_and_is_no_pair():
    modes = Modes(np.array([-0.5 + 0j]), DT)
    assert modes.frequencies[0] == pytest.approx(1 / (2 * DT)) and not modes.pairs[0]


def test_a_neutral_mode_lasts_forever_and_a_mode_of_zero_no_time():
    modes = Modes(np.array([1.0 + 0j, 0j]), DT)
    assert np.isinf(modes.time_constants[0]) and modes.time_constants[1] == 0


def test_equal_real_eigenvalues_with_rounding_errors_are_no_pair():
    assert not Modes(np.array([0.9 + 1e-9j, 0.9 - 1e-9j]), DT).pairs.any()


def test_eigenvalues_are_ordered_by_modulus():
    jacobians = np.stack([np.diag([0.1, -0.9, 0.5]), np.diag([2.0, 0.0, 1.0])])
    np.testing.assert_allclose(eigenvalues(jacobians), [[-0.9, 0.5, 0.1], [2, 1, 0]])


def test_modes_are_rows_with_their_numbers():
    rows = Modes(np.array([0.5 + 0.5j, 0.5 - 0.5j, 0.1 + 0j]), DT).rows()
    assert rows["mode"].tolist() == [0, 1, 2] and rows.imaginary.tolist() == [0.5, -0.5, 0]
    assert rows.pair.tolist() == [True, True, False]
