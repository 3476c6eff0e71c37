"""One step of a network as a function of arrays: the map of `forward`, and its derivatives."""

import dataclasses

import numpy as np
import pytest
import torch
from support.deciding import deciding_network, small_network

from rnncompare.training.backpropagation import activate

NONLINEARITIES = ("rectified_tanh", "tanh", "relu", "softplus")
INPUTS = np.random.default_rng(0).standard_normal((4, 30, 4))
STATES = np.random.default_rng(1).standard_normal((5, 20))


def biased(network):
    """The network with biases, without which a test could not find that one is missing."""
    for seed, bias in enumerate((network.unit_bias, network.output_bias)):
        torch.nn.init.normal_(bias, generator=torch.Generator().manual_seed(seed))
    return network


def constrained(**changes):
    return biased(deciding_network(**changes))


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_iterated_steps_from_zero_give_the_rates_and_outputs_of_the_constrained_network(nonlinearity):
    network = constrained(nonlinearity=nonlinearity)
    assert not torch.equal(network.recurrent_weights, network.effective_recurrent_weights())
    rates, outputs = (a.detach().numpy() for a in network(torch.as_tensor(INPUTS, dtype=torch.float32)))
    dynamics, x = network.dynamics(), np.zeros((4, 20))
    for t in range(30):
        x = dynamics.step(x, INPUTS[:, t])
        np.testing.assert_allclose(dynamics.rates(x), rates[:, t], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(dynamics.read(x), outputs[:, t], rtol=1e-5, atol=1e-5)


def difference(function, at, size=1e-6):
    """(state, result, variable) central differences of a function of (state, variable)."""
    steps = size * np.eye(at.shape[1])
    return np.stack([(function(at + step) - function(at - step)) / (2 * size) for step in steps], axis=-1)


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_jacobians_are_the_slopes_of_the_step(nonlinearity):
    dynamics, u = constrained(nonlinearity=nonlinearity).dynamics(), INPUTS[:, 0]
    x = STATES[:4]
    np.testing.assert_allclose(dynamics.jacobian(x, u), difference(lambda y: dynamics.step(y, u), x), atol=1e-8)
    np.testing.assert_allclose(dynamics.input_jacobian(x, u), difference(lambda v: dynamics.step(x, v), u), atol=1e-8)


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_jacobians_agree_with_automatic_differentiation(nonlinearity):
    network = constrained(nonlinearity=nonlinearity).double()
    J, B = network.effective_recurrent_weights(), network.effective_input_weights()

    def step(x, u):
        return (1 - network.leak) * x + network.leak * (J @ activate(x, nonlinearity) + B @ u + network.unit_bias)

    u, dynamics = torch.as_tensor(INPUTS[0, 0]), network.dynamics()
    by_state, by_input = (jacobian(STATES, u.numpy()) for jacobian in (dynamics.jacobian, dynamics.input_jacobian))
    for x, mine, into in zip(torch.as_tensor(STATES), by_state, by_input, strict=True):
        theirs = torch.autograd.functional.jacobian(step, (x, u))
        np.testing.assert_allclose(mine, theirs[0], atol=1e-14)
        np.testing.assert_allclose(into, theirs[1], atol=1e-14)


def test_the_chain_of_jacobians_is_the_gradient_of_backpropagation_through_time():
    network, u = constrained(nonlinearity="tanh").double(), torch.as_tensor(INPUTS).requires_grad_()
    rates, outputs = network(u)
    outputs[:, -1, 0].sum().backward()
    dynamics, slope = network.dynamics(), 1 - rates[:, -1].detach().numpy() ** 2
    states = [np.zeros((4, 20))]
    for t in range(30):
        states.append(dynamics.step(states[-1], INPUTS[:, t]))
    by_state = dynamics.W[0] * slope
    for t in reversed(range(30)):
        by_input = np.einsum("su,sui->si", by_state, dynamics.input_jacobian(states[t], INPUTS[:, t]))
        np.testing.assert_allclose(u.grad[:, t], by_input, atol=1e-12)
        by_state = np.einsum("su,suv->sv", by_state, dynamics.jacobian(states[t], INPUTS[:, t]))


@pytest.mark.parametrize("nonlinearity", ["rectified_tanh", "relu"])
def test_a_rectified_unit_at_zero_has_no_slope(nonlinearity):
    dynamics = small_network(nonlinearity=nonlinearity).dynamics()
    x = np.zeros((1, 20))
    x[0, 3] = 1e-9
    found = dynamics.jacobian(x, np.zeros(3))[0] - (1 - dynamics.leak) * np.eye(20)
    np.testing.assert_allclose(found[:, 3], dynamics.leak * dynamics.J[:, 3], atol=1e-15)
    assert not np.delete(found, 3, axis=1).any()


def test_dynamics_have_no_noise_and_do_not_change_when_the_network_is_trained_on():
    network = constrained()
    assert network.noise is not None
    dynamics = network.dynamics()
    before = dynamics.step(STATES, INPUTS[0, 0])
    with torch.no_grad():
        network.recurrent_weights.mul_(2)
    assert (dynamics.step(STATES, INPUTS[0, 0]) == before).all()
    assert not np.allclose(network.dynamics().step(STATES, INPUTS[0, 0]), before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        dynamics.leak = 0.5


def test_inputs_and_states_of_another_width_are_refused():
    dynamics = small_network().dynamics()
    with pytest.raises(ValueError, match=r"found inputs of shape \(2,\), wanted \(\.\., 3 inputs\)"):
        dynamics.step(STATES, np.zeros(2))
    with pytest.raises(ValueError, match=r"found states of shape \(5, 19\), wanted \(state, 20 variables\)"):
        dynamics.jacobian(STATES[:, :19], np.zeros(3))
