"""Variables of one .mat or .npz file, by the names that a card gives them."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.datasets._npz import read_npz
from rnncompare.datasets._rates import refuse_large
from rnncompare.datasets._trials import Trials, chosen, columns_of
from rnncompare.matlab import read_matlab
from rnncompare.plugins import nearest

SECONDS = {"s": 1.0, "ms": 1e-3}


class Variables:
    """What a file holds under the wanted names; BadActivity where it is broken or lacks one.

    'Data.spikes' is a field of a structure, or of each of an array of them.
    """

    def __init__(self, path: Path, names: list[str]):
        roots = list(dict.fromkeys(name.split(".")[0] for name in names))
        self.where = str(path)
        self.found = (read_npz if zipfile.is_zipfile(path) else read_matlab)(path, *roots)

    def value(self, name: str) -> Any:
        """A variable as plain numbers, text and lists."""
        root, *fields = name.split(".")
        here = self.found[root]
        for field in fields:
            here = [self._field(one, field, name) for one in here] if isinstance(here, list) else here
            here = here if isinstance(here, list) else self._field(here, field, name)
        return here

    def _field(self, value: Any, field: str, name: str) -> Any:
        if not isinstance(value, dict):
            raise BadActivity(f"{self.where}: {name}: found {_kind(value)}, wanted a structure with '{field}'")
        if field not in value:
            near = nearest(field, value)
            raise BadActivity(f"{self.where}: {name}: found fields {', '.join(value)}, wanted '{field}'.{near}")
        return value[field]

    def numbers(self, name: str, dims: list[str], wanted: list[str]) -> np.ndarray:
        """An array whose dimensions `dims` names, in the order `wanted`; a list of arrays is its first dimension."""
        value, where = self.value(name), f"{self.where}: {name}"
        if sorted(dims) != sorted(wanted):
            raise BadActivity(f"{where}: found dimensions {dims} in the card, wanted {wanted} in the order of the file")
        if isinstance(value, list):
            shapes = sorted({v.shape if isinstance(v, np.ndarray) else _kind(v) for v in value}, key=str)
            if len(shapes) != 1:
                raise BadActivity(f"{where}: found {len(value)} items of shapes {shapes[:5]}, wanted one shape")
            value = np.stack(value) if isinstance(value[0], np.ndarray) else value
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
            raise BadActivity(f"{where}: found {_kind(value)}, wanted numbers ({', '.join(dims)})")
        if value.ndim != len(dims) or 0 in value.shape:
            raise BadActivity(f"{where}: found shape {value.shape}, wanted ({', '.join(dims)}), none of them empty")
        return value.transpose([dims.index(d) for d in wanted])

    def vector(self, name: str, length: int | None = None) -> np.ndarray:
        """(n,) numbers or words of a row, a column, or a list of single values; n is `length` where that is given."""
        value, where = self.value(name), f"{self.where}: {name}"
        if isinstance(value, str):
            value = value.split("\n")
        if isinstance(value, list):
            single = [v.item() if isinstance(v, np.ndarray) and v.size == 1 else v for v in value]
            # An array of words has room for the longest in each place.
            longest = max((len(v) for v in single if isinstance(v, str)), default=0)
            refuse_large(where, words=len(single), letters=longest)
            value = np.array(single) if all(isinstance(v, str | int | float) for v in single) else value
        if not isinstance(value, np.ndarray) or value.size not in (*value.shape, 1) or value.dtype.kind not in "fiubU":
            raise BadActivity(f"{where}: found {_kind(value)}, wanted a row or column of numbers or words")
        if length is not None and value.size != length:
            raise BadActivity(f"{where}: found {value.size} values, wanted {length}")
        return value.ravel()

    def times(self, name: str, unit: str, length: int | None = None) -> np.ndarray:
        """(n,) times, s; NaN where there is none."""
        values = self.vector(name, length)
        if values.dtype.kind == "U":
            raise BadActivity(f"{self.where}: {name}: found words, wanted times")
        return values.astype(float) * SECONDS[unit]

    def trials(
        self,
        align: np.ndarray,
        unit: str,
        *,
        condition: list[str],
        choice: str | None,
        per_trial: dict[str, str] | None,
        events: dict[str, str] | None,
        keep: dict[str, list] | None,
        known: dict[str, np.ndarray] | None = None,
    ) -> Trials:
        """The trials that `keep` leaves. align: (trial,) s; known: columns that are no variable of the file."""
        column = {n: self.times(n, unit, len(align)) for n in (events or {}).values()}
        for name in columns_of(condition, choice, per_trial, keep):
            if name not in (known or {}):
                column.setdefault(name, self.vector(name, len(align)))
        mapped = {"condition": condition, "choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
        return chosen(column | (known or {}), align, f"{self.where}: variables", **mapped)


def _kind(value: Any) -> str:
    """A value in words."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return f"a list of {len(value)}" if isinstance(value, list) else type(value).__name__
