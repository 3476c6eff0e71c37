"""What a measure sees: two activities whose conditions are matched, and the ways to pair them."""

from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair_checks import checked


class Trials(NamedTuple):
    """Single trials of one side, prepared as its averages were."""

    rate: np.ndarray  # (trial, time, unit)
    condition: np.ndarray  # (trial,) int: the position of its condition among the averages
    copies: int = 0  # trials that are another one's: none may be left out of what its copy is in


class Splits(NamedTuple):
    """Averages over training trials and over the trials left out, (fold, condition, time, unit) each."""

    x_training: np.ndarray
    x_left_out: np.ndarray
    y_training: np.ndarray
    y_left_out: np.ndarray


class Scores(NamedTuple):
    """What a measure that leaves conditions out gives: statistics, and their standard errors over what it left out."""

    values: dict[str, np.ndarray]  # (draw,), or one number where a statistic only describes and has no null
    errors: dict[str, float]


@dataclass(frozen=True)
class Pair:
    """Two activities, matched, and the pairings of their conditions that are to be measured.

    x, y: (condition, time, unit). orders: (draw, condition) int; draw d pairs condition i of x with condition
    orders[d, i] of y; draw 0 is the true pairing, the others are the null. condition_independent: "removed" where the
    mean over conditions at each time goes, "kept" where only each unit's mean over conditions and times does.
    groups: (condition,) int, the conditions that are left out together; every order takes whole groups to whole groups.
    splits: where trials are left out, not conditions; groups are then not used to score.
    x_trials, y_trials: single trials, None for a side that has one trial a condition.
    Looked at once, when it is made: raises BadActivity, BadOption, see `pair_checks.checked`.
    """

    x: np.ndarray
    y: np.ndarray
    orders: np.ndarray
    condition_independent: str
    groups: np.ndarray | None = None
    splits: Splits | None = None
    x_trials: Trials | None = None
    y_trials: Trials | None = None

    def __post_init__(self):
        if self.groups is None:
            object.__setattr__(self, "groups", np.arange(len(self.x)))
        self._take(checked(self))

    def _take(self, parts: dict) -> None:
        for name, value in parts.items():
            object.__setattr__(self, name, value)

    def but(self, **parts) -> "Pair":
        """The same pair with parts chosen among its own, whose values are not looked at again: thousands are made."""
        made = copy(self)
        made._take(parts)
        return made

    @property
    def axes(self) -> tuple[int, ...]:
        """What the mean to be removed is taken over: conditions, or conditions and times."""
        return {"removed": (0,), "kept": (0, 1)}[self.condition_independent]

    def centred(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y about the mean over all conditions: for measures that fit nothing, or that are scored in sample."""
        return tuple(side - side.mean(axis=self.axes, keepdims=True, dtype=float) for side in (self.x, self.y))

    def truly(self) -> "Pair":
        """The true pairing alone."""
        return self.but(orders=np.arange(len(self.x))[None])

    def without(self, condition: int) -> "Pair":
        """The true pairing of all conditions but one. Raises BadActivity where there is no other."""
        if len(self.x) < 2:
            raise BadActivity(f"leaving a condition out: found {len(self.x)} condition, wanted at least 2")
        kept = np.delete(np.arange(len(self.x)), condition)
        splits = None if self.splits is None else Splits(*(part[:, kept] for part in self.splits))
        trials = [None if t is None else _without(t, condition) for t in (self.x_trials, self.y_trials)]
        return self.but(
            x=self.x[kept],
            y=self.y[kept],
            orders=np.arange(len(kept))[None],
            groups=self.groups[kept],
            splits=splits,
            x_trials=trials[0],
            y_trials=trials[1],
        )


def _without(trials: Trials, condition: int) -> Trials:
    kept = trials.condition != condition
    return Trials(trials.rate[kept], trials.condition[kept] - (trials.condition[kept] > condition))
