"""One step of a gated network as a function of arrays: the map of `forward`, and its derivatives."""

import dataclasses

import numpy as np
import pytest
import torch
from support.gated import GATED, network_of_model, random_network, step_of_torch

INPUTS = np.random.default_rng(0).standard_normal((4, 30, 4))


def states(dynamics, count=4):
    return np.random.default_rng(1).standard_normal((count, dynamics.state_size))


def difference(function, at, size=1e-6):
    """(state, result, variable) central differences of a function of (state, variable)."""
    steps = size * np.eye(at.shape[1])
    return np.stack([(function(at + step) - function(at - step)) / (2 * size) for step in steps], axis=-1)


@pytest.mark.parametrize("name", GATED)
def test_iterated_steps_from_zero_give_the_rates_and_outputs_of_the_network(name):
    network = random_network(name, sd=0.3).float()
    rates, outputs = (a.detach().numpy() for a in network(torch.as_tensor(INPUTS, dtype=torch.float32)))
    dynamics = network.dynamics()
    x = np.zeros((4, dynamics.state_size))
    for t in range(30):
        x = dynamics.step(x, INPUTS[:, t])
        np.testing.assert_allclose(dynamics.rates(x), rates[:, t], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(dynamics.read(x), outputs[:, t], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", GATED)
def test_jacobians_are_the_slopes_of_step_and_read_out(name):
    dynamics, u = random_network(name).dynamics(), INPUTS[:, 0]
    x = states(dynamics)
    np.testing.assert_allclose(dynamics.jacobian(x, u), difference(lambda y: dynamics.step(y, u), x), atol=1e-8)
    np.testing.assert_allclose(dynamics.input_jacobian(x, u), difference(lambda v: dynamics.step(x, v), u), atol=1e-8)
    np.testing.assert_allclose(dynamics.read_jacobian(x), difference(dynamics.read, x), atol=1e-8)
    same = dynamics.jacobian(x, u[0])  # the same inputs for all states
    np.testing.assert_allclose(same, dynamics.jacobian(x, np.repeat(u[:1], 4, axis=0)), atol=1e-14)


@pytest.mark.parametrize("name", GATED)
def test_step_and_jacobians_agree_with_the_cells_of_torch_and_their_derivatives(name):
    network = random_network(name)
    dynamics, step = network.dynamics(), step_of_torch(network)
    x, u = torch.as_tensor(states(dynamics)), torch.as_tensor(INPUTS[:, 0])
    arrays = x.numpy(), u.numpy()
    np.testing.assert_allclose(dynamics.step(*arrays), step(x, u).detach().numpy(), atol=1e-13)
    for argument, mine in enumerate((dynamics.jacobian(*arrays), dynamics.input_jacobian(*arrays))):
        theirs = torch.func.vmap(torch.func.jacfwd(lambda x, u: step(x[None], u[None])[0], argument))(x, u)
        np.testing.assert_allclose(mine, theirs.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("name", GATED)
def test_the_chain_of_jacobians_is_the_gradient_of_backpropagation_through_time(name):
    network, u = random_network(name), torch.as_tensor(INPUTS).requires_grad_()
    network(u)[1][:, -1, 0].sum().backward()
    dynamics = network.dynamics()
    x = [np.zeros((4, dynamics.state_size))]
    for t in range(30):
        x.append(dynamics.step(x[-1], INPUTS[:, t]))
    by_state = dynamics.read_jacobian(x[-1])[:, 0]
    for t in reversed(range(30)):
        by_input = np.einsum("sv,svi->si", by_state, dynamics.input_jacobian(x[t], INPUTS[:, t]))
        np.testing.assert_allclose(u.grad[:, t], by_input, atol=1e-12)
        by_state = np.einsum("sv,svw->sw", by_state, dynamics.jacobian(x[t], INPUTS[:, t]))


def test_a_state_of_an_lstm_has_two_variables_for_each_unit():
    sizes = [network_of_model(name).dynamics().state_size for name in GATED]
    assert sizes == [20, 40, 20]


@pytest.mark.parametrize("name", GATED)
def test_dynamics_have_no_noise_and_do_not_change_when_the_network_is_trained_on(name):
    network = network_of_model(name)
    dynamics, u = network.dynamics(), INPUTS[0, 0]
    x = states(dynamics)
    before = dynamics.step(x, u)
    with torch.no_grad():
        network.recurrent_weights.mul_(2)
    assert (dynamics.step(x, u) == before).all() and not np.allclose(network.dynamics().step(x, u), before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        dynamics.J = None


@pytest.mark.parametrize("name", GATED)
def test_large_states_and_inputs_do_not_overflow(name):
    dynamics = network_of_model(name).dynamics()
    with np.errstate(all="raise"):
        x = dynamics.step(np.full((1, dynamics.state_size), 1e6), np.full(4, -1e6))
        assert np.isfinite(x).all() and np.isfinite(dynamics.jacobian(x, np.full(4, 1e6))).all()


@pytest.mark.parametrize("name", GATED)
def test_only_states_with_rates_of_at_most_one_are_reachable(name):
    dynamics = random_network(name, sd=3.0).dynamics()
    x = np.zeros((4, dynamics.state_size))
    for t in range(30):
        x = dynamics.step(x, INPUTS[:, t])
        assert dynamics.reachable(x).all()
    x[1, 3] = -1.01
    assert dynamics.reachable(x).tolist() == [True, False, True, True]


@pytest.mark.parametrize("name", GATED)
def test_inputs_and_states_of_another_width_are_refused(name):
    dynamics = network_of_model(name).dynamics()
    with pytest.raises(ValueError, match=r"found inputs of shape \(2,\), wanted \(\.\., 4 inputs\)"):
        dynamics.step(states(dynamics), np.zeros(2))
    with pytest.raises(ValueError, match=rf"found states of shape .*, wanted \(state, {dynamics.state_size} variables"):
        dynamics.jacobian(states(dynamics)[:, :19], np.zeros(4))
