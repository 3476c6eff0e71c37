"""Numerical precision: whether variance exceeds rounding errors, and the removal of large offsets before products."""

import numpy as np

NEGLIGIBLE = 1e-12  # share of an activity's variance below which differences are rounding errors
LARGE_OFFSET = 1e4  # ratio of a unit's mean to its SD; not reached by recordings of spikes
SMALLEST_SD = 1e-12  # ratio of a unit's SD to its mean below which the SD is a rounding error


def varies(data: np.ndarray, axes: tuple[int, ...]) -> bool:
    """Whether an activity (condition, time, unit) varies along `axes`.

    The variance about the mean over `axes` must exceed both the rounding error and `NEGLIGIBLE` of the total variance.
    """
    mean, middle = (data.mean(axis=over, keepdims=True, dtype=float)[0] for over in (axes, (0, 1)))
    between, total = sum_of_squares(data, mean), sum_of_squares(data, middle)
    return between > max(rounding_error(sum_of_squares(data), data), NEGLIGIBLE * total)


def sum_of_squares(data: np.ndarray, mean: np.ndarray | None = None) -> float:
    """Sum of squares of data, or of their deviations from `mean`, in double precision.

    It is computed for one condition or trial at a time, because a copy of the data may not fit into memory.
    """
    doubles = (one.astype(float, copy=False) for one in data)
    about = doubles if mean is None else (one - mean for one in doubles)
    return sum(float(np.vdot(one, one)) for one in about)


def without_large_offset(values: np.ndarray) -> np.ndarray:
    """Values (trial, unit) in which units with a mean above `LARGE_OFFSET` SDs are centred.

    Products and squares of large offsets would lose the digits of the differences between trials. Other units are
    unchanged, and so are units whose SD is a rounding error, which must be compared with their offset.
    """
    mean, spread = values.mean(axis=0), values.std(axis=0)
    high = (np.abs(mean) > LARGE_OFFSET * spread) & (spread > SMALLEST_SD * np.abs(mean))
    return np.where(high, values - mean, values) if high.any() else values


def rounding_error(level: float, data: np.ndarray) -> float:
    """The sum of squares about the mean that rounding errors can produce for constant values.

    A smaller sum of squares is no evidence of variance. data: (condition or trial, time, unit), of which only shape and
    type are used; level: their sum of squares. In double precision, the mean accumulates one rounding error for each
    sample; in single precision, the values themselves are rounded. For a mean of 1e6 and 5,000 samples, an SD of
    1 spike/s is a million times the former error and four times the latter.
    """
    own = np.finfo(data.dtype).eps if data.dtype.kind == "f" else 0.0
    lost = max(2 * float(own), np.finfo(float).eps * data.shape[0] * data.shape[1])
    return lost**2 * level
