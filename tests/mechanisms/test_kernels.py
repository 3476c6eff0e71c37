"""Kernels of systems whose integration is known."""

import numpy as np
import pytest
from linearisation.made_up import Gate
from linearisation.test_contexts import task

from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.kernels import kernels


def courses(dynamics) -> dict[tuple[str, str], np.ndarray]:
    rows = kernels(None, NoisyDynamics(dynamics, np.zeros(4), 0.0, 0.05), task(), seed=0)
    names = dict.fromkeys((row["variable"], row["statistic"]) for row in rows)
    return {name: np.array([r["value"] for r in rows if (r["variable"], r["statistic"]) == name]) for name in names}


def test_a_perfect_integrator_has_1_for_the_relevant_and_0_for_the_irrelevant_input_at_all_times():
    found = courses(Gate())
    assert set(found) == {(c, s) for c in ("motion", "colour") for s in ("relevant", "irrelevant")}
    for (_, statistic), course in found.items():
        assert len(course) == 12 and course == pytest.approx(float(statistic == "relevant"))


def test_a_leak_of_selection_is_the_irrelevant_kernel():
    assert courses(Gate(leaking=0.25))["motion", "irrelevant"] == pytest.approx(0.25)


def test_a_network_that_ignores_its_relevant_input_has_no_kernel():
    class Deaf(Gate):
        def input_jacobian(self, x, u):
            return np.zeros((len(x), 1, 4))

    assert courses(Deaf()) == {}
