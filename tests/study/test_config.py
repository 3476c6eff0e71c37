"""A config is checked completely when it is read, and errors give the nearest valid name."""

import copy
from pathlib import Path

import pytest
import yaml

from rnncompare.plugins import BadOption
from rnncompare.study import complete_check, contents, model_networks
from rnncompare.study.config import RENAMED, read_config

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo():
    return yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())


def test_only_a_deep_check_holds_options_to_the_functions_that_they_go_to(demo, monkeypatch):
    wrong = changed(demo, ["similarity", "rsa", "distance"], "sqeuclidian")
    with pytest.raises(BadOption, match=r"similarity\.rsa\.distance: .*Did you mean 'sqeuclidean'"):
        read_config(wrong)
    monkeypatch.setattr(complete_check, "check", lambda *_: pytest.fail("looked at more than keys and kinds"))
    assert read_config(wrong, deep=False).similarity["rsa"]["distance"] == "sqeuclidian"
    for place, value in ((["permutatoins"], 3), (["seed"], -1), (["studies", "demo", "seeds"], "two")):
        with pytest.raises(BadOption, match=place[-1]):
            read_config(changed(demo, place, value), deep=False)


def test_channels_that_a_probe_decodes_are_looked_for_in_the_card_of_every_recording_that_has_them(demo):
    wrong = changed(demo, ["probes", "velocity_decoding", "options", "channels"], ["hand_velocity_x", "hand_speed"])
    message = r"studies\.demo, probes\.velocity_decoding: .*provides behavior hand_velocity_x, .*found no hand_speed"
    with pytest.raises(BadOption, match=message):
        read_config(wrong)


def changed(config, place, value):
    config = copy.deepcopy(config)
    *path, last = place
    inner = config
    for key in path:
        inner = inner[key]
    inner[last] = value
    return config


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (["studdies"], {}, r"studdies: found unknown key 'studdies', wanted one of .*Did you mean 'studies'\?"),
        (["studies", "demo", "seedz"], 3, r"studies\.demo\.seedz: found unknown key.*Did you mean 'seeds'\?"),
        (
            ["studies", "demo", "comparison", "preparation", "windw"],
            [0, 1],
            r"comparison\.preparation\.windw.*Did you mean 'window'\?",
        ),
        (
            ["studies", "demo", "comparison", "nulls"],
            {"shifted": {"use": "time_shft", "draws": 9}},
            r"comparison\.nulls\.shifted: found 'time_shft'.*Did you mean 'time_shift'\?",
        ),
        (
            ["studies", "demo", "comparison", "nulls"],
            {"shifted": {"use": "time_shift", "draws": 9}, "conditions": {"use": "conditions", "draws": 9}},
            r"nulls\.conditions: found conditions after another null, wanted the first null to be conditions",
        ),
        (
            ["studies", "demo", "comparison", "correction", "family"],
            ["ridge", "rda"],
            r"correction\.family: found 'rda'.*Did you mean 'rsa'\?",
        ),
        (
            ["studies", "demo", "sweep", "preparation"],
            {"smoth": [0, 0.1]},
            r"demo\.sweep: sweep: found preparation 'smoth'.*Did you mean 'smooth'\?",
        ),
        (
            ["studies", "demo", "sweep", "options"],
            {"component": [5]},
            r"demo\.sweep\.options: found 'component', wanted an option of one of ridge, cca",
        ),
        (["calibration", "power_share"], 0.3, r"calibration: found power_share 0\.3, wanted one of the shares \[0\.5"),
        (
            ["similarity", "cca"],
            {"use": "ccaa", "components": 3, "curve": []},
            r"similarity\.cca: .*has no ccaa\.py.*Did you mean 'cca'\?",
        ),
        (
            ["similarity", "cca"],
            {"use": "cca", "component": 3, "curve": []},
            r"similarity\.cca: found option 'component'.*Did you mean 'components'\?",
        ),
        (["similarity", "cca"], {"use": "cca", "curve": []}, "similarity.cca: found no value for components"),
        (
            ["studies", "demo", "recording", "card"],
            "simulated_rech",
            r"card: found 'simulated_rech'.*Did you mean 'simulated_reach'\?",
        ),
        (
            ["studies", "demo", "network", "nonlinearty"],
            "tanh",
            r"network: found option 'nonlinearty'.*Did you mean 'nonlinearity'\?",
        ),
        (
            ["studies", "demo", "training", "learning_rat"],
            1,
            r"training: found option 'learning_rat'.*Did you mean 'learning_rate'\?",
        ),
        (["studies", "demo", "task", "dellays"], [1], r"task: found option 'dellays'.*Did you mean 'delays'\?"),
        (
            ["studies", "demo", "ceilings"],
            {"ceiling": {"source": "halves", "spearman_brown": True}},
            "ceilings.ceiling: found 'halves', wanted a compared source",
        ),
        (
            ["studies", "demo", "contrasts"],
            [["regularized", "unregularised"]],
            r"contrasts: found 'unregularised'.*Did you mean 'unregularized'\?",
        ),
        (
            ["studies", "demo", "contrasts"],
            [["regularized", "kinematics"]],
            "contrasts: found 'kinematics', a control with 1 activity, wanted at least 2 `repeats`",
        ),
        (
            ["studies", "demo", "contrasts"],
            [["regularized", "half_of_units"]],
            "contrasts: found 'half_of_units', which is not compared with the recording",
        ),
        (["studies", "demo", "baseline"], "rings", "baseline: found 'rings', wanted a compared source"),
        (["studies", "demo", "similarity"], ["ridg"], r"similarity: found 'ridg'.*Did you mean 'ridge'\?"),
        (["seed"], "one", r"seed: Input should be a valid integer.*\(found 'one'\)"),
        (["studies", "demo", "figures"], ["psth"], r"figures: found 'psth'.*Did you mean 'psths'\?"),
    ],
)
def test_an_error_gives_the_place_and_the_nearest_valid_name(demo, place, value, message):
    with pytest.raises(BadOption, match=message):
        read_config(changed(demo, place, value))


