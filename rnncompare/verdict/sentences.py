"""The sentences that state a verdict with its numbers, from the rows of verdict.csv about one study."""

import pandas as pd

from rnncompare.comparison.primary_statistics import title
from rnncompare.comparison.shown_intervals import with_shown_intervals
from rnncompare.verdict.probe_sentences import on_probes
from rnncompare.verdict.rules import PROBES, about, strength
from rnncompare.verdict.similarity_sentences import on_similarity


def sentences(evidence: pd.DataFrame) -> list[str]:
    """What was found, the first differences, what both rest on, the controls, and what else limits the verdict.

    evidence: the rows of one study. Each entry is a paragraph of plain text; there is none about what was not computed.
    """
    shown = with_shown_intervals(evidence, set(evidence["model"]) | set(evidence["minus"]))
    return [text for text in (on_probes if about(evidence) == PROBES else on_similarity)(shown) if text]


def markdown(evidence: pd.DataFrame) -> str:
    """The verdicts of all studies of verdict.csv as Markdown; each study has a heading if there are several.

    Raises ValueError if the table has no rows.
    """
    if evidence.empty:
        raise ValueError("verdict.csv: found no study with a claim, wanted at least one")
    studies = list(dict.fromkeys(evidence["study"]))
    parts = []
    for study in studies:
        rows = evidence[evidence["study"] == study]
        parts += [f"### {title(study)}"] if len(studies) > 1 else []
        parts.append(" ".join([f"**{strength(rows)}.**", *sentences(rows)]))
    return "\n\n".join(parts)
