"""The leading mode: directions of a line, none of a pair, and how well they are determined."""

import numpy as np
import pytest

from rnncompare.linearisation.leading_mode import leading_mode, selected


def test_the_left_eigenvector_of_an_integrator_selects_its_input():
    """J = .2 I + .8 r l with l . r = 1: the mode r has the eigenvalue 1, and only l . u enters it."""
    right, left = np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 0.0])
    mode = leading_mode(0.2 * np.eye(3) + 0.8 * np.outer(right, left))
    assert (mode.mu, mode.pair) == (pytest.approx(1.0), False)
    assert abs(mode.right @ right) == pytest.approx(1)
    assert mode.left @ mode.right == pytest.approx(1)
    assert np.abs(mode.left) == pytest.approx(np.abs(left))
    assert mode.condition == pytest.approx(np.sqrt(5))
    inputs = np.column_stack([left, [0.0, 0.0, 1.0], [2.0, -1.0, 0.0]])
    assert selected(mode, inputs) == pytest.approx([1, 0, 0], abs=1e-12)


def test_a_complex_pair_has_no_direction():
    turn = 0.99 * np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    mode = leading_mode(turn)
    assert mode.pair and abs(mode.mu) == pytest.approx(0.99)
    assert np.isnan(mode.left).all() and np.isnan(selected(mode, np.eye(2))).all()
