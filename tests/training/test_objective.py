"""Cross-entropy, its null model and its balance, against formulas and torch's own functions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from support.deciding import perceptual_network, small_perceptual
from training.test_backpropagation import R

from rnncompare.plugins import BadOption
from rnncompare.training.loss import cross_entropy, loss_terms, null_cross_entropy, null_error, task_error
from rnncompare.training.objective import balanced, objective_of
from rnncompare.training.trials import BadTraining

PENALTIES = dict.fromkeys(("weights", "rates", "dynamics", "mean_weights", "vanishing"), 0.0)
EVERY = slice(None)


def drawn(seed=0, trials=6, times=9, outputs=4, dtype=torch.float64):
    rng = np.random.default_rng(seed)
    z = torch.as_tensor(2 * rng.standard_normal((trials, times, outputs)), dtype=dtype)
    return z, torch.as_tensor(rng.integers(outputs, size=(trials, times))), torch.as_tensor(rng.random((trials, times)))


def test_cross_entropy_is_the_weighted_mean_of_that_of_torch():
    z, classes, weights = drawn()
    each = torch.nn.functional.cross_entropy(z.flatten(0, 1), classes.flatten(), reduction="none")
    expected = float((each * weights.flatten()).sum() / weights.sum())
    assert float(cross_entropy(z, classes, weights)) == pytest.approx(expected, rel=1e-12)
    assert float(task_error(z, classes, weights)) == float(cross_entropy(z, classes, weights))


def test_the_gradient_of_cross_entropy_by_the_outputs_is_that_of_finite_differences():
    z, classes, weights = drawn()
    assert torch.autograd.gradcheck(lambda out: cross_entropy(out, classes, weights), z.requires_grad_())


@pytest.mark.parametrize("nonlinearity", ["relu", "tanh", "softplus"])
def test_the_gradient_of_all_weights_is_that_of_autograd_over_a_loop(nonlinearity):
    """The written-out backward pass of the leaky network, with the loss of classes."""
    network = perceptual_network(noise=None, nonlinearity=nonlinearity, units=12).double()
    task = small_perceptual(train_trials=20, test_trials=1)
    objective = objective_of(task)
    u, classes, weights = objective.tensors(task.inputs.values, torch.float64)
    loss_terms(network, [u, classes, weights], objective.null(EVERY), PENALTIES)[0]["loss"].backward()
    found = [p.grad.clone() for p in network.parameters()]
    network.zero_grad()
    x, total = torch.zeros(len(u), 12, dtype=torch.float64), 0.0
    for t in range(u.shape[1]):
        r = R[nonlinearity](x)
        drive = u[:, t] @ network.input_weights.T + r @ network.recurrent_weights.T + network.unit_bias
        x = x + network.leak * (drive - x)
        z = R[nonlinearity](x) @ network.output_weights.T + network.output_bias
        total = total + (weights[:, t] * torch.nn.functional.cross_entropy(z, classes[:, t], reduction="none")).sum()
    (total / weights.sum() / objective.null(EVERY)).backward()
    for ours, parameter in zip(found, network.parameters(), strict=True):
        torch.testing.assert_close(ours, parameter.grad, rtol=1e-9, atol=1e-12)


def test_a_network_that_fixates_and_guesses_has_a_normalised_error_of_one():
    task = small_perceptual()
    guessing = np.log(np.where(task.epoch.values[..., None] == 1, [1e-30, 0.5, 0.5], [1.0, 1e-30, 1e-30]))
    by_balance = {}
    for balance in ("epochs", "times"):
        objective = objective_of(task, balance)
        _, classes, weights = objective.tensors(task.inputs.values, torch.float64)
        by_balance[balance] = float(cross_entropy(torch.as_tensor(guessing), classes, weights))
        assert by_balance[balance] / objective.null(EVERY) == pytest.approx(1, abs=1e-6)
    steps = task.sizes["time"]
    assert by_balance["epochs"] == pytest.approx(np.log(2) / 2, rel=1e-6)
    assert by_balance["times"] == pytest.approx(2 / steps * np.log(2), rel=1e-6)  # 2 of 20 steps: hardly any error


def test_epochs_are_balanced_for_cross_entropy_unless_it_is_asked_otherwise():
    task = small_perceptual(train_trials=20, test_trials=1)
    np.testing.assert_array_equal(objective_of(task).weights, objective_of(task, "epochs").weights)
    np.testing.assert_array_equal(objective_of(task, "times").weights, task.mask.values)
    with pytest.raises(BadOption, match="found balance 'epochs' for a task without a variable epoch"):
        objective_of(task.drop_vars("epoch"))
    assert (objective_of(task.drop_vars("epoch"), "times").epoch == 0).all()


@settings(max_examples=30, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), epochs=st.integers(1, 4))
def test_balanced_epochs_have_equal_sums_in_every_trial_and_keep_ratios_within(seed, epochs):
    rng = np.random.default_rng(seed)
    epoch, weights = rng.integers(epochs, size=(5, 12)), rng.random((5, 12)) * (rng.random((5, 12)) < 0.8)
    weights[:, 0] = 1.0
    found = balanced(weights, epoch)
    for trial in range(5):
        sums = [found[trial, epoch[trial] == one].sum() for one in range(epochs)]
        there = [one for one in range(epochs) if weights[trial, epoch[trial] == one].sum() > 0]
        np.testing.assert_allclose(sums, [1 / len(there) if one in there else 0 for one in range(epochs)])
        for one in there:
            own = (epoch[trial] == one) & (weights[trial] > 0)
            assert np.ptp(found[trial, own] / weights[trial, own]) < 1e-12


def test_the_null_model_is_the_best_constant_prediction_within_each_epoch():
    rng = np.random.default_rng(1)
    classes, epoch, weights = rng.integers(3, size=(8, 10)), rng.integers(2, size=(8, 10)), rng.random((8, 10))
    parts = torch.as_tensor(classes), torch.as_tensor(weights)

    def error(odds):
        outputs = torch.as_tensor(odds.reshape(2, 3))[torch.as_tensor(epoch)]
        return float(cross_entropy(outputs, *parts))

    best = minimize(error, np.zeros(6), options={"gtol": 1e-9}).fun
    assert null_cross_entropy(classes, weights, epoch) == pytest.approx(best, rel=1e-7)


def test_weights_of_the_mask_are_those_of_repeated_times():
    rng = np.random.default_rng(2)
    z, counts = rng.standard_normal((3, 5, 2)), rng.integers(1, 4, size=(3, 5))
    repeated = np.concatenate([np.repeat(z[k], counts[k], axis=0) for k in range(3)])[None]
    assert null_error(z, counts) == pytest.approx(null_error(repeated, np.ones(repeated.shape[:2])))
    halved = null_error(z, counts / 2)
    assert halved == pytest.approx(null_error(z, counts), rel=1e-12)


def test_times_that_are_not_scored_do_not_enter_the_error():
    task = small_perceptual(train_trials=20, test_trials=1)
    free = task.answer_class.values.copy()
    free[:, 3:10] = -1
    objective = objective_of(task.assign(answer_class=task.answer_class.copy(data=free)))
    assert (objective.weights[:, 3:10] == 0).all() and (objective.wanted >= 0).all()
    z, _, _ = drawn(trials=len(free), times=free.shape[1], outputs=3)
    _, classes, weights = objective.tensors(task.inputs.values, torch.float64)
    moved = z.clone()
    moved[:, 3:10] += 5.0
    assert cross_entropy(z, classes, weights) == cross_entropy(moved, classes, weights)


def test_classes_that_never_vary_within_an_epoch_have_no_null_model():
    task = small_perceptual(train_trials=20, test_trials=1)
    left = task.isel(trial=task.answer.values == "left")
    with pytest.raises(BadTraining, match="found the same class at all 260 scored times of each epoch"):
        objective_of(left).null(EVERY)
