"""Fixed points of systems in which they are known, by context, and whether some are missing."""

import numpy as np
import pytest
from linearisation.made_up import Valley
from linearisation.test_contexts import task

from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.fixed_points import fixed_points

NOISE = np.zeros(4)
HOW = {"seed": 0, "starts": 60, "steps": 400, "searches": None}


def counts(system, **options):
    rows = fixed_points(None, NoisyDynamics(system, NOISE, 0.0, 0.05), task(), **HOW | {"jitter": 0.0} | options)
    found = {
        context: {r["statistic"]: r["value"] for r in rows if r["variable"] == context}
        for context in ("motion", "colour")
    }
    assert found["motion"].keys() == found["colour"].keys()
    return found["motion"]


class Driven(Valley):
    """A valley whose states start apart from 0, because the contexts drive it at first."""

    def step(self, x, u):
        return super().step(x, u) + np.broadcast_to(u, (len(x), 4))[:, :1] * 0.5


def test_two_stable_points_and_the_saddle_between_them_are_bistable():
    found = counts(Driven(2.0))
    assert {name: found[name] for name in ("stable", "saddles", "unstable", "index", "bistable", "chain")} == {
        "stable": 2, "saddles": 1, "unstable": 0, "index": 1, "bistable": 1, "chain": 1,
    }  # fmt: skip
    assert found["highest"] == -found["lowest"] == pytest.approx(2 * 0.9575040240772687, rel=1e-9)
    slope = 1 - 0.5 + 0.5 * 2 * (1 - 0.9575040240772687**2)
    assert found["time_constant"] == pytest.approx(-0.05 / np.log(slope), rel=1e-6)
    assert (found["spirals"], found["slow"], found["unconverged"], found["continua"]) == (0, 0, 0, 0)


def test_one_stable_point_is_neither_bistable_nor_a_chain():
    found = counts(Driven(0.5))
    assert [found[name] for name in ("stable", "saddles", "index", "bistable", "chain")] == [1, 0, 1, 0, 0]


class Pushed(Driven):
    """The same with a constant push, so that no trajectory stays near the saddle."""

    def step(self, x, u):
        return super().step(x, u) + 0.02


def test_the_index_shows_that_a_point_is_missing():
    """The network itself goes to both stable points, whose indices sum to 2; the saddle has to be searched."""
    found = counts(Pushed(2.0), searches=1)
    assert [found[name] for name in ("stable", "saddles", "index", "bistable")] == [2, 0, 2, 0]
    found = counts(Pushed(2.0))
    assert [found[name] for name in ("stable", "saddles", "index", "bistable")] == [2, 1, 1, 1]
