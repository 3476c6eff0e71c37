"""The question and the claim of a study, in a config."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.study.claims import ROLES, claimed_statistics, claims
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths


def demo_with(study="demo", **keys) -> dict:
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    config["studies"][study] |= keys
    return config


def claimed(**keys) -> dict:
    return demo_with(claim={"contrast": ["regularized", "unregularized"]} | keys)


def deciding(**keys) -> dict:
    """The demo whose study of decisions has a claim with other keys; `statistic`: keys of its first statistic."""
    claim = demo_with()["studies"]["deciding"]["claim"]
    claim["statistics"][0] |= keys.pop("statistic", {})
    return demo_with("deciding", claim=claim | keys)


STATISTIC = deciding()["studies"]["deciding"]["claim"]["statistics"][0]


def test_only_a_config_with_a_claim_has_a_table_of_verdicts():
    without = demo_with(claim=None)
    without["studies"]["deciding"] |= {"claim": None, "figures": []}
    for config, wanted in ((claimed(), True), (without, False)):
        paths = Paths(read_config(config))
        assert ("results/demo/tables/verdict.csv" in paths.tables()) == wanted
        assert bool(paths.of_tables("verdict")) == wanted


def test_the_role_of_a_control_follows_from_what_it_is():
    config = claimed(controls=["kinematics", "untrained", "report", "wide"])
    models = config["studies"]["demo"]["models"]
    models |= {"report": {"task": {"output": "direction", "latency": 0.1}}, "wide": {"network": {"units": 120}}}
    found = claims(read_config(config))["demo"]
    assert list(found["controls"].values()) == ["no network", "untrained", "other task", "other model"]
    assert set(found["controls"].values()) == set(ROLES)


def test_the_animals_of_a_claim_are_those_of_its_group():
    options = {"bin": 0.01, "smooth": 0.025, "window": [-0.6, 0.4], "minimum_rate": 0}
    config = claimed()
    recording = {"card": "hatsopoulos2007_m1", "options": options}
    config["studies"]["other"] = {"like": "demo", "recording": recording, "controls": {}, "claim": None}
    config["animals"] = {"reaching": ["demo", "other"]}
    assert {name: of.get("group") for name, of in claims(read_config(config)).items()} == {
        "demo": "reaching",
        "deciding": None,
    }


def test_only_a_claim_about_probes_needs_the_rows_of_probes():
    assert claimed_statistics(read_config(demo_with()))
    assert not claimed_statistics(read_config(demo_with("deciding", claim=None, figures=[])))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            claimed(contrast=["regularized", "untrained"]),
            "claim.contrast: found [regularized, untrained], wanted one of",
        ),
        (claimed(contrast=["regularised", "untrained"]), "found 'regularised', wanted a model of the study among"),
        (claimed(contrast=["kinematics", "untrained"]), "found 'kinematics', wanted a model of the study among"),
        (claimed(controls=["unregularized"]), "found 'unregularized', wanted a model or control beside the contrast"),
        (claimed(controls=["other_half"]), "found 'other_half', wanted a model or control beside the contrast"),
        (claimed(measures=["cka_times"]), "found 'cka_times', wanted a measure of the correction's family among"),
        (claimed(measures=["cca", "rsa", "cka", "dsa"]), "claim.measures: "),
        (
            claimed(contrasts=[]),
            "found unknown key 'contrasts', wanted one of contrast, controls, measures, statistics,",
        ),
        (demo_with(question=None), "claim: found a claim and no question, wanted the `question` that it answers"),
        (
            demo_with("deciding", claim={"contrast": ["two_area", "one_area"]}),
            "claim: found a claim about similarity in a study without a recording, wanted a recording, or",
        ),
        (claimed(correction="holm"), "claim.correction: found holm, wanted null without `statistics`"),
        (claimed(recorded="recording"), "claim.recorded: found recording, wanted null without `statistics`"),
        (deciding(measures=["cca"]), "claim.measures: found ['cca'], wanted null beside `statistics` of probes"),
        (deciding(correction=None), "claim.correction: found none, wanted max_t or holm"),
        (deciding(controls=["three_area"]), "found 'three_area', wanted a model or control beside the contrast among"),
        (deciding(statistics=[]), "claim.statistics: "),
        (
            deciding(statistic={"probe": "jpca"}),
            "statistics.0.probe: found 'jpca', wanted a probe or mechanism of the study",
        ),
        (deciding(statistic={"statistic": "accurcy"}), "0.statistic: found 'accurcy', wanted a statistic of decoding"),
        (deciding(statistic={"at": {"variable": "color"}}), "0.at.variable: found 'color', wanted a variable of the"),
        (deciding(statistic={"at": {"area": "last"}}), "0.at.variable: found '', wanted a variable of the probe among"),
        (deciding(statistic={"at": {"unit": "1"}}), "statistics.0.at.unit"),
        (deciding(statistic={"claimed": "lower"}), "0.claimed: Input should be 'less' or 'more' (found 'lower')"),
        (
            deciding(statistics=[STATISTIC, STATISTIC | {"claimed": "more"}]),
            "statistics.1: found decoding, accuracy of colour in the last area twice, wanted each once",
        ),
        (deciding(recorded="recording"), "claim.recorded: found 'recording', wanted a recording that a claimed probe"),
        (
            deciding(recorded="two_area"),
            "found 'two_area', wanted a recording that a claimed probe measures (none)",
        ),
    ],
)
def test_a_claim_that_no_contrast_tests_is_refused(config, message):
    with pytest.raises(BadOption) as error:
        read_config(config)
    assert message in str(error.value)


def test_a_claim_about_a_mechanism_is_checked_against_its_card_and_the_models_that_it_analyses():
    config = yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text())
    study = config["studies"]["context_integration"]
    assert claims(read_config(config))["context_integration"]["statistics"][0]["measure"] == "fixed_points"
    study["claim"]["statistics"][0]["statistic"] = "bistability"
    with pytest.raises(BadOption, match="found 'bistability', wanted a statistic of fixed_points among"):
        read_config(config)
