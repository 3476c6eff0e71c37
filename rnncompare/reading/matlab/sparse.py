"""Sparse matrices of others' files, written out with their zeros: checked first, as their size is only claimed."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Dense:
    """Writes out the sparse matrices of one file, which may take `left` bytes together."""

    left: int

    def written_out(self, values: np.ndarray, rows: np.ndarray, starts: np.ndarray, shape: tuple[int, int]):
        """(row, column) numbers of a matrix that is kept column by column; counts below 256 take a byte each.

        values, rows: (n,) the numbers that are not 0, and in which row each is; starts: (columns + 1,) which of them is
        the first of each column, and at last how many there are. Raises ValueError where they contradict one another,
        or where all of the file take more than may be.
        """
        rows, starts = rows.astype(np.int64), starts.astype(np.int64)
        many = int(starts[-1]) if len(starts) else -1
        ordered = len(starts) == shape[1] + 1 and starts[0] == 0 and (np.diff(starts) >= 0).all()
        if min(shape) < 0 or not ordered or many > min(len(rows), len(values)):
            raise ValueError(f"a sparse matrix of shape {shape} whose columns do not begin where its values are")
        values, rows = values[:many], rows[:many]
        if many and not 0 <= rows.min() <= rows.max() < shape[0]:
            raise ValueError(f"a sparse matrix of shape {shape} with values in rows {rows.min()} to {rows.max()}")
        place = np.repeat(np.arange(shape[1]), np.diff(starts)), rows
        if _repeats(place[0] * shape[0] + rows):
            raise ValueError(f"a sparse matrix of shape {shape} with several values in one place")
        kind = _kind_of(values)
        self.left -= kind.itemsize * shape[0] * shape[1]
        if self.left < 0:
            raise ValueError(f"sparse matrices, one of shape {shape}, that take more than a file of its size may hold")
        dense = np.zeros(shape[::-1], dtype=kind)
        dense[place] = values
        return dense.T


def _repeats(places: np.ndarray) -> bool:
    return bool(not (np.diff(places) > 0).all() and len(np.unique(places)) < len(places))


def _kind_of(values: np.ndarray) -> np.dtype:
    """A byte where all numbers are counts that it holds: rasters would fill memory otherwise."""
    if values.dtype.kind in "fiub":
        with np.errstate(invalid="ignore"):
            if (values == values.astype(np.uint8)).all():
                return np.dtype(np.uint8)
    return values.dtype
