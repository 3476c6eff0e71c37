"""A model without dynamics in a config: analyses of dynamics are refused in words, with what to change."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.study.config import read_config

DSA = {"use": "dsa", "components": 3, "delays": 2, "interval": 1, "rank": 4, "starts": 1, "iterations": 5}
DISTANCES = {"mechanisms": [], "window": [0.0, 0.98], "soft_normalise": 0.2, "groups": 3, "draws": 9}
PROBES = {
    "jpca": {"window": [0.0, 0.9], "soft_normalise": 0.2, "components": 2, "surrogates": None},
    "tangling": {"of": "rate", "window": [0.0, 0.9], "soft_normalise": 0.2, "components": 4, "epsilon": 0.1,
                 "surrogates": None},
    "linear_dynamics": {"window": [0.0, 0.9], "soft_normalise": 0.2, "components": 2, "surrogates": None,
                        "resamples": 0},
}  # fmt: skip


def cognitive(**study):
    config = yaml.safe_load((ROOT / "workflow/config/cognitive.yaml").read_text())
    del config["studies"]["checkerboard_coherences"]
    config["studies"]["perceptual_decision"] |= {"claim": None, "contrasts": []} | study
    return config


def refused(config):
    with pytest.raises(BadOption) as error:
        read_config(config)
    return str(error.value)


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_of_dynamics_is_refused_for_attention_and_possible_for_the_others(name):
    config = cognitive()
    config["probes"][name] = {"use": name, "options": PROBES[name], "sources": ["leaky", "attention"]}
    found = refused(config)
    wanted = f"perceptual_decision, probes.{name}: found attention among its sources, wanted others, by `sources`"
    assert wanted in found and "attention has no state" in found
    config["probes"][name]["sources"] = ["leaky", "gru"]
    read_config(config)
    del config["probes"][name]["sources"]  # all models
    assert wanted in refused(config)


def test_dynamical_similarity_between_networks_is_refused():
    config = cognitive(distances=DISTANCES | {"measures": ["procrustes", "dsa"]})
    config["similarity"]["dsa"] = DSA
    found = refused(config)
    assert "studies.perceptual_decision.distances.measures: dsa: found attention among its sources, wanted" in found
    models = config["studies"]["perceptual_decision"]["models"]
    for name in ("attention", "attention_times"):
        del models[name]
    for part in (*config["probes"].values(), *config["views"].values()):
        part["sources"] = [s for s in part.get("sources", models) if s in models]
    read_config(config)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean_weights": 0.1}, "attention.training.mean_weights: found 0.1, wanted 0 for this network: attention has"),
        ({"dynamics": 0.1}, "attention.training.dynamics: found 0.1, wanted 0 for this network: attention has no rec"),
        ({"vanishing": 0.1}, "attention.training.vanishing: found 0.1, wanted 0 for this network: attention has no r"),
        (
            {"wiring": 0.1},
            "attention.training.wiring: found 0.1, wanted 0 for this network: attention has no recurrent",
        ),
        ({"absolute_weights": 0.1}, "attention.training.absolute_weights: found 0.1, wanted 0 for this network: atten"),
        ({"rule": "rflo"}, "attention.training.rule: found 'rflo', wanted another for this network: attention has no"),
        ({"balance": "trials"}, "balance: Input should be 'epochs' or 'times' (found 'trials')"),
    ],
)
def test_penalties_and_rules_that_need_recurrent_weights_are_refused(change, message):
    config = cognitive()
    config["studies"]["perceptual_decision"]["models"]["attention"]["training"] |= change
    assert message in refused(config)


def test_options_of_recurrent_networks_are_refused():
    config = cognitive()
    config["studies"]["perceptual_decision"]["models"]["attention"]["network"] |= {"gate_bias": 1.0}
    assert "network: found option 'gate_bias', wanted one of units, tau, g, h, noise" in refused(config)


def test_robustness_is_refused_for_a_model_without_recurrent_weights():
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    name = next(n for n, s in config["studies"].items() if s.get("models") and "simulation" not in s)
    training = {"dynamics": 0, "mean_weights": 0, "vanishing": 0}
    config["studies"][name]["models"]["attention"] = {"network": {"use": "attention"}, "training": training}
    config["studies"][name]["similarity"] = [n for n, m in config["similarity"].items() if m["use"] != "dsa"]
    config["studies"][name]["probes"] = []
    config["robustness"] = {"repeats": 2, "input_strengths": [0.1], "recurrent_strengths": [], "recurrent_sds": []}
    assert f"studies.{name}: robustness: found attention among its sources, wanted others" in refused(config)
