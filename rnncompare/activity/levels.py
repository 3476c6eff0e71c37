"""Levels: what an activity varies about, taken off so that what is left keeps its digits however high they are."""

import numpy as np

NOTHING = 1e-12  # of an activity's variance; differences between conditions smaller than this are rounding
HIGH = 1e4  # SDs of a unit; no recording of spikes has such a level
STILL = 1e-12  # of a level; a SD below is rounding


def varies(data: np.ndarray, axes: tuple[int, ...]) -> bool:
    """Whether an activity (condition, time, unit) differs from its mean over `axes` by more than rounding, and by more
    than a share `NOTHING` of its variance.
    """
    mean, middle = (data.mean(axis=over, keepdims=True, dtype=float)[0] for over in (axes, (0, 1)))
    between, total = squares(data, mean), squares(data, middle)
    return between > max(rounding(squares(data), data), NOTHING * total)


def squares(data: np.ndarray, mean: np.ndarray | None = None) -> float:
    """Sum of squares, about a mean where one is given, in double precision, one condition or trial at a time: data may
    fill the memory.
    """
    doubles = (one.astype(float, copy=False) for one in data)
    about = doubles if mean is None else (one - mean for one in doubles)
    return sum(float(np.vdot(one, one)) for one in about)


def lowered(values: np.ndarray) -> np.ndarray:
    """(trial, unit) values, those of units whose level is more than `HIGH` times their SD about their mean.

    Products and squares of such levels would leave few digits for the differences. Other units stay as they are, and so
    do those that vary by no more than rounding, which has to be held against their level.
    """
    mean, spread = values.mean(axis=0), values.std(axis=0)
    high = (np.abs(mean) > HIGH * spread) & (spread > STILL * np.abs(mean))
    return np.where(high, values - mean, values) if high.any() else values


def rounding(level: float, data: np.ndarray) -> float:
    """The sum of squares that rounding makes of values that are all the same, about their mean: less is no variance.

    data: (condition or trial, time, unit), of which its form and type are asked; level: their sum of squares. In double
    precision a mean loses a rounding error a sample, in single precision values have lost their own: a SD of 1 spike/s
    on a level of a million is a million times as much as the former for 5,000 samples, and four times the latter.
    """
    own = np.finfo(data.dtype).eps if data.dtype.kind == "f" else 0.0
    lost = max(2 * float(own), np.finfo(float).eps * data.shape[0] * data.shape[1])
    return lost**2 * level
