"""What a score saw: how many of the recording's principal components one has to have right to score as well.

Scores of different measures, and of one measure on different recordings, cannot be compared by size; what had to be
captured for them can (Cloos et al. 2024, arXiv:2407.07059, who let optimised data find it; here it is built in).
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np

from rnncompare.comparison.statistics import TIE


class Captured(NamedTuple):
    """An activity taken apart into its mean and principal components about it."""

    mean: np.ndarray  # (condition or 1, time or 1, unit)
    about: np.ndarray  # (condition, time, unit)
    directions: np.ndarray  # (component, unit), largest first

    def made(self, order: np.ndarray, count: int) -> np.ndarray:
        """The activity with its first `count` components right and the others in wrong conditions.

        order: (condition,) the condition whose course the others have, as in the null. With it they keep their
        variance: leaving them out instead would flatter, as a copy of the first component alone is predicted
        perfectly by the recording, and its only canonical correlation is 1.
        """
        wrong, right = self.about[order], self.directions[:count]
        return self.mean + wrong + ((self.about - wrong) @ right.T) @ right


def captured(y: np.ndarray, *, components: int, axes: tuple[int, ...]) -> Captured:
    """Of y (condition, time, unit), about its mean over `axes`: at most `components`, and no more than y has."""
    mean = y.mean(axis=axes, keepdims=True)
    _, size, directions = np.linalg.svd((y - mean).reshape(-1, y.shape[-1]), full_matrices=False)
    return Captured(mean, y - mean, directions[:components][size[:components] > TIE * size[0]])


def fewest(
    scores: Callable[[int, set], dict[Hashable, float]], most: int, wanted: dict[Hashable, float]
) -> dict[Hashable, int | None]:
    """The first count from 0 to `most` that scores as high as is wanted; None where `most` does not.

    scores: of a count and what is still looked for, to what each gets there. `most` is tried first: what is better
    than that is looked for no further.
    """
    found = dict.fromkeys(wanted)
    waiting = set(wanted)

    def as_high(count: int) -> set:
        reached = scores(count, waiting)
        return {k for k in waiting if reached[k] >= wanted[k] - TIE * max(1.0, abs(wanted[k]))}

    waiting = as_high(most)
    for count in range(most):
        if not waiting:
            break
        there = as_high(count)
        found |= dict.fromkeys(there, count)
        waiting -= there
    return found | dict.fromkeys(waiting, most)
