"""Surrogates with the marginal means and covariances of the data over times, units and conditions, otherwise random."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import rounding_error, sum_of_squares
from rnncompare.comparison.pair_checks import numbers
from rnncompare.options.ranges import Draws, Seed
from rnncompare.plugins import BadOption
from rnncompare.surrogates._maximum_entropy import multipliers

MODES = ("conditions", "times", "units")  # the order of data's axes
RANK = 1e-10  # relative to the largest eigenvalue; directions below are rounding errors and are omitted


class Distribution(NamedTuple):
    """A Gaussian distribution over arrays (condition, time, unit), with independent components along directions."""

    mean: np.ndarray  # (condition, time, unit)
    directions: list[np.ndarray]  # for each mode (size, direction), orthonormal eigenvectors
    spread: np.ndarray  # (direction of conditions, of times, of units) standard deviations


def tensor_maximum_entropy(
    data: np.ndarray, *, draws: Draws, seed: Seed, keep: list[Literal["times", "units", "conditions"]]
) -> Iterator[np.ndarray]:
    """Draws from the maximum-entropy distribution with the data's marginal means and the covariances in `keep`.

    data: (condition, time, unit); draw k depends only on seed and k. Preserved in expectation: the mean at each time
    (over conditions and units), of each unit and of each condition; and the covariances about these means between times
    (summed over units and conditions), between units and between conditions. Surrogates therefore have the smoothness,
    dimensionality and tuning of the data, in the same directions, and are random otherwise. The null hypothesis is
    structure that follows from these properties, or from those that `keep` names (in the paper, surrogate-T keeps
    times, -TN times and units, -TNC all three). A statistic that depends on only one of these covariances has the same
    expectation in surrogates: dissimilarities averaged over time, for example, follow from the covariance between
    conditions. Raises BadOption, and BadActivity if nothing varies about the means. (Elsayed and Cunningham 2017.)
    """
    data = numbers(data, "surrogate tensor_maximum_entropy")
    if not keep or len(set(keep)) != len(keep) or set(keep) - set(MODES):
        raise BadOption(f"surrogate tensor_maximum_entropy: found keep {list(keep)}, wanted some of {', '.join(MODES)}")
    distribution = fit(data, keep)
    return (sample(distribution, np.random.default_rng([seed, draw])) for draw in range(draws))


def fit(data: np.ndarray, keep: list[str]) -> Distribution:
    """The maximum-entropy distribution; all three marginal means are preserved for any `keep`. Raises BadActivity."""
    mean = marginal_means(data)
    rest = data - mean
    total = (rest**2).sum()
    if total <= max(rounding_error(sum_of_squares(data), data), RANK * sum_of_squares(data, data.mean(axis=(0, 1)))):
        raise BadActivity(
            "surrogate tensor_maximum_entropy: found rates that are a sum of a time course, a constant for each unit "
            "and one for each condition, wanted rates with further variance"
        )
    directions, margins = [], []
    for axis, mode in enumerate(MODES):
        size = data.shape[axis]
        values, vectors = eigen(rest, axis) if mode in keep else (np.ones(1), np.eye(size))
        directions.append(vectors)
        margins.append(values * (total / values.sum()))
    a, b, c = multipliers(margins)
    shape = tuple(vectors.shape[1] for vectors in directions)
    # A mode that is not in `keep` has one multiplier, and its variance is distributed evenly.
    copies = np.prod([size for size, margin in zip(shape, margins, strict=True) if len(margin) != size], initial=1.0)
    spread = 1 / np.sqrt(copies * (a[:, None, None] + b[:, None] + c))
    return Distribution(mean, directions, np.broadcast_to(spread, shape))


def sample(distribution: Distribution, rng: np.random.Generator) -> np.ndarray:
    """One draw (condition, time, unit).

    Normal random numbers for each condition, time and unit are transformed by the symmetric square root of the
    covariance. A draw therefore depends neither on the signs of eigenvectors nor on their choice for equal eigenvalues,
    which may differ between processors.
    """
    normal = along(rng.standard_normal(distribution.mean.shape), [vectors.T for vectors in distribution.directions])
    normal *= distribution.spread
    return distribution.mean + along(normal, distribution.directions)


def along(data: np.ndarray, matrices: list[np.ndarray]) -> np.ndarray:
    """The data (condition, time, unit) after applying one matrix (new size, size) to each mode."""
    conditions, times, units = matrices
    return np.tensordot(conditions, np.matmul(times, data @ units.T), axes=1)


def marginal_means(data: np.ndarray) -> np.ndarray:
    """(condition, time, unit) array, additive in conditions, times and units, with the data's marginal means."""
    others = [(1, 2), (0, 2), (0, 1)]
    return sum(data.mean(axis=axes, keepdims=True) for axes in others) - 2 * data.mean()


def eigen(rest: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """(direction,) eigenvalues and (size, direction) eigenvectors of a marginal covariance, without rounding errors."""
    values, vectors = np.linalg.eigh(marginal_covariance(rest, axis))
    real = values > RANK * values[-1]
    return values[real], vectors[:, real]


def marginal_covariance(rest: np.ndarray, axis: int) -> np.ndarray:
    """(size, size) covariance along one axis: sums of products over the two other axes."""
    flat = np.moveaxis(rest, axis, 0).reshape(rest.shape[axis], -1)
    return flat @ flat.T
