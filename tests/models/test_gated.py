"""Gated cells: the equations of torch's cells, written-out backpropagation, initial weights, noise and refusals."""

import numpy as np
import pytest
import torch
from support.gated import GATED, network_of_model, random_network, step_of_torch

from rnncompare.models._noisy_drive import noisy_inputs
from rnncompare.plugins import BadOption

INPUTS = torch.as_tensor(np.random.default_rng(0).standard_normal((5, 17, 4)))


def by_torch(network, inputs):
    """Rates and outputs by a loop over the steps of torch, with ordinary autograd."""
    units, step = network.output_weights.shape[1], step_of_torch(network)
    x = inputs.new_zeros(len(inputs), network.dynamics().state_size)
    rates = []
    for t in range(inputs.shape[1]):
        x = step(x, inputs[:, t])
        rates.append(x[:, :units])
    rates = torch.stack(rates, 1)
    return rates, rates @ network.output_weights.T + network.output_bias


@pytest.mark.parametrize("name", GATED)
def test_cells_have_the_rates_and_outputs_of_those_of_torch_with_the_same_weights(name):
    network = random_network(name)
    for mine, theirs in zip(network(INPUTS), by_torch(network, INPUTS), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-13)


@pytest.mark.parametrize("times", [1, 2, 17])
@pytest.mark.parametrize("name", GATED)
def test_gradients_of_weights_are_those_of_autograd(name, times):
    network, u = random_network(name), INPUTS[:, :times]
    found = []
    for rates, outputs in (network(u), loop(network, u)):
        loss = (outputs * torch.linspace(-1, 1, times + 1, dtype=u.dtype)[1:, None]).sum() + (rates**3).sum()
        found.append(torch.autograd.grad(loss, list(network.parameters())))
    for mine, theirs, (which, _) in zip(*found, network.named_parameters(), strict=True):
        assert (mine - theirs).norm() <= 1e-12 * theirs.norm(), which


def loop(network, u):
    """Rates and outputs by the equations, for autograd."""
    units, J, B, b = (
        network.output_weights.shape[1],
        network.recurrent_weights,
        network.input_weights,
        network.unit_bias,
    )
    h, c, rates = u.new_zeros(len(u), units), u.new_zeros(len(u), units), []
    for t in range(u.shape[1]):
        by_input, recurrent = (u[:, t] @ B.T + b).split(units, -1), (h @ J.T).split(units, -1)
        sums = [a + p for a, p in zip(by_input, recurrent, strict=True)]
        if network.cell == "gru":
            r, z = sums[0].sigmoid(), sums[1].sigmoid()
            h = z * h + (1 - z) * torch.tanh(by_input[2] + r * recurrent[2])
        elif network.cell == "ugrnn":
            h = sums[0].sigmoid() * h + (1 - sums[0].sigmoid()) * sums[1].tanh()
        else:
            o, f, i, g = *(part.sigmoid() for part in sums[:3]), sums[3].tanh()
            c = f * c + i * g
            h = o * c.tanh()
        rates.append(h)
    rates = torch.stack(rates, 1)
    return rates, rates @ network.output_weights.T + network.output_bias


@pytest.mark.parametrize("name", GATED)
def test_gradients_reach_given_inputs_and_given_recurrent_weights(name):
    network = random_network(name, units=3)
    J, u = network.recurrent_weights.detach().clone().requires_grad_(), INPUTS[:2, :5].clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda u, J: network(u, recurrent=J), (u, J))


@pytest.mark.parametrize("name", GATED)
def test_several_versions_of_the_recurrent_weights_are_run_at_once(name):
    network = random_network(name)
    versions = torch.stack([network.recurrent_weights * factor for factor in (1.0, 0.5, 0.0)]).detach()
    with torch.no_grad():
        together = network(INPUTS, recurrent=versions)
        for k, one in enumerate(versions):
            for all_versions, alone in zip(together, network(INPUTS, recurrent=one), strict=True):
                torch.testing.assert_close(all_versions[k], alone, rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", GATED)
def test_weights_start_with_the_given_variances_and_only_the_gate_that_keeps_the_state_has_a_bias(name):
    network = network_of_model(name, units=100, inputs=50, g=1.5, h=0.7, gate_bias=2.0, noise=None)
    assert network.recurrent_weights.std().item() == pytest.approx(1.5 / 100**0.5, rel=0.02)
    assert network.input_weights.std().item() == pytest.approx(0.7 / 50**0.5, rel=0.03)
    assert (network.unit_bias == 2).sum() == 100 and (network.unit_bias == 0).sum() == len(network.unit_bias) - 100
    assert not network.output_bias.any()


@pytest.mark.parametrize("name", GATED)
def test_a_state_without_input_is_kept_with_a_large_gate_bias_and_halves_without_one(name):
    for bias, factor in ((40.0, 1.0), (0.0, 0.5)):
        dynamics = network_of_model(name, gate_bias=bias, g=0.0, h=0.0).dynamics()
        x = np.random.default_rng(0).standard_normal((3, dynamics.state_size))
        keeping = slice(-20, None)  # c of the LSTM, which is the last of its variables
        np.testing.assert_allclose(dynamics.step(x, np.zeros(4))[:, keeping], factor * x[:, keeping], atol=1e-12)


@pytest.mark.parametrize("name", GATED)
def test_networks_that_share_a_seed_differ_only_by_the_gain(name):
    torch.manual_seed(0)
    low, high = network_of_model(name, g=0.5), network_of_model(name, g=2.0)
    torch.testing.assert_close(high.recurrent_weights, low.recurrent_weights * 4)
    assert torch.equal(low.input_weights, high.input_weights) and torch.equal(low.output_weights, high.output_weights)
    assert not torch.allclose(low.recurrent_weights, network_of_model(name, g=0.5, seed=1).recurrent_weights)


@pytest.mark.parametrize("name", GATED)
def test_the_noise_of_inputs_is_that_of_a_leaky_network_with_the_same_time_constant(name):
    gated, leaky = network_of_model(name, tau=0.2), network_of_model("leaky", tau=0.2)
    u = torch.zeros(400, 50, 4)
    noise = [noisy_inputs(net.noise, u, net.leak, torch.Generator().manual_seed(1)) for net in (gated, leaky)]
    assert torch.equal(*noise)
    np.testing.assert_allclose(noise[0].std((0, 1))[:2], 0.2 * np.sqrt(2 * 0.2 / 0.05), rtol=0.02)
    made = gated(u.transpose(0, 1), generator=torch.Generator().manual_seed(1))[0]
    torch.testing.assert_close(made, gated(noise[0].transpose(0, 1))[0])
    assert not torch.allclose(made, gated(u.transpose(0, 1))[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"noise": {"recurrent": 0.05, "inputs": [0.1] * 4}},
            "gated cells: found noise.recurrent 0.05, wanted 0: the noise of a unit is scaled by its time constant",
        ),
        ({"noise": {"recurrent": 0.0, "inputs": [0.1]}}, "gru: noise: found inputs of 1 SDs, wanted 4"),
        ({"dt": 0.1}, "gru: found a step dt of 0.1 s and a time constant tau of 0.05 s, wanted 0 < dt <= tau"),
        ({"units": 0}, "gru: found units 0, wanted a whole number of at least 1"),
        ({"g": -1.0}, "gru: found g -1.0, wanted a number of at least 0"),
    ],
)
def test_invalid_options_of_a_gated_network_are_refused_with_a_reason(change, message):
    with pytest.raises(BadOption) as error:
        network_of_model("gru", **change)
    assert message in str(error.value)
