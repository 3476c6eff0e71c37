"""The glossary of the report: the entries of docs/glossary.md on what a run uses."""

import re
from pathlib import Path
from typing import NamedTuple

LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")  # to other pages of the documentation, which the report does not contain
PAGE = Path(__file__).with_name("glossary.md")  # a link to docs/glossary.md, which is thus part of the package


class Entry(NamedTuple):
    """A term and its meaning, with code in backticks, and the names that this measure has in the run."""

    term: str
    meaning: str
    names: list[str]

    @property
    def anchor(self) -> str:
        """The identifier of the entry in the page."""
        return "term-" + re.sub(r"\W+", "-", self.term.lower()).strip("-")


def glossary(measures: dict[str, str], nulls: list[str]) -> dict[str, list[Entry]]:
    """Heading -> its entries, in the order of docs/glossary.md, without measures and nulls that the run does not use.

    measures: name in the run -> the measure that it is, a file of similarity/ or probes/; nulls: files of surrogates/,
    or conditions. A term in backticks is one of these; all other terms are general.
    """
    found: dict[str, list[Entry]] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif (row := re.fullmatch(r"\| (.+?) \| (.+) \|", line)) and row[2] != "meaning":  # not the head of the table
            member = re.fullmatch(r"`(\w+)`", row[1])
            names = [name for name, measure in measures.items() if member and measure == member[1]]
            if not member or names or member[1] in nulls:
                found.setdefault(heading, []).append(Entry(row[1], LINK.sub(r"\1", row[2]), names))
    return found


def measures_of(config: dict, names: list[str]) -> dict[str, str]:
    """Name in the run -> the measure that the config says it is; a name that is not of the config is its own."""
    entries = config.get("similarity", {}) | config.get("probes", {})
    return {name: entries.get(name, {}).get("use", name) for name in names}


def nulls_of(config: dict) -> list[str]:
    """The null distributions of the comparisons and probes of a config."""
    comparisons = [study["comparison"] for study in config["studies"].values() if study["comparison"]]
    used = [null for comparison in comparisons for null in comparison["nulls"].values()]
    surrogates = [probe.get("options", {}).get("surrogates") for probe in config.get("probes", {}).values()]
    return list(dict.fromkeys(null["use"] for null in [*used, *filter(None, surrogates)]))
