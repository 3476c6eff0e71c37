"""In-sample canonical correlations of two sets of samples."""

import numpy as np

from rnncompare.comparison.pair_checks import check_values

CONDITION = 1e7  # largest condition number of the scaled products for which the Cholesky factors are precise enough
RANK = 1e-10  # of the largest singular value; directions with less are rounding error


def canonical_correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(correlation,) canonical correlations from 0 to 1, in decreasing order; their number is the lower of both ranks.

    x, y: (sample, unit); the means of the units are removed. The correlations are computed from products of units, or,
    if these are ill-conditioned or there are more units than samples, from singular vectors. (Hotelling 1936; Bjorck &
    Golub 1973.) Raises ValueError if the numbers of samples differ or a side has no variance.
    """
    if len(x) != len(y):
        raise ValueError(
            f"canonical correlations: found {len(x)} and {len(y)} samples, wanted the same number on both sides"
        )
    for side in (x, y):
        check_values(side, "canonical correlations")
    x, y = (scaled(side) for side in (x, y))
    factors = [cholesky_factor(side) for side in (x, y)]
    if all(factor is not None for factor in factors):
        return of_products(x.T @ y, *factors)
    return np.minimum(np.linalg.svd(orthonormal(x).T @ orthonormal(y), compute_uv=False), 1.0)


def scaled(samples: np.ndarray) -> np.ndarray:
    """The units that vary, about their means and scaled to a norm of 1."""
    level = rounding_error(samples.astype(float, copy=False))
    about = samples - samples.mean(axis=0, dtype=float)
    norm = np.sqrt(np.einsum("su,su->u", about, about))
    varies = norm > np.maximum(RANK * norm.max(initial=0.0), level)
    if not varies.any():
        raise ValueError(
            f"canonical correlations: found {samples.shape[1]} units without variance, wanted at least one that varies"
        )
    about = about[:, varies] if not varies.all() else about
    about /= norm[varies]
    return about


def rounding_error(samples: np.ndarray) -> np.ndarray:
    """(unit,) norm about the mean that rounding error gives to a unit that is constant over samples."""
    return np.finfo(float).eps * len(samples) * np.sqrt(np.einsum("su,su->u", samples, samples))


def cholesky_factor(samples: np.ndarray) -> np.ndarray | None:
    """(unit, unit) lower Cholesky factor of the products of samples, or None if it would not be precise enough."""
    if samples.shape[1] >= len(samples):
        return None
    products = samples.T @ samples
    values = np.linalg.eigvalsh(products)
    return np.linalg.cholesky(products) if values[0] * CONDITION > values[-1] else None


def of_products(xy: np.ndarray, x_factor: np.ndarray, y_factor: np.ndarray) -> np.ndarray:
    """Canonical correlations from the products of two sides and the Cholesky factor of each."""
    whitened = np.linalg.solve(y_factor, np.linalg.solve(x_factor, xy).T)
    return np.minimum(np.linalg.svd(whitened, compute_uv=False), 1.0)


def orthonormal(samples: np.ndarray) -> np.ndarray:
    """(sample, dimension) orthonormal basis of the span of the units."""
    left, values, _ = np.linalg.svd(samples, full_matrices=False)
    return left[:, values > RANK * values[0]]
