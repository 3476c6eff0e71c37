"""The report explains its terms, measures and null distributions by the entries of docs/glossary.md."""

import copy
import html
import re
from pathlib import Path

import pytest
from figures.made_up import made_up_tables

from rnncompare.report.glossary import PAGE, glossary, measures_of, nulls_of
from rnncompare.report.page import report

DOCUMENT = Path(__file__).parents[2] / "docs" / "glossary.md"
SIMILARITY = {"procrustes": {"use": "shape", "alpha": 1.0}, "cka_times": {"use": "cka"}}


def rows() -> dict[str, str]:
    """Term -> meaning of every entry of docs/glossary.md, where links are their text."""
    cells = [line.strip("|").split(" | ", 1) for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    text = {term.strip(): re.sub(r"\[(.*?)\]\(.*?\)", r"\1", meaning.strip()) for term, meaning in cells}
    return {term: meaning for term, meaning in text.items() if meaning != "meaning"}


def explained(page: str) -> dict[str, str]:
    """Term -> meaning of every entry of the report, as a reader sees them."""
    section = page.split('<section id="glossary"')[1].split("</section>")[0]
    found = re.findall(r"<dt id=[^>]*>(.*?)</dt>\s*<dd>(.*?)</dd>", section, flags=re.DOTALL)
    return {seen(term): seen(meaning) for term, meaning in found}


def seen(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def test_the_glossary_of_the_package_is_the_page_of_the_documentation():
    assert PAGE.read_bytes() == DOCUMENT.read_bytes()


def test_every_general_term_is_explained_in_the_report_in_the_words_of_the_documentation(page):
    general = {term: meaning for term, meaning in rows().items() if not re.fullmatch(r"`\w+`", term)}
    assert len(general) > 10
    assert {t.replace("`", ""): m.replace("`", "") for t, m in general.items()}.items() <= explained(page).items()


def test_of_measures_and_nulls_only_those_of_the_run_are_explained(page):
    members = {term.strip("`") for term in rows() if re.fullmatch(r"`\w+`", term)}
    used = members & {*made_up_tables()["summary"]["measure"], "conditions"}
    assert {"cca", "decoding"} <= used and not used & {"svcca", "psychometric", "time_shift"}
    assert members & explained(page).keys() == used


def test_a_measure_with_a_name_of_its_own_is_explained_under_the_name_of_its_file_and_linked(written):
    results, cards, config = written
    page = report(results, cards, copy.deepcopy(config) | {"similarity": SIMILARITY})
    assert explained(page)["shape"] == rows()["`shape`"].replace("`", "") + " On this page: procrustes."
    assert '<a href="#term-shape">Procrustes</a><br>angle' in page
    assert '<a href="#term-cka">CKA times</a>' in page


def test_no_markdown_is_left_in_the_glossary_of_the_report(page):
    assert "](" in DOCUMENT.read_text()
    assert not re.search(r"\]\(|`|\|", " ".join([*explained(page), *explained(page).values()]))


def test_every_link_within_the_page_leads_to_one_place(page):
    places = re.findall(r'\bid="([^"]*)"', page)
    assert len(places) == len(set(places))
    inner = re.findall(r'href="#([^"]*)"', page)
    assert {"glossary", "term-ceiling", "term-null-distribution", "term-cca"} <= set(inner) <= set(places)


def test_the_nulls_of_comparisons_and_of_probes_are_those_of_the_run():
    surrogates = {"use": "time_shift", "draws": 9}
    comparison = {"nulls": {"first": {"use": "conditions"}, "second": {"use": "phase_randomised"}}}
    studies = {"a": {"comparison": comparison}, "alone": {"comparison": None}}
    probes = {"jpca": {"use": "jpca", "options": {"surrogates": surrogates}}, "decoding": {"options": {}}}
    assert nulls_of({"studies": studies, "probes": probes}) == ["conditions", "phase_randomised", "time_shift"]


@pytest.mark.parametrize("name", ["robustness", "procrustes"])
def test_a_measure_that_is_not_of_the_config_is_its_own(name):
    assert measures_of({"probes": {"overlap": {"use": "axis_overlap"}}}, ["overlap", name]) == {
        "overlap": "axis_overlap",
        name: name,
    }


def test_entries_keep_the_order_and_the_headings_of_the_document():
    found = glossary({name: name for name in ("rsa", "cca")}, ["time_shift"])
    headings = re.findall(r"^## (.*)$", DOCUMENT.read_text(), flags=re.MULTILINE)
    assert list(found) == [heading for heading in headings if heading != "Measures of one activity"]
    terms = [entry.term for entry in found["Similarity of two activities"]]
    assert [term for term in terms if "`" in term] == ["`cca`", "`rsa`"]
