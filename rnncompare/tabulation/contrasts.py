"""Contrasts: differences between two models, paired over networks that share a seed."""

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import primary_held_out
from rnncompare.statistics.intervals import by_input_set, hierarchical_interval, prediction_interval
from rnncompare.statistics.jackknife import condition_interval, jackknife_error
from rnncompare.statistics.p_values import holm, sign_flip_max_t, sign_flip_p
from rnncompare.statistics.unpaired import difference_interval, permutation_max_t, permutation_p
from rnncompare.tabulation.summary import Draws, input_sets_of
from rnncompare.tabulation.tables import KEYS

Drawn = list[np.ndarray] | None  # an array of each model, see `_drawn`


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
    """Differences between models, paired by seed: mean, interval, sign-flip p, and p corrected over its family.

    rows: similarity and probe rows; similarity statistics without a null distribution, which only describe a
    comparison, are excluded. draws: those of the comparison; both models have the same resamples of the recording's
    units, so that the interval is over networks and units, or over networks if there are no resamples. jackknife_se is
    the standard error of the difference over conditions, of which each is left out of both models in turn;
    condition_low and condition_high are the ends of the interval over networks and conditions
    (`jackknife.condition_interval`). All three are NaN without such values of both models for the same conditions.
    pairs: study -> list of (model, minus). p_corrected: over the primary statistics of one pair with the
    condition-independent signal removed; corrections: study -> {method, family}; with max_t, the signs of networks are
    flipped for all statistics together.
    unpaired: study -> models whose networks share their seeds with no other model. For a pair with one of them, the
    difference is that of two means, the interval draws networks of each model independently, p is that of permutations
    of all networks, and `minus_seeds` is the number of networks of `minus`. If rows have an `input_set`, all of this
    concerns the means over the networks of a set, and `input_sets` is their number.
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
        sides, sets = scores_of(group, one, other, paired)
        if min(map(len, sides)) < 2:
            continue
        counted = dict(zip(("seeds", "minus_seeds"), map(len, sides), strict=False))
        drawn = _drawn("resampled", draws, study, (one, other), labels, sides)
        left_out = _drawn("jackknifed", draws, study, (one, other), labels, sides)
        sides, drawn, left_out = over_sets(sides, drawn, left_out, sets)
        if min(map(len, sides)) < 2:
            continue
        difference = difference_of(sides, drawn, left_out, seed, bootstrap)
        counted |= {"input_sets": len(sides[0])} if sets[0] is not None else {}
        found.append(labels | {"model": one, "minus": other} | counted | difference)
        scores.append(sides)
    if found and correction and "condition_independent" in both:
        tested = both[both.condition_independent.eq("removed") & both.draws.notna()]
        chosen = primary_held_out(tested, correction["family"])
        family = [
            k
            for k, row in enumerate(found)
            if (row["measure"], row["statistic"]) in chosen and row["condition_independent"] == "removed"
        ]
        of_family = corrected([scores[k] for k in family], [found[k]["p"] for k in family], correction["method"])
        for k, p in zip(family, of_family, strict=True):
            found[k]["p_corrected"] = p
    return found


def scores_of(rows: pd.DataFrame, one: str, other: str, paired: bool) -> tuple[list[pd.Series], list[pd.Series | None]]:
    """Scores by seed of each model, or, if they are paired, only their differences; and the sets of random inputs."""
    sides = [rows[rows.model == m].drop_duplicates("seed").set_index("seed") for m in (one, other)]
    sides = [side.dropna(subset="value") for side in sides]
    sets = [_sets(side) for side in sides]
    sets = sets[::-1] if paired and sets[0] is None else sets  # one of both models can have random inputs
    sides = [side["value"] for side in sides]
    return [(sides[0] - sides[1]).dropna()] if paired else sides, sets


def _sets(rows: pd.DataFrame) -> pd.Series | None:
    """The set of random inputs of each network, by seed; None if inputs are not random."""
    found = input_sets_of(rows)
    return None if found is None else pd.Series(found, index=rows.index)


def over_sets(
    sides: list[pd.Series],
    drawn: Drawn,
    left_out: Drawn,
    sets: list[pd.Series | None],
) -> tuple[list[pd.Series], Drawn, Drawn]:
    """The scores of each side, of resamples and without each condition, as means over the networks of a set of inputs.

    sides: scores by seed of each model, or only their differences; drawn, left_out: see `_drawn`. Unchanged if inputs
    are not random.
    """
    of_sides = [
        None if of is None else of[side.index].to_numpy() for side, of in zip(sides, sets, strict=False)
    ]  # differences are those of the first sets
    of_models = of_sides if len(of_sides) == 2 else of_sides * 2
    averaged = [
        side if of is None else pd.Series(by_input_set(side, of), index=list(dict.fromkeys(of.tolist())))
        for side, of in zip(sides, of_sides, strict=True)
    ]
    both = [
        None if each is None else [by_input_set(scores, of) for scores, of in zip(each, of_models, strict=True)]
        for each in (drawn, left_out)
    ]
    return averaged, *both


def difference_of(sides: list[pd.Series], resampled: Drawn, left_out: Drawn, seed: int, bootstrap: int) -> dict:
    """The difference of two models with intervals and p; sides: see `over_sets`; resampled, left_out: see `_drawn`."""
    return (_of_pairs if len(sides) == 1 else _of_means)(*sides, resampled, left_out, seed, bootstrap)


def _of_pairs(delta: pd.Series, resampled: Drawn, left_out: Drawn, seed: int, bootstrap: int) -> dict:
    """Return mean, intervals and p of (seed,) differences between networks of the same seed."""
    again = None if resampled is None else resampled[0] - resampled[1]
    low, high = hierarchical_interval(delta.to_numpy(), resampled=again, seed=seed, draws=bootstrap)
    about = {"difference": delta.mean(), "low": low, "high": high} | _over_conditions(left_out, delta.to_numpy())
    return about | prediction_interval(delta.to_numpy()) | {"p": sign_flip_p(delta.to_numpy())}


def _of_means(x: pd.Series, y: pd.Series, resampled: Drawn, left_out: Drawn, seed: int, bootstrap: int) -> dict:
    """Return difference of means, interval and p of (seed,) scores of two models that share no seeds."""
    x, y = x.to_numpy(), y.to_numpy()
    again = None if resampled is None else tuple(resampled)
    low, high = difference_interval(x, y, resampled=again, seed=seed, draws=bootstrap)
    about = {"difference": x.mean() - y.mean(), "low": low, "high": high} | _over_conditions(left_out, x, y)
    return about | {"prediction_low": np.nan, "prediction_high": np.nan, "p": permutation_p(x, y)}


def _over_conditions(left_out: Drawn, *scores: np.ndarray) -> dict:
    """The standard error of a difference over conditions, and its interval over networks and conditions.

    left_out: see `_drawn`; scores: the differences between paired networks, or the scores of each model.
    """
    deleted = None if left_out is None else left_out[0].mean(axis=1) - left_out[1].mean(axis=1)
    error = np.nan if deleted is None else jackknife_error(deleted)
    return {"jackknife_se": error} | condition_interval(*scores, deleted=deleted)


def _drawn(
    kind: str, draws: Draws, study: str, models: tuple[str, str], labels: dict, scores: list[pd.Series]
) -> Drawn:
    """Scores of each model on the same resamples of the recording's units, or without the same conditions.

    kind: `resampled`, (resample, seed) of each model, or `jackknifed`, (left_out, seed); None unless both models have
    them. scores: by seed, of each model, or only their differences.
    """
    name = f"{kind}|{labels['statistic']}|{labels.get('condition_independent')}"
    sides = [draws.get((study, model, labels["measure"])) for model in models]
    if any(side is None or name not in side for side in sides):
        return None
    if kind == "jackknifed" and sides[0].attrs.get("conditions") != sides[1].attrs.get("conditions"):
        return None
    seeds = [side.index.to_numpy(dtype=int) for side in (scores if len(scores) == 2 else scores * 2)]
    return [side[name].values[:, chosen] for side, chosen in zip(sides, seeds, strict=True)]


def corrected(scores: list[list[pd.Series]], p: list[float], method: str) -> np.ndarray:
    """Corrected p of all tests: by max-T if all have the same networks, else by Holm; scores: see `over_sets`."""
    if not scores:
        return np.array([])
    same = all(side.index.equals(first.index) for test in scores for side, first in zip(test, scores[0], strict=True))
    if method == "max_t" and same:
        sides = [np.stack([side.to_numpy() for side in each], axis=1) for each in zip(*scores, strict=True)]
        return sign_flip_max_t(*sides) if len(sides) == 1 else permutation_max_t(*sides)
    return holm(np.array(p))
