"""Areas under the ROC curve between two choices, for many units and many permutations or resamples of trials at once.

All computations use margins: the number of pairs of trials of opposite choice and the same group in which the second
choice has the higher value, minus the number in which it has the lower value. Margins are integers and therefore exact.
"""

import numpy as np

from rnncompare.comparison.permutations import TIE

EXACT = 2**24  # integers up to this are exact in single precision, up to 2**53 in double precision
BLOCK = 2**22  # size of a block of resampled pairs, in numbers


def margin_ranks(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """(trial, unit) number of trials of the same group with a lower value, minus those with a higher value.

    values: (trial, unit); group: (trial,) numbers. The result has single precision if all of its sums are exact in it.
    """
    from scipy.stats import rankdata  # slow to import

    largest = np.abs(values).max(axis=0)  # values that differ only by rounding error, such as sums of counts, are equal
    values = np.rint(values / (np.where(largest > 0, largest, 1.0) * TIE))
    sizes = np.unique(group, return_counts=True)[1]
    margins = np.empty(values.shape, dtype=np.float32 if (sizes**2).sum() / 2 < EXACT else np.float64)
    for k in np.unique(group):
        here = group == k
        margins[here] = 2 * rankdata(values[here], axis=0) - (here.sum() + 1)
    return margins


def shuffled_margins(ranks: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """(draw, unit) margins of the second choice, from `margin_ranks` and (draw, trial) choices, 0 or 1.

    Pairs of the same choice cancel, so that only pairs of opposite choices contribute (Mann and Whitney 1947).
    """
    return choices.astype(ranks.dtype) @ ranks


def resampled_margins(ranks: np.ndarray, one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draw, unit) margins of resamples in which draw d contains trial i `weights[d, i]` times.

    ranks: (trial, unit) from `margin_ranks`; one, other: (pair,) the trials from `opposite_pairs`; weights: (draw,
    trial) integers that add up to the number of trials within each group and choice.
    """
    exact = np.float32 if len(one) < EXACT else np.float64
    weights = weights.astype(exact)
    margins = np.zeros((len(weights), ranks.shape[1]), dtype=exact)
    step = max(1, BLOCK // max(margins.shape))
    for start in range(0, len(one) if len(weights) else 0, step):
        i, j = one[start : start + step], other[start : start + step]
        margins += (weights[:, i] * weights[:, j]) @ np.sign(ranks[i] - ranks[j]).astype(exact)
    return margins


def opposite_pairs(group: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trials of the second and of the first choice in all pairs within a group, (pair,) each."""
    pairs = [
        np.meshgrid(np.flatnonzero(second & (group == k)), np.flatnonzero(~second & (group == k)))
        for k in np.unique(group)
    ]
    one, other = (np.concatenate([side[k].ravel() for side in pairs]) for k in (0, 1))
    return one, other


def as_area(margins: np.ndarray, pairs: int) -> np.ndarray:
    """Area under the ROC curve: 0 if the second choice always has lower values, 1 if always higher ones; chance 0.5."""
    return 0.5 + np.asarray(margins, dtype=float) / (2 * pairs)


def z_scored(rate: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Rates z-scored within groups; 0 for units that do not vary within a group."""
    scored = np.zeros_like(rate)
    for k in np.unique(group):
        here = group == k
        about = rate[here] - rate[here].mean(axis=0)
        spread = about.std(axis=0)
        varies = spread > TIE * np.abs(rate[here]).max(axis=0)
        scored[here] = np.where(varies, about / np.where(varies, spread, 1.0), 0.0)
    return scored


def two_sided_p(margins: np.ndarray) -> np.ndarray:
    """Two-sided p (unit,) of the first of margins (1 + draws, unit), whose null mean is 0."""
    away = np.abs(margins)
    return (away >= away[0]).mean(axis=0)
