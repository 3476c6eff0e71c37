"""The leaky network: its equation, its initial weights, and networks that share a seed."""

import numpy as np
import pytest
import torch
from support.deciding import AREAS, small_network

from rnncompare.models.leaky import leaky
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption

FORMULA = {
    "rectified_tanh": lambda x: np.maximum(np.tanh(x), 0),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "softplus": lambda x: np.log(1 + np.exp(x)),
}


def make(**changes):
    return small_network(**{"seed": 1, "units": 40} | changes)


@pytest.mark.parametrize("nonlinearity", FORMULA)
def test_rates_and_outputs_follow_the_equation_by_euler_steps_from_zero(nonlinearity):
    network = make(nonlinearity=nonlinearity).double()
    torch.nn.init.normal_(network.unit_bias, generator=torch.Generator().manual_seed(0))
    torch.nn.init.normal_(network.output_bias, generator=torch.Generator().manual_seed(1))
    J, B, W, b, c = (p.detach().numpy() for p in network.parameters())
    u = np.random.default_rng(0).standard_normal((4, 30, 3))
    x, r = np.zeros((4, 40)), FORMULA[nonlinearity]
    expected = []
    for t in range(30):
        x = x + 0.01 / 0.05 * (-x + u[:, t] @ B.T + r(x) @ J.T + b)
        expected.append(r(x))
    expected = np.stack(expected, axis=1)
    rates, outputs = (a.detach().numpy() for a in network(torch.as_tensor(u)))
    np.testing.assert_allclose(rates, expected, atol=1e-12)
    np.testing.assert_allclose(outputs, expected @ W.T + c, atol=1e-12)


def test_weights_start_with_the_variances_of_the_paper_and_biases_at_zero():
    network = make(units=400, inputs=50, g=1.5, h=0.7)
    assert network.recurrent_weights.std().item() == pytest.approx(1.5 / 400**0.5, rel=0.02)
    assert network.input_weights.std().item() == pytest.approx(0.7 / 50**0.5, rel=0.03)
    assert not network.unit_bias.any() and not network.output_bias.any()


def test_networks_that_share_a_seed_differ_only_by_the_gain():
    low, high = make(g=1.5), make(g=4.0)
    torch.testing.assert_close(high.recurrent_weights, low.recurrent_weights * (4 / 1.5))
    assert torch.equal(low.input_weights, high.input_weights) and torch.equal(low.output_weights, high.output_weights)


def test_identity_changes_only_the_recurrent_weights_and_random_is_what_there_was_without_the_option():
    plain, random, identity = make(), make(initial_weights="random"), make(initial_weights="identity", g=0.7)
    assert torch.equal(plain.recurrent_weights, random.recurrent_weights)
    assert torch.equal(identity.recurrent_weights, 0.7 * torch.eye(40))
    for name in ("input_weights", "output_weights", "unit_bias", "output_bias"):
        assert torch.equal(getattr(plain, name), getattr(random, name))
        assert torch.equal(getattr(plain, name), getattr(identity, name))


def started(nonlinearity, sd=0.8, **changes):
    """A network in double precision with a random initial state and random biases."""
    network = make(nonlinearity=nonlinearity, initial_state="trained", **changes).double()
    for k, weights in enumerate((network.initial_state, network.unit_bias)):
        torch.nn.init.normal_(weights, std=sd, generator=torch.Generator().manual_seed(k))
    return network


@pytest.mark.parametrize("nonlinearity", FORMULA)
def test_a_trained_initial_state_is_that_from_which_euler_steps_begin(nonlinearity):
    network = started(nonlinearity)
    J, B, b, x = (network.get_parameter(n).detach().numpy() for n in
                  ("recurrent_weights", "input_weights", "unit_bias", "initial_state"))  # fmt: skip
    u, r = np.random.default_rng(0).standard_normal((4, 10, 3)), FORMULA[nonlinearity]
    x, expected = np.tile(x, (4, 1)), []
    for t in range(10):
        x = x + 0.01 / 0.05 * (-x + u[:, t] @ B.T + r(x) @ J.T + b)
        expected.append(r(x))
    rates = network(torch.as_tensor(u))[0]
    np.testing.assert_allclose(rates.detach().numpy(), np.stack(expected, axis=1), atol=1e-12)
    with torch.no_grad():
        versions = network(torch.as_tensor(u), recurrent=torch.stack([network.recurrent_weights] * 2))[0]
    torch.testing.assert_close(versions[1], rates)


