"""Variables of a .mat, .npz or .nc file, by the names that a card uses for them."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity, read_dataset
from rnncompare.files.labels import labels
from rnncompare.files.text import abbreviated
from rnncompare.plugins import BadOption, nearest
from rnncompare.reading.arrays.npz import read_npz
from rnncompare.reading.matlab.matlab import read_matlab
from rnncompare.reading.rates import refuse_large
from rnncompare.reading.trials import Trials, chosen, columns_of, split
from rnncompare.recordings.draft import one_line

SECONDS = {"s": 1.0, "ms": 1e-3}


def seconds(unit: str | float, where: str) -> float:
    """A unit of time in s. Raises BadOption."""
    if unit not in SECONDS and (isinstance(unit, str) or not np.isfinite(unit) or unit <= 0):
        raise BadOption(f"{where}: found time_unit {unit}, wanted s, ms, or a number of s")
    return SECONDS.get(unit, unit)


class Variables:
    """The variables of a file with the given names. Raises BadActivity if the file is damaged or a variable is missing.

    'Data.spikes' is a field of a structure, or of each structure of an array; 'target[1]' is the column with index 1
    (from 0) of a table of numbers, which has a value for each trial.
    """

    def __init__(self, path: Path, names: list[str]):
        roots = list(dict.fromkeys(split(name)[0].split(".")[0] for name in names))
        self.where = str(path)
        read = read_npz if zipfile.is_zipfile(path) else _read_netcdf if path.suffix == ".nc" else read_matlab
        self.found = read(path, *roots)

    def value(self, name: str) -> Any:
        """A variable as numbers, text and lists."""
        plain, k = split(name)
        root, *fields = plain.split(".")
        here = self.found[root]
        for field in fields:
            here = self._field(here, field, name)
        return here if k is None else _column_of(here, k, f"{self.where}: {name}")

    def _field(self, value: Any, field: str, name: str) -> Any:
        """A field of a structure, or of each structure of an array."""
        if isinstance(value, list):
            return [self._field(one, field, name) for one in value]
        if not isinstance(value, dict):
            raise BadActivity(f"{self.where}: {name}: found {_kind(value)}, wanted a structure with '{field}'")
        if field not in value:
            near = nearest(field, value)
            raise BadActivity(f"{self.where}: {name}: found fields {', '.join(value)}, wanted '{field}'.{near}")
        return value[field]

    def numbers(self, name: str, dims: list[str], wanted: list[str]) -> np.ndarray:
        """An array with dimensions `dims`, transposed to the order `wanted`; a list of arrays is its first dimension.

        Arrays in a list may differ in their number of times; shorter ones are padded with NaN.
        """
        value, where = self.value(name), f"{self.where}: {name}"
        if sorted(dims) != sorted(wanted):
            raise BadActivity(f"{where}: found dimensions {dims} in the card, wanted {wanted} in the order of the file")
        if isinstance(value, list):
            value = _stacked(value, dims[1:], where)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
            raise BadActivity(f"{where}: found {_kind(value)}, wanted numbers ({', '.join(dims)})")
        if value.ndim != len(dims) or 0 in value.shape:
            raise BadActivity(f"{where}: found shape {value.shape}, wanted ({', '.join(dims)}), each of at least 1")
        return value.transpose([dims.index(d) for d in wanted])

    def vector(self, name: str, length: int | None = None) -> np.ndarray:
        """(n,) numbers or text of a row, a column, or a list of single values; n must be `length` if that is given.

        An empty cell or field, with which MATLAB files represent a missing value, becomes NaN, or '' in text.
        """
        value, where = self.value(name), f"{self.where}: {name}"
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list):
            single = _singles(value)
            # Each element of an array of text takes as much memory as the longest one.
            longest = max((len(v) for v in single if isinstance(v, str)), default=0)
            refuse_large(where, texts=len(single), characters=longest)
            if all(isinstance(v, str | int | float | np.number | np.bool_) for v in single):
                value = labels(single) if any(isinstance(v, str) for v in single) else np.array(single)
        if isinstance(value, np.ndarray) and value.dtype.kind in "SM" and value.size in (*value.shape, 1):
            value = labels(value.ravel())
        if not isinstance(value, np.ndarray) or value.size not in (*value.shape, 1) or value.dtype.kind not in "fiubU":
            raise BadActivity(f"{where}: found {_kind(value)}, wanted a row or column of numbers or text")
        if length is not None and value.size != length:
            raise BadActivity(f"{where}: found {value.size} values, wanted {length}")
        return value.ravel()

    def shared(self, name: str) -> np.ndarray:
        """(n,) numbers of a row or column, or of a list that repeats the same numbers for each trial or condition.

        In shorter trials, the numbers may end earlier. Raises BadActivity that names the elements that differ.
        """
        value = self.value(name)
        if not isinstance(value, list) or not any(isinstance(v, np.ndarray) and v.size > 1 for v in value):
            return self.vector(name)
        each = [v.ravel() if isinstance(v, np.ndarray) and v.size in v.shape else None for v in value]
        if any(v is None or v.dtype.kind not in "fiub" for v in each):
            odd = next(v for v, row in zip(value, each, strict=True) if row is None or row.dtype.kind not in "fiub")
            raise BadActivity(f"{self.where}: {name}: found {_kind(odd)}, wanted a row or column of numbers in each")
        longest, most = max(each, key=len), Counter(v.tobytes() for v in each).most_common(1)[0][0]
        usual = next(v for v in each if v.tobytes() == most)
        other = _others(each, usual) or _others(each, longest)
        if other:
            raise BadActivity(
                f"{self.where}: {name}: found different numbers in {len(other)} of {len(each)} (in "
                f"{abbreviated(other, 5)}, counted from 1), wanted the same in all: if each trial has its own clock, "
                "'time' is {start: 0, step: ..} from its first sample, and 'align' its event on that clock"
            )
        return longest

    def times(self, name: str, unit: str | float, length: int | None = None) -> np.ndarray:
        """(n,) times in s; NaN for missing ones."""
        values = self.vector(name, length)
        if values.dtype.kind == "U":
            raise BadActivity(f"{self.where}: {name}: found text, wanted times")
        return values.astype(float) * seconds(unit, self.where)

    def trials(
        self,
        align: np.ndarray,
        unit: str | float,
        *,
        condition: list[str],
        choice: str | None,
        per_trial: dict[str, str] | None,
        events: dict[str, str] | None,
        keep: dict[str, list] | None,
        known: dict[str, np.ndarray] | None = None,
    ) -> Trials:
        """The trials selected by `keep`. align: (trial,) s; known: columns that are not variables of the file."""
        column = {n: self.times(n, unit, len(align)) for n in (events or {}).values()}
        for name in columns_of(condition, choice, per_trial, keep):
            if name not in (known or {}):
                column.setdefault(name, self.vector(name, len(align)))
        mapped = {"condition": condition, "choice": choice, "per_trial": per_trial, "events": events, "keep": keep}
        return chosen(column | (known or {}), align, f"{self.where}: variables", **mapped)


def _others(each: list[np.ndarray], usual: np.ndarray) -> list[int]:
    """Indices (from 1) of the arrays that differ from `usual` within their common length."""
    ends = [min(len(v), len(usual)) for v in each]
    pairs = zip(each, ends, strict=True)
    return [k + 1 for k, (v, end) in enumerate(pairs) if not np.array_equal(v[:end], usual[:end], equal_nan=True)]


def _singles(values: list) -> list:
    """The single values of arrays of size 1; for empty arrays NaN, or '' if the list contains text."""
    empty = "" if any(isinstance(v, str) for v in values) else np.nan
    return [empty if _is_empty(v) else v.ravel()[0] if isinstance(v, np.ndarray) and v.size == 1 else v for v in values]


def _is_empty(value: Any) -> bool:
    """Whether the value is an empty array or list, [] or {} in MATLAB."""
    return (isinstance(value, np.ndarray) and value.size == 0) or (isinstance(value, list) and not value)


def _stacked(arrays: list, dims: list[str], where: str) -> np.ndarray | list:
    """The arrays stacked along a new first dimension. Raises BadActivity.

    Arrays with fewer times are padded with NaN, and empty ones become NaN throughout.
    """
    if len(dims) == 1:  # vectors of MATLAB may be rows or columns
        arrays = [v.ravel() if isinstance(v, np.ndarray) and v.size in v.shape else v for v in arrays]
    full = next((v for v in arrays if isinstance(v, np.ndarray) and v.ndim == len(dims) and v.size), None)
    if full is not None and any(map(_is_empty, arrays)):
        none = np.full(full.shape, np.nan, np.result_type(np.float16, full.dtype))
        arrays = [none if _is_empty(v) else v for v in arrays]
    shapes = sorted({v.shape if isinstance(v, np.ndarray) else _kind(v) for v in arrays}, key=str)
    if len(shapes) == 1:
        return np.stack(arrays) if isinstance(arrays[0], np.ndarray) else arrays
    number = all(isinstance(v, np.ndarray) and v.dtype.kind in "fiub" and v.ndim == len(dims) for v in arrays)
    axis = dims.index("time") if "time" in dims else 0
    if not arrays or not number or len({(*v.shape[:axis], *v.shape[axis + 1 :]) for v in arrays}) != 1:
        raise BadActivity(
            f"{where}: found {len(arrays)} items of shapes {shapes[:5]}, wanted one shape, but for the number of times"
        )
    longest = max((v.shape for v in arrays), key=lambda shape: shape[axis])
    refuse_large(where, items=len(arrays), **{f"values_{k}": n for k, n in enumerate(longest)})
    kind = np.result_type(np.float16, *{v.dtype for v in arrays})  # float16 suffices for counts of one byte
    value = np.full((len(arrays), *longest), np.nan, kind)
    for one, array in zip(value, arrays, strict=True):
        np.moveaxis(one, axis, 0)[: array.shape[axis]] = np.moveaxis(array, axis, 0)
    return value


def _column_of(value: Any, k: int, where: str) -> np.ndarray:
    """(n,) column k of a table, or element k of each of a list of rows. Raises BadActivity."""
    rows = value if isinstance(value, list) else []
    if rows and all(isinstance(v, np.ndarray) and v.size in v.shape and v.size == rows[0].size for v in rows):
        value = np.stack([v.ravel() for v in rows])
    if not isinstance(value, np.ndarray) or value.ndim != 2 or k >= value.shape[1]:
        raise BadActivity(f"{where}: found {_kind(value)}, wanted a table with at least {k + 1} columns")
    return value[:, k]


def _read_netcdf(path: Path, *names: str) -> dict[str, np.ndarray]:
    """The named variables and coordinates of a netCDF file. Raises BadActivity."""
    data = read_dataset(path, from_user=True)
    missing = [name for name in names if name not in data.variables]
    if missing:
        raise BadActivity(f"{path}: found variables {one_line(list(data.variables))}, wanted {', '.join(missing)} too")
    return {name: _plain(data[name].values, f"{path}: {name}") for name in names}


def _plain(values: np.ndarray, where: str) -> np.ndarray:
    """Arrays of objects as numpy text, in which each element takes as much memory as the longest one."""
    if values.dtype.kind != "O":
        return values
    refuse_large(where, texts=values.size, characters=max((len(str(v)) for v in values.ravel()), default=0))
    return labels(values.ravel()).reshape(values.shape)


def leaves(value: Any) -> Iterator[Any]:
    """Yield the contents of nested cells in order."""
    if isinstance(value, list):
        for one in value:
            # An empty cell within a cell still represents a unit or a trial.
            yield from [np.zeros(0)] if isinstance(one, list) and not one else leaves(one)
    else:
        yield value


def _kind(value: Any) -> str:
    """The kind of a value, for errors."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return f"a list of {len(value)}" if isinstance(value, list) else type(value).__name__
