"""Columns of trials or units, independent of the file format."""

from dataclasses import dataclass

import numpy as np

ABSENT = ("", "nan", "none", "n/a", "null")  # text that represents a missing value
FORMS = {"f": "number", "i": "number", "u": "number", "b": "truth value", "U": "text"}  # by kind of numpy's dtype


@dataclass(frozen=True)
class Column:
    """A column of a table. A missing value is NaN or one of the texts in `ABSENT`."""

    name: str  # name that a card uses for it
    description: str
    values: np.ndarray | None  # (row,) numbers, truth values or text; None for values of any other kind
    form: str  # 'number', 'truth value', 'text', or a description of any other kind

    @property
    def missing(self) -> np.ndarray:
        """(row,) of bool: which rows have no value."""
        if self.values.dtype.kind == "f":
            return np.isnan(self.values)
        if self.values.dtype.kind == "U":
            return np.isin(np.char.lower(np.char.strip(self.values)), ABSENT)
        return np.zeros(len(self.values), dtype=bool)

    @property
    def distinct(self) -> tuple[np.ndarray, np.ndarray]:
        """The different values in order, and the number of rows with each."""
        return np.unique(self.values[~self.missing], return_counts=True)
