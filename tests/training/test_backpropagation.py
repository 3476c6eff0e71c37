"""The written-out backpropagation against autograd over a simple loop, which shares no code with it."""

import pytest
import torch
from support.deciding import small_network

from rnncompare.training.backpropagation import BLOCK, activate, slope
from rnncompare.training.loss import loss_terms

R = {
    "rectified_tanh": lambda x: torch.where(x > 0, torch.tanh(x), 0.0),
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
}
SLOPE = {
    "rectified_tanh": lambda x: torch.where(x > 0, 1 - torch.tanh(x) ** 2, 0.0),
    "tanh": lambda x: 1 - torch.tanh(x) ** 2,
    "relu": lambda x: (x > 0).to(x.dtype),
    "softplus": torch.sigmoid,
}
PENALTIES = {"weights": 1e-2, "rates": 0.5, "dynamics": 1e-2, "mean_weights": 0.3, "vanishing": 0.0}
OF_MATRICES = {
    "l1_recurrent": 0.4,
    "l1_input": 0.3,
    "l1_output": 0.2,
    "l2_recurrent": 0.5,
    "l2_input": 0.6,
    "l2_output": 0.7,
}


def problem(nonlinearity, dtype, units=30, trials=7, times=3 * BLOCK + 5):
    network = small_network(seed=3, units=units, nonlinearity=nonlinearity).to(dtype)
    generator = torch.Generator().manual_seed(0)
    u, z = (torch.randn(trials, times, n, generator=generator, dtype=torch.float64).to(dtype) for n in (3, 2))
    mask = (torch.rand(trials, times, generator=generator) < 0.7).to(dtype)
    return network, [u, z, mask]


def plain_loss(network, data, nonlinearity, weight):
    """The specified loss, computed with a loop over times."""
    u, z, mask = data
    J, B, W, b, c = (
        network.recurrent_weights,
        network.input_weights,
        network.output_weights,
        network.unit_bias,
        network.output_bias,
    )
    x, states = torch.zeros(u.shape[0], len(J), dtype=u.dtype), []
    for t in range(u.shape[1]):
        x = x + network.leak * (-x + u[:, t] @ B.T + R[nonlinearity](x) @ J.T + b)
        states.append(x)
    x = torch.stack(states, dim=1)
    r = R[nonlinearity](x)
    task = (((r @ W.T + c - z) ** 2).mean(2) * mask).sum() / mask.sum()
    matrices = {"recurrent": J, "input": B, "output": W}
    jacobian_size = ((J * SLOPE[nonlinearity](x)[:, :, None, :]) ** 2).sum((2, 3)).mean()
    return (
        task
        + weight["weights"] * ((B**2).sum() + (W**2).sum())
        + weight["rates"] * (r**2).mean()
        + weight["dynamics"] * jacobian_size
        + weight["mean_weights"] * sum((w**2).mean() for w in (J, B, W))
        + sum(weight.get(f"l1_{name}", 0.0) * w.abs().mean() for name, w in matrices.items())
        + sum(weight.get(f"l2_{name}", 0.0) * (w**2).mean() for name, w in matrices.items())
    )


def our_loss(network, data, weight):
    return loss_terms(network, data, 1.0, weight)[0]["loss"]


def gradients(network, loss):
    return torch.autograd.grad(loss, list(network.parameters()))


@pytest.mark.parametrize("nonlinearity", R)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-10)])
@pytest.mark.parametrize("weight", [PENALTIES | OF_MATRICES, dict.fromkeys(PENALTIES, 0.0)], ids=["penalties", "task"])
def test_the_loss_and_its_gradients_are_those_of_autograd(nonlinearity, dtype, tolerance, weight):
    network, data = problem(nonlinearity, dtype)
    ours, theirs = our_loss(network, data, weight), plain_loss(network, data, nonlinearity, weight)
    assert abs(ours - theirs) < tolerance * abs(theirs)
    for name, a, b in zip(
        dict(network.named_parameters()), gradients(network, ours), gradients(network, theirs), strict=True
    ):
        assert (a - b).norm() < tolerance * b.norm(), name


def test_each_single_penalty_has_the_gradient_of_autograd():
    network, data = problem("rectified_tanh", torch.float64)
    for name in {*PENALTIES, *OF_MATRICES} - {"vanishing"}:
        weight = dict.fromkeys(PENALTIES, 0.0) | {name: 1.0}
        pairs = zip(
            *(
                gradients(network, loss)
                for loss in (
                    our_loss(network, data, weight),
                    plain_loss(network, data, "rectified_tanh", weight),
                )
            ),
            strict=True,
        )
        assert all((a - b).norm() < 1e-10 * b.norm() for a, b in pairs), name


@pytest.mark.parametrize("nonlinearity", ["tanh", "softplus"])
@pytest.mark.parametrize("times", [1, 2, BLOCK, BLOCK + 1])
def test_sequences_of_any_length_have_the_gradient_of_autograd(times, nonlinearity):
    network, data = problem(nonlinearity, torch.float64, times=times)
    data[2] = torch.ones_like(data[2])
    pairs = zip(
        *(
            gradients(network, loss)
            for loss in (
                our_loss(network, data, PENALTIES),
                plain_loss(network, data, nonlinearity, PENALTIES),
            )
        ),
        strict=True,
    )
    assert all((a - b).norm() <= 1e-10 * b.norm() for a, b in pairs)


def test_gradients_reach_given_inputs_and_given_recurrent_weights():
    """Masks of J and learnt inputs need these gradients."""
    network, (u, _, _) = problem("rectified_tanh", torch.float64, units=5, trials=2, times=6)
    J = network.recurrent_weights.detach().clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda u, J: network(u, recurrent=J), (u.clone().requires_grad_(), J))


def test_targets_outside_the_mask_do_not_change_the_gradient():
    network, (u, z, mask) = problem("rectified_tanh", torch.float64)
    mask[:, -10:] = 0
    changed = z.clone()
    changed[:, -10:] += 100
    none = dict.fromkeys(PENALTIES, 0.0)
    pairs = zip(*(gradients(network, our_loss(network, [u, t, mask], none)) for t in (z, changed)), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_softplus_and_its_slope_are_accurate_at_large_positive_and_negative_states(dtype):
    x = torch.tensor([-80.0, -20.0, -1e-3, 0.0, 1e-3, 20.0, 1000.0], dtype=dtype)
    rates, exact = activate(x, "softplus"), torch.logaddexp(x.double(), torch.zeros(7, dtype=torch.float64))
    torch.testing.assert_close(rates.double(), exact, rtol=4 * torch.finfo(dtype).eps, atol=0)
    torch.testing.assert_close(
        slope(rates, "softplus").double(), x.double().sigmoid(), rtol=8 * torch.finfo(dtype).eps, atol=0
    )
