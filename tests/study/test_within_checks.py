"""The comparison of the networks of each model with each other, in a config."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.study import contents
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths


def demo_with(within, **keys):
    """The demo with this entry `within` and other keys."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    config["studies"]["demo"] |= {"within": within} | keys
    return config


def refused(within, **keys) -> str:
    with pytest.raises(BadOption) as error:
        read_config(demo_with(within, **keys))
    return str(error.value)


def test_models_of_two_networks_or_more_are_compared_within():
    config = demo_with({"pairs": 10})
    config["studies"]["demo"]["models"]["untrained"]["seeds"] = 1
    paths = Paths(read_config(config))
    assert paths.within() == [f"results/demo/demo/within/{model}.csv" for model in ("regularized", "unregularized")]
    assert "results/demo/tables/within_models.csv" in paths.tables()


def test_without_the_key_nothing_is_compared_within():
    paths = Paths(read_config(demo_with(None)))
    assert paths.within() == [] and not any("within" in path for path in paths.tables())


def test_the_measures_are_those_of_the_family_unless_others_are_named():
    config = read_config(demo_with({"pairs": 10}))
    whole = list(config.similarity)
    assert contents.within_measures(config, config.studies["demo"], "untrained") == [
        name for name in whole if name != "cca_in_sample"
    ]
    keys = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())["studies"]["demo"]["comparison"]
    keys["correction"]["family"] = ["cka", "ridge"]
    for within, names in (({"pairs": 10}, ["ridge", "cka"]), ({"pairs": 10, "measures": ["rsa"]}, ["rsa"])):
        config = read_config(demo_with(within, comparison=keys))
        assert contents.within_measures(config, config.studies["demo"], "untrained") == names


def test_a_model_is_compared_within_only_by_measures_by_which_it_is_compared_with_the_recording():
    keys = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())["studies"]["demo"]["comparison"]
    keys["correction"]["family"] = ["cka"]
    config = read_config(
        demo_with({"pairs": 10, "measures": ["rsa", "cka"]}, comparison=keys, primary_only=["untrained"])
    )
    names = {m: contents.within_measures(config, config.studies["demo"], m) for m in ("regularized", "untrained")}
    assert names == {"regularized": ["rsa", "cka"], "untrained": ["cka"]}


@pytest.mark.parametrize(
    ("within", "keys", "message"),
    [
        ({}, {}, "demo.within.pairs: found no value"),
        ({"pairs": 0}, {}, "demo.within.pairs: found 0, wanted a number of pairs of at least 1"),
        ({"pairs": 10, "measures": []}, {}, "demo.within.measures: "),
        ({"pairs": 10, "measures": ["rdge"]}, {}, "demo.within.measures: found 'rdge', wanted a similarity measure"),
        (
            {"pairs": 10},
            {"seeds": 1},
            "demo.within: found 1 of regularized, 1 of unregularized, 1 of untrained, wanted",
        ),
        ({"pairs": 10}, {"similarity": [], "sweep": None}, "demo.within: found no measures of regularized, unregul"),
        ({"pairs": 15}, {"seeds": 8}, "demo.within.pairs: found 15 and 8 networks of regularized, wanted at least 16"),
    ],
)
def test_an_entry_without_meaning_is_refused(within, keys, message):
    assert message in refused(within, **keys)


def test_a_study_without_a_recording_is_refused():
    config = demo_with(None)
    config["studies"]["deciding"]["within"] = {"pairs": 10}
    with pytest.raises(BadOption, match=r"deciding\.within: found entries in a study without a recording, wanted none"):
        read_config(config)
