"""Canonical correlations of two sets of samples, where they are fitted."""

import numpy as np

from rnncompare.comparison.pair_checks import check_values

CONDITION = 1e7  # of the scaled products; beyond it their Cholesky factors have lost too many digits
RANK = 1e-10  # of the largest singular value; directions with less are rounding


def canonical_correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(correlation,) all of them, highest first, 0 to 1: as many as the side of lower rank has dimensions.

    x, y: (sample, unit), any units; their means are removed. Raises ValueError where samples differ in number or
    nothing varies. From products of units, which costs least; from singular vectors where those are ill-conditioned
    or there are more units than samples. (Hotelling 1936; Bjorck & Golub 1973.)
    """
    if len(x) != len(y):
        raise ValueError(f"canonical correlations: found {len(x)} and {len(y)} samples, wanted as many on both sides")
    for side in (x, y):
        check_values(side, "canonical correlations")
    x, y = (scaled(side) for side in (x, y))
    factors = [cholesky_factor(side) for side in (x, y)]
    if all(factor is not None for factor in factors):
        return of_products(x.T @ y, *factors)
    return np.minimum(np.linalg.svd(orthonormal(x).T @ orthonormal(y), compute_uv=False), 1.0)


def scaled(samples: np.ndarray) -> np.ndarray:
    """Units that vary, about their mean, with a norm of 1."""
    level = lost_by_rounding(samples.astype(float, copy=False))
    about = samples - samples.mean(axis=0, dtype=float)
    norm = np.sqrt(np.einsum("su,su->u", about, about))
    varies = norm > np.maximum(RANK * norm.max(initial=0.0), level)
    if not varies.any():
        raise ValueError(f"canonical correlations: found {samples.shape[1]} units of which none varies, wanted one")
    about = about[:, varies] if not varies.all() else about
    about /= norm[varies]
    return about


def lost_by_rounding(samples: np.ndarray) -> np.ndarray:
    """(unit,) norm that rounding leaves of units that are the same in all samples, about their mean."""
    return np.finfo(float).eps * len(samples) * np.sqrt(np.einsum("su,su->u", samples, samples))


def cholesky_factor(samples: np.ndarray) -> np.ndarray | None:
    """(unit, unit) lower factor of samples' products, or None where it would not be exact enough."""
    if samples.shape[1] >= len(samples):
        return None
    products = samples.T @ samples
    values = np.linalg.eigvalsh(products)
    return np.linalg.cholesky(products) if values[0] * CONDITION > values[-1] else None


def of_products(xy: np.ndarray, x_factor: np.ndarray, y_factor: np.ndarray) -> np.ndarray:
    """Correlations from products of two sides and each one's Cholesky factor."""
    whitened = np.linalg.solve(y_factor, np.linalg.solve(x_factor, xy).T)
    return np.minimum(np.linalg.svd(whitened, compute_uv=False), 1.0)


def orthonormal(samples: np.ndarray) -> np.ndarray:
    """(sample, dimension) basis of what the units span."""
    left, values, _ = np.linalg.svd(samples, full_matrices=False)
    return left[:, values > RANK * values[0]]
