"""Short-term plasticity: closed forms, a solver of scipy, a loop over times, and what is refused."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from support.deciding import small_context
from support.gated import SYNAPSES, network_of_model

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import rates_alone
from rnncompare.plugins import BadOption
from rnncompare.probes.participation_ratio import participation_ratio
from rnncompare.probes.tangling import tangling
from rnncompare.training.simulate import as_activity

KINDS = {"facilitation": (0.15, 0.2, 1.5), "depression": (0.45, 1.5, 0.2)}


def network(**changes):
    """A network in double precision all of whose weights and biases are random."""
    made = network_of_model("stp", **{"units": 8, "noise": None} | changes).double()
    generator = torch.Generator().manual_seed(1)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.6, generator=generator)
    return made.requires_grad_(False)


def alone(dt, **changes):
    """One facilitating and one depressing unit without connections, whose only input is their rate after a while."""
    made = network(inputs=1, units=2, dt=dt, tau=0.05, **changes)
    made.input_weights.fill_(1.0)
    made.recurrent_weights.zero_(), made.unit_bias.zero_()
    return made


def observed(made, inputs):
    """Rates and u x (trial, time, unit)."""
    found = made.observed(torch.as_tensor(inputs))[0].numpy()
    return np.split(found, 2, axis=-1)


def test_rates_and_synapses_are_those_of_a_loop_over_times():
    made, v = network(), np.random.default_rng(0).standard_normal((3, 30, 4))
    J, B, b = (w.numpy() for w in (made.recurrent_weights, made.input_weights, made.unit_bias))
    U, tau_x, tau_u = (np.repeat(pair, 4) for pair in zip(*KINDS.values(), strict=True))
    a, x, u = np.zeros((3, 8)), np.ones((3, 8)), np.tile(U, (3, 1))
    rates, efficacies = observed(made, v)
    for t in range(30):
        r = np.maximum(a, 0)
        a = a + 0.05 / 0.05 * (-a + v[:, t] @ B.T + (u * x * r) @ J.T + b)
        x, u = x + 0.05 * ((1 - x) / tau_x - u * x * r), u + 0.05 * ((U - u) / tau_u + U * (1 - u) * r)
        x, u = np.clip(x, 0, 1), np.clip(u, 0, 1)
        np.testing.assert_allclose(rates[:, t], np.maximum(a, 0), rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(efficacies[:, t], u * x, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("rate", [1.0, 8.0])
def test_synapses_at_a_constant_rate_become_those_of_the_closed_form(rate):
    _, efficacies = observed(alone(0.01), np.full((1, 1500, 1), rate))
    for k, (U, tau_x, tau_u) in enumerate(KINDS.values()):
        u = U * (1 + tau_u * rate) / (1 + U * tau_u * rate)
        x = 1 / (1 + u * tau_x * rate)
        assert efficacies[0, -1, k] == pytest.approx(u * x, rel=1e-3)


def test_synapses_after_a_pulse_converge_to_the_solution_of_scipy_with_shorter_steps():
    pulse, errors = 6.0, []

    def slopes(time, y):
        a, x, u = y.reshape(3, 2)
        r, (U, tau_x, tau_u) = np.maximum(a, 0), np.array(list(KINDS.values())).T
        drive = pulse * (time < 0.5)
        return np.concatenate([(drive - a) / 0.05, (1 - x) / tau_x - u * x * r, (U - u) / tau_u + U * (1 - u) * r])

    start = np.array([0, 0, 1, 1, *(kind[0] for kind in KINDS.values())])
    solved = solve_ivp(slopes, (0, 1.5), start, rtol=1e-9, atol=1e-11, max_step=0.01, dense_output=True)
    for dt in (0.002, 0.001):
        time = np.arange(1, round(1.5 / dt) + 1) * dt
        _, efficacies = observed(alone(dt), (pulse * (time <= 0.5 + 1e-9))[None, :, None])
        x, u = solved.sol(time)[2:4], solved.sol(time)[4:6]
        errors.append(np.abs(efficacies[0] - (u * x).T).max())
    assert errors[1] < 2e-3 and errors[0] / errors[1] == pytest.approx(2, rel=0.2)  # Euler's method is of first order


def test_a_second_after_a_pulse_facilitating_synapses_are_stronger_and_depressing_ones_weaker_than_at_rest():
    time = np.arange(1, 301) * 0.005
    _, efficacies = observed(alone(0.005), (6.0 * (time <= 0.5))[None, :, None])
    assert efficacies[0, -1, 0] > 1.5 * 0.15 and efficacies[0, -1, 1] < 0.8 * 0.45


def test_gradients_are_finite_differences():
    made, v = network().requires_grad_(), torch.randn(3, 12, 4, generator=torch.Generator().manual_seed(2)).double()

    def loss():
        return made(v)[1].square().mean()

    loss().backward()
    for parameter in made.parameters():
        at, size = (1 % parameter.shape[0], *([0] * (parameter.ndim - 1))), 1e-5
        ends = []
        with torch.no_grad():
            for sign in (1, -2):
                parameter[at] += sign * size
                ends.append(float(loss()))
            parameter[at] += size
        assert float(parameter.grad[at]) == pytest.approx((ends[0] - ends[1]) / (2 * size), rel=1e-5, abs=1e-9)


def test_several_recurrent_weights_at_once_give_the_rates_of_each():
    made, v = network(), torch.randn(3, 12, 4, generator=torch.Generator().manual_seed(2)).double()
    J = torch.stack([made.recurrent_weights, 2 * made.recurrent_weights])
    both, _ = made(v, recurrent=J)
    for k in range(2):
        torch.testing.assert_close(both[k], made(v, recurrent=J[k])[0])


def test_an_activity_has_rates_and_synapses_which_probes_analyse_separately_and_measures_of_dynamics_refuse():
    data = as_activity(network_of_model("stp"), small_context(), smooth=0.0, window=(-0.5, 0.1), bin=0.1, seed=0)
    assert data.area.values.tolist() == ["rates"] * 20 + ["synapses"] * 20
    np.testing.assert_array_equal(rates_alone(data).rate, data.rate[..., :20])
    synapses = data.rate.values[..., 20:]
    assert ((synapses > 0) & (synapses < 1)).all() and not (data.rate.values[..., :20] < 0).any()
    rows = participation_ratio(data, seed=0, units=None, repeats=1)
    assert {row["area"] for row in rows} == {"rates", "synapses"}
    with pytest.raises(BadActivity, match="dynamic"):
        tangling(
            data, seed=0, window=(-0.3, 0.1), of="rate", soft_normalise=0.2, components=2, epsilon=0.1, surrogates=None
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"depression": SYNAPSES["depression"] | {"tau_u": 0.01}}, "stp: found depression.tau_u 0.01 s and a step dt"),
        ({"facilitation": SYNAPSES["facilitation"] | {"U": 1.5}}, "found 1.5, wanted a share above 0 and at most 1"),
        ({"facilitating": 1.5}, "stp: found facilitating 1.5, wanted a share of the units from 0 to 1"),
        ({"units": 0}, "stp: found units 0, wanted a whole number of at least 1"),
        ({"noise": {"recurrent": 0.0, "inputs": [0.1]}}, "found inputs of 1 SDs, wanted 4"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        network_of_model("stp", **changes)
    assert message in str(error.value)
