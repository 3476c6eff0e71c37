"""Components needed: how many of the recording's principal components a source must match to reach a given score.

Values of different measures, and of one measure on different recordings, are not comparable. The number of components
that must be matched to reach them is (Cloos et al. 2024, arXiv:2407.07059, who optimise synthetic data towards a
score; here the synthetic data are constructed).
"""

from collections.abc import Callable, Hashable
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.comparison.evaluation import Observed, from_recording, true_values
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.null_distributions import Measures, places_of, same_recording, testable
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders
from rnncompare.statistics.p_values import TIE

COMPONENTS_TRIED = 20  # of the recording, when the number of components needed for a score is determined
PERMUTED_ORDERS = 5  # of the conditions, for the other components; the scores are averaged over these orders


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


def components_needed(
    measures: Measures, true: list[Pair], found: dict[str, list[Observed]], seed: int
) -> dict[str, list[dict[str, int | None]]]:
    """Measure -> for each source, statistic -> the number of the recording's components needed for its score.

    A synthetic source, in which only the first components match the recording (`Decomposed.with_components`), is
    compared with the recording; the result is the smallest number of matching components that reaches the score of the
    source. 0: permuted conditions suffice. None: `COMPONENTS_TRIED` do not suffice. The number does not imply that the
    source has these components.
    """
    tested = {name: testable(measure, found[name][0]) for name, measure in measures.items()}
    sign = {
        (name, s): -1.0 if s in card_of(measures[name]).lower_is_better else 1.0
        for name in tested
        for s in tested[name]
    }
    result = {name: [dict.fromkeys(tested[name]) for _ in true] for name in measures}
    for places in same_recording(true):
        pair = true[places[0]]
        parts = decompose(pair.y, components=COMPONENTS_TRIED, axes=pair.axes)
        scores = partial(_component_scores, measures, sign, pair, parts, _permuted_orders(len(pair.y), seed))
        wanted = {
            (name, s, k): sign[name, s] * float(np.ravel(found[name][k].values[s])[0])
            for name, s, k in places_of(tested, places)
        }
        for (name, s, k), count in fewest(scores, len(parts.directions), wanted).items():
            result[name][k][s] = count
    return result


def _permuted_orders(conditions: int, seed: int) -> np.ndarray:
    return condition_orders(conditions, permutations=PERMUTED_ORDERS, seed=seed)[-PERMUTED_ORDERS:]


def _component_scores(
    measures: Measures, sign: dict, pair: Pair, parts: Decomposed, orders: np.ndarray, count: int, waiting: set
) -> dict:
    """(measure, statistic, source) in `waiting` -> the score with `count` matching components; larger is better."""
    everything = [(np.arange(pair.y.shape[-1]),) * 2]
    synthetic = [from_recording(pair, parts.with_components(count, order)) for order in orders]
    names = sorted({name for name, _, _ in waiting})
    each = [{name: true_values(measures[name], part, everything) for name in names} for part in synthetic]
    return {
        (name, s, k): sign[name, s] * float(np.mean([values[name][s] for values in each])) for name, s, k in waiting
    }
