"""The convolutional front end: features against scipy, noise of pixels, and what is refused."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from support.gated import network_of_model

from rnncompare.models.leaky import leaky
from rnncompare.plugins import BadOption

LARGE = {"shown": [3, 1], "pixels": 12, "filters": 5, "filter_size": 3, "pools": 2}


def network(**changes):
    return network_of_model("convolutional", **LARGE | {"noise": None} | changes).double().requires_grad_(False)


def by_scipy(net, u):
    """Features of one time step with inputs u (4), by square, then by filter, and the inputs that are not shown."""
    image = np.repeat([[u[2]] * 6 + [u[0]] * 6], 12, axis=0)
    filtered = [correlate2d(image, one, mode="valid") for one in net.filters.reshape(-1, 3, 3).numpy()]
    squares = np.maximum(filtered, 0).reshape(5, 2, 5, 2, 5).mean(axis=(2, 4))
    return np.concatenate([np.moveaxis(squares, 0, -1).ravel(), u[[1, 3]]])


def test_features_are_rectified_correlations_of_scipy_averaged_in_squares_and_a_leaky_network_receives_them():
    net, inputs = network(), np.random.default_rng(0).standard_normal((2, 7, 4))
    features = np.stack([[by_scipy(net, u) for u in trial] for trial in inputs])
    found = net.features(torch.as_tensor(inputs).transpose(0, 1), None, None).transpose(0, 1)
    np.testing.assert_allclose(found.numpy(), features, atol=1e-12)
    plain = leaky(inputs=22, outputs=2, dt=0.05, seed=0, units=20, tau=0.05, g=1.0, h=1.0, nonlinearity="tanh",
                  connectivity=None, noise=None).double()  # fmt: skip
    assert torch.equal(plain.input_weights, net.input_weights)  # the same random numbers for as many inputs
    torch.testing.assert_close(plain(torch.as_tensor(features))[0].detach(), net(torch.as_tensor(inputs))[0])


def test_the_mean_of_a_stripe_has_the_noise_of_an_input_without_a_front_end():
    """One filter of one pixel, whose weight is made 1, leaves bright pixels as they are; the feature is their mean."""
    noise = {"recurrent": 0.0, "inputs": [0.2, 0.0, 0.1, 0.3]}
    one = {"shown": [1], "pixels": 6, "filters": 1, "filter_size": 1, "pools": 1}
    net = network(noise=noise, dt=0.02, tau=0.1, **one)
    net.filters.fill_(1.0)
    u = torch.full((3000, 4, 4), 50.0, dtype=torch.float64)
    found = net.features(u, net.noise, torch.Generator().manual_seed(0)) - 50
    wanted = np.array([0.2, 0.0, 0.1, 0.3]) * np.sqrt(2 / 0.2)
    np.testing.assert_allclose(found.std(dim=(0, 1)), wanted, rtol=0.03)
    assert found.mean(dim=(0, 1)).abs().max() < 0.05


def test_filters_are_not_trained_and_are_the_same_for_all_networks_with_their_seed():
    one, other, third = network(seed=0), network(seed=1), network(filter_seed=1)
    assert torch.equal(one.filters, other.filters) and not torch.equal(one.filters, third.filters)
    assert not torch.equal(one.input_weights, other.input_weights)
    assert set(one.state_dict()) == set(network_of_model("leaky").state_dict())
    assert one.input_weights.shape == (20, 5 * 4 + 2)


def test_noise_is_drawn_only_with_a_generator_and_depends_on_it_alone():
    net, u = network_of_model("convolutional"), torch.ones(2, 5, 4)
    runs = [net(u, generator=torch.Generator().manual_seed(seed))[0] for seed in (0, 0, 1)]
    assert torch.equal(runs[0], runs[1]) and not torch.equal(runs[0], runs[2])
    assert torch.equal(net(u)[0], net(u)[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pixels": 11}, "found 11 pixels, wanted a multiple of 2, the number of inputs that are shown"),
        ({"pools": 3}, "found pools 3, wanted a divisor of 10, the side of an image of 12 pixels after a filter of 3"),
        ({"filter_size": 13}, "found filter_size 13, wanted at most the 12 pixels of a side"),
        ({"shown": [1, 5]}, "found shown [1, 5], wanted numbers from 1 to 4, of the inputs"),
        ({"noise": {"recurrent": 0.0, "inputs": [0.1]}}, "found inputs of 1 SDs, wanted 4"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        network(**changes)
    assert message in str(error.value)
