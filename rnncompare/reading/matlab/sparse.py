"""Conversion of sparse matrices to dense arrays, with checks of their claimed shapes and indices."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Dense:
    """Converts the sparse matrices of one file, which may take `left` bytes in total."""

    left: int

    def to_dense(self, values: np.ndarray, rows: np.ndarray, starts: np.ndarray, shape: tuple[int, int]):
        """The dense array (row, column) of a matrix in compressed-column format; counts below 256 become bytes.

        values, rows: (n,) non-zero values and their row indices; starts: (columns + 1,) index of the first value of
        each column, and the number of values. Raises ValueError if these contradict each other, or if the matrices of
        the file exceed the limit.
        """
        rows, starts = rows.astype(np.int64), starts.astype(np.int64)
        many = int(starts[-1]) if len(starts) else -1
        ordered = len(starts) == shape[1] + 1 and starts[0] == 0 and (np.diff(starts) >= 0).all()
        if min(shape) < 0 or not ordered or many > min(len(rows), len(values)):
            raise ValueError(f"a sparse matrix of shape {shape} with invalid starts of columns")
        values, rows = values[:many], rows[:many]
        if many and not 0 <= rows.min() <= rows.max() < shape[0]:
            raise ValueError(f"a sparse matrix of shape {shape} with values in rows {rows.min()} to {rows.max()}")
        place = np.repeat(np.arange(shape[1]), np.diff(starts)), rows
        if _repeats(place[0] * shape[0] + rows):
            raise ValueError(f"a sparse matrix of shape {shape} with several values for one element")
        kind = _kind_of(values)
        self.left -= kind.itemsize * shape[0] * shape[1]
        if self.left < 0:
            raise ValueError(
                f"sparse matrices, one of shape {shape}, whose dense size exceeds the limit for a file of this size"
            )
        dense = np.zeros(shape[::-1], dtype=kind)
        dense[place] = values
        return dense.T


def _repeats(places: np.ndarray) -> bool:
    return bool(not (np.diff(places) > 0).all() and len(np.unique(places)) < len(places))


def _kind_of(values: np.ndarray) -> np.dtype:
    """uint8 if all values are counts below 256, so that large spike rasters fit into memory; else the original type."""
    if values.dtype.kind in "fiub":
        with np.errstate(invalid="ignore"):
            if (values == values.astype(np.uint8)).all():
                return np.dtype(np.uint8)
    return values.dtype
