"""Contrasts: paired differences between two models over networks with the same seed."""

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import primary_held_out
from rnncompare.comparison.statistics import (
    hierarchical_interval,
    holm,
    prediction_interval,
    sign_flip_max_t,
    sign_flip_p,
)
from rnncompare.tabulation.summary import Draws
from rnncompare.tabulation.tables import KEYS


def contrast(
    rows: pd.DataFrame,
    draws: Draws,
    pairs: dict[str, list[tuple[str, str]]],
    *,
    corrections: dict[str, dict],
    seed: int,
    bootstrap: int,
) -> pd.DataFrame:
    """Differences between models, paired by seed: mean, interval, sign-flip p, and p corrected over its family.

    rows: similarity and probe rows; similarity statistics without a null distribution, which only describe a
    comparison, are excluded. draws: those of the comparison; both models have the same resamples of the recording's
    units, so that the interval is over networks and units, or over networks if there are no resamples. pairs: study ->
    list of (model, minus). p_corrected: over the primary statistics of one pair with the condition-independent signal
    removed; corrections: study -> {method, family}; with max_t, the signs of networks are flipped for all statistics
    together.
    """
    if {"null_95", "condition_independent"} <= set(rows):
        rows = rows[rows["null_95"].notna() | rows["draws"].isna() | rows["condition_independent"].isna()]
    table = [
        row
        for study, of_study in pairs.items()
        for one, other in of_study
        for row in _pair(rows[rows.study == study], draws, study, one, other, corrections.get(study), seed, bootstrap)
    ]
    return pd.DataFrame(table)


def _pair(
    rows: pd.DataFrame,
    draws: Draws,
    study: str,
    one: str,
    other: str,
    correction: dict | None,
    seed: int,
    bootstrap: int,
) -> list[dict]:
    """Rows of one pair of models."""
    keys = [k for k in KEYS if k in rows and k != "model"]
    both = rows[rows.model.isin([one, other])]
    found, deltas = [], []
    for values, group in both.groupby(keys, sort=False, dropna=False):
        labels = dict(zip(keys, values, strict=True))
        sides = [group[group.model == m].drop_duplicates("seed").set_index("seed")["value"] for m in (one, other)]
        delta = (sides[0] - sides[1]).dropna()
        if len(delta) < 2:
            continue
        resampled = _resampled(draws, study, one, other, labels, delta.index.to_numpy(dtype=int))
        low, high = hierarchical_interval(delta.to_numpy(), resampled=resampled, seed=seed, draws=bootstrap)
        found.append(
            labels
            | {"model": one, "minus": other, "seeds": len(delta), "difference": delta.mean(), "low": low, "high": high}
            | prediction_interval(delta.to_numpy())
            | {"p": sign_flip_p(delta.to_numpy())}
        )
        deltas.append(delta)
    if found and correction and "condition_independent" in both:
        tested = both[both.condition_independent.eq("removed") & both.draws.notna()]
        chosen = primary_held_out(tested, correction["family"])
        family = [
            k
            for k, row in enumerate(found)
            if (row["measure"], row["statistic"]) in chosen and row["condition_independent"] == "removed"
        ]
        corrected = _corrected([deltas[k] for k in family], [found[k]["p"] for k in family], correction["method"])
        for k, p in zip(family, corrected, strict=True):
            found[k]["p_corrected"] = p
    return found


def _resampled(draws: Draws, study: str, one: str, other: str, labels: dict, seeds: np.ndarray) -> np.ndarray | None:
    """(resample, seed) differences for the same resamples of the recording's units; None without resamples."""
    name = f"resampled|{labels['statistic']}|{labels.get('condition_independent')}"
    sides = [draws.get((study, model, labels["measure"])) for model in (one, other)]
    if any(side is None or name not in side for side in sides):
        return None
    return sides[0][name].values[:, seeds] - sides[1][name].values[:, seeds]


def _corrected(deltas: list[pd.Series], p: list[float], method: str) -> np.ndarray:
    """Corrected p of all tests, by max-T if all have the same networks, and otherwise by Holm."""
    if not deltas:
        return np.array([])
    if method == "max_t" and all(d.index.equals(deltas[0].index) for d in deltas):
        return sign_flip_max_t(np.stack([d.to_numpy() for d in deltas], axis=1))
    return holm(np.array(p))
