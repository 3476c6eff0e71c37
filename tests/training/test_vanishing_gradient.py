"""The vanishing-gradient penalty, together with all other options, against autograd over a simple loop."""

import numpy as np
import pytest
import torch
from support.deciding import AREAS, small_network

from rnncompare.training.backpropagation import BLOCK
from rnncompare.training.loss import loss_terms
from rnncompare.training.train import backward

R = {
    "rectified_tanh": lambda x: torch.where(x > 0, torch.tanh(x), 0.0),
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": lambda x: torch.nn.functional.softplus(x, threshold=100),  # above the default, 20, it is x
}
PENALTIES = {"weights": 1e-2, "rates": 0.5, "dynamics": 1e-2, "mean_weights": 0.3, "vanishing": 2.0}
NONE = dict.fromkeys(PENALTIES, 0.0)
BOTH_WAYS = AREAS | {
    "excitatory": 0.7, "output_cells": "all",
    "forward": {"to_excitatory": 0.3, "to_inhibitory": 0.2}, "backward": {"to_excitatory": 0.2, "to_inhibitory": 0.0},
}  # fmt: skip
NOISE = {"recurrent": 0.2, "inputs": [0.0, 0.3, 0.1]}


def problem(nonlinearity, connectivity=BOTH_WAYS, noise=NOISE, times=3 * BLOCK + 5):
    network = small_network(
        seed=3, units=24, nonlinearity=nonlinearity, connectivity=connectivity, noise=noise
    ).double()
    with torch.no_grad():
        network.recurrent_weights.sub_(0.02)  # some weights violate their constrained sign
        network.unit_bias.normal_(generator=torch.Generator().manual_seed(5)).mul_(0.1)
    generator = torch.Generator().manual_seed(0)
    u, z = (torch.randn(7, times, n, generator=generator, dtype=torch.float64) for n in (3, 2))
    mask = (torch.rand(7, times, generator=generator) < 0.7).double()
    mask[:3, -10:] = 0  # deltas of these trials are 0 after their end
    return network, [u, z, mask]


def noise_of(network, u):
    """Noise in the order in which `noisy_drive` draws it: inputs first, (time, trial, unit); reshaped independently."""
    if network.noise is None:
        return torch.zeros_like(u), torch.zeros(*u.shape[:2], 24, dtype=u.dtype)
    draw, (trials, times, lines) = torch.Generator().manual_seed(9), u.shape
    onto_inputs = torch.empty(times, trials, lines, dtype=u.dtype).normal_(generator=draw).transpose(0, 1)
    onto_units = torch.empty(times, trials, 24, dtype=u.dtype).normal_(generator=draw).transpose(0, 1)
    a = network.leak
    sd = torch.tensor(network.noise.inputs, dtype=u.dtype)
    return onto_inputs * sd * (2 / a) ** 0.5, onto_units * network.noise.recurrent * (2 * a) ** 0.5


def plain(network, data, nonlinearity, weight):
    """Loss, the penalty Omega and all gradients, only by autograd; the deltas are constants in the penalty."""
    u, z, mask = data
    held = [c.mask if hasattr(c, "mask") else torch.ones(()) for c in network.constraints]
    signed = [getattr(c, "signed", False) for c in network.constraints]
    free = (network.recurrent_weights, network.input_weights, network.output_weights)
    J, B, W = ((torch.relu(w) if s else w) * m for w, m, s in zip(free, held, signed, strict=True))
    onto_inputs, onto_units = noise_of(network, u)
    a, x, states = network.leak, torch.zeros(len(u), len(J), dtype=u.dtype), []
    for t in range(u.shape[1]):
        x = (1 - a) * x + a * ((u + onto_inputs)[:, t] @ B.T + R[nonlinearity](x) @ J.T + network.unit_bias)
        x = x + onto_units[:, t]
        states.append(x)
    rates = [R[nonlinearity](x) for x in states]
    r = torch.stack(rates, dim=1)
    slopes = [torch.func.vmap(torch.func.vmap(torch.func.grad(R[nonlinearity])))(x) for x in states]
    slope = torch.stack(slopes, dim=1)
    loss = (((r @ W.T + network.output_bias - z) ** 2).mean(2) * mask).sum() / mask.sum()
    loss = loss + weight["weights"] * ((B**2).sum() + (W**2).sum()) + weight["rates"] * (r**2).mean()
    loss = loss + weight["dynamics"] * ((J * slope[:, :, None, :]) ** 2).sum((2, 3)).mean()
    loss = loss + weight["mean_weights"] * sum((w**2).mean() for w in (J, B, W))
    parameters = list(network.parameters())
    gradients = torch.autograd.grad(loss, parameters, retain_graph=True)
    deltas = [d.detach() for d in torch.autograd.grad(loss, states, retain_graph=True)]
    ratios = []
    for t in range(len(states) - 1):
        for k in range(len(u)):
            if deltas[t + 1][k].any():
                jacobian = (1 - a) * torch.eye(len(J), dtype=u.dtype) + a * J * slopes[t][k].detach()
                ratios.append((deltas[t + 1][k] @ jacobian).square().sum() / deltas[t + 1][k].square().sum())
    omega = (torch.stack(ratios) - 1).square().mean()
    more = torch.autograd.grad(weight["vanishing"] * omega, parameters, allow_unused=True)
    gradients = [g if m is None else g + m for g, m in zip(gradients, more, strict=True)]
    return loss.item(), weight["vanishing"] * omega.item(), gradients


