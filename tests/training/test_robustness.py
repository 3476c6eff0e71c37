"""Robustness: the specified perturbations, with errors in per cent of the error of the null model."""

import numpy as np
import pytest
import torch
from support.deciding import small_network

from rnncompare.plugins import BadOption
from rnncompare.training.disturbances import Disturbances
from rnncompare.training.robustness import disturbed, robustness
from rnncompare.training.simulate import simulate

INPUTS = np.random.default_rng(0).standard_normal((4, 25, 3))
MASK = np.ones((4, 25), bool)


def network(seed=0):
    return small_network(seed=seed)


def rows(targets, net=None, *, seed=0, **changes):
    options = {"repeats": 5, "input_strengths": [0.1, 0.2], "recurrent_strengths": [0.1, 0.8]} | changes
    options = {"recurrent_sds": [0.01, 0.1]} | options
    return robustness(net or network(), INPUTS, targets, MASK, Disturbances(**options), seed=seed)


def value(table, variable, strength, statistic="error_mean"):
    (found,) = (
        r["value"] for r in table if (r["variable"], r["strength"], r["statistic"]) == (variable, strength, statistic)
    )
    return found


def test_the_error_on_a_networks_own_outputs_is_zero_without_and_grows_with_perturbation():
    table = rows(simulate(network(), INPUTS)[1])
    for variable, strengths in {
        "inputs": (0, 0.1, 0.2),
        "inputs_zero_mean": (0, 0.1, 0.2),
        "recurrent": (0, 0.1, 0.8),
        "recurrent_absolute": (0, 0.01, 0.1),
    }.items():
        low, middle, high = (value(table, variable, s) for s in strengths)
        assert low == pytest.approx(0, abs=1e-8) and 0 < middle < high
        assert value(table, variable, 0, "error_sd") == 0 < value(table, variable, strengths[1], "error_sd")


def test_strength_zero_gives_the_error_of_the_network_in_per_cent_of_the_null_model():
    targets = np.random.default_rng(1).standard_normal((4, 25, 2))
    error = ((simulate(network(), INPUTS)[1] - targets) ** 2).mean() / ((targets - targets.mean((0, 1))) ** 2).mean()
    assert value(rows(targets), "recurrent", 0) == pytest.approx(100 * error, rel=1e-5)


def test_the_network_is_not_changed():
    net = network()
    rows(np.random.default_rng(1).standard_normal((4, 25, 2)), net)
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), network().parameters(), strict=True))


def test_rows_depend_only_on_the_seed():
    targets = simulate(network(), INPUTS)[1]
    assert rows(targets) == rows(targets) != rows(targets, seed=1)


class Echo(torch.nn.Module):
    """Returns its inputs, which shows how they were perturbed."""

    def forward(self, u):
        return u, u


@pytest.mark.parametrize(("variable", "low", "high"), [("inputs", 0.0, 1.0), ("inputs_zero_mean", -0.5, 0.5)])
def test_perturbations_of_inputs_are_constant_over_time_in_units_of_the_norm_of_the_input(variable, low, high):
    u = torch.as_tensor(np.random.default_rng(2).standard_normal((300, 6, 3)))
    moved = (disturbed(Echo(), u, variable, 0.2, [np.random.default_rng(0)])[0] - u) / (
        0.2 * u.norm(dim=2, keepdim=True)
    )
    assert torch.allclose(moved, moved[:, :1].expand_as(moved))
    v = moved[:, 0]
    assert low <= v.min() < low + 0.02 and high - 0.02 < v.max() <= high
    assert v.mean().item() == pytest.approx((low + high) / 2, abs=0.03)


@pytest.mark.parametrize(("variable", "sd"), [("recurrent", 0.3), ("recurrent_absolute", 0.1)])
def test_perturbations_of_recurrent_weights_are_normal_relative_to_their_mean_absolute_value_or_absolute(variable, sd):
    class Weights(torch.nn.Module):
        def effective_recurrent_weights(self):
            return torch.full((200, 200), -3.0)

        def forward(self, u, recurrent):
            return u, recurrent

    moved = disturbed(Weights(), torch.zeros(1, 1, 1), variable, 0.1, [np.random.default_rng(0)])[0] + 3
    assert moved.std().item() == pytest.approx(sd, rel=0.02) and moved.mean().item() == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("variable", ["inputs", "inputs_zero_mean", "recurrent", "recurrent_absolute"])
def test_all_repeats_at_once_are_the_repeats_one_by_one(variable):
    net, u = network(), torch.as_tensor(INPUTS, dtype=torch.float32)
    with torch.no_grad():
        drawn = lambda: [np.random.default_rng(k) for k in range(4)]  # noqa: E731
        together = disturbed(net, u, variable, 0.2, drawn())
        alone = torch.cat([disturbed(net, u, variable, 0.2, [draw]) for draw in drawn()])
        weights = net.effective_recurrent_weights()
        unchanged = net(u, recurrent=torch.stack([weights, weights]))
    assert torch.allclose(together, alone, atol=1e-6) and not torch.allclose(together[0], together[1], atol=1e-3)
    for several, one in zip(unchanged, net(u), strict=True):
        assert several.shape == (2, *one.shape) and torch.allclose(several, one.expand_as(several), atol=1e-6)


def test_one_repeat_is_refused():
    with pytest.raises(BadOption, match=r"robustness\.repeats: found 1, wanted a number of repeats of at least 2"):
        rows(np.zeros((4, 25, 2)), repeats=1)
