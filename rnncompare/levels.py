"""Levels: what an activity varies about, taken off so that what is left keeps its digits however high they are."""

import numpy as np

NOTHING = 1e-12  # of an activity's variance; differences between conditions smaller than this are rounding


def about_mean(data: np.ndarray, axes: int | tuple[int, ...]) -> np.ndarray:
    """Double precision, less the mean over `axes`; of values that are all the same nothing is left.

    The mean is taken off twice: the first time it is rounded, by a share of a level that may be large.
    """
    about = data.astype(float, copy=False)
    for _ in range(2):
        about = about - about.mean(axis=axes, keepdims=True)
    return about


def varies(data: np.ndarray, axes: tuple[int, ...]) -> bool:
    """Whether an activity (condition, time, unit) differs from its mean over `axes` by more than rounding, and by more
    than a share `NOTHING` of its variance.
    """
    about = data.astype(float, copy=False) - data.mean(axis=axes, keepdims=True, dtype=float)
    between = float(np.vdot(about, about))
    if between > NOTHING * float(np.vdot(data, data)):
        return True
    return between > max(rounding(data), NOTHING * float((about_mean(data, (0, 1)) ** 2).sum()))


def rounding(data: np.ndarray) -> float:
    """The sum of squares that the rounding of its values makes of an activity: less than this is no variance.

    A share of the squared level: a SD of 1 spike/s on a level of a million is two thousand million times what double
    precision rounds away, and four times what single precision does.
    """
    precision = 2 * np.finfo(data.dtype if data.dtype.kind == "f" else float).eps
    flat = data.ravel().astype(float, copy=False)
    return float(precision) ** 2 * float(np.vdot(flat, flat))
