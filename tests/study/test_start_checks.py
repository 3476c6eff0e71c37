"""Models that begin with the networks of another model, in a config."""

import pytest
import yaml
from study.test_config import ROOT
from study.test_recorded_training import demo, variant

from rnncompare.plugins import BadOption
from rnncompare.study.config import read_config
from rnncompare.study.model_networks import model_options
from rnncompare.study.paths import Paths

CONDENSE = {"by": "loadings", "components": 10, "pairs": 20}


def timing_with(*, batch=None, **models):
    """The study of Cue-Set-Go with these models beside `adam`, `gauss_newton` and `untrained`."""
    config = yaml.safe_load((ROOT / "workflow/config/cue_set_go.yaml").read_text())
    study = config["studies"]["cue_set_go"]
    study["models"] = {name: study["models"][name] for name in ("adam", "gauss_newton", "untrained")} | models
    return config | ({} if batch is None else {"batch": batch})


def smaller(units=150, model="adam", **changes):
    return {"network": {"units": units}, "start": {"model": model, "condense": CONDENSE | changes}}


def test_networks_begin_with_those_at_the_same_position_in_files_of_one_or_of_several():
    config = read_config(
        timing_with(small=smaller(), smallest=smaller(50, "small"), more={"seeds": 3, "start": {"model": "adam"}})
    )
    paths, study = Paths(config), config.studies["cue_set_go"]
    assert paths.start("cue_set_go", "small", 5) == ["results/cue_set_go/cue_set_go/weights/adam/5.pt"]
    assert paths.start("cue_set_go", "adam", 5) == []
    assert model_options(study, "smallest")["start"] == {"model": "small", "condense": CONDENSE}
    assert model_options(study, "more")["start"] == {"model": "adam", "condense": None}
    paths = Paths(read_config(timing_with(batch=4, small=smaller())))
    assert paths.start("cue_set_go", "small", 5) == ["results/cue_set_go/cue_set_go/weights/adam/batch_1.zip"]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (smaller(model="adams"), "found 'adams'.*wanted a model"),
        (smaller(model="untrained"), "found 'untrained', which is not trained here, wanted a trained model"),
        (smaller() | {"training": None}, "found a model that is not trained here"),
        (smaller() | {"seeds": 9}, "found 8 networks of 'adam', wanted at least 9"),
        (smaller(200), "found 200 units, wanted fewer than the 200 of 'adam'"),
        (smaller(pairs=101), "found 101 pairs, wanted at most 100, half of the units"),
        (smaller(components=151), "found components 151 by loadings, wanted 1 to 150"),
        (smaller(components=None), "found components None by loadings, wanted 1 to 150"),
        (smaller(by="random"), "found components 10 by random, wanted null"),
        (smaller(by="size"), "by"),
        ({"network": {"units": 150}, "start": {"model": "adam"}}, r"another network than that of 'adam' \(units\)"),
        (smaller() | {"network": {"units": 150, "tau": 0.2}}, r"another network than that of 'adam' \(tau\)"),
        (smaller() | {"task": {"pulse": 0.2}}, "found another task than that of 'adam', wanted the same"),
        ({"start": {"model": "small"}}, "found the circle small -> small"),
        (smaller() | {"training": {"validation": 2}}, "found validation 2, and 1 of 'adam', wanted at most 1"),
    ],
)
def test_what_a_model_cannot_begin_with_is_refused(model, message):
    with pytest.raises(BadOption, match=message):
        read_config(timing_with(small=model))


def test_networks_hold_out_no_conditions_on_which_those_were_trained_with_which_they_begin():
    base, later = {"training": {"validation": 2}}, {"start": {"model": "base"}, "training": {"validation": 3}}
    generalisation = {"models": ["child", "base"], "conditions": 2}
    config = demo(models={"base": base, "child": later}, generalisation=generalisation)
    with pytest.raises(BadOption, match="found validation 3, and 2 of 'base', wanted at most 2: networks that begin"):
        read_config(config)
    config["studies"]["demo"]["models"]["child"]["training"]["validation"] = 2
    off = {"start": {"model": "base"}, "training": variant(weight=0.0)["training"]}
    config["studies"]["demo"]["models"]["off"] = off  # trained on its task alone
    read_config(config)


def test_full_force_does_not_begin_with_a_trained_network():
    training = {"rule": "full_force", "optimiser": "least_squares", "learning_rate": 1.0, "decay": "none", "clip": None}
    training |= {"teacher": {"amplitude": 1.0, "between": "zero", "ridge": 1.0}, "mean_weights": 0, "weights": 0}
    with pytest.raises(BadOption, match="found the rule 'full_force' of 'more', wanted another: its teacher would be"):
        read_config(timing_with(more={"training": training, "start": {"model": "adam"}}))
    read_config(timing_with(more={"training": training}))


def test_only_leaky_networks_without_connectivity_masks_and_fixed_weights_are_condensed():
    gated = {"network": {"use": "gru", "gate_bias": 0.0}}
    models = {
        "parent": gated,
        "small": smaller(model="parent") | {"network": {"use": "gru", "gate_bias": 0.0, "units": 150}},
    }
    with pytest.raises(BadOption, match="of the kind gru, wanted leaky without connectivity"):
        read_config(timing_with(**models))
    masked = {"masks": {"output": {"block": [[1, 0]]}}}
    models = {"parent": {"network": masked}, "small": smaller(model="parent") | {"network": masked | {"units": 150}}}
    with pytest.raises(BadOption, match="of the kind leaky with connectivity or masks, wanted leaky without"):
        read_config(timing_with(**models))
    fixed = {"parent": {}, "small": smaller(model="parent") | {"training": {"fixed": {"input": "all"}}}}
    with pytest.raises(BadOption, match="condense: found fixed weights, wanted none: a merge of units"):
        read_config(timing_with(**fixed))
