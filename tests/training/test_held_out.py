"""Held-out conditions: they are those of the training, and errors on them are those at its end."""

import pytest
from training.test_train import OPTIONS, reaching

from rnncompare.models.leaky import leaky
from rnncompare.training import checkpoint
from rnncompare.training.held_out import HeldOut, error_rows, held_out
from rnncompare.training.options import Training
from rnncompare.training.train import train
from rnncompare.training.trials import BadTraining, split

NETWORK = {"units": 20, "tau": 0.05, "g": 1.5, "h": 1.0, "nonlinearity": "tanh", "connectivity": None, "noise": None}
NOISY = NETWORK | {"noise": {"recurrent": 0.1, "inputs": [0.1, 0.1, 0.1]}}


@pytest.fixture
def trained(tmp_path):
    """A function that trains a network and returns its checkpoint."""

    def make(task, network=NETWORK, **options) -> dict:
        given = {"inputs": 3, "outputs": 2, "dt": 0.01, "seed": options.pop("seed", 4)}
        training = OPTIONS | {"steps": 10} | options
        made = leaky(**given, **network)
        history = train(made, task, Training(**training), seed=given["seed"], progress=None)
        config = {"network": {"use": "leaky", **network}, "training": training}
        checkpoint.save(tmp_path / "network.pt", made, config=config, given=given, device="cpu", history=history)
        return checkpoint.load(tmp_path / "network.pt")

    return make


@pytest.mark.parametrize("network", [NETWORK, NOISY], ids=["silent", "noisy"])
@pytest.mark.parametrize("delays", ["all", "one"])
def test_errors_are_those_of_the_history_so_that_the_split_is_that_of_the_training(trained, delays, network):
    task = reaching()
    for seed in (0, 1, 2):
        stored = trained(task, network, delays=delays, validation=2, seed=seed)
        found, history = held_out(stored, task, 2), stored["history"]
        assert found.errors == (history["final_error"], history["final_validation_error"])
        assert found.errors[0] != found.errors[1] and not found.on_all
        part = split(task, delays=delays, validation=2, seed=seed)
        assert set(found.conditions) == set(task.condition.values[part.held_out]) and found.others == 4


def test_a_network_trained_on_all_conditions_is_measured_in_those_of_the_network_with_its_seed(trained):
    task, found = reaching(), {}
    for validation in (0, 2):
        found[validation] = [held_out(trained(task, validation=validation, seed=k), task, 2) for k in range(4)]
    assert [one.conditions for one in found[0]] == [one.conditions for one in found[2]]
    assert len({tuple(one.conditions) for one in found[0]}) > 1  # the seed selects them
    assert all(one.on_all and one.others == 4 for one in found[0])
    assert found[0][0].errors != found[2][0].errors


def test_a_network_trained_without_another_number_of_conditions_is_refused(trained):
    task = reaching()
    message = "held-out conditions: found a network trained without 2 conditions, wanted one trained without 3, or on"
    with pytest.raises(BadTraining, match=message):
        held_out(trained(task, validation=2), task, 3)


def test_every_network_has_a_row_for_each_group_of_conditions():
    rows = error_rows([HeldOut(["a", "b"], 6, (0.1, 0.9), False), HeldOut(["c"], 7, (0.2, 0.8), False)])
    assert [(row["seed"], row["conditions"], row["condition_count"], row["value"]) for row in rows] == [
        (0, "trained", 6, 0.1), (0, "held_out", 2, 0.9), (1, "trained", 7, 0.2), (1, "held_out", 1, 0.8),
    ]  # fmt: skip
    assert all(row["statistic"] == "error" and row["lower_is_better"] for row in rows)
