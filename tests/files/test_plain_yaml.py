"""YAML of cards and configs is what it looks like, and what is written is read back as it was."""

import json

import pytest

from rnncompare.files import plain_yaml
from rnncompare.files.plain_yaml import BadYAML
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.study import config_file

TEXT = [
    "yes",
    "No",
    "on",
    "OFF",
    "y",
    "2_1",
    "1_0",
    "010",
    "007",
    "1:30",
    "0x1f",
    "0b1",
    "0o17",
    "2013-10-14",
    "nan",
    "inf",
]


@pytest.mark.parametrize("text", TEXT)
def test_text_stays_text(text):
    assert plain_yaml.parse(f"keep: [{text}]\n{text}: 1") == {"keep": [text], text: 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001), ("1e3", 1000.0), ("-1.5e+2", -150.0), (".5", 0.5), ("5.", 5.0), ("0", 0), ("-3", -3),
        ("20131014", 20131014), ("9007199254740993", 9007199254740993), ("true", True), ("False", False),
        ("null", None), ("~", None), ("", None), ("'1e-3'", "1e-3"), ('"true"', "true"),
    ],
)  # fmt: skip
def test_numbers_truth_values_and_null_are_those_of_json(text, value):
    (found,) = plain_yaml.parse(f"a: {text}").values()
    assert found == value and type(found) is type(value)


HOSTILE = {
    "a: &x [1]\nb: *x": r"line 2: found an alias, '\*x', wanted what it stands for, written out",
    "a: &x [*x]": r"line 1: found an alias, '\*x'",
    "a: !!python/name:os.system x": r"found a tag, 'tag:yaml.org,2002:python/name:os.system', wanted a value without",
    "a: !!binary aGk=": "found a tag",
    "a: 1\nb:\n  c: 1\n  c: 2": "line 4: found key 'c' twice",
    "a: " + "[" * 30: "found more than 20 lists or mappings one inside the other",
    "a: " + "9" * 500: "found a number of 500 digits, wanted at most 200",
    "45: {condition: x}": r"found the key 45, no text, wanted text: '45'",
    "true: 1": "found the key true, no text",
    "? [a]\n: 1": "found a list or mapping for a key, wanted text",
    'a: "x\\ry"': r"found 'x\\ry', with the control character '\\r', wanted text without",
    'a: "\\ud800"': "with the control character",
    "a: [": "line 1: .*, wanted YAML",
    "a: \x00": "wanted YAML",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_plain_yaml_is_refused_by_its_line_in_cards_and_configs_alike(text, tmp_path):
    with pytest.raises(BadYAML, match=HOSTILE[text]):
        plain_yaml.parse(text)
    (tmp_path / "card.yaml").write_text(text)
    with pytest.raises(BadOption, match=HOSTILE[text]):
        config_file.read(tmp_path / "card.yaml")
    with pytest.raises(BadCard, match=HOSTILE[text]):
        read_card(tmp_path / "card.yaml")


@pytest.mark.parametrize(
    "text", [*TEXT, "1e3", "1e-3", "45", "true", "null", "~", "", "a: b", "# no", "$x$", "é", " a ", "'"]
)
def test_text_that_is_written_is_read_as_text(text):
    value = {"a": text, "b": [text, {text: 1.5}]}
    assert plain_yaml.parse(plain_yaml.dump(value, allow_unicode=True)) == value


def test_configs_are_merged_one_on_top_of_the_other_by_the_same_reader(tmp_path):
    (tmp_path / "a.yaml").write_text("results: 2_1\nstudies: {a: {seeds: 3, only: {area: [yes]}}, b: 1}\n")
    (tmp_path / "b.yaml").write_text("studies: {a: {seeds: 1e1}}\n")
    found = config_file.merged([tmp_path / "a.yaml", tmp_path / "b.yaml"], {"studies": {"b": 2}})
    assert found == {"results": "2_1", "studies": {"a": {"seeds": 10.0, "only": {"area": ["yes"]}}, "b": 2}}


def test_json_is_read_as_it_is(tmp_path):
    value = {"a": [1, 1.5e-7, True, None, "yes", "2_1", {"é": "x\ny"}]}
    for ascii in (True, False):
        (tmp_path / "a.json").write_text(json.dumps(value, indent=1, ensure_ascii=ascii), encoding="utf-8")
        assert config_file.read(tmp_path / "a.json") == value


def test_text_in_quotes_is_no_number_of_a_config():
    assert config_file.plain({"a": "1e-3"}, "here") == {"a": "1e-3"}


def test_a_config_too_large_to_be_one_is_not_read(tmp_path):
    (tmp_path / "a.yaml").write_text("#" * (config_file.LARGEST + 1))
    with pytest.raises(BadOption, match=r"found 1048577 bytes, wanted a config of at most 1048576"):
        config_file.read(tmp_path / "a.yaml")
