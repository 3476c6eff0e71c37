"""One head of attention, against a loop over times, autograd and torch's own attention."""

import numpy as np
import pytest
import torch
from support.deciding import perceptual_network, small_perceptual
from support.gated import network_of_model

from rnncompare.plugins import BadOption
from rnncompare.training import streams
from rnncompare.training.matrix_products import products
from rnncompare.training.simulate import as_activity


def drawn(trials=5, times=11, inputs=4, seed=0):
    return torch.randn(trials, times, inputs, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def network(**changes):
    """A network in double precision all of whose weights and biases are random."""
    made = network_of_model("attention", units=12, **changes).double()
    generator = torch.Generator().manual_seed(1)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.5, generator=generator)
    return made


def test_rates_are_those_of_a_loop_over_times_that_only_looks_back():
    net, u = network(), drawn()
    net.requires_grad_(False)
    e, rates = u @ net.input_weights.T + net.unit_bias, net(u)[0]
    for trial in range(2):
        for t in range(u.shape[1]):
            past = e[trial, : t + 1]
            scores = torch.stack([(net.query_weights @ past[-1]) @ (net.key_weights @ one) for one in past]) / 12**0.5
            shares = torch.exp(scores) / torch.exp(scores).sum()
            mean = sum(share * (net.value_weights @ one) for share, one in zip(shares, past, strict=True))
            expected = torch.clamp(past[-1] + mean, min=0)
            torch.testing.assert_close(rates[trial, t], expected, rtol=1e-9, atol=1e-12)


def test_the_attended_past_is_that_of_torch():
    net, u = network(), drawn()
    e = u @ net.input_weights.T + net.unit_bias
    query, key, value = (e @ weights.T for weights in (net.query_weights, net.key_weights, net.value_weights))
    attend = torch.nn.functional.scaled_dot_product_attention
    torch.testing.assert_close(net(u)[0], torch.relu(e + attend(query, key, value, is_causal=True)))


def test_later_inputs_have_no_effect_and_the_order_of_earlier_ones_has_none():
    net, u = network(), drawn()
    later, turned = u.clone(), u.clone()
    later[:, 6:] += 3.0
    turned[:, :5] = u[:, [3, 1, 4, 0, 2]]
    rates = net(u)[0]
    torch.testing.assert_close(net(later)[0][:, :6], rates[:, :6])
    assert not torch.allclose(net(later)[0][:, 6:], rates[:, 6:])
    torch.testing.assert_close(net(turned)[0][:, 5:], rates[:, 5:])


def test_all_gradients_are_those_of_finite_differences():
    net, u = network(), drawn(trials=2, times=5)
    names, parameters = zip(*net.named_parameters(), strict=True)

    def loss(*values):
        return torch.func.functional_call(net, dict(zip(names, values, strict=True)), (u,))[1].square().sum()

    assert torch.autograd.gradcheck(loss, [p.detach().clone().requires_grad_() for p in parameters])


def test_stacked_products_and_their_gradients_are_those_of_torch():
    a, b = drawn(3, 4, 5).requires_grad_(), drawn(3, 5, 6, seed=1).requires_grad_()
    torch.testing.assert_close(products(a, b), a @ b)
    assert torch.autograd.gradcheck(products, (a, b)) and torch.autograd.gradcheck(products, (a, drawn(3, 6, 5).mT))


def test_noise_of_inputs_has_the_sd_of_that_of_other_networks():
    """With an input weight of 1 and without attention to values, rates are the noisy inputs."""
    net = network_of_model("attention", units=4)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
        net.input_weights.copy_(torch.eye(4))
    u = drawn(trials=300).float() + 10
    rates = net(u, generator=streams.noise(0, streams.NOISE))[0]
    sd = (rates - u).std(dim=(0, 1)).detach().numpy()
    np.testing.assert_allclose(sd[:2], 0.2 * np.sqrt(2 / net.leak), rtol=0.05)
    assert (sd[2:] < 1e-5).all() and torch.equal(net(u)[0], u)


def test_its_activity_is_labelled_as_that_of_no_dynamical_system_and_those_of_others_are_not():
    task = small_perceptual(train_trials=0, test_trials=2)
    options = {"smooth": 0.0, "window": (-0.1, 0.85), "bin": 0.05, "seed": 0}
    made = network_of_model("attention", inputs=3, outputs=3, noise=None)
    assert as_activity(made, task, **options).attrs["dynamical"] == 0
    assert "dynamical" not in as_activity(perceptual_network(), task, **options).attrs


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"noise": {"recurrent": 0.1, "inputs": [0.0] * 4}}, "attention: found noise.recurrent 0.1, wanted 0"),
        ({"noise": {"recurrent": 0.0, "inputs": [0.0] * 3}}, "attention: noise: found inputs of 3 SDs, wanted 4"),
        ({"units": 0}, "attention: found units 0, wanted a whole number of at least 1"),
        ({"g": -1.0}, "attention: found g -1.0, wanted a number of at least 0"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        network_of_model("attention", **changes)
    assert message in str(error.value)
