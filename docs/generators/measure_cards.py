"""The page of the cards of measures, as `rnncompare measures` prints it, with links to what else is known of them."""

from rnncompare.comparison import measure_pages

LINKS = """[Measures](../measures.md) says how they are run, and [members](members.md#similarity) has their options and
computing times."""


def page() -> str:
    title, _, rest = measure_pages.page().partition("\n")
    return f"{title}\n\n{LINKS}\n{rest}"
