"""Tables of probes with known differences between two models and a control, for tests of verdicts about probes."""

import numpy as np
import pandas as pd

from rnncompare.tabulation.claimed_statistics import claimed_statistics
from rnncompare.tabulation.summary import summarise
from rnncompare.verdict.evidence import evidence

VARIABLES = ("colour", "context")
STATISTICS = [
    {"measure": "decoding", "statistic": "accuracy", "at": {"area": "last", "variable": v}, "claimed": "less"}
    for v in VARIABLES
]
CLAIM = {"contrast": ["a", "b"], "controls": {}, "statistics": STATISTICS}
CLAIM |= {"correction": "max_t", "recorded": "PMd (authors)", "unpaired": []}
AREAS = {"a": 3, "b": 3, "c": 1}
SPREAD = np.linspace(-0.01, 0.01, 8)  # of eight networks about their mean


def probes_of(means: dict[str, dict[str, float]], recorded: dict[str, float], networks: int = 8) -> pd.DataFrame:
    """Rows of probes.csv; means: model -> variable -> accuracy in its last area. In other areas it is 1."""
    rows = []
    for model, of in means.items():
        for seed in range(networks):
            for area in range(1, AREAS[model] + 1):
                for variable, mean in of.items():
                    value = mean + SPREAD[seed] if area == AREAS[model] else 1.0
                    row = {
                        "study": "s",
                        "recording": "m1",
                        "model": model,
                        "seed": seed,
                        "measure": "decoding",
                        "statistic": "accuracy",
                    }
                    rows.append(row | {"area": str(area), "variable": variable, "value": value})
    theirs = {
        "study": "s",
        "recording": "m1",
        "model": "PMd (authors)",
        "measure": "decoding",
        "statistic": "accuracy",
        "area": "PMd",
    }
    rows += [theirs | {"variable": v, "value": value, "origin": "authors"} for v, value in recorded.items()]
    return pd.DataFrame(rows, columns=[*rows[0], "origin"])


def claimed_of(probes: pd.DataFrame, **claim) -> pd.DataFrame:
    """The claimed statistics of these rows."""
    similarity = pd.DataFrame(columns=["study", "model", "measure", "statistic", "condition_independent"])
    own = {"ceilings": {}, "baselines": {}, "corrections": {}, "seed": 0, "bootstrap": 200}
    summary = summarise(similarity, probes, {}, **own)
    return claimed_statistics({"s": CLAIM | claim}, probes, summary, seed=0, bootstrap=200)


def evidence_on(
    a: float, b: float, *, recorded: dict[str, float] | None = None, c: float | None = None, networks: int = 8, **claim
) -> pd.DataFrame:
    """The evidence about two models (and a control `c`) with these accuracies of both variables in the last area."""
    means = {"a": a, "b": b} | ({} if c is None else {"c": c})
    means = {model: dict.fromkeys(VARIABLES, mean) for model, mean in means.items()}
    recorded = recorded or {}
    claim |= {"controls": {} if c is None else {"c": "other model"}}
    claim |= {"recorded": "PMd (authors)" if recorded else None}
    probes = probes_of(means, recorded, networks)
    empty = probes[:0]
    return evidence({"s": CLAIM | claim}, empty, empty, claimed=claimed_of(probes, **claim))
