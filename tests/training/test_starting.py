"""Training that begins with another network: which weights it begins with, and the network that is left of it."""

import copy

import numpy as np
import pytest
import torch
from support.deciding import small_timing, timing_network
from support.gated import network_of_model
from training.test_train import OPTIONS

from rnncompare.plugins import BadOption
from rnncompare.steps.training import train as train_step
from rnncompare.training import checkpoint
from rnncompare.training.condensing import condensed
from rnncompare.training.history import joined
from rnncompare.training.options import Training
from rnncompare.training.simulate import simulate
from rnncompare.training.starting import train_from
from rnncompare.training.train import train
from rnncompare.training.trials import split

TRAINING = OPTIONS | {"delays": None, "steps": 10, "batch": 6, "check_every": 5, "validation": 1}
CONDENSE = {"by": "loadings", "components": 4, "pairs": 3}
SAME = {"seed": 0, "progress": None}


def weights(network):
    return {name: w.detach().numpy().copy() for name, w in network.state_dict().items()}


def test_a_network_begins_with_the_weights_of_the_other_which_is_not_modified():
    task, start = small_timing(), timing_network(units=12, seed=1)
    before, network = weights(start), timing_network(units=12, seed=2)
    history = train_from(start, network, task, Training(**TRAINING), condense=None, **SAME)
    again = copy.deepcopy(start)
    assert all(np.array_equal(w, before[n]) for n, w in weights(start).items())
    wanted = train(again, task, Training(**TRAINING), **SAME)
    assert all(np.array_equal(w, weights(network)[n]) for n, w in weights(again).items())
    assert np.array_equal(history["error"], wanted["error"]) and history["final_error"] == wanted["final_error"]


def test_pairs_are_merged_as_without_training_and_the_network_is_trained_after_each_time():
    task, start, network = small_timing(), timing_network(units=12), timing_network(units=7)
    history = train_from(start, network, task, Training(**TRAINING), condense=CONDENSE, **SAME)
    inputs = task.inputs.values[np.unique(split(task, delays=None, validation=1, seed=0).epoch)]
    own, histories = start, []
    for merges in (3, 2):  # five of twelve units are removed, at most three at a time
        *_, own = condensed(own, simulate(own, inputs)[0], by="loadings", components=4, merges=merges, seed=0)
        histories.append(train(own, task, Training(**TRAINING), **SAME))
    assert all(np.array_equal(w, weights(network)[n]) for n, w in weights(own).items())
    assert list(history["step"]) == [0, 5, 10, 10, 15, 20] and history["final_step"] == 20
    assert np.array_equal(history["error"], np.concatenate([one["error"] for one in histories]))
    assert history["final_error"] == histories[-1]["final_error"] == history["error"][-1]


def test_the_history_of_several_trainings_counts_all_updates_also_if_the_last_weights_were_not_kept():
    one = {
        "step": np.array([0, 5]),
        "error": np.array([1.0, 0.5]),
        "stopped": "steps",
        "final_step": 5,
        "final_error": 0.5,
    }
    two = {"step": np.array([0, 5, 10]), "error": np.array([0.7, 0.2, 0.4]), "stopped": "patience", "final_step": 5}
    found = joined([one, two | {"final_error": 0.2}])
    assert list(found["step"]) == [0, 5, 5, 10, 15] and list(found["error"]) == [1.0, 0.5, 0.7, 0.2, 0.4]
    assert found["stopped"] == "patience" and found["final_step"] == 10 and found["final_error"] == 0.2


@pytest.mark.parametrize(
    ("start", "condense", "message"),
    [
        ({"units": 14}, None, r"recurrent_weights \(14, 14\) for \(12, 12\).*with `condense`, units are merged"),
        ({"units": 12}, CONDENSE, "found a network of 12 units, wanted more than 12 to condense it"),
        ({"units": 14, "outputs": 2}, CONDENSE, r"output"),
    ],
)
def test_networks_that_do_not_match_are_refused(start, condense, message):
    with pytest.raises(Exception, match=message):
        train_from(
            timing_network(**start),
            timing_network(units=12),
            small_timing(),
            Training(**TRAINING),
            condense=condense,
            **SAME,
        )


def test_a_network_of_another_kind_is_refused():
    with pytest.raises(BadOption, match="start: found weights"):
        train_from(
            network_of_model("gru"),
            timing_network(units=12),
            small_timing(),
            Training(**TRAINING),
            condense=None,
            **SAME,
        )


def test_the_step_trains_from_the_network_of_the_same_seed_in_a_file_of_one_or_of_several(tmp_path):
    from rnncompare import activity

    activity.write_dataset(small_timing(), tmp_path / "task.nc")
    network = {
        "use": "leaky", "units": 8, "tau": 0.1, "g": 1.5, "h": 1.0, "nonlinearity": "tanh",
        "connectivity": None, "noise": None,
    }  # fmt: skip
    stored = [
        {
            "network": timing_network(units=12, seed=seed),
            "config": {"network": network | {"units": 12}, "training": None},
            "given": {"inputs": 2, "outputs": 1, "dt": 0.05, "seed": seed},
            "device": "cpu",
            "history": None,
        }
        for seed in (3, 4)
    ]
    checkpoint.save_all(stored, [tmp_path / "batch_0.zip"])
    checkpoint.save_all(stored[1:], [tmp_path / "4.pt"])
    options = {"network": network, "training": TRAINING, "start": {"model": "parent", "condense": CONDENSE}}
    for name in ("batch_0.zip", "4.pt"):
        train_step(tmp_path / "task.nc", tmp_path / f"of_{name}.pt", 4, options, "small", start=tmp_path / name)
    one, two = (checkpoint.load(tmp_path / f"of_{name}.pt") for name in ("batch_0.zip", "4.pt"))
    assert all(torch.equal(w, two["weights"][n]) for n, w in one["weights"].items())
    assert len(one["weights"]["unit_bias"]) == 8 and one["config"]["start"]["model"] == "parent"
    assert [row["step"] for row in checkpoint.history_rows(one)] == [0, 5, 10, 10, 15, 20]
    with pytest.raises(checkpoint.BadCheckpoint, match="found the network of seed 4, wanted that of seed 3"):
        checkpoint.load_seed(tmp_path / "4.pt", 3)
    with pytest.raises(checkpoint.bundles.BadBundle, match=r"found no 5.pt among its 2 files"):
        checkpoint.load_seed(tmp_path / "batch_0.zip", 5)
