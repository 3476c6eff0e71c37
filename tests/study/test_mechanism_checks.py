"""Mechanisms in a config: applied to models whose task has contexts."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths


def config_with(**keys):
    """The config of context integration, with other keys of its study."""
    config = yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text())
    config["studies"]["context_integration"] |= {"claim": None} | keys
    return config


def test_every_model_has_rows_of_every_mechanism_which_join_those_of_probes():
    paths = Paths(read_config(config_with()))
    wanted = [
        f"results/mechanism/context_integration/mechanisms/{mechanism}/{model}.csv"
        for mechanism in ("kernels", "selection", "fixed_points")
        for model in paths.config.studies["context_integration"].models
    ]
    assert paths.probes() == wanted


def test_sources_and_the_study_select_models_and_mechanisms():
    config = config_with(mechanisms=["selection"])
    config["mechanisms"]["selection"]["sources"] = ["relu"]
    paths = Paths(read_config(config))
    assert paths.probes() == ["results/mechanism/context_integration/mechanisms/selection/relu.csv"]


def test_other_tasks_names_and_options_are_refused():
    demo = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    mechanisms = yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text())["mechanisms"]
    with pytest.raises(BadOption, match=r"found the task delayed_reach of regularized, wanted one with contexts"):
        read_config(demo | {"mechanisms": mechanisms})
    config = config_with()
    config["mechanisms"]["robustness"] = config["mechanisms"].pop("selection")
    with pytest.raises(BadOption, match=r"mechanisms.robustness: found the name of another measure"):
        read_config(config)
    config = config_with()
    config["mechanisms"]["selection"]["options"] = {"largest": -1.0}
    with pytest.raises(BadOption, match=r"mechanisms.selection.largest: found -1.0"):
        read_config(config)
    config = config_with()
    config["mechanisms"]["selection"]["sources"] = ["thanh"]
    with pytest.raises(BadOption, match=r"found 'thanh', wanted a source among .* Did you mean 'tanh'"):
        read_config(config)


@pytest.mark.parametrize(
    ("options", "network", "message"),
    [
        ({"merges": [0]}, {}, "found merges [0], wanted at least one above 0"),
        ({"components": None}, {}, "found components None with by loadings, correlation, random, wanted a number"),
        ({"by": ["loadings"]}, {}, "found draws 10 with by loadings, wanted null: it is an option of the criterion ra"),
        ({"by": ["loadings", "loadings"]}, {}, "found ['loadings', 'loadings'], wanted each once"),
        ({"merges": [200]}, {}, "merging, adam.merges: found 200, wanted at most 199 of 200 units"),
        ({"components": 300}, {}, "merging, adam.components: found 300, wanted at most 200 of 200 units"),
        ({}, {"use": "gru", "gate_bias": 0.0}, "found a network of the kind gru, wanted leaky without connectivity"),
    ],
)
def test_merges_that_are_not_possible_are_refused_before_a_network_is_trained(options, network, message):
    config = yaml.safe_load((ROOT / "workflow/config/cue_set_go.yaml").read_text())
    study = config["studies"]["cue_set_go"]
    study["models"] = {"adam": {"network": network}}
    config["mechanisms"]["merging"]["options"] |= options
    study |= {"figures": [], "distances": None}
    with pytest.raises(BadOption) as error:
        read_config(config)
    assert message in str(error.value)
