"""Differences between two models whose networks share no seed: interval and p of a difference of two means."""

from collections.abc import Iterator
from itertools import combinations
from math import comb

import numpy as np

from rnncompare.statistics.intervals import small_sample, tails
from rnncompare.statistics.p_values import TIE, in_blocks

MOST = 2**16  # divisions of all networks in two up to which each is counted; beyond, as many are drawn


def permutation_max_t(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Two-sided p-values (test,) of differences of means that hold for all tests at once.

    x: (n, test) and y: (m, test), scores of the networks of two models. A permutation assigns the n + m networks to the
    two models anew, the same in all tests. The statistic is the difference of the means over the root of the sum of
    squares about the common mean, which no permutation changes: it orders permutations as Student's t does. The null is
    that both models' networks have one distribution. A test without any variance has p = 1. Exact up to 2**16 ways to
    divide the networks, and then never below one over their number; 2**16 drawn beyond. (Single-step max-T, Westfall
    and Young 1993.) Raises ValueError.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or 0 in (*x.shape[:1], *y.shape[:1]):
        raise ValueError(f"permutation test: found {x.shape} and {y.shape}, wanted (network, test) of the same tests")
    pooled = np.concatenate([x, y])
    centred = pooled - pooled.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    level = TIE * np.abs(pooled).max(axis=0)  # below it, differences are rounding
    scaled = np.divide(centred, size, out=np.zeros_like(centred), where=size > level)
    # What is left of the common mean is rounding: the sum over one model's networks is the difference up to a factor.
    observed = np.abs(scaled[: len(x)].sum(axis=0)) * (1 - TIE) - TIE
    best = np.concatenate([np.abs(block @ scaled).max(axis=1) for block in divisions(len(x), len(y))])
    return (best[:, None] >= observed).mean(axis=0)


def permutation_p(x: np.ndarray, y: np.ndarray) -> float:
    """Two-sided p of the difference of the means of (n,) and (m,) scores against all permutations of the networks."""
    return float(permutation_max_t(np.asarray(x)[:, None], np.asarray(y)[:, None])[0])


def divisions(n: int, m: int) -> Iterator[np.ndarray]:
    """Blocks (division, n + m) of 1 for the first model's networks and 0 for the second's, as they are first."""
    if comb(n + m, n) <= MOST:
        yield _assigned(np.array(list(combinations(range(n + m), n))), n + m)
        return
    rng, first = np.random.default_rng(0), np.arange(n)[None]
    for size in in_blocks(MOST, n + m):
        order = rng.random((size, n + m)).argsort(axis=1)[:, :n]
        yield _assigned(np.concatenate([first, order]), n + m)
        first = first[:0]


def _assigned(chosen: np.ndarray, networks: int) -> np.ndarray:
    """(division, network) of 1 for the chosen networks (division, n) of each division, and 0 for the others."""
    found = np.zeros((len(chosen), networks))
    np.put_along_axis(found, chosen, 1.0, axis=1)
    return found


def difference_interval(
    x: np.ndarray,
    y: np.ndarray,
    *,
    resampled: tuple[np.ndarray, np.ndarray] | None,
    seed: int,
    draws: int,
    level: float = 0.95,
) -> tuple[float, float]:
    """Interval of the difference of the means of (n,) and (m,) scores of two models' networks.

    resampled: (resample, n) and (resample, m), the same scores on the same resamples of the recording's units, or None.
    Each draw picks one resample for both, and networks of each model with replacement, independently. Deviations are
    taken and widened as in `statistics.hierarchical_interval`, each model's by its own number of networks. Raises
    ValueError.
    """
    sides = [np.asarray(side, dtype=float) for side in (x, y)]
    scores = [s[None] for s in sides] if resampled is None else [np.asarray(r, dtype=float) for r in resampled]
    if len(scores[0]) != len(scores[1]) or any(r.shape[1:] != s.shape for r, s in zip(scores, sides, strict=True)):
        raise ValueError(
            f"interval: found resampled scores {scores[0].shape} and {scores[1].shape}, wanted (resample, "
            f"{len(sides[0])}) and (resample, {len(sides[1])}) of the same resamples"
        )
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(scores[0]), size=draws)
    of_units = scores[0].mean(axis=1) - scores[1].mean(axis=1)
    deviations = of_units[rows] - of_units.mean()
    for sign, side in zip((1.0, -1.0), scores, strict=True):
        n = side.shape[1]
        drawn = side[rows[:, None], rng.integers(n, size=(draws, n))].mean(axis=1)
        deviations = deviations + sign * small_sample(n, level) * (drawn - side.mean(axis=1)[rows])
    low, high = sides[0].mean() - sides[1].mean() + np.quantile(deviations, tails(level))
    return float(low), float(high)
