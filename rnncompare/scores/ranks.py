"""The rules by which scores are ranked: what is comparable, what is not ranked, and what a range of ranks means.

`RULES` states each rule in words; the page of scores and docs/scores.md show these sentences. The functions take rows
of scores.csv, see `rows`.
"""

import numpy as np
import pandas as pd

from rnncompare.comparison.shown_intervals import FEWEST
from rnncompare.scores.kinds import CONTROL, MODEL

RULES = {
    "Comparable": (
        "are scores with the same recording, read in the same way, with the same preparation, folds and numbers of "
        "units, by the same statistic of a measure with the same options. Only these are in one column of a table."
    ),
    "Ranked": (
        "are all models and controls in a column, except those that were trained on this recording, those that have "
        "fewer components, conditions or times than the others, and those whose intervals would be from fewer than "
        f"{FEWEST} networks or draws. A source with the same result in several runs counts once. References (parts of "
        "the recording and other recordings) are not ranked."
    ),
    "A rank a-b of n": (
        "means that the intervals of a - 1 of the n ranked sources are entirely better, and those of n - b entirely "
        "worse. Two sources whose intervals overlap have no order. The ranks that the sources would have with very "
        "many networks and units are all in these ranges if every interval contains the score that its source would "
        "have then. Each does so with a probability of about 95 %, and all at once with a lower one."
    ),
}
COLUMN = ["recording", "settings", "measure", "options", "statistic"]  # what scores in one column share
NO_MODEL = "reference"
NO_INTERVAL = f"no interval, which needs {FEWEST} networks or draws"
RANK = ["rank_best", "rank_worst", "of"]
SAME = ["model", "kind", "networks", "mean", "low", "high"]  # what is equal in several runs of the same source
SIZES = ("components", "conditions", "times")


def rank_ranges(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst rank of each of (source,) intervals, of which larger values are better; 1 is the best."""
    better = (low[None, :] > high[:, None]).sum(axis=1)
    worse = (high[None, :] < low[:, None]).sum(axis=1)
    return 1 + better, len(low) - worse


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with `differs`, `not_ranked`, and rank_best, rank_worst and of, the number of ranked sources.

    differs: in which number a source is below the others, so that its score and margin are not comparable with theirs;
    not_ranked: why it has no rank. rows: scores.csv without these columns. Intervals are those of `low` and `high`,
    which are empty if none is shown.
    """
    rows = rows.assign(differs="", not_ranked="", rank_best=np.nan, rank_worst=np.nan, of=np.nan)
    for _, column in rows.groupby(COLUMN, sort=False, dropna=False):
        differs = _differences(column)
        reasons = [_reason(row, by) for row, by in zip(column.to_dict("records"), differs, strict=True)]
        rows.loc[column.index, "differs"] = differs
        rows.loc[column.index, "not_ranked"] = reasons
        of = column[[reason == "" for reason in reasons]]
        if len(of):
            rows.loc[of.index, RANK] = _ranks(of)
    return rows


def _ranks(rows: pd.DataFrame) -> np.ndarray:
    """(row, 3): the ends of the range of ranks and the number of ranked sources.

    Several runs can contain the same source with the same result; it is counted once.
    """
    sign = -1.0 if rows["lower_is_better"].iloc[0] else 1.0
    which = rows.groupby(SAME, sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(which, return_index=True)[1]
    ends = np.sort(sign * rows[["low", "high"]].to_numpy(dtype=float)[first], axis=1)
    best, worst = rank_ranges(*ends.T)
    return np.stack([best[which], worst[which], np.full(len(rows), len(first))], axis=1)


def _differences(column: pd.DataFrame) -> list[str]:
    """In which number each row is below the models and controls of its column, in words; '' if in none.

    Those that were trained on the recording, which are compared with fewer units, do not count.
    """
    others = column[column["role"].isin([MODEL, CONTROL]) & column["trained_on"].isna()]
    most = {name: others[name].max() for name in SIZES}
    return [
        next((f"{row[n]:.0f} {n}, others {most[n]:.0f}" for n in SIZES if pd.notna(row[n]) and row[n] < most[n]), "")
        for row in column.to_dict("records")
    ]


def _reason(row: dict, differs: str) -> str:
    """Why a row is not ranked, '' if it is."""
    if row["role"] not in (MODEL, CONTROL):
        return NO_MODEL
    if pd.notna(row["trained_on"]):
        return "trained on this recording"
    if differs:
        return differs
    return "" if pd.notna(row["low"]) and pd.notna(row["high"]) else NO_INTERVAL
