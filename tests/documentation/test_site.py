"""The site: it is built without warnings, every page is near its first page, and nothing is loaded from a network."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from documentation.blocks import ROOT

NEEDED = ("sphinx", "myst_parser", "furo")
CLICKS = 2


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    for name in NEEDED:
        pytest.importorskip(name, reason=f"needs the package {name}; `make docs` installs it")
    out = tmp_path_factory.mktemp("built") / "site"
    words = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "docs", str(out)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[-3000:]
    return out


def links(page: Path) -> set[Path]:
    """The pages of the site to which a page links."""
    found = re.findall(r'<a [^>]*href="([^"#]+\.html)[^"]*"', page.read_text(encoding="utf-8"))
    return {(page.parent / html.unescape(link)).resolve() for link in found if ":" not in link}


def test_every_page_is_at_most_two_clicks_from_the_first(site):
    first = (site / "index.html").resolve()
    reached, last = {first}, {first}
    for _ in range(CLICKS):
        last = {page for known in last for page in links(known)} - reached
        reached |= last
    pages = {page.resolve() for page in site.rglob("*.html") if "_" not in page.relative_to(site).parts[0][:1]}
    assert {page.name for page in pages - reached} == {"search.html"}  # the box of every page leads to it
    written = {path.stem for path in (ROOT / "docs").glob("*.md")} | {
        path.stem for path in (ROOT / "docs/generated").glob("*.md")
    }
    assert written <= {page.stem for page in reached}


def test_no_page_loads_anything_from_a_network(site):
    loaded = re.compile(
        r'<(?:script|img|iframe)[^>]*src="(?:https?:)?//|<link[^>]*href="(?:https?:)?//|@import|url\((?:https?:)?//'
    )
    found = [
        page.name for page in [*site.rglob("*.html"), *site.rglob("*.css")] if loaded.search(page.read_text("utf-8"))
    ]
    assert found == []


def test_the_search_finds_words_without_a_server(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(")  # a script, which a page can load from a folder, unlike data
    for word in ("procrust", "jackknif", "minimum_r"):
        assert re.search(word, index), word


def test_no_page_has_a_mark_of_markdown_that_was_not_understood(site):
    for page in site.rglob("*.html"):
        text = re.sub(r"<(code|pre|script|style)\b.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\]\([\w./#-]+\)|\*\*\w", text), page.name
