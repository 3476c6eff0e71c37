"""Areas under the ROC curve between two choices, for many units and many shuffles or resamples of trials at once.

Everything is counted in margins: pairs of trials of opposite choice and the same group in which the second choice has
the higher value, less those in which it has the lower one. Margins are whole numbers, so nothing here is rounded.
"""

import numpy as np

from rnncompare.comparison.permutations import TIE

EXACT = 2**24  # whole numbers up to here are exact in single precision, up to 2**53 in double
BLOCK = 2**22  # numbers that a block of resampled pairs holds at once


def margin_ranks(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """(trial, unit) number of trials of the same group with a lower value, less those with a higher one.

    values: (trial, unit); group: (trial,) numbers. Single precision where every sum of them is exact in it.
    """
    from scipy.stats import rankdata  # slow to import

    largest = np.abs(values).max(axis=0)  # values that rounding alone sets apart, as sums of the same counts, are equal
    values = np.rint(values / (np.where(largest > 0, largest, 1.0) * TIE))
    sizes = np.unique(group, return_counts=True)[1]
    margins = np.empty(values.shape, dtype=np.float32 if (sizes**2).sum() / 2 < EXACT else np.float64)
    for k in np.unique(group):
        here = group == k
        margins[here] = 2 * rankdata(values[here], axis=0) - (here.sum() + 1)
    return margins


def shuffled_margins(ranks: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """(draw, unit) margins of the second choice, from `margin_ranks` and (draw, trial) choices, 0 or 1.

    A pair of the same choice counts once up and once down; what is left is between choices (Mann and Whitney 1947).
    """
    return choices.astype(ranks.dtype) @ ranks


def resampled_margins(ranks: np.ndarray, one: np.ndarray, other: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draw, unit) margins where draw d holds trial i `weights[d, i]` times.

    ranks: (trial, unit) of `margin_ranks`; one, other: (pair,) the trials of `opposite_pairs`; weights: (draw, trial)
    whole numbers that add up to the number of trials within each group and choice.
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
    """Trials of the second and of the first choice of all pairs within a group: (pair,) each."""
    pairs = [
        np.meshgrid(np.flatnonzero(second & (group == k)), np.flatnonzero(~second & (group == k)))
        for k in np.unique(group)
    ]
    one, other = (np.concatenate([side[k].ravel() for side in pairs]) for k in (0, 1))
    return one, other


def as_area(margins: np.ndarray, pairs: int) -> np.ndarray:
    """0: the second choice always lower, 0.5: neither, 1: always higher."""
    return 0.5 + np.asarray(margins, dtype=float) / (2 * pairs)


def z_scored(rate: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Rates about their group's mean in units of its SD; 0 where a unit does not vary."""
    scored = np.zeros_like(rate)
    for k in np.unique(group):
        here = group == k
        about = rate[here] - rate[here].mean(axis=0)
        spread = about.std(axis=0)
        varies = spread > TIE * np.abs(rate[here]).max(axis=0)
        scored[here] = np.where(varies, about / np.where(varies, spread, 1.0), 0.0)
    return scored


def two_sided_p(margins: np.ndarray) -> np.ndarray:
    """p (unit,) of the first of margins (1 + draws, unit), which are 0 on average: whole numbers tie exactly."""
    away = np.abs(margins)
    return (away >= away[0]).mean(axis=0)
