"""The output-potent space of a weight matrix, and the share of an axis of activity that lies in it.

weights (receiver, sender): the input of the receivers is weights @ rates. (Kaufman et al. 2014; Kleinman et al. 2021.)
"""

import numpy as np

from rnncompare.crossvalidation.projection import axes_of


def potent_space(weights: np.ndarray, dimensions: int) -> np.ndarray:
    """(sender, dimension) orthonormal directions of activity that drive the receivers most, the strongest first.

    They are the first right singular vectors of the weights; their orthogonal complement is the output-null space.
    """
    return axes_of(weights.T @ weights, dimensions)[1]


def overlap(axes: np.ndarray, space: np.ndarray) -> np.ndarray:
    """(axis,) squared length of the projection of unit axes (sender, axis) onto a space (sender, dimension).

    From 0 (the axis is orthogonal to the space) to 1 (it lies in it); the rest of 1 lies in the null space. The mean
    over random axes is dimensions / senders.
    """
    return ((space.T @ unit_length(axes)) ** 2).sum(axis=0)


def gain(axes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(axis,) squared drive of the receivers by unit axes (sender, axis), relative to the mean over random axes.

    0: the axis does not drive the receivers; 1: as much as a random axis on average; at most the number of senders.
    Raises ValueError if all weights are 0.
    """
    if not weights.any():
        raise ValueError("gain: found only zero weights, wanted at least one that is not 0")
    driven = ((weights @ unit_length(axes)) ** 2).sum(axis=0)
    return driven * weights.shape[1] / (weights**2).sum()


def dimensionality(weights: np.ndarray) -> float:
    """Participation ratio of the squared singular values, from 1 (a single direction) to the number of senders."""
    product = weights @ weights.T if weights.shape[0] < weights.shape[1] else weights.T @ weights
    return float(np.trace(product) ** 2 / (product**2).sum())


def random_axes(senders: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(sender, draw) axes with uniformly distributed directions, not of unit length."""
    return rng.standard_normal((draws, senders)).T


def shuffled(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The weights in random positions, with the same sparseness and the same signs of the senders.

    They are permuted among the receivers that have any weights and, separately, among the senders whose weights are all
    positive, all negative, or of both signs.
    """
    receivers = np.flatnonzero((weights != 0).any(axis=1))
    kind = (weights > 0).any(axis=0) + 2 * (weights < 0).any(axis=0)
    permuted = np.zeros_like(weights)
    for one in (1, 2, 3):
        places = np.ix_(receivers, np.flatnonzero(kind == one))
        permuted[places] = rng.permutation(weights[places].ravel()).reshape(weights[places].shape)
    return permuted


def unit_length(axes: np.ndarray) -> np.ndarray:
    """Axes (sender, axis) scaled to length 1. Raises ValueError for an axis of length 0."""
    length = np.sqrt((axes**2).sum(axis=0))
    if not (length > 0).all():
        raise ValueError(f"axes: found {int((length == 0).sum())} of length 0, wanted axes with a direction")
    return axes / length
