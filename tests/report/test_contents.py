"""Tables and figures are numbered in the order of the page, listed in its contents and introduced by a sentence."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from rnncompare.report.contents import TABLES

LANDMARKS = ("header", "nav", "main", "form")


class Elements(HTMLParser):
    """The elements of a page: their names, attributes and own text."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict, list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))

    def handle_data(self, data):
        if self.found:
            self.found[-1][2].append(data)


@pytest.fixture(scope="module")
def elements(page):
    return Elements(page).found


def test_tables_and_figures_are_numbered_in_the_order_of_the_page(page):
    for kind in ("Table", "Figure"):
        numbers = [int(n) for n in re.findall(rf"<h3[^>]*>{kind} (\d+)\. ", page)]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 3


def test_the_contents_lists_every_table_and_figure_in_this_order_by_its_heading(page):
    contents = page.split('<nav id="contents"')[1].split("</nav>")[0]
    for kind in ("Table", "Figure"):
        listed = re.findall(rf">({kind} \d+\. .*?)</a>", contents)
        assert listed == re.findall(rf"<h3[^>]*>({kind} \d+\. .*?)</h3>", page.split("</nav>")[1])


def test_every_section_says_in_a_sentence_what_it_shows_before_it_shows_it(page):
    main = page.split("<main>")[1]
    parts = re.split(r"<h[23][^>]*>", main)[1:]
    shown = [part.partition("\n")[2] for part in parts if re.match(r"(Table|Figure) \d", part)]
    assert len(shown) >= 10 and all(following.startswith("<p>") for following in shown)
    for _, sentence in TABLES.values():
        assert sentence.count(".") == 1 and sentence.endswith(".")


def test_headings_are_in_order_and_skip_no_level(elements):
    levels = [int(tag[1]) for tag, _, _ in elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(second <= first + 1 for first, second in pairwise(levels))


def test_the_page_has_a_language_landmarks_and_a_link_past_the_beginning(elements):
    tags = [tag for tag, _, _ in elements]
    assert [about["lang"] for tag, about, _ in elements if tag == "html"] == ["en"]
    assert all(tags.count(landmark) == 1 for landmark in LANDMARKS)
    assert next(about["href"] for tag, about, _ in elements if tag == "a") == "#contents"


def test_every_control_has_a_name(page, elements):
    named = re.findall(r"<label>(.*?)</label>", page, flags=re.S)
    assert sum(label.count("<input") for label in named) == sum(tag == "input" for tag, _, _ in elements) > 20
    silent = [about for tag, about, text in elements if tag == "button" and not (about.get("aria-label") or text)]
    assert all({"more", "save"} & set(about.get("class", "").split()) for about in silent)  # filters.js names these


def test_every_image_has_an_alternative_with_a_number(elements):
    images = [about for tag, about, _ in elements if tag == "img"]
    shown = [about["alt"] for about in images if "src" in about]
    assert len(shown) == 3 and all(re.search(r"\d", text) for text in shown)


def test_boxes_that_scroll_are_reached_by_keyboard_and_named(elements):
    ids = {about.get("id") for _, about, _ in elements}
    boxes = [about for tag, about, _ in elements if about.get("class") == "box"]
    assert len(boxes) > 5
    assert all(b["tabindex"] == "0" and b["role"] == "region" and b["aria-labelledby"] in ids for b in boxes)


def test_means_stand_beside_the_number_of_networks(page):
    cells = re.findall(r'<td data-measure="[^"]*"(?: class="[^"]*")?>(?!–)(.*?)</td>', page, flags=re.S)
    assert len(cells) > 20 and all(re.search(r"<small>[^<]*n \d+</small>$", cell) for cell in cells)
