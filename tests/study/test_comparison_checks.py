"""Null distributions that a study cannot have are refused when the config is read."""

import copy
from pathlib import Path

import pytest
import yaml

from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.study import contents
from rnncompare.study.comparison_checks import check_comparison
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]
DEMO = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
FIRST = {"conditions": {"use": "conditions", "draws": 9}}
SHIFTED = {"shifted": {"use": "time_shift", "draws": 9}}
TURNS = {"turns": {"use": "ring_orders", "draws": 15}}
ALL = {"all_orders": {"use": "conditions", "draws": 40319, "measures": ["rsa", "cka"]}}


def demo(nulls, calibrated=FIRST, **comparison):
    config = copy.deepcopy(DEMO)
    config["studies"]["demo"]["comparison"] |= {"nulls": nulls} | comparison
    config["calibration"] |= {"nulls": calibrated, "measures": ["rsa"]}
    return config


def test_a_study_can_have_turns_and_all_orders_of_some_measures_after_permutations_or_surrogates():
    for nulls in (FIRST | TURNS | ALL, SHIFTED | TURNS, FIRST | SHIFTED | ALL):
        assert list(read_config(demo(nulls)).studies["demo"].comparison.nulls) == list(nulls)
    by_trial = demo(FIRST | TURNS, folds={"by": "trial", "groups": 2})
    assert read_config(by_trial).studies["demo"].comparison.nulls["turns"].measures is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (demo(TURNS | FIRST), r"nulls\.turns: found ring_orders as the first null, which .* at least 1 / 2n, .06 with"),
        (demo(SHIFTED | FIRST), r"nulls\.conditions: found conditions after another null, wanted the first null to be"),
        (demo(ALL | FIRST), r"nulls\.all_orders\.measures: found rsa, cka, wanted null, because the first null"),
        (demo(FIRST | {"turns": TURNS["turns"] | {"options": {"n": 8}}}), r"turns\.options: found n, wanted none for"),
        (
            demo({"conditions": FIRST["conditions"] | {"options": {"n": 8}}}),
            r"conditions\.options: found n, wanted none",
        ),
        (demo(FIRST | {"x": {"use": "ring_order", "draws": 3}}), r"nulls\.x: found 'ring_order'.*mean 'ring_orders'"),
        (
            demo(FIRST | {"x": ALL["all_orders"] | {"measures": ["rda"]}}),
            r"x\.measures: found 'rda'.*Did you mean 'rsa'",
        ),
        (demo(FIRST | {"x": ALL["all_orders"] | {"measures": []}}), r"nulls\.x\.measures: .*at least 1"),
        (
            demo(FIRST | TURNS, folds={"by": "condition", "groups": 4}),
            r"turns: found ring_orders with folds by condition"
            " and groups 4, wanted folds by trial, or by condition with groups null",
        ),
        (
            demo(FIRST | TURNS, folds={"by": "angle", "groups": None}),
            "found ring_orders with folds by angle and groups",
        ),
        (
            demo(FIRST, FIRST | TURNS),
            r"calibration\.nulls\.turns: found ring_orders, wanted another null: conditions of",
        ),
        (
            demo(FIRST, FIRST | ALL),
            r"calibration\.nulls\.all_orders\.measures: found 'cka', wanted a compared similarity measure among rsa",
        ),
    ],
)
def test_other_nulls_are_refused_in_words(config, message):
    with pytest.raises(BadOption, match=message):
        read_config(config)


def test_turns_require_a_recording_whose_card_promises_directions():
    config = read_config(demo(FIRST | TURNS))
    study = config.studies["demo"]
    promised, not_promised = (
        read_card(ROOT / f"data/{name}/card.yaml") for name in ("hatsopoulos2007_m1", "perich_miller_co")
    )
    check_comparison(config, study, promised, "here")
    with pytest.raises(
        BadOption, match=r"^here\.nulls\.turns: .*found no 'angle' in it, wanted each condition's target"
    ):
        check_comparison(config, study, not_promised, "here")
    check_comparison(config, read_config(demo(FIRST)).studies["demo"], not_promised, "here")


def test_a_primary_only_source_has_the_first_null_alone():
    config = demo(FIRST | SHIFTED | TURNS | ALL)
    config["studies"]["demo"]["primary_only"] = ["untrained"]
    study = read_config(config).studies["demo"]
    assert list(contents.comparison_of(study, "untrained")["nulls"]) == ["conditions"]
    assert list(contents.comparison_of(study, "regularized")["nulls"]) == [*FIRST, *SHIFTED, *TURNS, *ALL]


def test_the_third_animal_of_the_reach_study_has_no_turns_because_its_directions_are_uneven():
    studies = read_config(ROOT / "workflow/config/reach.yaml").studies
    nulls = {
        name: list(studies[name].comparison.nulls) for name in ("reach", "reach_second_animal", "reach_third_animal")
    }
    assert nulls["reach"] == nulls["reach_second_animal"] == ["conditions", "maximum_entropy", "turns", "all_orders"]
    assert nulls["reach_third_animal"] == ["conditions", "maximum_entropy", "all_orders"]
