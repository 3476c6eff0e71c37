"""The whole way of a trained network to the rows of its mechanisms, by the steps of the workflow."""

import pytest
import yaml
from linearisation.test_contexts import by_context
from study.test_config import ROOT

from rnncompare import plugins, steps
from rnncompare.tabulation import tables

CONFIG = yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text())
STUDY = CONFIG["studies"]["context_integration"]
TASK = STUDY["task"] | {"train_trials": 800, "test_trials": 10}
NETWORK = STUDY["network"] | {"units": 48}
TRAINING = STUDY["training"] | {"steps": 300, "learning_rate": 4e-3, "validation": 2}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with the task, a trained and an untrained network, and their activities."""
    folder = tmp_path_factory.mktemp("mechanism")
    task, weights = folder / "task.nc", [folder / "0.pt", folder / "1.pt"]
    steps.task(out=task, options=TASK)
    options = {"network": NETWORK, "training": TRAINING}
    steps.train(task=task, out=weights[0], seed=0, options=options, label="trained")
    steps.initialise(task=task, out=weights[1:], seeds=[1], options=options | {"training": None}, label="untrained")
    activities = [folder / "0.nc", folder / "1.nc"]
    steps.simulate(weights=weights, task=task, out=activities, smooth=0.0, simulation=STUDY["simulation"])
    return folder


def rows_of(folder, name: str):
    entry, out = CONFIG["mechanisms"][name], folder / f"{name}.csv"
    parts = {kind: [folder / f"{k}{end}" for k in (0, 1)] for kind, end in (("weights", ".pt"), ("activities", ".nc"))}
    options = {"use": entry["use"], **entry["options"]}
    steps.mechanism(**parts, task=folder / "task.nc", out=out, options=options, seed=0, columns={"measure": name})
    found = tables.read(out)
    assert set(found["measure"]) == {name}
    card = plugins.find("mechanisms", entry["use"]).card
    assert set(found["statistic"]) <= set(card.statistics)
    inside = found["minimum"].isna() | (found["value"] >= found["minimum"])
    assert (inside & (found["maximum"].isna() | (found["value"] <= found["maximum"]))).all()
    return [by_context(found[found["seed"] == seed].to_dict("records")) for seed in (0, 1)]


def test_a_trained_network_selects_the_relevant_input_and_an_untrained_one_does_not(made):
    trained, untrained = rows_of(made, "selection")
    for context in ("motion", "colour"):
        own, other = trained[context], untrained[context]
        assert own["correct"] > 0.8 > 0.7 > other["correct"]
        assert 0.95 < own["ideal_correct"] < 1
        assert own["kernel_ratio"] > 3
        assert own["predicted_of_measured"] == pytest.approx(1, abs=0.5)
        assert abs(own["irrelevant_of_relevant"]) < 0.5


def test_the_fixed_points_of_both_contexts_are_complete_by_their_index(made):
    for network in rows_of(made, "fixed_points"):
        for found in network.values():
            assert found["stable"] + found["saddles"] + found["unstable"] >= 1
            assert found["index"] == 1
