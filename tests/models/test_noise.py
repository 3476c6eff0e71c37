"""Noise: its SD does not depend on the time step, and its values depend only on the generator."""

import pytest
import torch
from support.deciding import small_network

from rnncompare.plugins import BadOption


def make(dt=0.01, noise=None, **changes):
    options = {"inputs": 2, "outputs": 1, "units": 40, "g": 0.0, "nonlinearity": "tanh"}
    return small_network(**options | changes, dt=dt, noise=noise)


def run(network, times=4000, trials=4, seed=0):
    with torch.no_grad():
        return network(torch.zeros(trials, times, 2), generator=torch.Generator().manual_seed(seed))[0]


@pytest.mark.parametrize("dt", [0.001, 0.01, 0.02, 0.05])
def test_recurrent_noise_gives_the_state_its_sd_up_to_the_error_of_eulers_method(dt):
    rates = run(make(dt, {"recurrent": 0.05, "inputs": [0.0, 0.0]}))[:, 1000:]
    assert torch.atanh(rates).std().item() == pytest.approx(0.05 / (1 - dt / 0.05 / 2) ** 0.5, rel=0.03)


@pytest.mark.parametrize("dt", [0.001, 0.01, 0.02])
def test_input_noise_gives_the_state_its_sd_times_the_weight(dt):
    network = make(dt, {"recurrent": 0.0, "inputs": [0.0, 0.1]})
    with torch.no_grad():
        network.input_weights.copy_(torch.tensor([[5.0, 0.5]]).expand(40, 2))
    x = torch.atanh(run(network, trials=20))[:, 1000:]
    assert x.std().item() == pytest.approx(0.05 / (1 - dt / 0.05 / 2) ** 0.5, rel=0.05)
    assert (x - x[:, :, :1]).abs().max() < 1e-6  # all units have the same input


def test_the_autocorrelation_of_noise_decays_with_the_time_constant():
    x = torch.atanh(run(make(0.005, {"recurrent": 0.05, "inputs": [0.0, 0.0]})))[:, 1000:]
    lag = (x[:, 10:] * x[:, :-10]).mean() / x.square().mean()
    assert lag.item() == pytest.approx((1 - 0.1) ** 10, abs=0.03)


def test_the_noise_of_units_and_trials_is_independent():
    x = run(make(noise={"recurrent": 0.05, "inputs": [0.0, 0.0]}))
    correlation = torch.corrcoef(x.transpose(1, 2).flatten(0, 1)[:, 500:])
    assert (correlation - torch.eye(len(correlation))).abs().max() < 0.3


def test_noise_depends_only_on_the_generator():
    network = make(noise={"recurrent": 0.05, "inputs": [0.1, 0.0]}, g=1.0)
    assert torch.equal(run(network, 50), run(network, 50)) and not torch.equal(
        run(network, 50), run(network, 50, seed=1)
    )


def test_without_a_generator_or_with_sds_of_zero_there_is_no_noise():
    u = torch.randn(3, 30, 2, generator=torch.Generator().manual_seed(0))
    quiet, noisy = make(g=1.0), make(g=1.0, noise={"recurrent": 0.05, "inputs": [0.1, 0.1]})
    assert torch.equal(quiet(u)[0], noisy(u)[0])
    assert torch.equal(quiet(u)[0], quiet(u, generator=torch.Generator().manual_seed(0))[0])
    none = make(g=1.0, noise={"recurrent": 0.0, "inputs": [0.0, 0.0]})
    torch.testing.assert_close(quiet(u)[0], none(u, generator=torch.Generator().manual_seed(0))[0])


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        ({"recurrent": 0.05, "inputs": [0.1]}, "noise: found inputs of 1 SDs, wanted 2, one for each input"),
        ({"recurrent": -0.05, "inputs": [0.1, 0.1]}, "noise: found recurrent -0.05, wanted an SD of at least 0"),
        ({"recurrent": 0.05, "inputs": [0.1, float("nan")]}, "noise: found inputs nan, wanted an SD of at least 0"),
        (
            {"recurent": 0.05, "inputs": [0, 0]},
            "found option 'recurent', wanted one of recurrent, inputs. Did you mean",
        ),
    ],
)
def test_invalid_noise_is_refused_with_a_reason(noise, message):
    with pytest.raises(BadOption) as error:
        make(noise=noise)
    assert message in str(error.value)
