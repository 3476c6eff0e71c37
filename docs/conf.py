"""The documentation site: `make docs` builds the pages of this folder and those that generators/ makes."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests")]  # tests: the tables of the gallery

from generators import gallery, write  # noqa: E402
from generators.contents import complete, with_scores  # noqa: E402

from rnncompare import __version__  # noqa: E402

project, author, version, release = "rnncompare", "The rnncompare authors", __version__, __version__
project_copyright = "The rnncompare authors, MIT licence"
extensions = ["myst_parser"]
exclude_patterns = ["generators"]
myst_heading_anchors = 6  # links to headings are written as for GitHub
nitpicky = True

html_theme = "furo"
html_title = f"rnncompare {__version__}"
html_copy_source = html_show_sourcelink = False
html_use_index = False
templates_path, html_static_path = [], ["static"]
html_css_files = ["wide_tables.css", "gallery.css"]


def setup(app):
    """Pages made from the code are written before the others are read."""
    from pygments.lexers import PythonLexer

    write(HERE / "generated")
    gallery.draw(HERE / "generated" / gallery.THUMBNAILS)
    app.add_lexer("snakemake", PythonLexer)  # Snakefiles, for which Pygments has no lexer of its own
    app.connect("source-read", name_all_pages)
    app.connect("env-get-outdated", read_again)


def name_all_pages(app, page, source):
    """The contents name every page, and the page on scores names the one that `make scores` wrote, if there is one."""
    if page == "index":
        source[0] = complete(source[0], app.env.found_docs, page)
    if page == "scores":
        source[0] = with_scores(source[0], app.env.found_docs)


def read_again(app, env, added, changed, removed):
    """Pages whose text depends on which pages there are, such as that of `make scores`, are read again with these."""
    return ["index", "scores"] if added or removed else []
