"""README is one page, and its numbers are those of the pages that it summarises."""

import re

import pytest
from documentation.blocks import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST = 120  # lines
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d+|\.\d+)")
SENTENCES = re.findall(r"^\d\. (.*?)(?=^\d\. |^$)", README, re.MULTILINE | re.DOTALL)


def numbers(text: str) -> set[str]:
    """The numbers with decimals of a text, without signs and leading zeros: pages write 0.30 and .30."""
    return {found.lstrip("+-").lstrip("0") for found in NUMBER.findall(text)}


def test_readme_is_short():
    assert README.count("\n") < LONGEST


def test_there_are_five_sentences_on_the_studies():
    assert len(SENTENCES) == 5 and all(re.search(r"\]\(docs/\w+\.md", sentence) for sentence in SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda text: re.sub(r"\W", "", text.split("*")[2]))
def test_the_numbers_of_a_sentence_are_on_the_pages_to_which_it_links(sentence):
    pages = {ROOT / name for name in re.findall(r"\]\((docs/\w+\.md)", sentence)}
    known = numbers(" ".join(page.read_text(encoding="utf-8") for page in pages))
    assert numbers(re.sub(r"\]\(.*?\)", "]", sentence)) - known == set()


def test_the_quoted_verdict_has_the_numbers_of_the_page_on_reaching():
    quoted = " ".join(line[2:] for line in README.splitlines() if line.startswith("> "))
    assert "**Supported, but not specific.**" in quoted
    page = numbers((ROOT / "docs/reaching.md").read_text()) | numbers((ROOT / "docs/robustness.md").read_text())
    assert numbers(quoted) - page <= {".05"}
