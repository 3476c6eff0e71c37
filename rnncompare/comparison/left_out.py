"""The data that are left out in turn: conditions, sets of them, all with one value of a coordinate, or trials."""

import numpy as np
import xarray as xr

from rnncompare.activity import COPY, BadActivity
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.selection import along_trials
from rnncompare.comparison.pair import Splits, Trials
from rnncompare.files.labels import names as names_of
from rnncompare.plugins import BadOption


def left_out(
    labels: list[str], coordinate: str | None, average: xr.Dataset, groups: int | None
) -> tuple[np.ndarray, bool]:
    """(condition,) int groups that are left out together, and whether they are crossed with the conditions.

    Each group is one condition; one of `groups` sets of neighbours in natural order, whose sizes differ by at most one;
    or, with a coordinate, all conditions with one of its values. Raises BadOption, BadActivity.
    """
    count = len(labels)
    if coordinate is not None:
        values, index = np.unique(names_of(average[coordinate].values), return_inverse=True)
        inside = [
            [name.removesuffix(f" {value}") for name, k in zip(labels, index, strict=True) if k == at]
            for at, value in enumerate(values)
        ]
        if len(values) < 2 or any(names != inside[0] for names in inside):
            found = " and ".join(f"{names} at {value}" for names, value in zip(inside, values, strict=True))
            raise BadActivity(
                f"folds by {coordinate}: found {found}, wanted at least 2 values, each with the same conditions"
            )
        return index, True
    if groups is None:
        return np.arange(count), False
    if not 2 <= groups <= count:
        raise BadOption(f"folds: found {groups} groups of {count} conditions, wanted 2 to {count}")
    return np.arange(count) * groups // count, False


def trial_splits(
    x: np.ndarray, y: np.ndarray, x_trials: Trials | None, y_trials: Trials | None, folds: int | None
) -> Splits:
    """Averages over the training trials and over the left-out trials, which are every `folds`-th of each condition.

    A side without single trials is repeated unchanged. Raises BadOption, and BadActivity if neither side has single
    trials or a condition has fewer trials than there are folds.
    """
    if x_trials is None and y_trials is None:
        raise BadActivity("folds by trial: found one trial a condition on both sides, wanted single trials on one")
    if folds is None or folds < 2:
        raise BadOption(f"folds by trial: found groups {folds}, wanted at least 2")
    parts = [
        [np.repeat(side[None], folds, axis=0)] * 2 if trials is None else _averages(trials, len(side), folds)
        for side, trials in ((x, x_trials), (y, y_trials))
    ]
    return Splits(*parts[0], *parts[1])


def _averages(trials: Trials, count: int, folds: int) -> list[np.ndarray]:
    """(fold, condition, time, unit) averages outside and inside each fold."""
    rank = np.empty(len(trials.condition), dtype=int)  # position of each trial within its condition
    for c in range(count):
        here = np.flatnonzero(trials.condition == c)
        if len(here) < folds:
            raise BadActivity(f"folds by trial: found {len(here)} trials of a condition, wanted at least {folds}")
        rank[here] = np.arange(len(here))
    inside = [
        np.stack(
            [[trials.rate[chosen & (trials.condition == c)].mean(axis=0) for c in range(count)] for chosen in sets]
        )
        for sets in ([rank % folds != k for k in range(folds)], [rank % folds == k for k in range(folds)])
    ]
    return inside


def crossed(data: xr.Dataset, coordinate: str) -> xr.Dataset:
    """The activity with conditions that are also distinguished by a coordinate of the trials. Raises BadActivity."""
    if coordinate not in along_trials(data):
        raise BadActivity(
            f"{data.attrs.get('source', 'activity')}: found coordinates {sorted(data.coords)}, "
            f"wanted '{coordinate}' of each trial, by which conditions are left out"
        )
    values = names_of(data[coordinate].values)
    if lacking := int((values == "").sum()):
        found = f"found {lacking} of {len(values)} trials without a value"
        raise BadActivity(f"folds by {coordinate}: {found}, wanted a value for each trial")
    names = [f"{c} {v}" for c, v in zip(data.condition.values, values, strict=True)]
    return data.assign_coords(condition=("trial", np.array(names, dtype=str)))


def refuse_copies_across(side: xr.Dataset, labels: list[str], groups: np.ndarray | None, where: str) -> None:
    """Raise BadActivity if a trial and its copy would be on different sides of a fold.

    groups: (label,) groups of conditions that are left out together; None: trials are left out.
    """
    at = {label: k for k, label in enumerate(labels)}
    side = side.isel(trial=np.flatnonzero([c in at for c in side.condition.values.tolist()])) if COPY in side else side
    apart = None if groups is None else np.array([groups[at[c]] for c in side.condition.values.tolist() if c in at])
    refuse_copies(side, where, apart)
