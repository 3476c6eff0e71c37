"""The report in a headless Chromium: it fits its window, filters work, also by keyboard, and names stay text."""

import csv
import io
import json

import pytest
from support.chromium import Chromium, program

from rnncompare.report.page import report
from rnncompare.tabulation import tables

pytestmark = pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium")
HOSTILE = "<img src=x onerror=alert(1)>&\"'+%20=,"
RENAMED = "only_rates"  # the model that has the hostile name
WIDTHS = [1366, 390]
CONTRAST = """
(() => {
  const parts = said => said.match(/[\\d.]+/g).map(Number);
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = rgb => rgb.slice(0, 3).map(linear).reduce((sum, v, k) => sum + v * [.2126, .7152, .0722][k], 0);
  const behind = node => {
    const rgb = node ? parts(getComputedStyle(node).backgroundColor) : [255, 255, 255];
    return rgb.length < 4 || rgb[3] > 0 ? rgb : behind(node.parentElement);
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility()) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    found.push([(a + .05) / (b + .05), node.tagName + " " + node.className]);
  }
  return found;
})()
"""


@pytest.fixture(scope="module")
def browser():
    with Chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def file(written, tmp_path_factory):
    """The page of made-up results in which a model has malicious text as its name, and a study a recording."""
    results, cards, config = written
    folder = tmp_path_factory.mktemp("renamed")
    for path in (results / "tables").glob("*.csv"):
        tables.write(tables.read(path).replace({RENAMED: HOSTILE}), folder / "tables" / path.name)
    for name in ("provenance.json", "provenance.json.sha256"):
        (folder / name).write_bytes((results / name).read_bytes())
    (folder / "figures").symlink_to(results / "figures")
    (folder / "report").mkdir()
    page = folder / "report" / "index.html"
    page.write_text(report(folder, cards, config), encoding="utf-8")
    return page


def show(browser, file, width: int, part: str = "") -> None:
    """Open the page, and let each heading of a table know its table, for `block`."""
    browser.open(file, width, part=part)
    browser.run(
        "document.querySelectorAll('.tabulated').forEach(t => document.getElementById(t.dataset.table).table = t)"
    )


@pytest.fixture(params=WIDTHS)
def opened(request, browser, file):
    """The browser with the page, once as wide as a computer and once as wide as a phone."""
    show(browser, file, request.param)
    yield browser
    assert browser.problems == []


@pytest.fixture
def wide(browser, file):
    show(browser, file, WIDTHS[0])
    yield browser
    assert browser.problems == []


def block(study: str, title: str) -> str:
    """JavaScript for the table of a study whose heading ends with this title."""
    return f"[...document.querySelectorAll('#{study} h3')].find(h => h.textContent.endsWith('{title}')).table"


SCORES = block("reach", "All scores")
PRIMARY = block("reach", "primary statistics")


def shown(browser, table: str) -> list[str]:
    """The models of the rows that a table shows."""
    return browser.run(f"[...{table}.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.dataset.model)")


def click(browser, where: str) -> None:
    browser.run(f"{where}.click()")


def search(browser, text: str) -> None:
    """Write into the search box of the table of scores."""
    box = f"{SCORES}.querySelector('.find')"
    browser.run(f"({box}.value = {json.dumps(text)}, {box}.dispatchEvent(new Event('input', {{bubbles: true}})))")


def choice(kind: str, value: str, what: str) -> str:
    """JavaScript for the box or the button 'only' of one choice."""
    box = f"[...document.querySelectorAll('input[data-filter={kind}]')].find(b => b.value === {json.dumps(value)})"
    return box if what == "box" else f"{box}.closest('.choice').querySelector('.only')"


def test_nothing_is_wider_than_the_window_and_tables_scroll_in_their_boxes(opened):
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    opened.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    opened.run("document.querySelectorAll('.more').forEach(b => b.click())")
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    boxes = opened.run(
        "[...document.querySelectorAll('.box')].map(b => [b.getBoundingClientRect().right, b.scrollWidth])"
    )
    assert len(boxes) > 5 and all(right <= opened.run("innerWidth") for right, _ in boxes)
    assert max(width for _, width in boxes) > 390


def test_filters_stay_in_view_on_a_computer_but_not_on_a_phone(opened):
    phone = opened.run("innerWidth") < 600
    assert opened.run("getComputedStyle(document.getElementById('filters')).position") == (
        "static" if phone else "sticky"
    )


