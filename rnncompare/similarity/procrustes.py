"""Angle left between two activities after a rotation that was found on other conditions."""

import numpy as np

from rnncompare.heldout import Moments, held_out, in_sample
from rnncompare.measure_card import MeasureCard
from rnncompare.pair import Pair


def procrustes(pair: Pair, *, components: int) -> dict[str, np.ndarray]:
    """Procrustes angle in radians between the first principal components of each side.

    angle: the rotation is found on training conditions and the left-out ones are compared; 0: they
    differ by it alone, pi/2: nothing carries over, above: it carries over upside down.
    angle_in_sample: arccos(nuclear norm(x'y) / (norm x norm y)) of all conditions (Williams et al. 2021),
    0 to pi/2, which falls as components are added. Symmetric; invariant to rotation, reflection,
    translation and one scale; not to other linear maps.
    """
    pooled, saw = held_out(pair, components=components, fit=rotation, sums=aligned_sums)
    whole = in_sample(pair, components=components)
    nuclear = np.linalg.svd(whole.xy, compute_uv=False).sum(axis=-1)
    return {
        "angle": angle(pooled["xy"], pooled["xx"], pooled["yy"]),
        "angle_in_sample": angle(nuclear, np.trace(whole.xx), np.trace(whole.yy)),
    } | saw


procrustes.card = MeasureCard(lower_is_better=("angle", "angle_in_sample"))


def rotation(train: Moments) -> np.ndarray:
    """(..., component of x, component of y) orthogonal map of x that comes closest to y."""
    left, _, right = np.linalg.svd(train.xy, full_matrices=False)
    return left @ right


def aligned_sums(turn: np.ndarray, test: Moments) -> dict[str, np.ndarray]:
    """Inner product of rotated x with y, and the two squared norms."""
    xx, yy = (np.trace(side, axis1=-2, axis2=-1) for side in (test.xx, test.yy))
    return {"xy": (turn * test.xy).sum(axis=(-2, -1)), "xx": xx, "yy": yy}


def angle(xy: np.ndarray, xx: np.ndarray, yy: np.ndarray) -> np.ndarray:
    """arccos of a cosine, in radians; where a side has no variance left out, pi/2."""
    size = np.sqrt(xx * yy) * np.ones_like(xy)
    return np.arccos(np.clip(np.divide(xy, size, out=np.zeros_like(size), where=size > 0), -1.0, 1.0))
