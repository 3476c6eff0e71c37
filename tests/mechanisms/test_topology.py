"""Numbers of fixed points at constant inputs, of a system in which they are known."""

import numpy as np
import pytest
from linearisation.made_up import Valley
from linearisation.test_contexts import task

from rnncompare.fixed_points.counts import KINDS
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.topology import differing_cells, topology


class Pushed(Valley):
    """A valley that the relevant input u pushes: its fixed points are the solutions of x = tanh(gain x) + u."""

    def step(self, x, u):
        u = np.broadcast_to(u, (len(x), 4))
        return super().step(x, u) + self.rate * (u[:, 2:4] * u[:, :2]).sum(axis=1, keepdims=True)


def test_an_input_beyond_the_bifurcation_leaves_one_stable_point():
    """tanh(2 x) - x is largest where 2 (1 - tanh^2) = 1: sqrt(1 / 2) - artanh(sqrt(1 / 2)) / 2 = .2664."""
    highest = np.sqrt(0.5) - np.arctanh(np.sqrt(0.5)) / 2
    levels = [-highest - 0.01, -highest + 0.01, 0.0, highest - 0.01, highest + 0.01]
    how = {"seed": 0, "starts": 60, "jitter": 0.2, "steps": 400, "searches": None}
    rows = topology(None, NoisyDynamics(Pushed(2.0), np.zeros(4), 0.0, 0.05), task(), levels=levels, **how)
    for context in ("motion", "colour"):
        for level in levels:
            found = {r["statistic"]: r["value"] for r in rows if (r["variable"], r["strength"]) == (context, level)}
            inside = abs(level) < highest
            assert [found[kind] for kind in ("stable", "saddles", "unstable")] == ([2, 1, 0] if inside else [1, 0, 0])
            assert found["index"] == 1 and found["continua"] == 0


def test_the_distance_is_the_share_of_cells_whose_counts_differ():
    names = [*KINDS, "index"]
    one = np.array([[2, 1, 0, 0, 0, 1]] * 4)
    slow, saddle, index = one.copy(), one.copy(), one.copy()
    slow[0, 3] = 1
    saddle[:3, 1] = 2
    index[:, 5] = 0
    found = differing_cells(np.stack([one, slow, saddle, index]), names)
    assert found["cells"][0].tolist() == [0, 0.25, 0.75, 0]
    assert found["cells_of_fixed_points"][0].tolist() == [0, 0, 0.75, 0]
    for matrix in found.values():
        assert (matrix == matrix.T).all() and matrix[1, 2] == pytest.approx(0.75)
