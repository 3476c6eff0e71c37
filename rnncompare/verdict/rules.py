"""The rules by which the tables of a run support a claim, contradict it, or leave it undecided.

`RULES` states each rule in words, for claims about similarity and for claims about statistics of probes; the report and
docs/verdict.md show these sentences. The functions take rows of verdict.csv, see `evidence`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rnncompare.comparison.shown_intervals import FEWEST
from rnncompare.statistics.p_values import LEVEL, TIE

SUPPORTED, NOT_SPECIFIC = "Supported", "Supported, but not specific"
NOT_AS_RECORDED = "Supported, but not as recorded"
CONTRADICTED, UNDECIDED = "Contradicted", "Undecided at this power"
CLAIM = "claim"  # the role of the rows of the claim's contrast; other rows have the kind of the control as their role
SIMILARITY, PROBES = "similarity", "probes"  # what a claim is about
RULES = {
    SIMILARITY: {
        "A statistic favours a model": (
            "if the corrected p is below .05, the 95 % interval of the difference over networks and conditions (over "
            "networks, if no condition was left out) excludes 0, and the difference has the same direction in every "
            "animal."
        ),
        SUPPORTED: (
            "if more than half of the statistics of the corrected family favour the first model and none the second."
        ),
        CONTRADICTED: "if more than half of these statistics favour the second model and none the first.",
        UNDECIDED: "in all other cases. It does not mean that the models are equally similar.",
        "A control is as similar as the first model": (
            "if it scores at least as well by at least half of the statistics, whether or not a difference is "
            "significant."
        ),
        NOT_SPECIFIC: (
            "if a control is as similar as the first model, or if, by more than half of the statistics, the contrast "
            "favours the first model in more than half of the simulated recordings of the second."
        ),
    },
    PROBES: {
        "A statistic has the claimed difference": (
            "if the corrected p is below .05, the 95 % interval of the difference over networks excludes 0, and its "
            "sign is that of the claim; it has the opposite difference if p and the interval are such and the sign is "
            "not."
        ),
        SUPPORTED: "if more than half of the claimed statistics have the claimed difference and none the opposite one.",
        CONTRADICTED: "if more than half of them have the opposite difference and none the claimed one.",
        UNDECIDED: "in all other cases. It does not mean that the models are equal.",
        "A control reaches the first model": (
            "if its mean is at least as far in the claimed direction by at least half of the statistics, whether or "
            "not a difference is significant."
        ),
        NOT_SPECIFIC: "if a control reaches the first model.",
        NOT_AS_RECORDED: (
            "if no control reaches the first model, and at least half of the recorded values are outside the 95 % "
            "interval of the mean of the first model over at least four networks. A value inside of it does not show "
            "that both are equal."
        ),
    },
}


def about(evidence: pd.DataFrame) -> str:
    """Whether the rows of a study are about SIMILARITY or about statistics of PROBES."""
    return PROBES if "claimed" in evidence and evidence["claimed"].notna().any() else SIMILARITY


def better_by(row: Mapping) -> float:
    """By how much the first source of a row is more similar than the second; negative if it is less similar."""
    return float(row["difference"]) * (-1.0 if row["lower_is_better"] else 1.0)


def favoured(row: Mapping) -> str:
    """The source that a row favours by the first rule, or '' for none; a missing p, interval or animal favours none."""
    significant = row["p_corrected"] < LEVEL
    excludes_zero = row["low"] > 0 or row["high"] < 0
    in_every_animal = row["same_direction"] == row["animals"]
    if not (significant and excludes_zero and in_every_animal):
        return ""
    return str(row["model"] if better_by(row) > 0 else row["minus"])


def votes(rows: pd.DataFrame) -> tuple[int, int, int]:
    """How many statistics favour the first source, how many the second, and how many there are."""
    favours = rows["favours"].fillna("")
    return int((favours == rows["model"]).sum()), int((favours == rows["minus"]).sum()), len(rows)


def decision(evidence: pd.DataFrame) -> str:
    """SUPPORTED, CONTRADICTED or UNDECIDED, from the rows of the claim's contrast among those of a study."""
    first, second, count = votes(of_claim(evidence))
    if first > count / 2 and not second:
        return SUPPORTED
    return CONTRADICTED if second > count / 2 and not first else UNDECIDED


def strength(evidence: pd.DataFrame) -> str:
    """The decision, with what limits it: something else explains the evidence, or recorded values are others."""
    found = decision(evidence)
    if found != SUPPORTED:
        return found
    limited = any(as_similar(rows) for rows in of_controls(evidence).values()) or unidentified(evidence)
    reached, count = as_recorded(evidence)
    return NOT_SPECIFIC if limited else NOT_AS_RECORDED if count and reached <= count / 2 else SUPPORTED


def as_recorded(evidence: pd.DataFrame) -> tuple[int, int]:
    """How many recorded values are in the interval of the first model's mean, and how many can be compared with one."""
    rows = of_claim(evidence)
    rows = rows[(rows["networks"] >= FEWEST) & rows[["recorded", "mean_low", "mean_high"]].notna().all(axis=1)]
    return int(inside(rows).sum()), len(rows)


def inside(rows: pd.DataFrame) -> pd.Series:
    """Whether the recorded value of each row is in the interval of the first model's mean."""
    return rows["recorded"].between(rows["mean_low"], rows["mean_high"])


def at_least_as_similar(rows: pd.DataFrame) -> tuple[int, int]:
    """By how many statistics a control scores at least as well as the first model, and how many both have."""
    better = np.array([better_by(row) for row in rows.to_dict("records")])
    return int((better <= TIE).sum()), int(np.isfinite(better).sum())


def as_similar(rows: pd.DataFrame) -> bool:
    """Whether a control, to whose rows the first model is compared, is as similar to the recording as that model."""
    reached, count = at_least_as_similar(rows)
    return count > 0 and reached >= count / 2


def unidentified(evidence: pd.DataFrame) -> bool:
    """Whether recordings of the second model would mostly lead to the same contrast; False if none were simulated."""
    shares = of_claim(evidence)["minus_for_model"].dropna()
    return bool(len(shares) and (shares > 0.5).mean() > 0.5)


def of_claim(evidence: pd.DataFrame) -> pd.DataFrame:
    """The rows of the contrast of the claim."""
    return evidence[evidence["role"] == CLAIM]


def of_controls(evidence: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Control -> its rows, in the order of the table."""
    return dict(list(evidence[evidence["role"] != CLAIM].groupby("minus", sort=False)))
