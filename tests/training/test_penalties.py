"""Penalties against their definitions."""

import pytest
import torch
from support.deciding import small_network

from rnncompare.training import penalties


def network(nonlinearity="rectified_tanh", **changes):
    return small_network(**{"units": 12, "nonlinearity": nonlinearity} | changes).double()


@pytest.mark.parametrize("nonlinearity", ["rectified_tanh", "tanh", "relu", "softplus"])
def test_dynamics_is_the_mean_squared_norm_of_the_jacobian_of_the_recurrent_drive(nonlinearity):
    """The Jacobian of J r(x) is built by autograd at every state of every trial."""
    net = network(nonlinearity)
    J = net.recurrent_weights.detach()
    r_of = {
        "rectified_tanh": lambda x: torch.tanh(x).clamp(min=0),
        "tanh": torch.tanh,
        "relu": torch.relu,
        "softplus": torch.nn.functional.softplus,
    }[nonlinearity]
    x = torch.randn(3, 20, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    norms = [
        torch.autograd.functional.jacobian(lambda s: J @ r_of(s), state).square().sum() for state in x.reshape(-1, 12)
    ]
    torch.testing.assert_close(penalties.dynamics(net, r_of(x)), torch.stack(norms).mean(), rtol=1e-12, atol=0)


def test_dynamics_is_zero_for_silent_units_and_not_for_active_units():
    net = network()
    assert penalties.dynamics(net, torch.zeros(2, 5, 12, dtype=torch.float64)) == 0
    torch.testing.assert_close(
        penalties.dynamics(net, torch.full((2, 5, 12), 1e-9, dtype=torch.float64)), net.recurrent_weights.square().sum()
    )


def test_rates_is_the_mean_square_rate_over_units_times_and_trials():
    r = torch.rand(3, 20, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(penalties.rates(r), (r**2).mean())
    assert penalties.rates(torch.ones(2, 5, 4)) == pytest.approx(1.0)


def test_the_gradient_of_a_silent_network_is_zero_and_not_nan():
    r = torch.zeros(2, 5, 12, requires_grad=True)
    (penalties.rates(r) + penalties.dynamics(network().float(), r)).backward()
    assert torch.equal(r.grad, torch.zeros_like(r))


def test_weights_sums_over_input_and_output_weights_but_not_recurrent_ones():
    net = network()
    expected = net.input_weights.square().sum() + net.output_weights.square().sum()
    torch.testing.assert_close(penalties.weights(net), expected)
    torch.testing.assert_close(penalties.weights(network(g=9.0)), expected)


def test_mean_weights_is_the_mean_square_of_each_matrix_and_masked_weights_count_as_zero():
    net = network()
    matrices = (net.recurrent_weights, net.input_weights, net.output_weights)
    torch.testing.assert_close(penalties.mean_weights(net), sum((w**2).mean() for w in matrices))
    net.effective_recurrent_weights = lambda: net.recurrent_weights * 0
    torch.testing.assert_close(penalties.mean_weights(net), sum((w**2).mean() for w in matrices[1:]))
