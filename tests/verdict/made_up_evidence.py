"""Tables with known differences between two models and a control, for tests of verdicts."""

import numpy as np
import pandas as pd

from rnncompare.verdict.evidence import evidence

MEASURES = {"cca": ("mean", False), "rsa": ("rdm", False), "procrustes": ("angle", True), "cka": ("cka", False)}
CLAIM = {"contrast": ["a", "b"], "controls": {}, "measures": None, "correction": "max_t", "group": None}


def summary_of(means: dict[str, float], study: str = "s", seeds: int = 8) -> pd.DataFrame:
    """Scores of sources; smaller angles are better, so that they are 1.5 minus the mean that is given."""
    rows = []
    for measure, (statistic, lower) in MEASURES.items():
        null = {"null_mean": 1.5, "null_95": 1.4} if lower else {"null_mean": 0.0, "null_95": 0.1}
        for model, mean in means.items():
            about = {"study": study, "recording": "m1", "model": model, "measure": measure, "statistic": statistic}
            score = {"mean": 1.5 - mean if lower else mean, "seeds": seeds, "p_corrected": 0.01, "draws": 99}
            rows.append(about | {"condition_independent": "removed"} | null | score)
    return pd.DataFrame(rows)


def contrasts_of(gains: list[float], p: list[float], minus: str = "b", study: str = "s", **columns) -> pd.DataFrame:
    """By how much `a` is more similar than `minus` by each measure, with an interval of .1 on both sides."""
    rows = []
    for (measure, (statistic, lower)), gain, corrected in zip(MEASURES.items(), gains, p, strict=True):
        difference = -gain if lower else gain
        about = {"study": study, "recording": "m1", "model": "a", "minus": minus, "measure": measure}
        about |= {"statistic": statistic, "condition_independent": "removed", "seeds": 8, "difference": difference}
        ends = {"low": difference - 0.05, "high": difference + 0.05}
        ends |= {"condition_low": difference - 0.1, "condition_high": difference + 0.1}
        rows.append(about | ends | {"p": corrected / 2, "p_corrected": corrected} | columns)
    return pd.DataFrame(rows)


def evidence_of(gains: list[float], p: list[float], **tables) -> pd.DataFrame:
    """The evidence for two models with these differences; tables: others for `evidence`."""
    claim = CLAIM | tables.pop("claim", {})
    contrasts = tables.pop("contrasts") if "contrasts" in tables else contrasts_of(gains, p)
    summary = tables.pop("summary", summary_of({"a": 0.5, "b": 0.3, "ring": 0.2}))
    return evidence({"s": claim}, contrasts, summary, **tables)


def animals_of(gains: dict[str, list[float]]) -> pd.DataFrame:
    """The table animals.csv of a group of studies, one for each animal."""
    parts = [contrasts_of(of, [0.01] * 4, study=study) for study, of in gains.items()]
    over = parts[0].assign(study=np.nan, animals=float(len(gains)))
    return pd.concat([*parts, over], ignore_index=True).assign(group="g")
