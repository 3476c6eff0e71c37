"""Folds of trials for kinematic decoding, and the permutations of behaviour that form its null distribution."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, conditions
from rnncompare.comparison.permutations import condition_orders
from rnncompare.populations.population import name_of


def left_out_groups(data: xr.Dataset, folds: str, splits: int | None, rng: np.random.Generator) -> np.ndarray:
    """(trial,) number of the fold that leaves a trial out: by condition, or by trial and balanced over conditions."""
    names, labels = conditions(data), data.condition.values
    count = len(names) if folds == "condition" else data.sizes["trial"]
    where = f"kinematic_decoding of {name_of(data)}"
    fewest = min(int((labels == c).sum()) for c in names)
    if folds == "trial" and fewest < 2:
        raise BadActivity(f"{where}: found a condition with 1 trial, wanted at least 2 to leave out single trials")
    splits = count if splits is None else splits
    if not 3 <= splits <= count:
        wanted = f"3 to {count}, the number of {folds}s: one group is tested, and two or more determine the penalty"
        raise BadActivity(f"{where}: found {splits} groups of {folds}s, wanted {wanted}")
    if folds == "condition":
        number = rng.permutation(count) % splits
        return np.array([number[names.index(c)] for c in labels.tolist()])
    order = np.argsort([names.index(c) for c in labels.tolist()], kind="stable")
    shuffled = np.concatenate([rng.permutation(order[labels[order] == c]) for c in names])
    group = np.empty(len(labels), dtype=int)
    group[shuffled] = np.arange(len(labels)) % splits  # each condition is spread evenly over the groups
    return group


def null_sources(data: xr.Dataset, folds: str, permutations: int, seed: int) -> list[np.ndarray]:
    """For the data and for each draw of the null, the trial whose behaviour is assigned to each trial."""
    trials = np.arange(data.sizes["trial"])
    if folds == "trial":
        rng = np.random.default_rng([seed, 1])
        return [trials, *(rng.permutation(trials) for _ in range(permutations))]
    names, labels = conditions(data), data.condition.values
    members = [np.flatnonzero(labels == c) for c in names]
    sources = [trials]
    for order in condition_orders(len(names), permutations=permutations, seed=seed)[1:]:
        given = np.empty_like(trials)
        for mine, other in zip(members, order, strict=True):
            given[mine] = np.resize(members[other], len(mine))
        sources.append(given)
    return sources
