"""Components needed: how many of the recording's principal components a source must match to reach a given score.

Values of different measures, and of one measure on different recordings, are not comparable. The number of components
that must be matched to reach them is (Cloos et al. 2024, arXiv:2407.07059, who optimise synthetic data towards a
score; here the synthetic data are constructed).
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np

from rnncompare.comparison.statistics import TIE


class Decomposed(NamedTuple):
    """An activity as its mean, its deviations from the mean, and its principal components."""

    mean: np.ndarray  # (condition or 1, time or 1, unit)
    deviations: np.ndarray  # (condition, time, unit)
    directions: np.ndarray  # (component, unit), in order of decreasing variance

    def with_components(self, count: int, order: np.ndarray) -> np.ndarray:
        """The activity with its first `count` components unchanged and the others permuted over conditions.

        order: (condition,) the condition from which the other components are taken, as in the permutation null. The
        permuted components keep their variance. If they were removed instead, scores would be inflated: a copy of the
        first component alone is predicted perfectly by the recording, and its only canonical correlation is 1.
        """
        permuted, matched = self.deviations[order], self.directions[:count]
        return self.mean + permuted + ((self.deviations - permuted) @ matched.T) @ matched


def decompose(y: np.ndarray, *, components: int, axes: tuple[int, ...]) -> Decomposed:
    """The first principal components of y (condition, time, unit) about its mean over `axes`.

    There are at most `components` of them, and no more than the rank of y.
    """
    mean = y.mean(axis=axes, keepdims=True)
    _, size, directions = np.linalg.svd((y - mean).reshape(-1, y.shape[-1]), full_matrices=False)
    return Decomposed(mean, y - mean, directions[:components][size[:components] > TIE * size[0]])


def fewest(
    scores: Callable[[int, set], dict[Hashable, float]], most: int, wanted: dict[Hashable, float]
) -> dict[Hashable, int | None]:
    """The smallest count from 0 to `most` whose score is at least the wanted one; None if that of `most` is lower.

    scores: a function of a count and of the keys that are still searched for, which returns the score of each key.
    `most` is evaluated first: keys whose wanted score it does not reach are not searched for.
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
        reached = as_high(count)
        found |= dict.fromkeys(reached, count)
        waiting -= reached
    return found | dict.fromkeys(waiting, most)
