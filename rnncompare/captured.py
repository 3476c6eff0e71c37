"""What a score saw: how many of the recording's principal components one has to have right to score as well.

Scores of different measures, and of one measure on different recordings, cannot be compared by size; what had to be
captured for them can (Cloos et al. 2024, arXiv:2407.07059, who let optimised data find it; here it is built in).
"""

from collections.abc import Callable, Iterator

import numpy as np

from rnncompare.statistics import TIE


def capturing(y: np.ndarray, order: np.ndarray, *, components: int, axes: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Activities that have the first 0, 1, ... principal components of `y` right, and the others in wrong conditions.

    y: (condition, time, unit); order: (condition,) the condition whose course the components not captured have, as in
    the null. Components are those about the mean over `axes`, at most `components` and no more than y has; the mean
    is y's own throughout. With order they keep their variance: leaving them out instead would flatter, as a copy of
    the first component alone is predicted perfectly by the recording, and its only canonical correlation is 1.
    """
    mean = y.mean(axis=axes, keepdims=True)
    right = y - mean
    wrong = right[order]
    _, size, directions = np.linalg.svd(right.reshape(-1, y.shape[-1]), full_matrices=False)
    made = mean + wrong
    yield made
    for direction in directions[:components][size[:components] > TIE * size[0]]:
        made = made + ((right - wrong) @ direction)[..., None] * direction
        yield made


def curves(
    score: Callable[[np.ndarray], dict[str, float]],
    y: np.ndarray,
    orders: np.ndarray,
    *,
    components: int,
    axes: tuple[int, ...],
) -> dict[str, np.ndarray]:
    """Each statistic's score with 0, 1, ... components captured (component + 1,), averaged over orders.

    score: named statistics of an activity (condition, time, unit) against y; orders: (draw, condition) of the null.
    """
    runs = [[score(made) for made in capturing(y, order, components=components, axes=axes)] for order in orders]
    return {name: np.mean([[step[name] for step in run] for run in runs], axis=0) for name in runs[0][0]}


def needed(curve: np.ndarray, value: float, *, lower: bool) -> int | None:
    """The fewest components whose capture scores at least as well as `value`; None where all of `curve` score worse.

    curve: (component + 1,) from `curves`; lower: whether a lower score is better. 0: wrong conditions score as well.
    """
    gain = (value - curve if lower else curve - value) + TIE * max(1.0, abs(value))
    return int(np.argmax(gain >= 0)) if (gain >= 0).any() else None
