"""The input of a measure: two activities with matched conditions, and the pairings of these conditions."""

from collections.abc import Callable, Hashable, Mapping
from copy import copy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair_checks import checked

Found = TypeVar("Found")


class Trials(NamedTuple):
    """Single trials of one side, prepared in the same way as its condition averages."""

    rate: np.ndarray  # (trial, time, unit)
    condition: np.ndarray  # (trial,) int: the position of the trial's condition among the averages
    copies: int = 0  # trials that are copies of others; a trial and its copy must be in the same set of a split


class Splits(NamedTuple):
    """Averages over training trials and over left-out trials, each (fold, condition, time, unit)."""

    x_training: np.ndarray
    x_left_out: np.ndarray
    y_training: np.ndarray
    y_left_out: np.ndarray


class Scores(NamedTuple):
    """Statistics of a cross-validated measure, and those of the true pairing without each fold and of each alone."""

    values: dict[str, np.ndarray]  # (draw,), or a single number if the statistic has no null distribution
    deleted: dict[str, np.ndarray]  # (fold,) without what the fold leaves out
    alone: Mapping[str, np.ndarray] = MappingProxyType(
        {}
    )  # (fold,) of what the fold leaves out; NaN if it has no such statistic


@dataclass(frozen=True)
class Pair:
    """Two activities with matched conditions, and the pairings of the conditions to be evaluated.

    x, y: (condition, time, unit). orders: (draw, condition) int; draw d pairs condition i of x with condition
    orders[d, i] of y; draw 0 is the true pairing, the others form the null distribution. condition_independent:
    "removed" if the mean over conditions is subtracted at each time, "kept" if only each unit's mean over conditions
    and times is subtracted. groups: (condition,) int, conditions with the same number are left out together; every
    order maps whole groups to whole groups. splits: given if trials are left out instead of conditions; groups are then
    not used for scoring. x_trials, y_trials: single trials; None for a side with one trial for each condition.
    The parts are checked when the pair is made: raises BadActivity, BadOption, see `pair_checks.checked`.
    """

    x: np.ndarray
    y: np.ndarray
    orders: np.ndarray
    condition_independent: str
    groups: np.ndarray | None = None
    splits: Splits | None = None
    x_trials: Trials | None = None
    y_trials: Trials | None = None
    _shared: dict = field(default_factory=dict, init=False, repr=False, compare=False)  # results that measures share

    def __post_init__(self):
        if self.groups is None:
            object.__setattr__(self, "groups", np.arange(len(self.x)))
        self._take(checked(self))

    def _take(self, parts: dict) -> None:
        for name, value in parts.items():
            object.__setattr__(self, name, value)

    def replaced(self, **parts) -> "Pair":
        """A copy with some parts replaced. Its values are not checked again, because thousands of copies are made."""
        made = copy(self)
        made._take(parts | {"_shared": {}})
        return made

    def once(self, about: Hashable, compute: Callable[[], Found]) -> Found:
        """The result of `compute` for this pair, which measures share while the pair exists; about: identifies it."""
        if about not in self._shared:
            self._shared[about] = compute()
        return self._shared[about]

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of the mean that is subtracted: conditions, or conditions and times."""
        return {"removed": (0,), "kept": (0, 1)}[self.condition_independent]

    def centred(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y about the mean over all conditions, for measures that fit nothing or are scored in sample."""
        return tuple(side - side.mean(axis=self.axes, keepdims=True, dtype=float) for side in (self.x, self.y))

    def true_pairing(self) -> "Pair":
        """The pair with the true pairing of conditions only."""
        return self.replaced(orders=np.arange(len(self.x))[None])

    def without(self, conditions: int | np.ndarray) -> "Pair":
        """The true pairing without one or several conditions. Raises BadActivity if none would be left."""
        kept = np.delete(np.arange(len(self.x)), conditions)
        if not len(kept):
            raise BadActivity(f"leave-one-condition-out: found {len(self.x)} condition, wanted at least 2")
        splits = None if self.splits is None else Splits(*(part[:, kept] for part in self.splits))
        trials = [None if t is None else _only(t, kept) for t in (self.x_trials, self.y_trials)]
        return self.replaced(
            x=self.x[kept],
            y=self.y[kept],
            orders=np.arange(len(kept))[None],
            groups=self.groups[kept],
            splits=splits,
            x_trials=trials[0],
            y_trials=trials[1],
        )


def _only(trials: Trials, conditions: np.ndarray) -> Trials:
    """The trials of some conditions (positions in ascending order), which are renumbered."""
    kept = np.isin(trials.condition, conditions)
    return Trials(trials.rate[kept], np.searchsorted(conditions, trials.condition[kept]))
