"""Levels: what an activity varies about, taken off so that what is left keeps its digits however high they are."""

import numpy as np

NOTHING = 1e-12  # of an activity's variance; differences between conditions smaller than this are rounding
MEAN = 1e-12  # of a level; a mean over many samples is hardly more exact, in double precision


def varies(data: np.ndarray, axes: tuple[int, ...]) -> bool:
    """Whether an activity (condition, time, unit) differs from its mean over `axes` by more than rounding, and by more
    than a share `NOTHING` of its variance.
    """
    mean, middle = (data.mean(axis=over, keepdims=True, dtype=float)[0] for over in (axes, (0, 1)))
    between, total = squares(data, mean), squares(data, middle)
    return between > max(rounding(squares(data), data.dtype), NOTHING * total)


def squares(data: np.ndarray, mean: np.ndarray | float = 0.0) -> float:
    """Sum of squares about a mean, in double precision, one condition or trial at a time: data may fill the memory."""
    about = (one - np.asarray(mean, dtype=float) for one in data)
    return sum(float(np.vdot(one, one)) for one in about)


def rounding(level: float, kind: np.dtype) -> float:
    """The sum of squares that rounding makes of values that are all the same, about their mean: less is no variance.

    level: their sum of squares; kind: their type. In double precision what a mean over many samples loses (`MEAN` of
    the level), in single precision the values' own rounding: a SD of 1 spike/s on a level of a million is a million
    times as much as the former, and four times the latter.
    """
    own = 2 * float(np.finfo(kind).eps) if kind.kind == "f" else 0.0
    return max(MEAN, own) ** 2 * level
