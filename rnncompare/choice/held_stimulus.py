"""Trials of both choices at the same stimulus, with equal numbers of each combination of balanced variables."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.activity.selection import along_trials
from rnncompare.files import labels
from rnncompare.files.text import natural
from rnncompare.populations.trials import combined


class Held(NamedTuple):
    """Trials grouped by stimulus."""

    data: xr.Dataset
    second: np.ndarray  # (trial,) whether the second choice was made
    group: np.ndarray  # (trial,) str, the values that are the same for all trials of a group
    cell: np.ndarray  # (trial,) str, the group and the combination of balanced values


def held(
    data: xr.Dataset, variable: str, *, fixed: list[str], balance: list[str], min_trials: int, seed: int, where: str
) -> Held:
    """The trials of groups with enough of both choices, with equal numbers of each balanced combination.

    fixed: coordinates that are equal for all trials of a group; balance: coordinates whose combinations, among those
    that occur in the trials, are made equally frequent in each group by excluding trials at random. Raises BadActivity,
    Unmeasurable.
    """
    if variable not in along_trials(data):
        raise BadActivity(f"{where}: found no coordinate '{variable}', wanted it for each trial")
    values = labels.names(data[variable].values)
    names = sorted(set(values.tolist()), key=natural)
    if len(names) != 2:
        raise Unmeasurable(
            f"{where}: found {len(names)} {variable}{'s' * (len(names) != 1)}, {', '.join(names)}, wanted two"
        )
    second, group = values == names[1], combined(data, fixed, where)
    keep = np.isin(group, _even(group, second, names, variable, fixed, min_trials, where))
    other = combined(data, balance, where)
    if balance:
        keep &= _balanced(group, np.char.add(values, np.char.add(", ", other)), keep, min_trials, seed, where)
    cell = np.char.add(np.char.add(group, "; "), other)
    return Held(data.isel(trial=keep), second[keep], group[keep], cell[keep])


def _even(
    group: np.ndarray, second: np.ndarray, names: list[str], variable: str, fixed: list[str], least: int, where: str
) -> list[str]:
    """Groups with at least `least` trials of both choices. Raises Unmeasurable if there is none."""
    groups = sorted(set(group.tolist()), key=natural)
    count = {g: (int((second & (group == g)).sum()), int((~second & (group == g)).sum())) for g in groups}
    usable = [g for g, both in count.items() if min(both) >= least]
    if not usable:
        best = max(count, key=lambda g: (min(count[g]), sum(count[g])))
        raise Unmeasurable(
            f"{where}: found too few trials of both {variable}s: the most balanced {' and '.join(fixed) or 'set'}, "
            f"{best}, has {count[best][1]} of {names[0]} and {count[best][0]} of {names[1]}, "
            f"wanted at least {least} of each in some {' and '.join(fixed) or 'set'}"
        )
    return usable


def _balanced(
    group: np.ndarray, combination: np.ndarray, usable: np.ndarray, least: int, seed: int, where: str
) -> np.ndarray:
    """(trial,) whether a trial is kept, so that all combinations are as frequent in a group as its rarest."""
    # The rank of a trial does not depend on the names of combinations, so that variables with the same combinations
    # keep the same trials.
    rank = np.random.default_rng([seed, 2]).random(len(group))
    kinds, keep = np.unique(combination[usable]), np.zeros(len(group), dtype=bool)
    most: dict[str, int] = {}
    for g in np.unique(group[usable]):
        cells = [np.flatnonzero(usable & (group == g) & (combination == kind)) for kind in kinds]
        rarest = min(cells, key=len)
        most[f"{g} has {len(rarest)} of {kinds[[len(c) for c in cells].index(len(rarest))]}"] = len(rarest)
        if len(rarest) >= least:
            for cell in cells:
                keep[cell[np.argsort(rank[cell], kind="stable")[: len(rarest)]]] = True
    if not keep.any():
        raise Unmeasurable(
            f"{where}: found no group with {least} trials of every balanced combination "
            f"({'; '.join(kinds)}), wanted at least one; the best: {max(most, key=most.get)}"
        )
    return keep
