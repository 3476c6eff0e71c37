"""Folds: what is fitted on and what is left out, of each activity, and which left-out parts are paired."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair


class Folds(NamedTuple):
    """Which conditions a fold trains on and which it leaves out; the same conditions where trials are left out."""

    training: list[np.ndarray]  # of each fold: positions of conditions
    left_out: list[np.ndarray]
    partners: np.ndarray  # (draw, fold): the fold of y that is left out with x's
    group: np.ndarray  # (condition,) 0, 1, ...: what would be left out together of the conditions trained on


def folds_of(pair: Pair) -> Folds:
    """Folds that leave out groups of conditions, or trials of all conditions. Raises BadActivity where one is left."""
    everything = np.arange(len(pair.x))
    if pair.splits is not None:
        count = len(pair.splits.x_training)
        partners = np.tile(np.arange(count), (len(pair.orders), 1))
        return Folds([everything] * count, [everything] * count, partners, everything)
    names, group = np.unique(pair.groups, return_inverse=True)
    if len(names) < 2:
        raise BadActivity(
            f"leaving conditions out: found {len(group)} conditions in {len(names)} group, wanted at least 2 groups: "
            "one to score, the others to fit"
        )
    left_out = [np.flatnonzero(group == g) for g in range(len(names))]
    partners = group[pair.orders[:, [members[0] for members in left_out]]]
    if (group[pair.orders] != partners[:, group]).any():
        raise ValueError("orders: found one that takes conditions left out together to different groups")
    return Folds([np.flatnonzero(group != g) for g in range(len(names))], left_out, partners, group)
