"""Pages that are made from the code have all of it, and text of the code is shown as it is."""

import importlib
import inspect
import re

import pytest
from generators import (
    PAGES,
    command_line,
    config_keys,
    contents,
    functions,
    markdown,
    measure_cards,
    members,
    notebooks,
    write,
)
from generators.kinds import in_words, models_in

import rnncompare
from rnncompare import plugins
from rnncompare.comparison import measure_pages
from rnncompare.comparison.measure_card import card_of
from rnncompare.options.ranges import Bin, Draws
from rnncompare.steps import COMMANDS, STEPS
from rnncompare.study.config_keys import Config, Study


def test_every_key_of_a_config_is_on_its_page_with_its_meaning():
    models = config_keys.in_order(Config)
    assert models[0] is Config and Study in models and len(models) > 20
    text = config_keys.page()
    for model in models:
        section = text.split(f"\n## {model.__name__}\n")[1].split("\n## ")[0]
        for name, field in model.model_fields.items():
            (row,) = [line for line in section.splitlines() if line.startswith(f"| `{name}` |")]
            assert ("| required |" in row) == field.is_required()


def test_every_member_is_on_its_page_with_every_option_and_its_computing_time():
    text = members.page()
    folders = set(members.FOLDERS)
    named = {path.parent.name for path in plugins.PACKAGE.glob("*/*.py") if f"def {path.stem}(" in path.read_text()}
    assert folders <= named
    for folder in folders:
        for name in plugins.available(folder):
            section = text.split(f"### {folder}: {name}\n")[1].split("\n### ")[0]
            for option in plugins.options_of(plugins.find(folder, name)):
                assert f"| `{option}` |" in section
            cost = card_of(plugins.find(folder, name)).cost
            assert not cost or f"\nComputing time: {markdown.prose(cost)}.\n" in section


def test_every_measure_has_its_card_on_the_page_of_cards_without_what_the_page_of_members_has():
    text = measure_cards.page()
    for folder, heading in measure_pages.KINDS.items():
        part = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        sections = re.findall(r"^### `(\w+)`\n(.*?)(?=^### |\Z)", part, re.M | re.S)
        assert [name for name, _ in sections] == plugins.available(folder)
        for name, section in sections:
            card = card_of(plugins.find(folder, name))
            assert f"- **Formula**: {card.formula}\n" in section and f"- **Pitfalls**: {card.pitfalls}\n" in section
            assert not any(f"**{label}**" in section for label in measure_pages.OF_RUNNING)


def test_every_command_and_step_is_on_the_page_of_the_command_line():
    text = command_line.page()
    assert all(f"### rnncompare {name}\n" in text for name in COMMANDS)
    assert all(f"| `{name}` |" in text for name in STEPS)
    assert "| `--recording` | a recording: the name of a folder with a card | `simulated_reach` |" in text


def test_every_name_that_python_imports_is_on_its_page():
    text = functions.page()
    assert all(f"## rnncompare.{name}\n" in text for name in rnncompare.__all__)
    assert "rnncompare.compare(\n    x,\n    y," in text and "**attributes," in text


def test_a_type_is_said_in_words():
    assert in_words(Bin | None) == f"{in_words(Bin)}, or null" and "at most 10,000 s" not in in_words(Draws)
    assert in_words(tuple[int, int]) == "a list of 2, each a whole number"
    assert in_words(dict[str, list[str]]) == "a mapping, each value a list, each text"
    assert models_in(dict[str, Study] | None) == [Study]


def test_text_of_the_code_has_no_meaning_in_markdown_but_code():
    assert markdown.prose("a_b *c* `d_e` |f| <g> [h]") == r"a\_b \*c\* `d_e` \|f\| \<g\> \[h\]"


def test_a_signature_has_a_line_for_each_parameter():
    def function(a, *, b=1, **c):
        pass

    assert markdown.signature("f", function) == "f(\n    a,\n    *,\n    b=1,\n    **c,\n)"


def test_contents_name_the_pages_there_are_and_all_of_them():
    text = "```{toctree}\n:hidden:\n\nfirst\ngone\n(other pages)\n```\n\n```{toctree}\n\nsecond\n```\n"
    made = contents.complete(text, ["index", "second", "first", "new", "newer"], "index")
    assert made == "```{toctree}\n:hidden:\n\nfirst\nnew\nnewer\n```\n\n```{toctree}\n\nsecond\n```\n"
    assert contents.listed(text) == ["first", "gone", "second"]


def test_the_page_on_scores_links_to_those_of_the_site_or_says_how_to_make_them():
    text = (plugins.PACKAGE.parent / "docs/scores.md").read_text("utf-8")
    assert text.count(contents.OF_SCORES) == 1
    assert "](scores_by_recording.md)" in contents.with_scores(text, ["index", "scores_by_recording"])
    missing = contents.with_scores(text, ["index"])
    assert "](scores_by_recording.md)" not in missing and "`make scores` makes the page" in missing


def test_the_contents_are_read_again_when_a_page_is_added_to_a_site_or_removed():
    conf = importlib.import_module("conf")
    assert conf.read_again(None, None, {"scores_by_recording"}, set(), set()) == ["index", "scores"]
    assert conf.read_again(None, None, set(), set(), {"scores_by_recording"}) == ["index", "scores"]
    assert conf.read_again(None, None, set(), {"measures"}, set()) == []


def test_pages_are_written_once_and_former_ones_are_removed(tmp_path):
    (tmp_path / "former.md").write_text("")
    write(tmp_path)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    assert {path.stem for path in written} == {*PAGES, "notebook_arrays", "notebook_finished_run"}


def test_a_notebook_becomes_a_page_with_its_code_and_the_file(tmp_path):
    (path,) = [path for path in notebooks.all_of(plugins.PACKAGE.parent / "docs/notebooks") if path.stem == "arrays"]
    text = notebooks.page(path)
    assert text.startswith(
        "# Two arrays compared\n\nThis page is the notebook [arrays.ipynb](../notebooks/arrays.ipynb)."
    )
    assert text.count("```python\n") == 5


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_each_of_its_options(name):
    for option, parameter in inspect.signature(COMMANDS[name]).parameters.items():
        assert hasattr(parameter.annotation, "__metadata__"), f"{name} --{option}"
