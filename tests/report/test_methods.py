"""The methods in words contain every option of a config that changes a result, and no number from elsewhere."""

import copy
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnncompare import __version__, plugins
from rnncompare.__main__ import main
from rnncompare.comparison.measure_card import card_of
from rnncompare.recordings.card import read_card
from rnncompare.report import statistics_words
from rnncompare.report.methods import HEADINGS, methods_of
from rnncompare.report.option_words import value
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]
CONFIGS = ["demo", "reach", "checkerboard", "mechanism", "universality", "cue_set_go", "joint"]
# What changes no number: texts, places, figures, and the division of the calibration into jobs.
WITHOUT_EFFECT = {"question", "results", "data", "figures", "figure_style", "composed", "chunks"}
PARTS = {  # parts of a config, which are mappings if they are given; null is that they are not
    *("recording", "task", "simulation", "comparison", "sweep", "within", "recovery", "generalisation", "distances"),
    *("claim", "statistics", "calibration", "robustness", "training", "trials", "start", "condense"),
}
LISTS = {"similarity", "probes", "mechanisms", "sources", "measures", "condition_measures", "family"}
OF_NETWORKS = {"input_sets", "muscles", "smooth", "seeds", "first_seed"}  # of a study, which may have none
OF_IMPORTED = {"shares_seeds"}  # of models whose networks were trained elsewhere


@pytest.fixture(scope="module")
def cards():
    return {path.parent.name: read_card(path, deep=False) for path in sorted((ROOT / "data").glob("*/card.yaml"))}


def dumped(name: str) -> dict:
    return read_config(ROOT / f"workflow/config/{name}.yaml", deep=False).model_dump(mode="json")


def leaves(found: object, *place) -> Iterator[tuple]:
    """The places of all values in a config."""
    if isinstance(found, dict | list) and found:
        for key, inside in found.items() if isinstance(found, dict) else enumerate(found):
            yield from leaves(inside, *place, key)
    elif not isinstance(found, dict | list):
        yield place


def at(config: dict, place: tuple) -> object:
    for key in place:
        config = config[key]
    return config


def put(config: dict, place: tuple, new: object) -> None:
    at(config, place[:-1])[place[-1]] = new


def has_an_effect(config: dict, place: tuple) -> bool:
    if at(config, place) is None and (place[-1] in PARTS or not config.get(place[-1], True)):
        return False  # a part that there is not, or a choice among measures of which there is none
    if place == ("batch",):
        return False  # the number of networks in a file; tables are the same whatever it is (docs/scale.md)
    if place[0] == "studies" and len(place) == 3 and place[-1] in OF_NETWORKS:
        return bool(at(config, place[:-1])["models"])
    return not {*WITHOUT_EFFECT, *OF_IMPORTED} & set(place)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_option_that_changes_a_result_is_in_the_text(name, cards):
    """All numbers, texts and nulls are replaced at once by values that are not used otherwise."""
    config = dumped(name)
    other, wanted = copy.deepcopy(config), {}
    for k, place in enumerate(place for place in leaves(config) if has_an_effect(config, place)):
        old = at(config, place)
        if not isinstance(old, bool):
            wanted[place] = 70001 + k if isinstance(old, int | float) else f"word{70001 + k}"
            put(other, place, [wanted[place]] if old is None and place[-1] in LISTS else wanted[place])
    assert len(wanted) > 100
    text = " ".join(methods_of(other, cards))
    assert [place for place, new in wanted.items() if not re.search(rf"\b{new}\b", text)] == []


@pytest.mark.parametrize("name", CONFIGS)
def test_every_yes_and_no_that_changes_a_result_changes_the_text(name, cards):
    config = dumped(name)
    before = methods_of(config, cards)
    for place in leaves(config):
        if isinstance(at(config, place), bool) and has_an_effect(config, place):
            other = copy.deepcopy(config)
            put(other, place, not at(config, place))
            assert methods_of(other, cards) != before, place


@pytest.mark.parametrize("name", CONFIGS)
def test_every_number_comes_from_the_config_from_cards_or_from_members(name, cards):
    config = dumped(name)
    used = [(folder, entry["use"]) for folder in HEADINGS for entry in config[folder].values()]
    described = ("tasks", "models", "controls", "views", "surrogates")
    members = {*used, *((folder, use) for folder in described for use in plugins.available(folder))}
    lines = [inspect.getdoc(plugins.find(*member)).splitlines()[0] for member in members]
    references = [card_of(plugins.find(*member)).reference for member in used]
    sources = [json.dumps(config), *lines, *references, *statistics_words.CORRECTIONS.values(), __version__]
    sources += [f"{card.title} {card.citation} {card.animal} {card.area} {card.name}" for card in cards.values()]
    sources += [str(100 * statistics_words.LEVEL)]
    number = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
    known = {float(found) for text in sources for found in number.findall(text)}
    text = " ".join(methods_of(config, cards))
    assert [found for found in number.findall(text) if float(found) not in known] == []


def test_the_text_cites_each_recording_and_each_measure(cards):
    config = dumped("reach")
    text = " ".join(methods_of(config, cards))
    for study in config["studies"].values():
        assert " ".join(cards[study["recording"]["card"]].citation.split()).rstrip(".") in text
    for entry in config["similarity"].values():
        assert card_of(plugins.find("similarity", entry["use"])).reference in text


@pytest.mark.parametrize("name", CONFIGS)
def test_paragraphs_are_sentences_without_markup(name, cards):
    for paragraph in methods_of(dumped(name), cards):
        assert paragraph.endswith(".") and "`" not in paragraph and "  " not in paragraph
        assert not re.search(r"[{}]|\['|\bNone\b(?!: of any)", paragraph), paragraph


@pytest.mark.parametrize(
    "given, text",
    [
        (1e-4, "0.0001"),
        (0.1 + 0.2, "0.3"),
        (3, "3"),
        (None, "not set"),
        ([0.5], "[0.5]"),
        (True, "yes"),
        ("a_b", "a b"),
    ],
)
def test_values_keep_their_digits(given, text):
    assert value(given) == text


def test_a_config_that_lacks_parts_has_a_text():
    assert methods_of({"studies": {"a": {"title": "A study"}}}, {}) == [f"Program: rnncompare {__version__}."]


def test_the_command_prints_the_text_and_writes_it(tmp_path, monkeypatch, capsys, cards):
    monkeypatch.chdir(ROOT)
    wanted = "\n\n".join(methods_of(read_config("workflow/config/mechanism.yaml", deep=False).model_dump(), cards))
    assert main(["methods", "workflow/config/mechanism.yaml"]) == 0
    assert capsys.readouterr().out == f"{wanted}\n"
    assert main(["methods", "workflow/config/mechanism.yaml", "--out", str(tmp_path / "a.txt")]) == 0
    assert (tmp_path / "a.txt").read_text() == f"{wanted}\n"