def test_tables_open_at_ten_rows_with_a_button_for_all(wide):
    assert len(shown(wide, SCORES)) == 10
    label = wide.run(f"{SCORES}.querySelector('.more').textContent")
    click(wide, f"{SCORES}.querySelector('.more')")
    rows = wide.run(f"{SCORES}.querySelectorAll('[data-primary=true][data-signal=removed]').length")
    assert len(shown(wide, SCORES)) == rows > 20 and label == f"all {rows}"
    assert wide.run(f"{SCORES}.querySelector('.more').getAttribute('aria-expanded')") == "true"


def test_a_search_leaves_the_rows_that_contain_every_word(wide):
    search(wide, "CCA  regul")
    texts = wide.run(
        f"[...{SCORES}.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.textContent.toLowerCase())"
    )
    assert texts and all("cca" in text and "regul" in text for text in texts)
    assert wide.run(f"{SCORES}.querySelector('.said').textContent").startswith(f"{len(texts)} of {len(texts)} rows")


def test_all_none_and_only_choose_the_models_of_every_table(wide):
    click(wide, choice("model", "untrained", "only"))
    for study, title in (("reach", "All scores"), ("small", "All scores"), ("reach", "Probes of single sources")):
        assert set(shown(wide, block(study, title))) == {"untrained"}
    assert wide.run("document.getElementById('filters-state').textContent").startswith("Models: 1 of ")
    click(wide, "document.querySelector('[data-kind=model] .none')")
    assert shown(wide, SCORES) == [] and wide.run(f"{SCORES}.querySelector('.save').hidden")
    click(wide, "document.querySelector('[data-kind=model] .every')")
    assert len(shown(wide, SCORES)) == 10
    assert wide.run("document.getElementById('filters-state').textContent") == "none in use"


def test_a_contrast_is_shown_only_if_both_of_its_models_are_chosen(wide):
    contrasts = block("reach", ". Contrasts")
    assert shown(wide, contrasts)
    click(wide, choice("model", "unregularized", "box"))
    minus = wide.run(f"[...{contrasts}.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.dataset.minus)")
    assert minus and "unregularized" not in minus


def test_the_filter_of_measures_hides_rows_and_columns_and_figures_say_that_they_do_not_change(wide):
    visible = "[...document.querySelectorAll('.unfiltered')].filter(n => n.checkVisibility()).length"
    assert wide.run(visible) == 0
    click(wide, choice("measure", "cka", "only"))
    heads = f"[...{PRIMARY}.querySelectorAll('th[data-measure]')].filter(h => !h.hidden).map(h => h.dataset.measure)"
    assert wide.run(heads) == ["cka"]
    measures = f"[...{SCORES}.querySelectorAll('tbody tr')].filter(r => !r.hidden).map(r => r.dataset.measure)"
    assert set(wide.run(measures)) == {"cka"}
    assert wide.run(visible) == wide.run("document.querySelectorAll('figure').length") > 0


def test_without_animals_or_studies_no_study_is_shown_and_the_page_says_so(wide):
    click(wide, "document.querySelector('[data-kind=animal] .none')")
    assert wide.run("[...document.querySelectorAll('section[data-study]')].every(s => s.hidden)")
    assert wide.run("document.getElementById('nothing').checkVisibility()")


def test_the_address_keeps_choices_searches_and_hostile_names(wide, file):
    click(wide, choice("model", HOSTILE, "only"))
    click(wide, choice("measure", "cca", "box"))
    click(wide, "document.getElementById('all-statistics')")
    click(wide, f"{SCORES}.querySelector('.more')")
    search(wide, "r&=#+ é")
    wide.run("location.hash = 'glossary'")
    wide.wait("location.hash.includes('at=glossary')")
    part, state = wide.run("location.hash.slice(1)"), wide.run("document.getElementById('filters-state').textContent")
    show(wide, file, WIDTHS[0], part=part)
    assert wide.run("document.getElementById('filters-state').textContent") == state != "none in use"
    chosen = "[...document.querySelectorAll('input[data-filter=model]')].filter(b => b.checked).map(b => b.value)"
    assert wide.run(chosen) == [HOSTILE]
    assert wide.run(f"{SCORES}.querySelector('.find').value") == "r&=#+ é" and wide.run(f"'open' in {SCORES}.dataset")
    assert wide.run("document.getElementById('all-statistics').checked")
    assert wide.run("document.getElementById('glossary').getBoundingClientRect().top") < 400


