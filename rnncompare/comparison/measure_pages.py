"""What all measures mean, from their cards: for the terminal, and as the page docs/measure_cards.md."""

import inspect
from collections.abc import Callable
from math import pi

from rnncompare import plugins
from rnncompare.comparison.measure_card import INVARIANCES, Bounds, MeasureCard, card_of

NAMED = {pi: "pi", pi / 2: "pi/2"}
KINDS = {"similarity": "Similarity of two activities", "probes": "Measures of one activity"}


def page() -> str:
    """Markdown of every card, folder by folder."""
    lines = [
        "# Measures, card by card",
        "",
        "Written by `rnncompare measures` from the code's own cards; the tests hold each measure to its range,",
        "invariances and symmetry. How all of them are run, and every column: [measures.md](measures.md).",
    ]
    for folder, heading in KINDS.items():
        lines += ["", f"## {heading}"]
        for name in plugins.available(folder):
            function = plugins.find(folder, name)
            lines += ["", f"### `{name}`", "", *card_lines(function)]
    return "\n".join(lines) + "\n"


def card_lines(function: Callable) -> list[str]:
    """Markdown lines of one measure: its summary, then its card as a list."""
    summary = inspect.getdoc(function).split("\n\n")[0].replace("\n", " ")
    return [summary, "", *(f"- **{label}**: {text}" for label, text in entries(function, card_of(function)) if text)]


def entries(function: Callable, card: MeasureCard) -> list[tuple[str, str]]:
    """(label, text) of all that a card says."""
    statistics = "; ".join(f"`{name}`: {text}" for name, text in (card.statistics or {}).items())
    changes = [name for name in INVARIANCES if name not in card.invariant_to]
    return [
        ("Formula", card.formula),
        ("Statistics", statistics),
        ("Range", "; ".join(filter(None, [_ranges(card.bounds), card.landmarks]))),
        ("0 means", card.zero),
        ("1 means", card.one),
        ("Better when smaller", _code(card.lower_is_better)),
        ("Unchanged by", ", ".join(INVARIANCES[name] for name in card.invariant_to) or "none of the below"),
        ("Changed by", ", ".join(INVARIANCES[name] for name in changes)),
        ("Symmetric", "yes" if card.symmetric else "no"),
        ("A metric", _code(card.metrics)),
        ("Correlations, for Spearman and Brown", _code(card.correlations)),
        ("Blind to the pairing of conditions", _code(card.condition_blind)),
        ("Options", _code(plugins.options_of(function))),
        ("Cost", card.cost),
        ("Pitfalls", card.pitfalls),
        ("Reference", card.reference),
    ]


def _ranges(bounds: dict[str, Bounds]) -> str:
    """The ranges of all statistics, each told once, of which ones where they differ."""
    names = {}
    for name, ends in bounds.items():
        names.setdefault(_between(*ends), []).append(name)
    return "; ".join(f"{_code(of)}: {text}" if len(names) > 1 else text for text, of in names.items())


def _between(least: float | None, most: float | None) -> str:
    low, high = (None if end is None else NAMED.get(end, f"{end:g}") for end in (least, most))
    if high is None:
        return "any value" if low is None else f"{low} or more"
    return f"at most {high}" if low is None else f"{low} to {high}"


def _code(names) -> str:
    return ", ".join(f"`{name}`" for name in names if name != "seed")
