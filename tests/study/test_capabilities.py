"""Gated networks in a config: their options beside those of leaky ones, and what they lack is refused in words."""

import pytest
import yaml
from study.test_config import ROOT
from support.gated import SYNAPSES

from rnncompare.plugins import BadOption
from rnncompare.study.config import read_config
from rnncompare.study.model_networks import model_options

GRU = {"use": "gru", "gate_bias": 0.0, "noise": {"recurrent": 0.0}}
TRAINING = {"vanishing": 0.0}


def deciding(network=GRU, training=TRAINING, **more):
    """The demo's study of decisions, whose networks are leaky, with a gated model and without probes of weights."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study = config["studies"]["deciding"]
    study["models"]["gru"] = {"network": network, "training": training} | more
    study["probes"] = [name for name in study["probes"] if name != "axis_overlap"]
    study["figures"] = [name for name in study["figures"] if name != "axis_overlap"]
    return config


def refused(config):
    with pytest.raises(BadOption) as error:
        read_config(config)
    return str(error.value)


def test_a_network_of_another_kind_takes_from_the_study_only_the_options_that_it_has():
    study = read_config(deciding()).studies["deciding"]
    found = model_options(study, "gru")["network"]
    noise = {"recurrent": 0.0, "inputs": [0, 0, 0.1, 0.1]}
    assert found == {"use": "gru", "units": 60, "tau": 0.1, "g": 1.5, "h": 1, "noise": noise, "gate_bias": 0.0}
    assert model_options(study, "one_area")["network"]["connectivity"]["areas"] == 1


@pytest.mark.parametrize("count", [0, 3, 5])
def test_noise_of_another_number_of_inputs_than_the_task_has_is_refused_when_the_config_is_read(count):
    message = f"models.gru.network.noise.inputs: found {count} SDs, wanted 4, one for each input of the task"
    assert message in refused(deciding(GRU | {"noise": {"recurrent": 0.0, "inputs": [0.1] * count}}))


@pytest.mark.parametrize("name", ["gru", "lstm", "ugrnn"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"training": {"vanishing": 0.5}}, "gru.training.vanishing: found 0.5, wanted 0 for this network: it is comp"),
        ({"training": {"dynamics": 1e-3} | TRAINING}, "gru.training.dynamics: found 0.001, wanted 0 for this network"),
        ({"training": {"rule": "rflo"} | TRAINING}, "gru.training.rule: found 'rflo', wanted another for this network"),
        ({"training": {}}, "gru.training.vanishing: found 11.4, wanted 0 for this network"),
        ({"training": None, "weights": "data/x/y.pt"}, "gru.weights: found 'data/x/y.pt', wanted none for this networ"),
    ],
)
def test_what_gated_networks_lack_is_refused_when_the_config_is_read(name, change, message):
    assert f"deciding.models.{message}" in refused(deciding(GRU | {"use": name}, **change))


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (GRU | {"connectivity": {"areas": 2}}, "network.connectivity: found {'areas': 2}, wanted none for this networ"),
        (GRU | {"nonlinearity": "tanh"}, "network.nonlinearity: found 'tanh', wanted none for this network: the funct"),
        (GRU | {"noise": {}}, "network: gated cells: found noise.recurrent 0.05, wanted 0: the noise of a unit is sca"),
        (GRU | {"gate_biases": 1.0}, "network: found option 'gate_biases', wanted one of units, tau, g, h, gate_bias"),
        ({"use": "gru", "noise": None}, "network: found no value for gate_bias, wanted one"),
        (GRU | {"gate_bias": 1e12}, "network.gate_bias: found 1000000000000.0, wanted a number of at least -1e+09"),
        (GRU | {"tau": 0.01}, "gru.network.tau: found 0.01 s and time steps of 0.05 s"),
        (
            GRU | {"use": "gru2"},
            "rnncompare/models/ has no gru2.py; it has attention, convolutional, gru, leaky, lstm, stp, ugrnn. Did you "
            "mean 'gru'",
        ),
    ],
)
def test_options_that_a_gated_network_does_not_have_are_refused(network, message):
    assert message in refused(deciding(network))


TRAINED_START = {"initial_state": "trained"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"rule": "eprop"},
            "started.training.rule: found 'eprop', wanted another for this network: a local rule has n",
        ),
        (
            {"rule": "output_only"},
            "started.training.rule: found 'output_only', wanted another for this network: output",
        ),
    ],
)
def test_rules_that_do_not_train_an_initial_state_are_refused_with_it_and_possible_without(change, message):
    config = deciding()
    models = config["studies"]["deciding"]["models"]
    training = {"vanishing": 0.0, "dynamics": 0.0, "rates": 0.0} | change
    models["started"] = {
        "network": TRAINED_START,
        "training": training,
    }
    assert f"deciding.models.{message}" in refused(config)
    models["started"]["network"] = {"initial_state": "zero"}
    read_config(config)


def test_mechanisms_are_refused_for_a_trained_initial_state():
    config = yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text())
    study = next(iter(config["studies"].values()))
    first = next(model for model, options in study["models"].items() if options.get("training", {}) is not None)
    study["models"][first] = study["models"][first] | {"network": TRAINED_START}
    assert f"found {first} among its sources, wanted others, by `sources`: their trajectories start" in refused(config)


def test_networks_whose_activity_has_synapses_are_compared_with_no_other_activity():
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study, training = config["studies"]["demo"], {"vanishing": 0.0, "dynamics": 0.0}
    study["models"]["stp"] = {"network": SYNAPSES | {"use": "stp"}, "training": training}
    config["probes"] |= {name: probe | {"sources": ["regularized"]} for name, probe in config["probes"].items()}
    wanted = (
        "found {} among its sources, wanted others, by `{}` of the study: half of the variables of its activity are"
    )
    assert wanted.format("stp", "similarity") in refused(config)
    study["controls"]["drawn"] = {
        "use": "poisson",
        "options": {"trials": 2, "mean_rate": 10, "smooth": 0},
        "repeats": 2,
        "against": "stp",
    }
    study |= {"similarity": [], "figures": [], "within": None, "recovery": None, "sweep": None, "distances": None}
    assert wanted.format("stp", "against").replace(" of the study", "") in refused(config)
    config = deciding(SYNAPSES | {"use": "stp"})
    given = {"measures": ["procrustes"], "mechanisms": [], "window": [0, 0.4], "soft_normalise": None, "groups": None}
    config["studies"]["deciding"]["distances"] = given | {"draws": 9}
    assert wanted.format("gru", "distances.measures") in refused(config)
    config["studies"]["deciding"]["distances"] = None
    read_config(config)


def test_a_probe_of_weights_is_refused_for_a_gated_network():
    config = deciding()
    config["studies"]["deciding"]["probes"].append("axis_overlap")
    config["probes"]["axis_overlap"]["sources"] = ["two_area", "gru"]
    found = refused(config)
    assert (
        "studies.deciding, probes.axis_overlap: found gru, a gru, among its sources, wanted others: each pair" in found
    )
    config["probes"]["axis_overlap"]["sources"] = ["two_area"]
    read_config(config)
