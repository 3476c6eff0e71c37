"""Random activity that has the recorded means and covariances over times, units and conditions, and nothing else."""

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
RANK = 1e-10  # of the largest eigenvalue; directions with less are rounding, and surrogates have nothing in them


class Distribution(NamedTuple):
    """A Gaussian over arrays (condition, time, unit): mean + spread x standard normal, in the modes' own directions."""

    mean: np.ndarray  # (condition, time, unit)
    directions: list[np.ndarray]  # for each mode (size, direction), orthonormal
    spread: np.ndarray  # (direction of conditions, of times, of units) standard deviations


def tensor_maximum_entropy(
    data: np.ndarray, *, draws: Draws, seed: Seed, keep: list[Literal["times", "units", "conditions"]]
) -> Iterator[np.ndarray]:
    """Draws of the distribution of most entropy with the data's marginal means and the marginal covariances in `keep`.

    data: (condition, time, unit); draw k depends on seed and k alone. Kept in expectation: the mean at each time (over
    conditions and units), of each unit and of each condition; about them, the covariances among times (summed over
    units and conditions), among units and among conditions. So surrogates are as smooth, as low-dimensional and as
    tuned as the data, in the same directions, and random beyond that. A null of "structure that follows from
    smoothness, dimensionality and tuning", or from those that `keep` names (the paper's surrogate-T keeps times, -TN
    times and units, -TNC all three). What a measure makes of one of these covariances alone (dissimilarities
    averaged over time follow from the one among conditions) it finds in surrogates too: it is not beyond them.
    Raises BadOption, BadActivity where nothing varies about the means. (Elsayed and Cunningham 2017.)
    """
    data = numbers(data, "surrogate tensor_maximum_entropy")
    if not keep or len(set(keep)) != len(keep) or set(keep) - set(MODES):
        raise BadOption(f"surrogate tensor_maximum_entropy: found keep {list(keep)}, wanted some of {', '.join(MODES)}")
    distribution = fit(data, keep)
    return (sample(distribution, np.random.default_rng([seed, draw])) for draw in range(draws))


def fit(data: np.ndarray, keep: list[str]) -> Distribution:
    """The distribution of most entropy; all three marginal means are kept whatever `keep` says."""
    mean = marginal_means(data)
    rest = data - mean
    total = (rest**2).sum()
    if total <= max(rounding_error(sum_of_squares(data), data), RANK * sum_of_squares(data, data.mean(axis=(0, 1)))):
        raise BadActivity(
            "surrogate tensor_maximum_entropy: found rates that are a sum of one course, one level a unit and one a "
            "condition, wanted some that vary beyond that"
        )
    directions, margins = [], []
    for axis, mode in enumerate(MODES):
        size = data.shape[axis]
        values, vectors = eigen(rest, axis) if mode in keep else (np.ones(1), np.eye(size))
        directions.append(vectors)
        margins.append(values * (total / values.sum()))
    a, b, c = multipliers(margins)
    shape = tuple(vectors.shape[1] for vectors in directions)
    # A mode that is not kept has one multiplier, and its variance is shared out evenly.
    copies = np.prod([size for size, margin in zip(shape, margins, strict=True) if len(margin) != size], initial=1.0)
    spread = 1 / np.sqrt(copies * (a[:, None, None] + b[:, None] + c))
    return Distribution(mean, directions, np.broadcast_to(spread, shape))


def sample(distribution: Distribution, rng: np.random.Generator) -> np.ndarray:
    """One array (condition, time, unit).

    Normal numbers are drawn for each condition, time and unit, scaled along the directions and turned back, as by a
    symmetric square root of the covariance: a draw depends neither on the directions' signs nor on how equal variances
    share a plane, which differ between processors.
    """
    normal = along(rng.standard_normal(distribution.mean.shape), [vectors.T for vectors in distribution.directions])
    normal *= distribution.spread
    return distribution.mean + along(normal, distribution.directions)


def along(data: np.ndarray, matrices: list[np.ndarray]) -> np.ndarray:
    """data (condition, time, unit) with one matrix (new size, size) applied to each mode."""
    conditions, times, units = matrices
    return np.tensordot(conditions, np.matmul(times, data @ units.T), axes=1)


def marginal_means(data: np.ndarray) -> np.ndarray:
    """(condition, time, unit) sums of one mean a condition, one a time and one a unit, which data has as well."""
    others = [(1, 2), (0, 2), (0, 1)]
    return sum(data.mean(axis=axes, keepdims=True) for axes in others) - 2 * data.mean()


def eigen(rest: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """(direction,) eigenvalues and (size, direction) eigenvectors, but for rounding, of one marginal covariance."""
    values, vectors = np.linalg.eigh(marginal_covariance(rest, axis))
    real = values > RANK * values[-1]
    return values[real], vectors[:, real]


def marginal_covariance(rest: np.ndarray, axis: int) -> np.ndarray:
    """(size, size) sums of products over the two other axes."""
    flat = np.moveaxis(rest, axis, 0).reshape(rest.shape[axis], -1)
    return flat @ flat.T