def test_the_options_of_a_model_take_precedence_over_those_of_the_study(demo):
    study = read_config(demo).studies["demo"]
    regularized, unregularized = (model_networks.model_options(study, m) for m in ("regularized", "unregularized"))
    assert regularized["network"]["units"] == unregularized["network"]["units"] == study.network["units"]
    assert regularized["training"]["rates"] > 0 == unregularized["training"]["rates"]
    assert model_networks.model_options(study, "untrained")["training"] is None


def test_a_source_that_replaces_the_recording_is_not_compared(demo):
    study = read_config(demo).studies["demo"]
    assert "half_of_units" in contents.compared(study) and "other_half" not in contents.compared(study)
    assert "recording" not in contents.compared(study)


def test_a_name_cannot_be_both_a_control_and_a_model(demo):
    wrong = changed(
        demo,
        ["studies", "demo", "controls", "regularized"],
        {"use": "kinematics", "options": {"channels": ["hand_velocity_x"]}},
    )
    with pytest.raises(BadOption, match="found 'regularized' as a control and as a model"):
        read_config(wrong)


def test_a_primary_only_source_is_compared_by_the_family_and_the_first_null(demo):
    study = demo["studies"]["demo"]
    study["primary_only"] = ["untrained"]
    study["comparison"]["correction"]["family"] = ["cca", "ridge"]
    config = read_config(demo)
    study = config.studies["demo"]
    assert contents.similarity_of(config, study, "untrained") == ["ridge", "cca"]
    assert contents.similarity_of(config, study, "regularized") == list(config.similarity)
    assert list(contents.comparison_of(study, "untrained")["nulls"]) == ["conditions"]
    assert contents.comparison_of(study, "regularized")["nulls"] == study.comparison.model_dump()["nulls"]
    with pytest.raises(BadOption, match=r"primary_only: found 'untraind'.*Did you mean 'untrained'\?"):
        read_config(changed(demo, ["studies", "demo", "primary_only"], ["untraind"]))


@pytest.mark.parametrize(("former", "present"), RENAMED.items())
def test_the_former_name_of_a_key_is_an_error_with_the_present_name(demo, former, present):
    message = rf"demo\.{former}: found the former name '{former}' of a key, wanted its present name '{present}'"
    with pytest.raises(BadOption, match=message):
        read_config(changed(demo, ["studies", "demo", former], []))


def test_a_former_name_elsewhere_is_an_unknown_key(demo):
    with pytest.raises(BadOption, match=r"config: in_brief: found unknown key 'in_brief', wanted one of results, data"):
        read_config(demo | {"in_brief": []})


def test_a_study_without_a_recording_has_no_comparison_and_nothing_that_needs_one(demo):
    study = demo["studies"]["demo"]
    for name in ("controls", "ceilings", "sweep", "within", "recovery", "comparison", "claim"):
        study.pop(name)
    with pytest.raises(BadOption, match=r"demo: found a recording and no comparison, wanted both or neither"):
        read_config(demo)
    study.pop("recording")
    study.pop("probes")
    demo |= {"calibration": None, "probes": {}, "views": {}, "studies": {"demo": study}}
    config = read_config(demo)
    assert contents.compared(config.studies["demo"]) == []
    assert contents.sources(config.studies["demo"]) == ["regularized", "unregularized", "untrained"]
    study["controls"] = {"inputs": {"use": "inputs"}}
    with pytest.raises(BadOption, match=r"demo\.controls: found entries in a study without a recording"):
        read_config(demo)
