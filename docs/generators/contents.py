"""The contents of the site: sections name pages, and pages that no section names are listed as well."""

import re
from collections.abc import Iterable

TOCTREE = re.compile(r"^```\{toctree\}\n((?::[^\n]*\n)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OTHERS = "(other pages)"  # in one of the sections
SCORES, OF_SCORES = "scores_by_recording", "<!-- scores of this site -->"  # the page of `make scores`, and its place


def listed(text: str) -> list[str]:
    """The pages that the sections of a text name, in order."""
    return [line for _, body in TOCTREE.findall(text) for line in body.split("\n") if line and line != OTHERS]


def complete(text: str, pages: Iterable[str], own: str) -> str:
    """The text of the page `own`, whose sections name the existing pages: without others, and with all.

    A page that is written later thus needs no entry, but is listed under OTHERS until it has one.
    """
    pages = sorted({*pages} - {own})
    unnamed = [page for page in pages if page not in listed(text)]

    def section(found: re.Match) -> str:
        lines = [line for line in found[2].split("\n") if line in pages or line == OTHERS]
        names = [name for line in lines for name in (unnamed if line == OTHERS else [line])]
        return "\n".join(["```{toctree}", f"{found[1]}", *names, "```"])

    return TOCTREE.sub(section, text)


def with_scores(text: str, pages: Iterable[str]) -> str:
    """The text of the page on scores, with a link to the page that a lab has made of its runs, or how to make it."""
    there = f"**[The scores of the runs of this site]({SCORES}.md)**"
    missing = "This site was built without them: after a run, `make scores` makes the page, and `make docs` shows it."
    return text.replace(OF_SCORES, there if SCORES in pages else missing)
