"""Demixed principal components: what each factor of an experiment does to a population, and the axes it does it along.

Averages are arrays (level of one factor, .., level of the last factor, time, unit), about which nothing is missing.
A part is a set of factors, numbered from 0: what their combination does beyond what fewer of them do, at all times; no
factor: the course of time that all have in common. (Kobak et al. 2016.)
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

RANK = 1e-10  # of the largest singular value; directions with less are rounding


class Demixed(NamedTuple):
    """Axes of one part; a population's state x about its mean is read by decoder' x and put back by encoder."""

    encoder: np.ndarray  # (unit, component), orthonormal, by the variance that they predict
    decoder: np.ndarray  # (unit, component)


def all_parts(factors: int) -> list[frozenset[int]]:
    """Every combination of factors, the empty one first."""
    return [frozenset(part) for size in range(factors + 1) for part in combinations(range(factors), size)]


def marginal(averages: np.ndarray, part: frozenset[int]) -> np.ndarray:
    """What a part does, in the shape of the averages; marginals of all parts add up to averages about their mean.

    They are orthogonal to each other, so that their sums of squares add up as well.
    """
    factors = averages.ndim - 2
    share = averages
    for axis in range(factors):
        mean = share.mean(axis=axis, keepdims=True)
        share = share - mean if axis in part else mean
    if not part:
        share = share - share.mean(axis=factors, keepdims=True)
    return np.broadcast_to(share, averages.shape)


def centred(averages: np.ndarray) -> np.ndarray:
    """(sample, unit) averages about each unit's mean."""
    flat = averages.reshape(-1, averages.shape[-1])
    return flat - flat.mean(axis=0)


def demixed(samples: np.ndarray, share: np.ndarray, *, components: int, penalty: float) -> Demixed:
    """Axes from which a part is predicted best: rank-constrained ridge regression of its marginal on everything.

    samples: (sample, unit) from `centred`; share: (sample, unit) of a `marginal`. Minimises |share - samples D F'|^2 +
    (penalty |samples|)^2 |D F'|^2 over encoders F and decoders D of `components` columns (Kobak et al. 2016, eq. 4 and
    "Regularization"). The lambda of the published code (`lambda` of dpca.m, `regularizer` of the package dPCA) is
    relative to |samples|^2: penalty = lambda |samples|, |samples| the norm of the averages about units' means. Without
    a penalty directions that are rounding are not used.
    """
    left, singular, right = np.linalg.svd(samples, full_matrices=False)
    keep = singular > RANK * max(singular[0], np.finfo(float).tiny)
    left, singular, right = left[:, keep], singular[keep], right[keep]
    strength = penalty**2 * (singular**2).sum()
    loads = left.T @ share
    # Of the penalised regression: variance that it predicts, and along which directions.
    predicted = singular[:, None] / np.sqrt(singular[:, None] ** 2 + strength) * loads
    encoder = np.linalg.svd(predicted, full_matrices=True)[2][:components].T
    decoder = right.T @ ((singular / (singular**2 + strength))[:, None] * (loads @ encoder))
    return Demixed(encoder, decoder)


def captured(samples: np.ndarray, axes: Demixed) -> float:
    """Share of the samples' sum of squares that the axes' components put back; below 0 where they do harm."""
    missed = samples - samples @ axes.decoder @ axes.encoder.T
    return float(1 - (missed**2).sum() / (samples**2).sum())


def purity(samples: np.ndarray, share: np.ndarray, axes: Demixed) -> float | None:
    """Share of the components' variance that is of their own part, 0 to 1; None where they do not vary."""
    own, total = (((a @ axes.decoder) ** 2).sum() for a in (share, samples))
    return float(own / total) if total > 0 else None
