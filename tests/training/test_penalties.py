"""Penalties against their definitions."""

import math

import numpy as np
import pytest
import torch
from support.deciding import deciding_network, small_network
from support.gated import GATED, network_of_model

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


def distances_by_hand(units):
    """Distances on a grid of ceil(sqrt(units)) columns, by a loop over pairs."""
    side = int(np.ceil(np.sqrt(units)))
    places = [(k // side / (side - 1), k % side / (side - 1)) for k in range(units)]
    return np.array([[math.dist(a, b) for b in places] for a in places])


@pytest.mark.parametrize("units", [4, 9, 12, 64])
def test_units_are_on_a_square_grid_whose_corners_are_those_of_the_unit_square(units):
    found = penalties.grid_distances(units)
    np.testing.assert_allclose(found, distances_by_hand(units), atol=1e-15)
    side = int(np.ceil(np.sqrt(units)))
    assert found[0, side - 1] == 1 and not found.diagonal().any()
    assert found.max() == pytest.approx(np.sqrt(2)) or side**2 != units  # the last place of a row may be empty


def test_a_single_unit_has_no_distance():
    assert penalties.grid_distances(1).tolist() == [[0.0]]
    assert penalties.wiring(network(units=1)) == penalties.absolute_weights(network(units=1)) == 0


def test_wiring_is_the_sum_of_absolute_weights_times_distances_and_its_control_has_the_mean_distance():
    net, d = network(), distances_by_hand(12)
    J = np.abs(net.recurrent_weights.detach().numpy())
    assert penalties.wiring(net).item() == pytest.approx((J * d).sum(), rel=1e-12)
    assert penalties.absolute_weights(net).item() == pytest.approx(J.sum() * d.mean(), rel=1e-12)


def test_weights_of_one_size_cost_the_same_by_distances_and_by_the_mean_distance():
    net = network()
    with torch.no_grad():
        net.recurrent_weights.copy_(0.3 * net.recurrent_weights.sign())
    assert penalties.wiring(net).item() == pytest.approx(penalties.absolute_weights(net).item(), rel=1e-12)


def test_the_gradients_of_both_are_the_distance_times_the_sign_and_only_of_recurrent_weights():
    for penalty, d in ((penalties.wiring, distances_by_hand(12)), (penalties.absolute_weights, None)):
        net = network()
        penalty(net).backward()
        by_distance = distances_by_hand(12).mean() if d is None else d
        expected = np.sign(net.recurrent_weights.detach().numpy()) * by_distance
        np.testing.assert_allclose(net.recurrent_weights.grad.numpy(), expected, atol=1e-12)
        assert net.input_weights.grad is None and net.output_weights.grad is None


def test_masked_weights_have_no_wire():
    net = deciding_network(units=16).double()
    J = net.effective_recurrent_weights().detach().abs().numpy()
    assert (J == 0).any() and (net.recurrent_weights != 0).any()
    with torch.no_grad():
        net.recurrent_weights[net.constraints[0].mask == 0] = 7.0  # free parameters without a connection
    assert penalties.wiring(net).item() == pytest.approx((J * distances_by_hand(16)).sum(), rel=1e-12)


@pytest.mark.parametrize("cell", GATED)
def test_the_wires_of_a_gated_network_are_those_of_all_of_its_gates(cell):
    net = network_of_model(cell, units=9).double()
    J = net.recurrent_weights.detach().abs().numpy()
    gates = J.reshape(-1, 9, 9)
    assert len(gates) > 1
    assert penalties.wiring(net).item() == pytest.approx(sum((g * distances_by_hand(9)).sum() for g in gates))