@pytest.mark.parametrize("nonlinearity", FORMULA)
def test_the_gradients_of_a_trained_initial_state_and_of_the_weights_are_finite_differences(nonlinearity):
    network = started(nonlinearity, units=6)
    u = torch.randn(3, 8, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)

    def loss():
        return network(u)[1].square().mean()

    loss().backward()
    for weights in (network.initial_state, network.recurrent_weights):
        found, flat = weights.grad.flatten(), weights.data.view(-1)
        for k in range(6):
            ends = []
            for sign in (1, -1):
                flat[k] += sign * 1e-6
                ends.append(float(loss().detach()))
                flat[k] -= sign * 1e-6
            assert float(found[k]) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-4, abs=1e-9)


def test_an_untrained_initial_state_is_zero_and_changes_nothing_and_without_it_there_is_no_such_parameter():
    plain, zero, trained = make(), make(initial_state="zero"), make(initial_state="trained")
    u = torch.randn(2, 9, 3, generator=torch.Generator().manual_seed(2))
    assert plain.state_dict().keys() == zero.state_dict().keys() == trained.state_dict().keys() - {"initial_state"}
    assert torch.equal(plain(u)[0], zero(u)[0]) and torch.equal(plain(u)[0], trained(u)[0])


def test_relu_units_with_the_identity_keep_their_rates_and_sum_their_inputs():
    """With J = I and x > 0, dx/dt = B u / tau: without inputs nothing changes, and with them x is their integral."""
    network = make(initial_weights="identity", g=1.0, nonlinearity="relu").double()
    u = torch.rand(5, 60, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    u[:, 40:] = 0
    with torch.no_grad():
        network.input_weights.abs_()
        rates = network(u)[0]
    integral = (u @ network.input_weights.T).cumsum(1) * 0.01 / 0.05
    torch.testing.assert_close(rates, integral, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(rates[:, 40:], rates[:, 39:40].expand(-1, 20, -1), rtol=1e-12, atol=0)


def test_another_seed_gives_another_network_and_the_global_seed_is_not_used():
    torch.manual_seed(0)
    first = make().recurrent_weights
    torch.manual_seed(5)
    assert torch.equal(first, make().recurrent_weights)
    assert not torch.allclose(first, make(seed=2).recurrent_weights)


def test_given_recurrent_weights_replace_those_of_the_network():
    network, u = make(), torch.ones(2, 12, 3)
    silent = make(g=0.0)
    assert torch.equal(network(u, recurrent=torch.zeros(40, 40))[0], silent(u)[0])
    assert not torch.allclose(network(u)[0], silent(u)[0])


def test_without_recurrence_the_state_converges_to_a_constant_drive():
    network = make(g=0.0, nonlinearity="tanh", tau=0.02)
    u = torch.ones(1, 100, 3)
    torch.testing.assert_close(network(u)[0][0, -1], torch.tanh(network.input_weights.sum(1)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dt": 0.1}, "found a step dt of 0.1 s and a time constant tau of 0.05 s, wanted 0 < dt <= tau"),
        ({"tau": float("nan")}, "wanted 0 < dt <= tau"),
        (
            {"nonlinearity": "rectified_tan"},
            "wanted one of rectified_tanh, tanh, relu, softplus. Did you mean 'rectified_tanh'?",
        ),
        ({"units": 0}, "found units 0, wanted a whole number of at least 1"),
        ({"g": -1.0}, "found g -1.0, wanted a number of at least 0"),
        ({"h": float("inf")}, "found h inf, wanted a number of at least 0"),
        (
            {"initial_weights": "identiy"},
            "found initial_weights 'identiy', wanted one of random, identity. Did you mean 'identity'?",
        ),
        (
            {"initial_weights": "identity", "connectivity": AREAS},
            "found initial_weights 'identity' with connectivity, wanted connectivity null",
        ),
    ],
)
def test_invalid_options_of_a_network_are_refused_with_a_reason(change, message):
    with pytest.raises(BadOption) as error:
        make(**change)
    assert message in str(error.value)


def test_the_options_of_a_config_are_checked_together_with_the_initial_weights():
    options = {"units": 40, "initial_weights": "identity", "connectivity": None}
    check_values(leaky, options, "here")
    with pytest.raises(BadOption, match=r"^here: leaky: found initial_weights 'identity' with connectivity"):
        check_values(leaky, options | {"connectivity": AREAS}, "here")
    with pytest.raises(BadOption, match=r"^here.initial_weights: .*'random' or 'identity' \(found 'ones'\)"):
        check_values(leaky, options | {"initial_weights": "ones"}, "here")
