"""Masks of matrices of weights: which entries there are, by blocks, one by one, or in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from rnncompare import plugins
from rnncompare.plugins import BadOption

Matrix = Literal["recurrent", "input", "output"]
Rows = list[list[Literal[0, 1]]]


@dataclass(frozen=True, kw_only=True)
class Mask:
    """1 for the entries of a matrix of weights that are meant, 0 for the others; one of the three options is given.

    Rows of the matrix are units that receive, or outputs; columns are units that send, or inputs.
    block: an entry for each part of the rows and each part of the columns; parts are consecutive, and their sizes
    differ by at most one.
    entries: an entry for each weight.
    file: the entries as a file, .npy or .npz with an array `mask`, in the folder of the project. Whoever reads the
    config replaces it by `entries` (`imported.masks`).
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    block: Rows | None = None
    entries: Rows | None = None
    file: str | None = None

    def __post_init__(self):
        given = {name: found for name, found in vars(self).items() if found is not None}
        if len(given) != 1:
            raise BadOption(
                f"found {' and '.join(given) or 'none of block, entries and file'}, wanted one of block, entries and "
                "file; with null, a model does without that of its study"
            )
        if self.file is None:
            zeros_and_ones(*given.values(), *given)

    def of(self, rows: int, columns: int, where: str) -> np.ndarray:
        """The mask (row, column) of bool of a matrix. Raises BadOption, with `where`, if it does not fit."""
        if self.file is not None:
            raise BadOption(f"{where}: found the file '{self.file}', wanted its entries")
        found = np.asarray(self.entries if self.block is None else self.block) != 0
        if self.block is None and found.shape != (rows, columns):
            raise BadOption(
                f"{where}: found {_by(found.shape)} entries, wanted {rows} x {columns}, those of the matrix"
            )
        if found.shape[0] > rows or found.shape[1] > columns:
            raise BadOption(
                f"{where}: found {_by(found.shape)} blocks, wanted at most {rows} x {columns}, one a weight"
            )
        return found[np.ix_(_parts(rows, found.shape[0]), _parts(columns, found.shape[1]))]


def read(options: Mapping | Mask, where: str) -> Mask:
    """The mask from the options of a config. Raises BadOption."""
    if isinstance(options, Mask):
        return options
    plugins.check(Mask, options, where)
    try:
        return Mask(**options)
    except BadOption as error:
        raise BadOption(f"{where}: {error}") from None


def zeros_and_ones(values: Any, where: str) -> np.ndarray:
    """Values as a matrix of 0 and 1 with at least one 1. Raises BadOption."""
    try:
        found = np.asarray(values)
    except ValueError:  # rows of different lengths
        found = np.empty(0)
    if found.ndim != 2 or not found.size or found.dtype.kind not in "biuf":
        raise BadOption(f"{where}: found no matrix of numbers, wanted rows of 0 and 1 of equal length")
    if not np.isin(found, (0, 1)).all():
        other = found[~np.isin(found, (0, 1))][0]
        raise BadOption(f"{where}: found {other:g} in a mask, wanted 0 and 1 alone")
    if not found.any():
        raise BadOption(f"{where}: found 0 alone, wanted at least one 1")
    return found


def _parts(size: int, count: int) -> np.ndarray:
    """The number of the part of each row or column, (size), as of the units of areas."""
    return np.repeat(np.arange(count), [len(part) for part in np.array_split(np.arange(size), count)])


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
