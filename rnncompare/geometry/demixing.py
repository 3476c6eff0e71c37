"""Demixed principal component analysis: the variance of a population due to each factor, and the axes of each factor.

Averages are complete arrays (level of the first factor, .., level of the last factor, time, unit). A part is a set of
factors, numbered from 0: the effect of their interaction beyond that of subsets of them, including its interaction with
time. The empty part is the time course that all conditions have in common. (Kobak et al. 2016.)
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

RANK = 1e-10  # of the largest singular value; directions with less are rounding error


class Demixed(NamedTuple):
    """Axes of one part: decoder' x are its components of a state x about the mean, which the encoder reconstructs."""

    encoder: np.ndarray  # (unit, component), orthonormal, in the order of the variance that they predict
    decoder: np.ndarray  # (unit, component)


def all_parts(factors: int) -> list[frozenset[int]]:
    """Every combination of factors, the empty one first."""
    return [frozenset(part) for size in range(factors + 1) for part in combinations(range(factors), size)]


def marginal(averages: np.ndarray, part: frozenset[int]) -> np.ndarray:
    """The marginalisation of the averages over a part, in their shape.

    The marginals of all parts add up to the averages about their mean. They are orthogonal, so that their sums of
    squares add up as well.
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
    """(sample, unit) averages about the mean of each unit."""
    flat = averages.reshape(-1, averages.shape[-1])
    return flat - flat.mean(axis=0)


def demixed(samples: np.ndarray, share: np.ndarray, *, components: int, penalty: float) -> Demixed:
    """Demixed axes of a part: reduced-rank ridge regression of its marginal on the averages.

    samples: (sample, unit) from `centred`; share: (sample, unit), a `marginal`. Minimises |share - samples D F'|^2 +
    (penalty |samples|)^2 |D F'|^2 over encoders F and decoders D with `components` columns (Kobak et al. 2016, eq. 4
    and "Regularization"). The lambda of the published code (`lambda` in dpca.m, `regularizer` in the package dPCA) is
    relative to |samples|^2: penalty = lambda |samples|, where |samples| is the norm of the averages about the means of
    the units. Directions that are rounding error are not used, with or without a penalty.
    """
    left, singular, right = np.linalg.svd(samples, full_matrices=False)
    keep = singular > RANK * max(singular[0], np.finfo(float).tiny)
    left, singular, right = left[:, keep], singular[keep], right[keep]
    strength = penalty**2 * (singular**2).sum()
    loads = left.T @ share
    # The prediction of the penalised regression, whose principal directions are the encoders.
    predicted = singular[:, None] / np.sqrt(singular[:, None] ** 2 + strength) * loads
    encoder = np.linalg.svd(predicted, full_matrices=True)[2][:components].T
    decoder = right.T @ ((singular / (singular**2 + strength))[:, None] * (loads @ encoder))
    return Demixed(encoder, decoder)


def variance_explained(samples: np.ndarray, axes: Demixed) -> float:
    """Share of the variance of the samples that the components explain; negative if the residual is larger."""
    residual = samples - samples @ axes.decoder @ axes.encoder.T
    return float(1 - (residual**2).sum() / (samples**2).sum())


def purity(samples: np.ndarray, share: np.ndarray, axes: Demixed) -> float | None:
    """Share of the variance of the components that is due to their part, 0 to 1; None if they do not vary."""
    own, total = (((a @ axes.decoder) ** 2).sum() for a in (share, samples))
    return float(own / total) if total > 0 else None
