"""The report begins with the question of a study and its verdict, before anything else."""

import html
import re

import pytest
from figures.made_up import made_up_tables
from report.made_up_results import NASTY

from rnncompare.figures import draw, save
from rnncompare.report.page import report
from rnncompare.tabulation import tables
from rnncompare.verdict.rules import RULES, SIMILARITY, strength
from rnncompare.verdict.sentences import sentences


@pytest.fixture(scope="module")
def asked(written, tmp_path_factory) -> str:
    """The page of a run whose first study has a claim, and whose second has only a question with malicious text."""
    results, cards, config = written
    folder = tmp_path_factory.mktemp("asked")
    for path in (results / "tables").glob("*.csv"):
        tables.write(tables.read(path), folder / "tables" / path.name)
    (folder / "provenance.json").write_bytes((results / "provenance.json").read_bytes())
    (folder / "provenance.json.sha256").write_bytes((results / "provenance.json.sha256").read_bytes())
    save(*draw("verdict", made_up_tables(), "reach"), folder / "figures/reach/verdict.svg")
    of = config["studies"]
    claimed = of["reach"] | {"question": "Is it so?", "figures": ["verdict", *of["reach"]["figures"]]}
    studies = {"reach": claimed, "small": of["small"] | {"question": NASTY}}
    return report(folder, cards, config | {"studies": studies})


def test_the_question_the_verdict_and_its_sentences_come_before_the_first_figure_and_before_the_contents(asked):
    evidence = made_up_tables()["verdict"]
    said = [html.escape(text).replace("&#x27;", "&#39;") for text in sentences(evidence)]
    wanted = ["Is it so?", f'"strength">{strength(evidence)}<', *said, "<figure ", "<nav "]
    places = [asked.index(text) for text in wanted]
    assert places == sorted(places)


def test_the_figure_of_the_verdict_stands_at_the_beginning_and_nowhere_else(asked):
    (place,) = [found.start() for found in re.finditer('<figure id="reach-verdict"', asked)]
    assert place < asked.index("<main>")


def test_the_rules_of_the_verdict_are_on_the_page(asked):
    for name, rule in RULES[SIMILARITY].items():
        assert f"<li><strong>{name}</strong> {rule}</li>" in asked


def test_a_question_without_a_claim_says_what_the_study_shows_and_has_no_verdict(asked):
    section = asked.split('<section id="small"')[1].split("</section>")[0]
    assert "This study has no claim with a verdict. It shows similarity to made_up_m1 by " in section
    assert "regularized (8)" in section.split("<h3>")[0] and 'class="strength"' not in section


def test_a_question_is_escaped(asked):
    assert "<script>alert" not in asked and "&lt;script&gt;alert" in asked.split('<section id="small"')[1]


def test_a_report_without_a_question_begins_with_its_subject(page):
    assert "<h1>Comparison of trained recurrent networks with motor cortex</h1>" in page
    assert 'class="answer"' not in page
