"""The cards of all measures as text: for the terminal, and for a page of the documentation."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from math import pi

from rnncompare import plugins
from rnncompare.comparison.measure_card import INVARIANCES, MeasureCard, card_of
from rnncompare.statistics.bounds import Bounds

NAMED = {pi: "pi", pi / 2: "pi/2"}
OF_RUNNING = ("Options", "Cost")  # on the page of members (docs/generators/members.py)
KINDS = {
    "similarity": "Similarity of two activities",
    "probes": "Measures of one activity",
    "mechanisms": "Analyses of one network",
}


def page() -> str:
    """The cards of all measures in Markdown, folder by folder."""
    lines = [
        "# Cards of the measures",
        "",
        "`rnncompare measures` prints the cards. Tests verify the range, invariances and symmetry that they state.",
        "",
        "The first statistic of a card does not change if this is done to the units of either side, and changes if",
        "anything is done to them that the card does not name:",
        "",
        "| name | what is done |",
        "|---|---|",
        *(f"| {name} | {meaning} |" for name, meaning in INVARIANCES.items()),
    ]
    for folder, heading in KINDS.items():
        lines += ["", f"## {heading}"]
        explained: dict[tuple[str, str], str] = {}
        for name in plugins.available(folder):
            function = plugins.find(folder, name)
            lines += ["", f"### `{name}`", "", *card_lines(function, explained)]
            explained = {of: name for of in (card_of(function).statistics or {}).items()} | explained
    return "\n".join(lines) + "\n"


def card_lines(function: Callable, explained: dict[tuple[str, str], str]) -> list[str]:
    """Lines of Markdown for one measure: the summary of its docstring, then what its card says of values, as a list.

    explained: (statistic, meaning) -> the earlier measure that has it as well, to which the lines refer instead.
    """
    summary = inspect.getdoc(function).split("\n\n")[0].replace("\n", " ")
    card = card_of(function)
    same: dict[str, list[str]] = {}
    for of in (card.statistics or {}).items():
        if of in explained:
            same.setdefault(explained[of], []).append(of[0])
    own = {name: text for name, text in (card.statistics or {}).items() if (name, text) not in explained}
    references = [f"{_code(names)}: as for [{name}](#{name})" for name, names in same.items()]
    shown = dict(entries(function, replace(card, statistics=own)))
    shown["Statistics"] = "; ".join(filter(None, [*references, shown["Statistics"]]))
    return [
        summary,
        "",
        *(f"- **{label}**: {text}" for label, text in shown.items() if text and label not in OF_RUNNING),
    ]


def entries(function: Callable, card: MeasureCard) -> list[tuple[str, str]]:
    """(label, text) for every entry of a card."""
    statistics = "; ".join(f"`{name}`: {text}" for name, text in (card.statistics or {}).items())
    return [
        ("Formula", card.formula),
        ("Statistics", statistics),
        ("Range", "; ".join(filter(None, [_ranges(card.bounds), card.landmarks]))),
        ("0 means", card.zero),
        ("1 means", card.one),
        ("Smaller is better", _code(card.lower_is_better)),
        ("Invariant to", ", ".join(card.invariant_to)),
        ("Symmetric", "yes" if card.symmetric else ""),
        ("Metric", _code(card.metrics)),
        ("Spearman-Brown applies to", _code(card.correlations)),
        ("Independent of the pairing of conditions", _code(card.condition_blind)),
        ("Options", _code(plugins.options_of(function))),
        ("Cost", card.cost),
        ("Pitfalls", card.pitfalls),
        ("Reference", card.reference),
    ]


def _ranges(bounds: dict[str, Bounds]) -> str:
    """The ranges of all statistics; if they differ, each range with the statistics that have it."""
    names = {}
    for name, ends in bounds.items():
        names.setdefault(_between(*ends), []).append(name)
    return "; ".join(f"{_code(having)}: {text}" if len(names) > 1 else text for text, having in names.items())


def _between(minimum: float | None, maximum: float | None) -> str:
    low, high = (None if end is None else NAMED.get(end, f"{end:g}") for end in (minimum, maximum))
    if high is None:
        return "any value" if low is None else f"{low} or more"
    return f"at most {high}" if low is None else f"{low} to {high}"


def _code(names) -> str:
    return ", ".join(f"`{name}`" for name in names if name != "seed")
