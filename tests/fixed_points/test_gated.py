"""Fixed points of gated networks: kinds and stability agree with iteration of the networks themselves."""

import numpy as np
import pytest
from support.gated import network_of_model

from rnncompare.fixed_points.search import find_fixed_points

U = np.array([0.2, -0.1, 0.3, 0.0])
UNSTABLE = {("gru", 0): [0, 0, 1], ("lstm", 0): [0, 0, 0, 1, 1]}  # of networks with g 3; directions of each point


def searched(name, seed):
    """A random network of 8 units, 60 starts, and what is found from them."""
    dynamics = network_of_model(name, units=8, g=3.0, seed=seed).double().dynamics()
    starts = np.random.default_rng(0).uniform(-1, 1, (60, dynamics.state_size))
    return dynamics, starts, find_fixed_points(dynamics, U, starts, dt=0.05)


def iterated(dynamics, x, steps=1000):
    for _ in range(steps):
        x = dynamics.step(x, U)
    return x


@pytest.mark.parametrize(("name", "seed"), UNSTABLE)
def test_points_of_a_random_gated_network_attract_or_repel_as_their_modes_say(name, seed):
    dynamics, starts, result = searched(name, seed)
    fixed = result.fixed
    assert result.unstable[fixed].tolist() == UNSTABLE[name, seed] and dynamics.reachable(result.states[fixed]).all()
    np.testing.assert_allclose(dynamics.step(result.states[fixed], U), result.states[fixed], atol=1e-12)
    for point in fixed:
        near = result.states[[point]] + 1e-6 * np.random.default_rng(0).standard_normal((5, dynamics.state_size))
        stays = np.abs(iterated(dynamics, near) - result.states[point]).max() < 1e-5
        assert stays == (result.unstable[point] == 0)
    away = np.abs(iterated(dynamics, starts)[:, None] - result.states[fixed]).max(axis=2)
    assert (away.argmin(axis=1) == result.flows_to).all() and away.min(axis=1).max() < 1e-8
    assert set(result.flows_to) == set(fixed[result.unstable[fixed] == 0])


def test_states_that_a_saturated_gate_keeps_are_told_from_fixed_points():
    """Where the gate is 1 up to rounding errors, q is below any threshold, but no |h| > 1 is a fixed point."""
    dynamics, _, result = searched("ugrnn", 11)
    states = result.states[result.fixed]
    reachable = dynamics.reachable(states)
    assert 0 < reachable.sum() < len(states)
    candidate = dynamics._gates(states, U)[1]
    np.testing.assert_allclose(candidate[reachable], states[reachable], atol=1e-6)
    assert (np.abs(candidate - states).max(axis=1)[~reachable] > 1).all()
