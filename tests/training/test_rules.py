"""Learning rules: which weights each trains, what it cannot be combined with, and that networks learn by it."""

import numpy as np
import pytest
import torch
from support.deciding import context_network, deciding_network, small_context
from support.gated import GATED, network_of_model
from training.test_backpropagation import gradients, problem
from training.test_train_context import OPTIONS, trained

from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training.loss import loss_terms
from rnncompare.training.options import PENALTIES, Training
from rnncompare.training.rules import OUTPUT_WEIGHTS, local_credit, trained_weights
from rnncompare.training.train import backward

RULES = ("backpropagation", "output_only", "rflo", "eprop")


@pytest.fixture(scope="module")
def task():
    return small_context()


def weights(network):
    return {name: tensor.numpy().tobytes() for name, tensor in network.state_dict().items()}


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("name", ["leaky", *GATED])
def test_output_only_changes_the_output_weights_of_any_network_and_no_others(name, task):
    network = network_of_model(name)
    before = weights(network)
    trained(task, network, rule="output_only", steps=3, mean_weights=0.1)
    assert changed(before, weights(network)) == set(OUTPUT_WEIGHTS)


@pytest.mark.parametrize("rule", ["backpropagation", "rflo", "eprop"])
def test_all_other_rules_change_all_weights(rule, task):
    network = context_network()
    before = weights(network)
    trained(task, network, rule=rule, steps=3)
    assert changed(before, weights(network)) == set(before)


def test_the_gradient_of_output_only_is_that_of_backpropagation_for_the_output_weights():
    network, data = problem("tanh", torch.float64)
    weight = dict.fromkeys(PENALTIES, 0.0) | {"weights": 0.01}
    exact = dict(zip(dict(network.named_parameters()), gradients(network, loss_of(network, data, weight)), strict=True))
    backward(network, loss_of(network, data, weight), trained_weights(network, "output_only"))
    for name, parameter in network.named_parameters():
        if name in OUTPUT_WEIGHTS:
            assert torch.equal(parameter.grad, exact[name])
        else:
            assert parameter.grad is None


def loss_of(network, data, weight):
    return loss_terms(network, data, 1.0, weight)[0]["loss"]


def test_output_only_is_at_rest_at_the_solution_of_ridge_regression_on_the_rates():
    network, data = problem("tanh", torch.float64)
    penalty, (_, target, mask) = 0.01, data
    rates = network(data[0])[0].detach()[mask == 1].numpy()
    design = np.column_stack([rates, np.ones(len(rates))])
    shrink = np.diag([penalty * len(rates) * 2.0] * rates.shape[1] + [0.0])  # of 2 outputs, none for the bias
    solution = np.linalg.solve(design.T @ design + shrink, design.T @ target[mask == 1].numpy())
    with torch.no_grad():
        network.output_weights.copy_(torch.as_tensor(solution[:-1].T))
        network.output_bias.copy_(torch.as_tensor(solution[-1]))
    backward(
        network,
        loss_of(network, data, dict.fromkeys(PENALTIES, 0.0) | {"weights": penalty}),
        trained_weights(network, "output_only"),
    )
    assert all(parameter.grad.abs().max() < 1e-12 for parameter in trained_weights(network, "output_only"))
    with torch.no_grad():
        network.output_weights[0, 0] += 0.1
    backward(network, loss_of(network, data, dict.fromkeys(PENALTIES, 0.0)), trained_weights(network, "output_only"))
    assert network.output_weights.grad.abs().max() > 1e-4


def test_an_output_bias_that_a_network_does_not_have_is_not_trained():
    network = deciding_network()
    network.output_bias.requires_grad_(False)
    assert [p is network.output_weights for p in trained_weights(network, "output_only")] == [True]


def test_feedback_weights_depend_on_the_seed_alone_and_are_as_large_as_initial_output_weights():
    network = context_network(units=2000)
    one, same, other = (local_credit(network, "rflo", seed).feedback for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert one.shape == network.output_weights.shape and one.dtype == network.output_weights.dtype
    assert abs(one.std() / network.output_weights.std() - 1) < 0.1
    assert abs(torch.corrcoef(torch.stack([one.ravel(), network.output_weights.detach().ravel()]))[0, 1]) < 0.1
    assert local_credit(network, "eprop", 0).feedback is None
    assert local_credit(network, "backpropagation", 0) is local_credit(network, "output_only", 0) is None


@pytest.mark.parametrize("rule", ["rflo", "eprop"])
def test_a_network_learns_context_dependent_decisions_by_a_local_rule(rule, task):
    """A share above .75 needs the context: a network that sums both inputs is right in about half of the conflicts."""
    noise = {"recurrent": 0.05, "inputs": [0.1, 0.1, 0.0, 0.0]}
    network = context_network(tau=0.1, seed=1, noise=noise)  # with tau = dt, traces would have no memory
    history = trained(task, network, rule=rule, steps=300)[1]
    assert history["final_correct"] > 0.75 > 0.6 > history["correct"][0]


@pytest.mark.parametrize(
    ("rule", "penalty", "reason"),
    [
        ("rflo", "dynamics", "its gradient needs the recurrent weights from a unit"),
        ("eprop", "vanishing", "its gradient needs the recurrent weights from a unit"),
        ("output_only", "rates", "it does not depend on the output weights"),
        ("output_only", "dynamics", "it does not depend on the output weights"),
        ("output_only", "wiring", "it does not depend on the output weights"),
        ("output_only", "absolute_weights", "it does not depend on the output weights"),
        ("output_only", "matrices.recurrent.l1", "it does not depend on the output weights"),
        ("output_only", "matrices.input.l2", "it does not depend on the output weights"),
    ],
)
def test_a_penalty_that_a_rule_cannot_reduce_is_refused(rule, penalty, reason):
    given = {penalty: 0.1}
    if penalty.startswith("matrices."):
        _, matrix, kind = penalty.split(".")
        given = {"matrices": {matrix: {kind: 0.1}, "output": {"l1": 0.1}}}
    with pytest.raises(BadOption) as error:
        check_values(Training, OPTIONS | {"rule": rule} | given, "here")
    assert str(error.value).startswith(f"here: found {penalty} 0.1 with the rule '{rule}', wanted 0: {reason}")
    check_values(Training, OPTIONS | {"rule": rule, "mean_weights": 0.1, "weights": 0.1}, "here")
    check_values(Training, OPTIONS | {"rule": "backpropagation"} | given, "here")


@pytest.mark.parametrize("rule", ["rflo", "eprop"])
@pytest.mark.parametrize("name", GATED)
def test_a_local_rule_is_refused_for_a_gated_network(name, rule, task):
    with pytest.raises(BadOption, match=rf"^training\.rule: found '{rule}', wanted another for this network: the trac"):
        trained(task, network_of_model(name), rule=rule)


def test_a_rule_has_no_default_and_an_unknown_one_is_refused():
    with pytest.raises(BadOption, match=r"here\.rule: Input should be .* \(found 'elforp'\)"):
        check_values(Training, OPTIONS | {"rule": "elforp"}, "here")
    with pytest.raises(TypeError, match="rule"):
        Training(**{name: value for name, value in OPTIONS.items() if name != "rule"})
