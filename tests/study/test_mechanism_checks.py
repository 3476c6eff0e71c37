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
    config["studies"]["context_integration"] |= keys
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