def test_names_are_text_wherever_they_are_shown(wide):
    assert wide.run("document.querySelectorAll('img[src=x], img[onerror]').length") == 0
    labels = "[...document.querySelectorAll('.choice label')].map(l => l.textContent.trim())"
    assert HOSTILE.replace("_", " ") in wide.run(labels)


def saved(browser, table: str) -> list[list[str]]:
    """The rows of the file that the button of a table downloads."""
    browser.run(
        "if (!window.made) { window.made = URL.createObjectURL; "
        "URL.createObjectURL = blob => { window.blob = blob; return made.call(URL, blob); }; }"
    )
    click(browser, f"{table}.querySelector('.save')")
    return list(csv.reader(io.StringIO(browser.run("window.blob.text()"), newline="")))


def test_the_download_contains_the_rows_shown_with_their_labels_and_numbers(wide):
    click(wide, choice("model", HOSTILE, "only"))
    heads, *rows = saved(wide, SCORES)
    assert heads[:6] == ["Source", "Measure", "Statistic", "Signal", "n", "Mean"]
    assert len(rows) == len(shown(wide, SCORES)) > 3
    cells = wide.run(
        f"[...{SCORES}.querySelectorAll('tbody tr')].filter(r => !r.hidden)"
        ".map(r => [...r.cells].map(c => c.textContent.trim()))"
    )
    assert {row[0] for row in rows} == {HOSTILE.replace("_", " ")}
    for row, cell in zip(rows, cells, strict=True):
        assert row[:4] == cell[:4]
        assert row[4:] == [text.replace("−", "-") if text != "–" else "" for text in cell[4:]]


def test_the_download_leaves_out_the_columns_of_measures_that_are_not_chosen(wide):
    click(wide, choice("measure", "procrustes", "only"))
    heads, *rows = saved(wide, PRIMARY)
    assert heads == ["Source", "Procrustes angle"] and len(rows) == 10
    assert all(row[1].endswith(")") and " (" in row[1] and "n " in row[1] for row in rows)


def reach(browser, where: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(200):
        browser.press("Tab")
        if browser.run(f"document.activeElement === {where}"):
            return
    raise AssertionError(f"not reached by Tab: {where}")


def test_filters_are_operated_by_keyboard(wide):
    wide.press("Tab")
    assert wide.run("document.activeElement.className") == "skip"
    reach(wide, "document.querySelector('#filters summary')")
    wide.press("Enter")
    assert wide.run("document.querySelector('#filters details').open")
    reach(wide, choice("model", "regularized", "box"))
    wide.press(" ")
    assert not wide.run(f"{choice('model', 'regularized', 'box')}.checked")
    assert "regularized" not in shown(wide, SCORES)
    wide.press("Tab")
    assert wide.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    wide.press("Enter")  # the button beside it
    assert set(shown(wide, SCORES)) == {"regularized"}


def test_headings_sort_tables_by_keyboard(wide):
    mean = f"[...{SCORES}.querySelectorAll('thead th')].find(h => h.textContent === 'Mean')"
    wide.run(f"{mean}.firstElementChild.focus()")
    wide.press("Enter")
    assert wide.run(f"{mean}.getAttribute('aria-sort')") == "ascending"
    values = [float(row[5]) for row in saved(wide, SCORES)[1:]]
    assert values == sorted(values)


def test_figures_open_at_full_size(opened):
    button = "document.querySelector('figure .enlarge')"
    opened.run(f"{button}.focus()")
    opened.press("Enter")
    wanted = opened.run("Number(document.querySelector('figure img').getAttribute('width'))")
    assert opened.run("document.getElementById('full').open")
    assert opened.run("document.querySelector('#full img').getBoundingClientRect().width") == wanted > 390
    assert opened.run("document.querySelector('#full').getBoundingClientRect().right <= innerWidth")
    opened.press("Escape")
    assert not opened.run("document.getElementById('full').open")
    assert opened.run(f"document.activeElement === {button}")


def test_all_text_has_a_contrast_of_at_least_4_5(wide):
    wide.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = wide.run(CONTRAST)
    assert len(found) > 500
    assert [about for about in found if about[0] < 4.5] == []
