"""Contrasts: differences between two models, network by network where they share their seeds."""

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import trusted
from rnncompare.comparison.statistics import hierarchical_interval, holm, rerun_interval, sign_flip_max_t, sign_flip_p
from rnncompare.comparison.unpaired import difference_interval, permutation_max_t, permutation_p
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
    unpaired: dict[str, list[str]] | None = None,
) -> pd.DataFrame:
    """Differences between models, paired by seed: mean, interval, exact sign-flip p, p corrected over its family.

    rows: similarity and probe rows; what only describes a comparison (similarity without a null) is left out. draws:
    the comparison layer's, whose resamples of the recording's units both models share: the interval is over networks
    and units where there are any, over networks elsewhere. pairs: study -> list of (model, minus model). p_corrected:
    over the headline statistics of one pair without the condition-independent signal; corrections: study -> {method,
    family}; with max_t, networks' signs are flipped for all of them at once. unpaired: study -> models whose networks
    share their seeds with no other model's. A pair with one of them is a difference of two means: its interval draws
    networks of each independently, its p is that of permutations of all networks, and `minus_seeds` says how many
    networks `minus` has.
    """
    if {"null_95", "condition_independent"} <= set(rows):
        rows = rows[rows["null_95"].notna() | rows["draws"].isna() | rows["condition_independent"].isna()]
    table = [
        row
        for study, of_study in pairs.items()
        for one, other in of_study
        for row in _pair(
            rows[rows.study == study],
            draws,
            study,
            one,
            other,
            corrections.get(study),
            seed,
            bootstrap,
            not {one, other} & set((unpaired or {}).get(study, [])),
        )
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
    paired: bool,
) -> list[dict]:
    """Rows of one pair of models."""
    keys = [k for k in KEYS if k in rows and k != "model"]
    both = rows[rows.model.isin([one, other])]
    found, scores = [], []
    for values, group in both.groupby(keys, sort=False, dropna=False):
        labels = dict(zip(keys, values, strict=True))
        sides = [group[group.model == m].drop_duplicates("seed").set_index("seed")["value"] for m in (one, other)]
        sides = [side.dropna() for side in sides]
        sides = [(sides[0] - sides[1]).dropna()] if paired else sides
        if min(map(len, sides)) < 2:
            continue
        drawn = _resampled(draws, study, (one, other), labels, sides)
        difference = (_of_pairs if paired else _of_means)(*sides, drawn, seed, bootstrap)
        found.append(labels | {"model": one, "minus": other, "seeds": len(sides[0])} | difference)
        scores.append(sides)
    if found and correction and "condition_independent" in both:
        tested = both[both.condition_independent.eq("removed") & both.draws.notna()]
        chosen = trusted(tested, correction["family"])
        family = [
            k
            for k, row in enumerate(found)
            if (row["measure"], row["statistic"]) in chosen and row["condition_independent"] == "removed"
        ]
        corrected = _corrected([scores[k] for k in family], [found[k]["p"] for k in family], correction["method"])
        for k, p in zip(family, corrected, strict=True):
            found[k]["p_corrected"] = p
    return found


def _of_pairs(delta: pd.Series, resampled: list[np.ndarray] | None, seed: int, bootstrap: int) -> dict:
    """Mean, intervals and p of (seed,) differences between networks of the same seed."""
    again = None if resampled is None else resampled[0] - resampled[1]
    low, high = hierarchical_interval(delta.to_numpy(), resampled=again, seed=seed, draws=bootstrap)
    about = {"difference": delta.mean(), "low": low, "high": high} | rerun_interval(delta.to_numpy())
    return about | {"p": sign_flip_p(delta.to_numpy())}


def _of_means(x: pd.Series, y: pd.Series, resampled: list[np.ndarray] | None, seed: int, bootstrap: int) -> dict:
    """Difference of means, interval and p of (seed,) scores of two models that share no seed."""
    x, y = x.to_numpy(), y.to_numpy()
    again = None if resampled is None else tuple(resampled)
    low, high = difference_interval(x, y, resampled=again, seed=seed, draws=bootstrap)
    about = {"minus_seeds": len(y), "difference": x.mean() - y.mean(), "low": low, "high": high}
    return about | {"rerun_low": np.nan, "rerun_high": np.nan, "p": permutation_p(x, y)}


def _resampled(
    draws: Draws, study: str, models: tuple[str, str], labels: dict, scores: list[pd.Series]
) -> list[np.ndarray] | None:
    """(resample, seed) of each model on the same resamples of the recording's units; None where there are none.

    scores: by seed, of each model, or one of their differences.
    """
    name = f"resampled|{labels['statistic']}|{labels.get('condition_independent')}"
    sides = [draws.get((study, model, labels["measure"])) for model in models]
    if any(side is None or name not in side for side in sides):
        return None
    seeds = [side.index.to_numpy(dtype=int) for side in (scores if len(scores) == 2 else scores * 2)]
    return [side[name].values[:, chosen] for side, chosen in zip(sides, seeds, strict=True)]


def _corrected(scores: list[list[pd.Series]], p: list[float], method: str) -> np.ndarray:
    """p over tests by max-T where all are of the same networks, else by Holm. scores: as `_resampled` has them."""
    if not scores:
        return np.array([])
    same = all(side.index.equals(first.index) for test in scores for side, first in zip(test, scores[0], strict=True))
    if method == "max_t" and same:
        sides = [np.stack([side.to_numpy() for side in each], axis=1) for each in zip(*scores, strict=True)]
        return sign_flip_max_t(*sides) if len(sides) == 1 else permutation_max_t(*sides)
    return holm(np.array(p))
