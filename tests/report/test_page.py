"""The report is one page without external resources, with filters, and escapes all text."""

import html
import re

from report.made_up_results import computed_with

from rnncompare.report.methods import methods_of
from rnncompare.report.page import report
from rnncompare.tabulation import tables


def test_nothing_is_loaded_from_outside(page):
    assert "default-src 'none'" in page
    sources = re.findall(r"(?:src|srcset|data|action)=\"([^\"]*)", page)
    assert len(sources) == 3 and all(source.startswith("data:image/svg+xml,") for source in sources)
    assert not re.search(
        r"<link|<iframe|@import|url\((?!%23)|fetch\(|xlink:href=%22(?!%23)", page
    )  # #..: part of an image


def test_links_stay_on_the_page_or_in_results(page):
    links = re.findall(r"href=\"([^\"]*)", page)
    assert "../figures/reach/similarity_by_measure.pdf" in links
    assert "../tables/summary.csv" in links
    assert all(link.startswith(("#", "../figures/", "../tables/")) for link in links)


def test_text_from_cards_and_configs_is_escaped(page):
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(&#39;card&#39;)") >= 4  # study, card title, citation, config


def test_there_is_a_filter_for_each_study_and_each_source(page):
    for kind, values in {
        "study": ["reach", "small"],
        "model": ["regularized", "only_rates", "half_of_units", "second_animal"],
    }.items():
        for value in values:
            assert f'data-filter="{kind}" value="{value}" checked' in page
    assert page.count('<section id="reach" data-study="reach"') == 1


def test_a_run_with_processor_dependent_results_is_marked(page, written, tmp_path):
    _, cards, config = written
    assert "results are identical" in page and "not all processors have" not in page
    for path in (written[0] / "tables").glob("*.csv"):
        tables.write(tables.read(path), tmp_path / "tables" / path.name)
    computed_with(tmp_path, "Other <i>One</i>, as its libraries choose")
    other = report(tmp_path, cards, config)
    assert "1 of 2 networks (Other &lt;i&gt;One&lt;/i&gt;, as its libraries choose)" in other
    assert "results are identical" not in other


def test_inferred_facts_about_a_recording_are_marked(page):
    assert re.search(r'<li class="inferred"><span class="status">inferred</span> inferred fact', page)


def test_a_file_without_a_checksum_is_marked_as_unchecked(page):
    assert "session.mat, yours.mat (not checked: the card has no checksum)" in page


def test_the_same_results_make_the_same_page(written, page):
    assert report(*written) == page
    assert not re.search(r"20\d\d-\d\d-\d\d", page.split("<main>")[0])


def test_the_methods_in_words_are_at_the_end_of_the_page(page, written):
    _, _, config = written
    section = page.split('<section id="methods">')[1]
    for paragraph in methods_of(config, {}):
        escaped = html.escape(paragraph).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        assert f"<p>{escaped}</p>" in section
