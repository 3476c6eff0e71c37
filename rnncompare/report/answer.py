"""The answer to the question of a study: its verdict in sentences, the rules behind it, and one figure."""

from pathlib import Path

import pandas as pd

from rnncompare.comparison.primary_statistics import number_of, words
from rnncompare.report.embedded_figure import embedded_figure
from rnncompare.verdict.rules import PROBES, RULES, SIMILARITY, about, strength
from rnncompare.verdict.sentences import sentences

# The figure of the answer to each kind of claim; all other figures are shown in the section of the study.
FIGURES = {SIMILARITY: "verdict", PROBES: "claimed_statistics"}


def answer(name: str, study: dict, evidence: pd.DataFrame, shown: str, results: Path) -> dict | None:
    """What the page shows about the question of a study; None for a study without a question.

    evidence: the rows of verdict.csv about the study, none if it has no claim; shown: what the study shows instead.
    """
    if study.get("question") is None:
        return None
    asked = {"name": name, "title": study["title"], "question": study["question"]}
    if evidence.empty:
        return asked | {"strength": None, "sentences": [shown], "rules": {}, "figure": None}
    kind = about(evidence)
    figure = embedded_figure(results, name, FIGURES[kind])
    found = {"strength": strength(evidence), "sentences": sentences(evidence)}
    return asked | found | {"rules": RULES[kind], "figure": figure}


def what_it_shows(seeds: dict[str, int], measures: list[str], probes: list[str], recording: str | None) -> str:
    """What a study without a verdict contains, in a sentence; seeds: source -> number of networks or draws."""
    sources = ", ".join(f"{words(source)} ({count})" for source, count in seeds.items()) or "none"
    compared = f"similarity to {recording} by {', '.join(map(words, measures))}" if measures else ""
    probed = f"{', '.join(map(words, probes))} of single sources" if probes else ""
    contents = " and ".join(filter(None, (compared, probed))) or "no measures"
    return f"This study has no claim with a verdict. It shows {contents}. Sources (networks or draws): {sources}."


def in_one_sentence(sources: int, measures: int, probes: int, recording: str | None) -> str:
    """What the section of a study shows, from the numbers of its sources, measures and probes."""
    similar = f"how similar they are to {recording} by {number_of(measures, 'measure')}" if measures else ""
    alone = f"what {number_of(probes, 'probe')} found in each alone" if probes else ""
    found = " and ".join(filter(None, (similar, alone))) or "no measures"
    return f"This section is about {number_of(sources, 'source')} of activity: {found}."
