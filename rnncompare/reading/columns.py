"""A column of trials or units, and what is said of it, whatever kind of file it is of."""

from dataclasses import dataclass

import numpy as np

ABSENT = ("", "nan", "none", "n/a", "null")  # text that stands for nothing
FORMS = {"f": "number", "i": "number", "u": "number", "b": "truth value", "U": "text"}  # by numpy's kind


@dataclass(frozen=True)
class Column:
    """A column of a table. A row without a value has NaN or text of `ABSENT`."""

    name: str  # as a card names it
    description: str
    values: np.ndarray | None  # (row,) numbers, truth values or text; None where a row is not one of these
    form: str  # in words: 'number', 'truth value', 'text', or what else it is

    @property
    def missing(self) -> np.ndarray:
        """(row,) which rows have no value."""
        if self.values.dtype.kind == "f":
            return np.isnan(self.values)
        if self.values.dtype.kind == "U":
            return np.isin(np.char.lower(np.char.strip(self.values)), ABSENT)
        return np.zeros(len(self.values), dtype=bool)

    @property
    def distinct(self) -> tuple[np.ndarray, np.ndarray]:
        """The values there are, in order, and how many rows have each."""
        return np.unique(self.values[~self.missing], return_counts=True)
