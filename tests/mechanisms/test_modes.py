"""Rates of modes of linear systems, whose eigenvalues are given."""

import numpy as np
import pytest
from linearisation.test_contexts import task

from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.modes import differing_rates, modes
from rnncompare.plugins import BadOption

DT = 0.05
MODULI = (0.9, 0.8, 0.8, 1e-9)


class Linear:
    """x' = A x + B u with a complex pair of eigenvalues of modulus .8."""

    state_size = 4

    def __init__(self):
        turn = 0.8 * np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
        self.a = np.zeros((4, 4))
        self.a[:2, :2], self.a[2, 2], self.a[3, 3] = turn, 1e-9, 0.9

    def step(self, x, u):
        return x @ self.a.T + np.broadcast_to(u, (len(x), 4))

    def jacobian(self, x, u):
        return np.repeat(self.a[None], len(x), axis=0)


def rows_of(leading: int) -> list[dict]:
    return modes(None, NoisyDynamics(Linear(), np.zeros(4), 0.0, DT), task(), seed=0, leading=leading)


def test_rates_are_logarithms_of_moduli_from_the_largest_on_and_a_mode_that_vanishes_has_the_smallest():
    rows = rows_of(4)
    for context in ("motion", "colour"):
        found = {r["statistic"]: r["value"] for r in rows if r["variable"] == context}
        assert list(found) == ["rate_1", "rate_2", "rate_3", "rate_4"]
        assert list(found.values()) == pytest.approx(np.log(np.maximum(MODULI, 1e-3)) / DT)


def test_more_modes_than_states_are_refused():
    with pytest.raises(BadOption, match="found leading 5, wanted at most the 4 states"):
        rows_of(5)


def test_the_distance_is_the_mean_difference_over_contexts_and_modes():
    rates = np.array([[[-1.0, -2.0], [-3.0, -4.0]], [[-1.0, -4.0], [-2.0, -4.0]]])
    assert differing_rates(rates, [])["rate"].tolist() == [[0, 0.75], [0.75, 0]]
