"""The local rules against a loop with traces that run forwards, and against backpropagation where both are the same."""

import pytest
import torch
from support.deciding import context_network, deciding_network
from training.test_backpropagation import PENALTIES, SLOPE, R, gradients, problem

from rnncompare.training.backpropagation import BLOCK
from rnncompare.training.local_credit import LocalCredit
from rnncompare.training.loss import loss_terms

WEIGHT = PENALTIES | {"dynamics": 0.0}
NAMES = ("recurrent_weights", "input_weights", "output_weights", "unit_bias", "output_bias")


def feedback_of(network, seed=1):
    shape = network.output_weights.shape
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def update(network, data, local, weight=WEIGHT, generator=None):
    return dict(
        zip(NAMES, gradients(network, loss_terms(network, data, 1.0, weight, generator, local)[0]["loss"]), strict=True)
    )


def traced(network, data, nonlinearity, feedback):
    """The same sums from traces p, q, s of rates, inputs and bias that run forwards, as a unit could compute them."""
    u, target, mask = data
    J, B, W, b, c = (getattr(network, name).detach() for name in NAMES)
    a, trials = network.leak, len(u)
    x, p = (torch.zeros(trials, len(J), dtype=torch.float64) for _ in range(2))
    r = R[nonlinearity](x)
    q, s = torch.zeros_like(u[:, 0]), 0.0
    found = {name: torch.zeros_like(getattr(network, name).detach()) for name in NAMES}
    for t in range(u.shape[1]):
        p, q, s = (1 - a) * p + a * r, (1 - a) * q + a * u[:, t], (1 - a) * s + a
        x = (1 - a) * x + a * (r @ J.T + u[:, t] @ B.T + b)
        r = R[nonlinearity](x)
        error = 2 * (r @ W.T + c - target[:, t]) * mask[:, t, None] / (mask.sum() * len(W))
        by_rate = error @ feedback + WEIGHT["rates"] * 2 * r / (r.numel() * u.shape[1])
        signal = by_rate * SLOPE[nonlinearity](x)
        for name, change in zip(
            NAMES, (signal.T @ p, signal.T @ q, error.T @ r, signal.sum(0) * s, error.sum(0)), strict=True
        ):
            found[name] += change
    for name, w in zip(NAMES[:3], (J, B, W), strict=True):
        found[name] += WEIGHT["mean_weights"] * 2 * w / w.numel()
        found[name] += 0 if name == "recurrent_weights" else WEIGHT["weights"] * 2 * w
    return found


@pytest.mark.parametrize("nonlinearity", R)
@pytest.mark.parametrize("rule", ["rflo", "eprop"])
def test_the_update_of_a_local_rule_is_that_of_traces_that_run_forwards(nonlinearity, rule):
    network, data = problem(nonlinearity, torch.float64, units=12, trials=4)
    feedback = feedback_of(network) if rule == "rflo" else None
    ours = update(network, data, LocalCredit(feedback))
    theirs = traced(network, data, nonlinearity, network.output_weights.detach() if feedback is None else feedback)
    for name in NAMES:
        assert (ours[name] - theirs[name]).norm() < 1e-10 * theirs[name].norm(), name


@pytest.mark.parametrize("local", ["rflo", "eprop"])
@pytest.mark.parametrize("changes", [{"times": 1}, {"times": BLOCK + 3, "recurrent": 0.0}], ids=["one step", "J = 0"])
def test_without_a_path_through_recurrent_weights_a_local_rule_with_output_weights_as_feedback_is_backpropagation(
    local, changes
):
    network, data = problem("tanh", torch.float64, times=changes["times"])
    data[2] = torch.ones_like(data[2])
    with torch.no_grad():
        network.recurrent_weights *= changes.get("recurrent", 1.0)
    feedback = network.output_weights.detach().clone() if local == "rflo" else None
    ours, theirs = update(network, data, LocalCredit(feedback)), update(network, data, None)
    assert all((ours[name] - theirs[name]).norm() <= 1e-12 * theirs[name].norm() for name in NAMES)
    assert theirs["input_weights"].norm() > 0


def test_with_recurrent_weights_only_the_gradient_of_the_output_weights_is_that_of_backpropagation():
    network, data = problem("tanh", torch.float64)
    exact, local = update(network, data, None), update(network, data, LocalCredit(None))
    for name in NAMES:
        same = (local[name] - exact[name]).norm() <= 1e-12 * exact[name].norm()
        assert same == name.startswith("output"), name


def test_the_trace_of_an_input_contains_its_noise():
    network = context_network(tau=0.2).double()
    torch.nn.init.zeros_(network.recurrent_weights)
    draw = torch.Generator().manual_seed(0)
    u, z = (torch.randn(5, 20, n, generator=draw, dtype=torch.float64) for n in (4, 2))
    data = [u, z, torch.ones(5, 20, dtype=torch.float64)]
    one, other = (
        update(network, data, local, generator=torch.Generator().manual_seed(3)) for local in (LocalCredit(None), None)
    )
    assert (one["input_weights"] - other["input_weights"]).norm() < 1e-12 * other["input_weights"].norm()
    without = update(network, data, None)["input_weights"]
    assert (one["input_weights"] - without).norm() > 1e-3 * without.norm()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rates_and_outputs_are_to_the_last_bit_those_without_a_local_rule(dtype):
    network, (u, _, _) = problem("rectified_tanh", dtype)
    plain = network(u)
    for feedback in (None, feedback_of(network).to(dtype)):
        assert all(torch.equal(a, b) for a, b in zip(network(u, local=LocalCredit(feedback)), plain, strict=True))


def test_connections_that_do_not_exist_are_not_trained_and_feedback_reaches_areas_without_outputs():
    network = deciding_network(noise=None).double()
    draw = torch.Generator().manual_seed(0)
    u, z = (torch.randn(5, 20, n, generator=draw, dtype=torch.float64) for n in (4, 2))
    data, without = [u, z, torch.ones(5, 20, dtype=torch.float64)], dict.fromkeys(WEIGHT, 0.0)
    into = (
        network.effective_input_weights().detach() != 0
    )  # inputs reach the first area, outputs are read of the second
    for feedback, reached in ((feedback_of(network), True), (None, False)):
        found = update(network, data, LocalCredit(feedback), without)
        assert (found["recurrent_weights"][network.constraints[0].mask == 0] == 0).all()
        assert bool((found["input_weights"][into] != 0).any()) == reached
