"""What a matrix of weights passes on: its output-potent space, and how much of an axis of activity lies in it.

weights (receiver, sender): what senders drive is weights @ rates. (Kaufman et al. 2014; Kleinman et al. 2021.)
"""

import numpy as np
from scipy.linalg import eigh


def potent_space(weights: np.ndarray, dimensions: int) -> np.ndarray:
    """(sender, dimension) orthonormal directions of activity that drive the receivers most, first the strongest.

    The first right singular vectors of the weights; what is orthogonal to all of them is their output-null space.
    """
    senders = weights.shape[1]
    first = max(0, senders - dimensions)
    return eigh(weights.T @ weights, subset_by_index=[first, senders - 1])[1][:, ::-1]


def overlap(axes: np.ndarray, space: np.ndarray) -> np.ndarray:
    """(axis,) squared length of unit axes (sender, axis) in a space (sender, dimension): 0, orthogonal, to 1, inside.

    What is left of 1 lies in the null space. A random axis has dimensions / senders on average.
    """
    return ((space.T @ unit_length(axes)) ** 2).sum(axis=0)


def gain(axes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(axis,) squared drive of the receivers by unit axes (sender, axis), in units of that by a random axis.

    0: the axis passes nothing on; 1: as much as a random axis does on average; at most the number of senders.
    """
    if not weights.any():
        raise ValueError("gain: found weights that are all 0, wanted some that are not")
    driven = ((weights @ unit_length(axes)) ** 2).sum(axis=0)
    return driven * weights.shape[1] / (weights**2).sum()


def dimensions_passed(weights: np.ndarray) -> float:
    """Participation ratio of the squared singular values: 1, one direction passes all, to the number of senders."""
    product = weights @ weights.T if weights.shape[0] < weights.shape[1] else weights.T @ weights
    return float(np.trace(product) ** 2 / (product**2).sum())


def random_axes(senders: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(sender, draw) axes of uniform direction, not of unit length."""
    return rng.standard_normal((draws, senders)).T


def shuffled(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same weights in random places, as sparse and of the same signs: among the receivers that have any, and among
    the senders whose weights are all positive, all negative, or of both signs, each kind by itself.
    """
    receivers = np.flatnonzero((weights != 0).any(axis=1))
    kind = (weights > 0).any(axis=0) + 2 * (weights < 0).any(axis=0)
    moved = np.zeros_like(weights)
    for one in (1, 2, 3):
        places = np.ix_(receivers, np.flatnonzero(kind == one))
        moved[places] = rng.permutation(weights[places].ravel()).reshape(weights[places].shape)
    return moved


def unit_length(axes: np.ndarray) -> np.ndarray:
    """Axes (sender, axis) of length 1. Raises ValueError for one of length 0, which has no direction."""
    length = np.sqrt((axes**2).sum(axis=0))
    if not (length > 0).all():
        raise ValueError(f"axes: found {int((length == 0).sum())} of length 0, wanted directions")
    return axes / length
