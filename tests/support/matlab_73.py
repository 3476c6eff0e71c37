"""Writes MATLAB files of version 7.3 with the layout that MATLAB uses in HDF5."""

import itertools
from pathlib import Path

import h5py
import numpy as np
import scipy.sparse

NUMBERS = itertools.count()  # of hidden values, such as the content of cells
START = 512  # bytes of text before the HDF5 content


def save_73(path: Path, fields: dict) -> Path:
    """Write numbers, sparse or not, text, rows of a character matrix (tuple), structures (dict), their arrays (list of
    dict) and cells (other list).
    """
    with h5py.File(path, "w", userblock_size=START) as file:
        for name, value in fields.items():
            put(file, file, name, value)
    with open(path, "r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(START - 4) + b"\x00\x02IM")
    return path


def put(file: h5py.File, group: h5py.Group, name: str, value) -> None:
    if scipy.sparse.issparse(value):
        put_sparse(group, name, value.tocsc())
        return
    if isinstance(value, np.ndarray) and value.size == 0:
        group.create_dataset(name, data=np.array(value.shape, dtype=np.uint64)).attrs["MATLAB_empty"] = np.uint8(1)
        group[name].attrs["MATLAB_class"] = np.bytes_(b"double")
        return
    if isinstance(value, tuple):
        longest = max(map(len, value))
        kind, data = b"char", np.array([[ord(c) for c in row.ljust(longest)] for row in value], dtype=np.uint16).T
    elif isinstance(value, str):
        codes = np.array([[ord(c)] for c in value], dtype=np.uint16)
        kind, data = b"char", codes
    elif isinstance(value, dict):
        made = group.create_group(name)
        made.attrs["MATLAB_class"] = np.bytes_(b"struct")
        for field, inside in value.items():
            put(file, made, field, inside)
        return
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        made = group.create_group(name)
        made.attrs["MATLAB_class"] = np.bytes_(b"struct")
        for field in value[0]:
            made.create_dataset(field, data=references(file, [one[field] for one in value]))
        return
    elif isinstance(value, list):
        kind, data = b"cell", references(file, value)
    else:
        kind, data = b"double", np.atleast_2d(value).T
    group.create_dataset(name, data=data).attrs["MATLAB_class"] = np.bytes_(kind)


def put_sparse(group: h5py.Group, name: str, value) -> None:
    """As in MATLAB, the number of rows is an attribute, and empty data sets are omitted."""
    made = group.create_group(name)
    made.attrs["MATLAB_class"] = np.bytes_(b"logical" if value.dtype == bool else b"double")
    made.attrs["MATLAB_sparse"] = np.uint64(value.shape[0])
    made.create_dataset("jc", data=value.indptr.astype(np.uint64))
    if value.nnz:
        made.create_dataset("ir", data=value.indices.astype(np.uint64))
        made.create_dataset("data", data=value.data.astype(np.uint8 if value.dtype == bool else float))


def references(file: h5py.File, values: list) -> np.ndarray:
    """(n, 1) references to hidden values."""
    hidden = file.require_group("#refs#")
    found = []
    for value in values:
        name = f"r{next(NUMBERS)}"
        put(file, hidden, name, value)
        found.append([hidden[name].ref])
    return np.array(found, dtype=h5py.ref_dtype)
