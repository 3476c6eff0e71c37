"""Folds of cross-validation: training and left-out conditions of each activity, and the pairing of left-out parts."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair


class Folds(NamedTuple):
    """Training and left-out conditions of each fold; both are all conditions if trials are left out."""

    training: list[np.ndarray]  # for each fold, positions of conditions
    left_out: list[np.ndarray]
    partners: np.ndarray  # (draw, fold): the fold of y that is left out together with the fold of x
    group: np.ndarray  # (condition,) 0, 1, ...: training conditions with the same number are left out together


def folds_of(pair: Pair) -> Folds:
    """Folds that leave out groups of conditions, or trials of all conditions. Raises BadActivity for a single group."""
    everything = np.arange(len(pair.x))
    if pair.splits is not None:
        count = len(pair.splits.x_training)
        partners = np.tile(np.arange(count), (len(pair.orders), 1))
        return Folds([everything] * count, [everything] * count, partners, everything)
    names, group = np.unique(pair.groups, return_inverse=True)
    if len(names) < 2:
        raise BadActivity(
            f"cross-validation: found {len(group)} conditions in {len(names)} group, wanted at least 2 groups: "
            "one to test, the others to fit"
        )
    left_out = [np.flatnonzero(group == g) for g in range(len(names))]
    partners = group[pair.orders[:, [members[0] for members in left_out]]]
    if (group[pair.orders] != partners[:, group]).any():
        raise ValueError(
            "orders: found one that maps conditions that are left out together to different groups, wanted orders that "
            "keep groups together"
        )
    return Folds([np.flatnonzero(group != g) for g in range(len(names))], left_out, partners, group)
