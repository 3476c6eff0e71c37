"""The comparison of two models with recordings of their own networks, in a config."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.study import contents
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths

ENTRY = {"models": ["regularized", "unregularized"], "trials": 20, "noise": "poisson", "smooth": 0.025}


def demo_with(recovery, **keys):
    """The demo with this entry `recovery` and other keys."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    config["studies"]["demo"] |= {"within": None, "recovery": recovery} | keys
    return config


def comparison(family=None, **folds):
    found = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())["studies"]["demo"]["comparison"]
    return found | {"correction": {"method": "max_t", "family": family}, "folds": found["folds"] | folds}


def test_both_models_generate_recordings_and_there_is_a_table():
    paths = Paths(read_config(demo_with(ENTRY)))
    names = ("regularized", "unregularized")
    assert paths.recoveries() == [f"results/demo/demo/recovery/{model}.csv" for model in names]
    assert paths.recovered("demo") == {model: paths.activities("demo", model) for model in names}
    assert "results/demo/tables/recovery.csv" in paths.tables()


def test_without_the_key_nothing_is_recovered():
    paths = Paths(read_config(demo_with(None)))
    assert paths.recoveries() == [] and not any("recovery" in path for path in paths.tables())


def test_the_measures_are_those_of_the_family_unless_others_are_named():
    config = read_config(demo_with(ENTRY))
    whole = [name for name in config.similarity if name != "cca_in_sample"]
    assert contents.recovery_measures(config, config.studies["demo"]) == whole
    for more, names in (({}, ["ridge", "cka"]), ({"measures": ["rsa"]}, ["rsa"])):
        config = read_config(demo_with(ENTRY | more, comparison=comparison(["cka", "ridge"])))
        assert contents.recovery_measures(config, config.studies["demo"]) == names


@pytest.mark.parametrize(
    ("change", "keys", "message"),
    [
        ({"trials": 0}, {}, "demo.recovery.trials: found 0, wanted a number of trials of at least 1"),
        ({"noise": "pink"}, {}, "demo.recovery.noise: Input should be 'poisson' or 'gaussian' (found 'pink')"),
        ({"smooth": -1.0}, {}, "demo.recovery.smooth: found -1.0, wanted the SD of a Gaussian of at least 0"),
        ({"measures": []}, {}, "demo.recovery.measures: "),
        ({"measures": ["rdge"]}, {}, "demo.recovery.measures: found 'rdge', wanted a similarity measure of the study"),
        ({"models": ["regularized"]}, {}, "demo.recovery.models"),
        ({"models": ["regularized", "unregularized", "untrained"]}, {}, "demo.recovery.models"),
        (
            {"models": ["regularized", "inputs"]},
            {},
            "demo.recovery.models: found 'inputs', wanted a model of the study",
        ),
        ({"models": ["untrained", "untrained"]}, {}, "demo.recovery.models: found 'untrained' twice, wanted two"),
        ({}, {"seeds": 1}, "demo.recovery.models: found 1 network of regularized, wanted at least 2, because"),
        ({}, {"similarity": [], "sweep": None}, "demo.recovery: found no measures of regularized, wanted at least one"),
        (
            {"measures": ["rsa", "cka"]},
            {"comparison": comparison(["cka"]), "primary_only": ["unregularized"]},
            "demo.recovery.measures: found rsa, by which unregularized is not compared with the recording, wanted",
        ),
        (
            {},
            {"comparison": comparison(by="correct")},
            "demo.recovery: found folds by correct, wanted folds by condition or trial: simulated recordings have no",
        ),
    ],
)
def test_an_entry_without_meaning_is_refused(change, keys, message):
    with pytest.raises(BadOption) as error:
        read_config(demo_with(ENTRY | change, **keys))
    assert message in str(error.value)


def test_networks_that_all_have_the_same_random_inputs_are_refused():
    config = demo_with(ENTRY, input_sets=1)
    config["studies"]["demo"]["task"] |= {"inputs": "random", "numbers": 4}
    with pytest.raises(BadOption, match=r"demo\.input_sets: found 1 for random inputs .*, wanted at least 2"):
        read_config(config)


def test_a_study_without_a_recording_is_refused():
    config = demo_with(None)
    config["studies"]["deciding"]["recovery"] = ENTRY | {"models": ["one_area", "two_area"]}
    with pytest.raises(BadOption, match=r"deciding\.recovery: found entries in a study without a recording, wanted"):
        read_config(config)
