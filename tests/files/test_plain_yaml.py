"""Text in the YAML of cards and configs is not converted implicitly, and written values are restored when read."""

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
    "a: &x [1]\nb: *x": r"line 2: found an alias, '\*x', wanted the value that it refers to, written out",
    "a: &x [*x]": r"line 1: found an alias, '\*x'",
    "a: !!python/name:os.system x": r"found a tag, 'tag:yaml.org,2002:python/name:os.system', wanted a value without",
    "a: !!binary aGk=": "found a tag",
    "a: 1\nb:\n  c: 1\n  c: 2": "line 4: found key 'c' twice",
    "a: " + "[" * 30: "found more than 20 nested lists or mappings",
    "a: " + "9" * 500: "found a number of 500 digits, wanted at most 200",
    "45: {condition: x}": r"found the key 45, which is not text, wanted text: '45'",
    "true: 1": "found the key true, which is not text",
    "? [a]\n: 1": "found a list or mapping as a key, wanted text",
    'a: "x\\ry"': r"found 'x\\ry', with the control character '\\r', wanted text without",
    'a: "\\ud800"': "with the control character",
    "a: [": "line 1: .*, wanted YAML",
    "a: \x00": "wanted YAML",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_other_yaml_is_refused_with_its_line_number_in_both_cards_and_configs(text, tmp_path):
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


def test_configs_are_merged_in_order_and_read_by_the_same_loader(tmp_path):
    (tmp_path / "a.yaml").write_text("results: 2_1\nstudies: {a: {seeds: 3, only: {area: [yes]}}, b: 1}\n")
    (tmp_path / "b.yaml").write_text("studies: {a: {seeds: 1e1}}\n")
    found = config_file.merged([tmp_path / "a.yaml", tmp_path / "b.yaml"], {"studies": {"b": 2}})
    assert found == {"results": "2_1", "studies": {"a": {"seeds": 10.0, "only": {"area": ["yes"]}}, "b": 2}}


def test_values_of_the_command_line_are_read_as_those_of_files():
    found = config_file.given(["seed=010", "results=1_0", "studies={a: {seeds: 2}}", "studies={b: {title: a=b}}"])
    assert found == {"seed": "010", "results": "1_0", "studies": {"a": {"seeds": 2}, "b": {"title": "a=b"}}}
    with pytest.raises(BadOption, match=r"^--config seed=\[1: line 1"):
        config_file.given(["seed=[1"])


def test_json_is_read_without_conversion(tmp_path):
    value = {"a": [1, 1.5e-7, True, None, "yes", "2_1", {"é": "x\ny"}]}
    for ascii in (True, False):
        (tmp_path / "a.json").write_text(json.dumps(value, indent=1, ensure_ascii=ascii), encoding="utf-8")
        assert config_file.read(tmp_path / "a.json") == value


def test_quoted_text_in_a_config_is_not_converted_to_a_number():
    assert config_file.plain({"a": "1e-3"}, "here") == {"a": "1e-3"}


def test_a_config_above_the_size_limit_is_not_read(tmp_path):
    (tmp_path / "a.yaml").write_text("#" * (config_file.LARGEST + 1))
    with pytest.raises(BadOption, match=r"found 1048577 bytes, wanted a config of at most 1048576"):
        config_file.read(tmp_path / "a.yaml")
