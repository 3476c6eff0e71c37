"""Reading of MATLAB files of versions up to 7.2 and 7.3 (HDF5) as numbers, text, dictionaries and lists."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files import hdf5
from rnncompare.files.safety import BASE_LIMIT, size_limit
from rnncompare.reading.matlab import mat5
from rnncompare.reading.matlab.sparse import Dense

SPARSE = "MATLAB_sparse"  # attribute with the number of rows of a sparse matrix, in version 7.3
MOST_LETTERS = 1 << 24  # largest number of characters of a text
MOST_ITEMS = 10_000  # limit of items of a file beyond those that cells refer to, because references could be circular


def read_matlab(path: Path, *fields: str) -> dict[str, Any]:
    """The named variables of a .mat file of any version.

    Numbers are returned as arrays of their shape in MATLAB (sparse ones as dense arrays), text as str, a character
    matrix as a list of its rows without trailing blanks, a structure as a dictionary, and an array of structures or a
    cell array as a list in column-major order. Raises BadActivity if the file is damaged or a variable is missing.
    """
    try:
        import h5py

        found, listed = (_version_73 if h5py.is_hdf5(path) else _version_5)(path, fields)
    except Exception as error:  # a truncated or damaged file can raise any exception
        raise BadActivity(f"{path}: found no readable MATLAB file ({error}), wanted {', '.join(fields)}") from error
    missing = [f for f in fields if f not in found]
    if missing:
        raise BadActivity(f"{path}: found variables {str(listed)[:500]}, wanted {', '.join(missing)} too")
    return found


def list_matlab(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """MATLAB class and shape of every variable of a .mat file, which is not read. Raises BadActivity."""
    try:
        import h5py

        if h5py.is_hdf5(path):
            hdf5.refuse_unsafe(path)
            with h5py.File(path, "r") as file:
                return {name: _listed_73(item) for name, item in file.items() if not name.startswith("#")}
        import scipy.io

        mat5.refuse_unsafe(path, ())
        return {name: (kind, tuple(shape)) for name, shape, kind in scipy.io.whosmat(path)}
    except Exception as error:  # a truncated or damaged file can raise any exception
        raise BadActivity(f"{path}: found no readable MATLAB file ({error}), wanted one") from error


def structures(value: Any, *fields: str, where: str) -> list[dict[str, Any]]:
    """The structures of a structure array, or a single structure, which must have these fields. Raises BadActivity."""
    each = [value] if isinstance(value, dict) else value
    if not isinstance(each, list) or not each or not all(isinstance(s, dict) for s in each):
        raise BadActivity(f"{where}: found {type(value).__name__}, wanted structures with {', '.join(fields)}")
    for k, structure in enumerate(each):
        missing = [f for f in fields if f not in structure]
        if missing:
            raise BadActivity(f"{where}({k + 1}): found fields {list(structure)}, wanted {', '.join(missing)} too")
    return each


def column(value: Any, field: str, where: str, *, length: int | None = None) -> np.ndarray:
    """A row or column of finite numbers as floats (n,); n must be `length` if that is given. Raises BadActivity."""
    shape = value.shape if isinstance(value, np.ndarray) else ()
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub" or value.size not in shape:
        found = f"shape {shape} of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
        raise BadActivity(f"{where}: {field}: found {found}, wanted a column of numbers")
    if length is not None and value.size != length:
        raise BadActivity(f"{where}: {field}: found {value.size} values, wanted {length}: one for each trial")
    numbers = value.ravel().astype(float)
    if not np.isfinite(numbers).all():
        bad = int((~np.isfinite(numbers)).sum())
        raise BadActivity(f"{where}: {field}: found {bad} of {len(numbers)} values NaN or infinite, wanted none")
    return numbers


def _version_5(path: Path, fields: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    import scipy.io

    listed = mat5.refuse_unsafe(path, fields)
    found = scipy.io.loadmat(path, variable_names=fields)
    dense = Dense(size_limit(path))
    return {f: _plain_5(found[f], dense) for f in fields if f in found}, listed


def _plain_5(value: Any, dense: Dense) -> Any:
    if hasattr(value, "indptr"):
        return dense.to_dense(value.data, value.indices, value.indptr, value.shape)
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.names:
        each = [{name: _plain_5(one[name], dense) for name in value.dtype.names} for one in value.ravel(order="F")]
        return each[0] if len(each) == 1 else each
    if value.dtype.kind == "O":
        return [_plain_5(one, dense) for one in value.ravel(order="F")]
    if value.dtype.kind in "US":
        return _text(value.ravel().tolist())
    return value


def _text(rows: list[str]) -> str | list[str]:
    """A text, or the rows of a character matrix without the blanks with which MATLAB pads them to equal length."""
    return "".join(rows) if len(rows) < 2 else [row.rstrip() for row in rows]


def _version_73(path: Path, fields: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    import h5py

    claimed = hdf5.refuse_unsafe(path)
    with h5py.File(path, "r") as file:
        many = len(file["#refs#"]) if "#refs#" in file else 0
        budget = _Budget(MOST_ITEMS + many, BASE_LIMIT + claimed, Dense(size_limit(path)))
        found = {f: _plain_73(file, file[f], budget) for f in fields if f in file}
        return found, [name for name in file if not name.startswith("#")]


@dataclass
class _Budget:
    """Remaining limits of items and bytes of one file, because an array can be read repeatedly through references."""

    items: int
    bytes: int
    dense: Dense

    def take(self, item) -> None:
        self.items -= 1
        self.bytes -= hdf5.size_as_read(item)
        if self.items < 0:
            raise ValueError(f"more than {MOST_ITEMS} items beyond those that its cells refer to")
        if self.bytes < 0:
            raise ValueError("references that repeatedly read the same data")


def _listed_73(item) -> tuple[str, tuple[int, ...]]:
    kind = item.attrs.get("MATLAB_class", b"")
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    if SPARSE in item.attrs and "jc" in item:
        return "sparse", (int(item.attrs[SPARSE]), item["jc"].size - 1)
    return kind or "struct", (getattr(item, "shape", None) or ())[::-1]


def _plain_73(file, item, budget: _Budget) -> Any:
    """Convert an HDF5 item: arrays are transposed, and cells and arrays of structures are stored as references."""
    import h5py

    budget.take(item)
    if isinstance(item, h5py.Group):
        if SPARSE in item.attrs:
            return _sparse_73(item, budget)
        if len(item) and all(_is_reference(item[name]) and "MATLAB_class" not in item[name].attrs for name in item):
            columns = {name: [_plain_73(file, file[r], budget) for r in item[name][()].ravel()] for name in item}
            return [dict(zip(columns, one, strict=True)) for one in zip(*columns.values(), strict=True)]
        return {name: _plain_73(file, item[name], budget) for name in item}
    kind = item.attrs.get("MATLAB_class", b"")
    if _is_reference(item):
        return [_plain_73(file, file[reference], budget) for reference in item[()].ravel()]
    if item.attrs.get("MATLAB_empty", 0):
        shape = tuple(int(n) for n in item[()].ravel())
        if 0 not in shape:
            raise ValueError(f"{item.name} is marked as empty and has shape {shape}")
        return "" if kind == b"char" else np.zeros(shape)
    if kind == b"char":
        if item.size > MOST_LETTERS:
            raise ValueError(f"{item.name} is a text of {item.size} characters")
        letters = item[()].T.astype("<u2")  # each row is a text
        rows = letters.reshape(-1, letters.shape[-1]) if letters.ndim else letters[None]
        return _text([row.tobytes().decode("utf-16-le", "replace") for row in rows])
    return np.asarray(item[()]).T


def _sparse_73(item, budget: _Budget) -> np.ndarray:
    """A sparse matrix with row indices `ir`, values `data` (both missing if all are 0) and column starts `jc`."""
    parts = {name: np.zeros(0, dtype=int) for name in ("data", "ir")}
    for name in ("data", "ir", "jc"):
        if name in item:
            budget.take(item[name])
            parts[name] = item[name][()].ravel()
    if "jc" not in parts:
        raise ValueError(f"{item.name} is a sparse matrix without 'jc'")
    shape = (int(item.attrs[SPARSE]), len(parts["jc"]) - 1)
    return budget.dense.to_dense(parts["data"], parts["ir"], parts["jc"], shape)


def _is_reference(item) -> bool:
    import h5py

    return isinstance(item, h5py.Dataset) and h5py.check_ref_dtype(item.dtype) is not None
