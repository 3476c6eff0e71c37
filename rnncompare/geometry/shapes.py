"""Generalised shape metrics: angles between activities up to rotations, after no, partial or complete whitening.

The metrics of Williams et al. 2021 range from Procrustes to canonical correlation analysis. An activity X (samples x
units, each unit about its mean) with singular values s and their root mean square m is transformed to X Z with

    Z = alpha I + (1 - alpha) m (X'X)^(-1/2),

which scales a component of singular value s by alpha + (1 - alpha) m / s: alpha 1 does not change it, and alpha 0 makes
all components equally large. The paper has 1 instead of m; the meaning of alpha then depends on the units of the rates.
With m, which normalises the mean variance of the components to 1, a scaled activity is whitened to the same degree.
"""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error, sum_of_squares
from rnncompare.comparison.pair_checks import numbers
from rnncompare.crossvalidation.projection import axes_of, rank_of
from rnncompare.plugins import BadOption

ROUNDING = 1e-14  # a cosine this close to 1 counts as 1: its angle would be the root of a rounding error


def partial_whitening(variance: np.ndarray, typical: np.ndarray, alpha: float) -> np.ndarray:
    """(..., component) scale factors of principal components with sums of squares `variance`; typical: their mean."""
    return alpha + (1.0 - alpha) * np.sqrt(typical / variance)


def check_alpha(alpha: float, where: str) -> None:
    """Raise BadOption unless alpha is from 0 to 1."""
    if not 0.0 <= alpha <= 1.0:
        raise BadOption(f"{where}: found alpha {alpha:g}, wanted 0 (canonical correlations) to 1 (Procrustes)")


def angle(xy: np.ndarray, xx: np.ndarray, yy: np.ndarray) -> np.ndarray:
    """arccos of xy / sqrt(xx yy), radians; pi/2 if a side is zero, 0 or pi if the cosine is 1 or -1 up to rounding."""
    size = np.sqrt(xx * yy) * np.ones_like(xy)
    cosine = np.divide(xy, size, out=np.zeros_like(size), where=size > 0)
    return np.arccos(np.where(np.abs(cosine) > 1.0 - ROUNDING, np.sign(cosine), cosine))


def shape_distances(activities: list[np.ndarray], *, alpha: float, components: int | None) -> np.ndarray:
    """(activity, activity) angles in radians: arccos of the nuclear norm of the product of two shapes, for all pairs.

    activities: (condition, time, unit) with any numbers of units, and the same conditions and times in the same order;
    the means of the units are removed. components: the largest number for each activity, None for all. 0: equal up to a
    rotation (with alpha 0, any linear map of the components), a scale and a translation; pi/2: orthogonal over
    conditions and times. The angle is a metric, but it is scored in sample: it decreases as components are added, and
    that of independent smooth activities is far below pi/2. Raises BadOption, BadActivity.
    """
    check_alpha(alpha, "shape_distances")
    if components is not None and components < 1:
        raise BadOption(f"shape_distances: found components {components}, wanted at least 1, or None for all")
    activities = [numbers(a, f"shape_distances: activity {k}") for k, a in enumerate(activities)]
    sizes = {a.shape[:2] for a in activities}
    if len(sizes) > 1:
        raise BadActivity(
            f"shape_distances: found conditions and times {sorted(sizes)}, wanted the same for all activities"
        )
    flat, width = side_by_side(activities, alpha, components)
    size = np.einsum("ij,ij->j", flat, flat).reshape(-1, width).sum(axis=1)
    distance = np.zeros((len(size), len(size)))
    for k in range(len(size) - 1):
        after = (k + 1) * width
        products = flat[:, after - width : after].T @ flat[:, after:]
        products = products.reshape(width, -1, width).transpose(1, 0, 2)
        nuclear = np.linalg.svd(products, compute_uv=False).sum(axis=-1)
        distance[k, k + 1 :] = angle(nuclear, size[k], size[k + 1 :])
    return distance + distance.T


def side_by_side(activities: list[np.ndarray], alpha: float, components: int | None) -> tuple[np.ndarray, int]:
    """(sample, shape x component) of all shapes, padded with zeros, which change no angle, and components per shape."""
    width = max(min(a.shape[-1], components or a.shape[-1]) for a in activities)
    flat = np.zeros((activities[0].shape[0] * activities[0].shape[1], len(activities) * width))
    for k, activity in enumerate(activities):
        shape = shape_of(activity, alpha, components, where=k)
        flat[:, k * width : k * width + shape.shape[1]] = shape
    return flat, width


def shape_of(activity: np.ndarray, alpha: float, components: int | None, where: int) -> np.ndarray:
    """(sample, component) partially whitened principal components; activity: (condition, time, unit)."""
    samples = activity.reshape(-1, activity.shape[-1]).astype(float, copy=False)
    about = samples - samples.mean(axis=0)
    floor = max(rounding_error(sum_of_squares(activity), activity), NEGLIGIBLE * np.vdot(about, about))
    if np.vdot(about, about) <= floor:
        raise BadActivity(f"shape_distances: found no variance in activity {where}, wanted some")
    if alpha == 1.0 and components is None:
        return about  # all principal components are a rotation, which changes no angle
    variance, axes = axes_of(about.T @ about, components or about.shape[1])
    rank = rank_of(variance, floor)
    return about @ (axes[:, :rank] * partial_whitening(variance[:rank], variance[:rank].mean(), alpha))