def ours(network, data, weight):
    generator = torch.Generator().manual_seed(9)
    terms, vanishing = loss_terms(network, data, 1.0, weight, generator)
    backward(network, terms["loss"])
    value = 0.0 if vanishing is None else vanishing.value.item()
    return terms["loss"].item(), value, [p.grad.clone() for p in network.parameters()]


@pytest.mark.parametrize("nonlinearity", R)
@pytest.mark.parametrize(
    ("connectivity", "noise"), [(BOTH_WAYS, NOISE), (BOTH_WAYS | {"dale": False}, None), (None, NOISE)], ids=str
)
def test_with_all_options_loss_penalty_and_gradients_are_those_of_autograd(nonlinearity, connectivity, noise):
    network, data = problem(nonlinearity, connectivity, noise)
    loss, omega, gradients = plain(network, data, nonlinearity, PENALTIES)
    our_loss, our_omega, our_gradients = ours(network, data, PENALTIES)
    assert our_loss == pytest.approx(loss, rel=1e-12) and our_omega == pytest.approx(omega, rel=1e-10)
    for name, a, b in zip(dict(network.named_parameters()), our_gradients, gradients, strict=True):
        assert (a - b).norm() < 1e-10 * b.norm(), name


@pytest.mark.parametrize("times", [2, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_sequences_of_any_length_have_the_penalty_of_autograd(times):
    network, data = problem("tanh", times=times)
    data[2] = torch.ones_like(data[2])
    _, omega, gradients = plain(network, data, "tanh", PENALTIES)
    _, our_omega, our_gradients = ours(network, data, PENALTIES)
    assert our_omega == pytest.approx(omega, rel=1e-10)
    assert (our_gradients[0] - gradients[0]).norm() < 1e-10 * gradients[0].norm()


def test_one_time_has_no_step_and_no_penalty():
    network, data = problem("tanh", times=1)
    data[2] = torch.ones_like(data[2])
    _, omega, gradients = ours(network, data, PENALTIES)
    assert omega == 0 and all(torch.isfinite(g).all() for g in gradients)


def test_the_penalty_changes_only_the_recurrent_gradient_and_does_not_depend_on_the_scale_of_the_loss():
    network, data = problem("relu")
    only = NONE | {"vanishing": 1.0}
    without, with_it = ours(network, data, NONE), ours(network, data, only)
    differ = [not torch.equal(a, b) for a, b in zip(without[2], with_it[2], strict=True)]
    assert differ == [True, False, False, False, False]
    terms, vanishing = loss_terms(network, data, 1e-3, only, torch.Generator().manual_seed(9))
    backward(network, terms["loss"])
    assert vanishing.value.item() == pytest.approx(with_it[1], rel=1e-9)
    ours_alone = with_it[2][0] - without[2][0]
    assert (network.recurrent_weights.grad - 1e3 * without[2][0] - ours_alone).norm() < 1e-6 * ours_alone.norm()


def test_the_penalty_is_zero_for_a_conserved_gradient_and_positive_for_a_vanishing_one():
    """With the identity as recurrent weights units keep their state: each step is (1 - a) + a = 1."""
    network, (u, z, mask) = problem("relu", None, None)
    with torch.no_grad():
        network.recurrent_weights.copy_(torch.eye(24))
        network.unit_bias.fill_(100.0)
    mask[:, :-1] = 0  # earlier times add nothing to the gradient
    mask[:, -1] = 1
    only = NONE | {"vanishing": 1.0}
    assert ours(network, [u, z, mask], only)[1] < 1e-20
    with torch.no_grad():
        network.recurrent_weights.zero_()
    assert ours(network, [u, z, mask], only)[1] == pytest.approx(((1 - 0.2) ** 2 - 1) ** 2)


def test_gradients_whose_square_underflows_in_single_precision_are_omitted_and_nothing_overflows():
    network, data = problem("relu", None, None, times=400)
    network, data = network.float(), [a.float() for a in data]
    with torch.no_grad():
        network.recurrent_weights.mul_(1e-3)
    data[2][:, :-1] = 0
    data[2][:, -1] = 1
    _, omega, gradients = ours(network, data, NONE | {"vanishing": 1.0})
    assert 0 < omega < 1 and np.isfinite(omega) and all(torch.isfinite(g).all() for g in gradients)
