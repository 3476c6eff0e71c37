"""full-FORCE: least squares against their solution, a teacher that can be reproduced exactly, and refusals."""

import numpy as np
import pytest
import torch
from support.deciding import context_network, deciding_network, perceptual_network, small_context, small_perceptual
from support.gated import GATED, network_of_model
from training.test_train_context import OPTIONS, trained

from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training.curriculum import train_in_stages
from rnncompare.training.full_force import LEARNT, FullForce, between
from rnncompare.training.full_force_options import Teacher
from rnncompare.training.least_squares import RecursiveLeastSquares
from rnncompare.training.options import OF_DISTANCES, PENALTIES, Training

TEACHER = {"amplitude": 2.0, "between": "ramp", "ridge": 1.0}
CHANGES = {
    "rule": "full_force", "optimiser": "least_squares", "learning_rate": 1.0, "decay": "none", "clip": None,
    "teacher": TEACHER, "steps": 60,
}  # fmt: skip

UNUSED = {
    "weight": 0.0, "task": 2.0, "source": "recording", "units": {"share": 0.5, "seed": 0}, "soft_normalise": 0.2,
    "readout_penalty": 0.0, "shuffle": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def task():
    return small_context()


def network_with_slow_units():
    return context_network(tau=0.1, seed=1, noise={"recurrent": 0.05, "inputs": [0.1, 0.1, 0.0, 0.0]})


def test_recursive_least_squares_are_the_solution_of_ridge_regression_on_all_samples():
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((6, 30))  # regressors are correlated: 6 large components of 30
    design = rng.standard_normal((4000, 6)) @ mixing + 0.01 * rng.standard_normal((4000, 30))
    wanted, start, ridge = rng.standard_normal((4000, 3)), rng.standard_normal((3, 30)), 0.1
    found = RecursiveLeastSquares(start, ridge)
    for first in range(0, 4000, 7):
        found.update(design[first : first + 7], wanted[first : first + 7])
    normal = design.T @ design + ridge * np.eye(30)
    solution = start + np.linalg.solve(normal, design.T @ (wanted - design @ start.T)).T
    assert np.abs(found.weights - solution).max() < 1e-8 * np.abs(solution).max()


@pytest.mark.parametrize("nonlinearity", ["tanh", "softplus"])
def test_a_network_reproduces_a_teacher_whose_targets_are_functions_of_its_own_rates(nonlinearity):
    """Targets C r of the rates of a network with J + U C drive the teacher, of J, along the rates of that network."""
    network = context_network(tau=0.1, g=0.5, nonlinearity=nonlinearity, noise=None).double()
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(40, 30, 4, generator=draw, dtype=torch.float64)
    C = 0.05 * torch.randn(2, 40, generator=draw, dtype=torch.float64)
    data = [inputs, torch.zeros(40, 30, 2, dtype=torch.float64), torch.ones(40, 30, dtype=torch.float64)]
    options = Teacher(**TEACHER | {"ridge": 1e-6})
    U = torch.as_tensor(FullForce(network, data, options, 0).U)
    with torch.no_grad():
        wanted = network(inputs, recurrent=network.recurrent_weights + U @ C)[0]
        earlier = torch.cat([torch.full_like(wanted[:, :1], 0.0 if nonlinearity == "tanh" else np.log(2)), wanted], 1)
        data[1] = earlier[:, :-1] @ C.T
        before = (network(inputs)[0] - wanted).abs().max()
        student = FullForce(network, data, options, 0)
        for _ in range(20):
            student.learn(np.arange(40), None)
        assert (network(inputs)[0] - wanted).abs().max() < 1e-5 < 0.1 < before


def test_a_network_learns_context_dependent_decisions_and_keeps_its_input_weights(task):
    """A share above .75 needs the context: a network that sums both inputs is right in about half of the conflicts."""
    network = network_with_slow_units()
    before = {name: w.clone() for name, w in network.state_dict().items()}
    history = trained(task, network, **CHANGES)[1]
    assert history["final_correct"] > 0.75 > 0.6 > history["correct"][0]
    assert history["final_error"] < history["error"][0] and history["stopped"] == "steps"
    assert {name for name, w in network.state_dict().items() if not torch.equal(w, before[name])} == set(LEARNT)
    again = network_with_slow_units()
    train_in_stages(again, [task], Training(**OPTIONS | CHANGES), seed=0, progress=None)
    assert all(torch.equal(w, again.state_dict()[name]) for name, w in network.state_dict().items())


def test_teachers_are_driven_between_wanted_outputs_as_their_option_says():
    targets = np.array([[[9.0], [2.0], [9.0], [9.0], [5.0], [9.0]]])
    scored = np.array([[False, True, False, False, True, False]])
    made = {how: between(targets, scored, how)[0, :5, 0].tolist() for how in ("zero", "ramp", "next")}
    assert made["zero"] == [0, 2, 0, 0, 5] and made["next"] == [2, 2, 5, 5, 5]
    assert np.allclose(made["ramp"], [1, 2, 3, 4, 5])


def test_what_the_task_does_not_score_has_no_effect(task):
    changed = task.copy(deep=True)
    changed["targets"] = changed.targets.where(changed.mask > 0, 7.0)
    one, other = (trained(each, network_with_slow_units(), **CHANGES | {"steps": 3})[0] for each in (task, changed))
    assert all(torch.equal(w, other.state_dict()[name]) for name, w in one.state_dict().items())


@pytest.mark.parametrize("penalty", [*PENALTIES, *OF_DISTANCES])
def test_penalties_are_refused(penalty):
    with pytest.raises(BadOption, match=f"found {penalty} 0.1 with the rule 'full_force', wanted 0: the `ridge`"):
        check_values(Training, OPTIONS | CHANGES | {penalty: 0.1}, "here")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimiser": "adam"}, "found optimiser adam with the rule 'full_force', wanted least_squares"),
        ({"matrices": {"output": {"l2": 0.1}}}, "found matrices.output.l2 0.1 with the rule 'full_force', wanted 0"),
        ({"learning_rate": 0.1}, "found learning_rate 0.1 with the rule 'full_force', wanted 1: each update"),
        ({"decay": "cosine"}, "found decay cosine with the rule 'full_force', wanted none"),
        ({"clip": 1.0}, "found clip 1 with the rule 'full_force', wanted null"),
        ({"teacher": None}, "found no teacher with the rule 'full_force'"),
        ({"rule": "backpropagation"}, "found the optimiser 'least_squares' with the rule 'backpropagation'"),
        ({"rule": "eprop", "optimiser": "adam"}, "found a teacher with the rule 'eprop', wanted null"),
        ({"recorded": UNUSED}, "found task 2 in recorded with the optimiser 'least_squares', wanted 1"),
        ({"curriculum": [{"task": {}, "until": {"correct": 0.8}}]}, "wanted null: the teacher of a later stage"),
    ],
)
def test_options_that_contradict_the_rule_are_refused(changes, message):
    with pytest.raises(BadOption, match=message):
        check_values(Training, OPTIONS | CHANGES | changes, "here")


@pytest.mark.parametrize("name", GATED)
def test_a_gated_network_is_refused(name, task):
    with pytest.raises(BadOption, match="found 'full_force', wanted another for this network: its currents"):
        trained(task, network_of_model(name), **CHANGES)


def test_networks_with_connectivity_and_tasks_with_classes_are_refused(task):
    with pytest.raises(BadOption, match="with connectivity or masks, wanted both null"):
        trained(task, deciding_network(), **CHANGES)
    with pytest.raises(BadOption, match="wanted the loss mse"):
        trained(small_perceptual(), perceptual_network(), **CHANGES)
