"""Shapes: activities up to rotations, as they are or partly whitened, and the angles among many of them at once.

The family of Williams et al. 2021 from Procrustes to canonical correlations. An activity X (samples x units, each unit
about its mean) with singular values s and their root mean square m becomes X Z with

    Z = alpha I + (1 - alpha) m (X'X)^(-1/2),

so that a component of singular value s is scaled by alpha + (1 - alpha) m / s: alpha 1 leaves it as it is, alpha 0
makes all components equally large. The paper has 1 in the place of m; alpha then means one thing in spikes/s and
another in units of 10 spikes/s. With m, which takes every activity as if its components had variance 1 on average, a
scaled activity is whitened by the same share.
"""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error, sum_of_squares
from rnncompare.comparison.pair_checks import numbers
from rnncompare.crossvalidation.projection import axes_of, rank_of
from rnncompare.plugins import BadOption

SAME = 1e-14  # from 1: a cosine that is no further is 1 but for rounding, and its angle would be rounding's root


def partial_whitening(variance: np.ndarray, typical: np.ndarray, alpha: float) -> np.ndarray:
    """(..., component) factors of principal components whose sums of squares are `variance`; typical: their mean."""
    return alpha + (1.0 - alpha) * np.sqrt(typical / variance)


def check_alpha(alpha: float, where: str) -> None:
    """Raise BadOption unless alpha is from 0 to 1."""
    if not 0.0 <= alpha <= 1.0:
        raise BadOption(f"{where}: found alpha {alpha:g}, wanted 0 (canonical correlations) to 1 (Procrustes)")


def angle(xy: np.ndarray, xx: np.ndarray, yy: np.ndarray) -> np.ndarray:
    """arccos of xy / sqrt(xx yy), in radians; pi/2 where a side has no size; rounding is no angle."""
    size = np.sqrt(xx * yy) * np.ones_like(xy)
    cosine = np.divide(xy, size, out=np.zeros_like(size), where=size > 0)
    return np.arccos(np.where(np.abs(cosine) > 1.0 - SAME, np.sign(cosine), cosine))


def shape_distances(activities: list[np.ndarray], *, alpha: float, components: int | None) -> np.ndarray:
    """(activity, activity) angles in radians among all pairs: arccos of the nuclear norm of the product of two shapes.

    activities: (condition, time, unit) of any numbers of units, at the same conditions and times in the same order;
    units' means over both are removed. components: of each activity at most, None for all. 0: the same but for a
    rotation (any linear map of the components with alpha 0), a scale and a translation; pi/2: orthogonal in time. A
    metric, fitted to what it measures: it falls as components are added, and independent smooth activities are far
    from pi/2. Raises BadOption, BadActivity.
    """
    check_alpha(alpha, "shape_distances")
    if components is not None and components < 1:
        raise BadOption(f"shape_distances: found components {components}, wanted at least 1, or None for all")
    activities = [numbers(a, f"shape_distances: activity {k}") for k, a in enumerate(activities)]
    sizes = {a.shape[:2] for a in activities}
    if len(sizes) > 1:
        raise BadActivity(f"shape_distances: found conditions and times {sorted(sizes)}, wanted the same for all")
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
    """(sample, shape x component) and how many components each shape has: zeros for those it lacks change no angle."""
    width = max(min(a.shape[-1], components or a.shape[-1]) for a in activities)
    flat = np.zeros((activities[0].shape[0] * activities[0].shape[1], len(activities) * width))
    for k, activity in enumerate(activities):
        shape = shape_of(activity, alpha, components, where=k)
        flat[:, k * width : k * width + shape.shape[1]] = shape
    return flat, width


def shape_of(activity: np.ndarray, alpha: float, components: int | None, where: int) -> np.ndarray:
    """(sample, component) principal components, partly whitened; activity: (condition, time, unit)."""
    samples = activity.reshape(-1, activity.shape[-1]).astype(float, copy=False)
    about = samples - samples.mean(axis=0)
    floor = max(rounding_error(sum_of_squares(activity), activity), NEGLIGIBLE * np.vdot(about, about))
    if np.vdot(about, about) <= floor:
        raise BadActivity(f"shape_distances: found nothing that varies in activity {where}, wanted some variance")
    if alpha == 1.0 and components is None:
        return about  # components are a rotation, which changes no angle
    variance, axes = axes_of(about.T @ about, components or about.shape[1])
    rank = rank_of(variance, floor)
    return about @ (axes[:, :rank] * partial_whitening(variance[:rank], variance[:rank].mean(), alpha))
