"""Safe reading of pickled numpy arrays, without executing code that the file specifies.

A pickle is a program. This reader first checks that the program only builds plain containers, and then runs it with
replacements for numpy's reconstructors, so that no function named in the file is called.
"""

import io
import math
import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.safety import BASE_LIMIT
from rnncompare.reading.arrays.npz import header

PLAIN = {
    "PROTO", "FRAME", "STOP", "MARK", "POP", "POP_MARK", "NONE", "NEWTRUE", "NEWFALSE", "INT", "BININT", "BININT1",
    "BININT2", "LONG", "LONG1", "FLOAT", "BINFLOAT", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3",
    "EMPTY_LIST", "LIST", "APPEND", "APPENDS", "EMPTY_DICT", "DICT", "SETITEM", "SETITEMS", "PUT", "BINPUT",
    "LONG_BINPUT", "MEMOIZE", "GET", "BINGET", "LONG_BINGET", "GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD",
}  # fmt: skip
TYPES = {"f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1", "O8"}


class _Type:
    """Replacement for numpy.dtype: numbers of a fixed size, and object for containers."""

    def __init__(self, code: str = "", *_):
        if not isinstance(code, str) or code not in TYPES:
            raise ValueError(f"an array of type {code!r}")
        self.code, self.order = code, "<"

    def __setstate__(self, state: tuple):
        self.order = ">" if state[1] == ">" else "<"


class _Array:
    """Replacement for numpy.ndarray, which checks shape and number of bytes before an array is created."""

    def __setstate__(self, state: tuple):
        _, shape, kind, fortran, raw = state
        if not isinstance(kind, _Type) or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise ValueError(f"an array of shape {shape!r}")
        have = len(raw) if kind.code == "O8" else len(raw) // int(kind.code[1])
        if math.prod(shape) != have:
            raise ValueError(f"an array of shape {shape} with {have} values")
        order = "F" if fortran else "C"
        if kind.code == "O8":
            self.value = np.empty(have, dtype=object)
            self.value[:] = raw
        else:
            self.value = np.frombuffer(raw, dtype=kind.order + kind.code)
        self.value = self.value.reshape(shape, order=order)


def _reconstruct(*_) -> _Array:
    return _Array()


REPLACEMENTS = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
}


class _Restricted(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in REPLACEMENTS:
            raise pickle.UnpicklingError(f"a pickle that requires {module}.{name}")
        return REPLACEMENTS[module, name]


def read_pickled(path: Path) -> Any:
    """The content of an .npy file of type object: dicts, lists, strings, numbers and arrays. Raises BadActivity."""
    if path.stat().st_size > BASE_LIMIT:  # each byte may create a container
        raise BadActivity(f"{path}: found {path.stat().st_size} bytes, wanted at most {BASE_LIMIT}")
    try:
        with open(path, "rb") as file:
            _, _, kind = header(file)
            raw = file.read()
        if kind != np.dtype(object):
            raise ValueError(f"an array of {kind}")
        _only_plain(raw)
        found = _values(_Restricted(io.BytesIO(raw)).load(), {})
        if _size(found, {}) > len(raw):
            raise ValueError(f"{len(raw)} bytes that expand to more values, because values are referred to repeatedly")
        return found
    except BadActivity:
        raise
    except Exception as error:  # a damaged pickle can raise any exception
        raise BadActivity(f"{path}: found {error}, wanted a complete pickle of numpy arrays and containers") from error


def _only_plain(raw: bytes) -> None:
    for opcode, argument, _ in pickletools.genops(raw):
        if opcode.name not in PLAIN:
            raise ValueError(f"a pickle with instruction {opcode.name}")
        if opcode.name in ("PUT", "LONG_BINPUT") and argument > len(raw):
            raise ValueError(f"a pickle with {argument} memo entries in {len(raw)} bytes")


def _size(value: Any, known: dict[int, int]) -> int:
    """The number of values in a nested value, counting repeated references. known: results by id."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = 1 + sum(_size(v, known) for v in (value.values() if isinstance(value, dict) else value))
    return known[id(value)]


def _values(thing: Any, done: dict[int, Any]) -> Any:
    """The value with replacement objects converted to arrays. done: results by id, as objects may be shared."""
    if id(thing) not in done:
        done[id(thing)] = _value(thing, done)
    return done[id(thing)]


def _value(thing: Any, done: dict[int, Any]) -> Any:
    if isinstance(thing, _Array):
        return _values(thing.value, done) if thing.value.dtype == object else thing.value
    if isinstance(thing, np.ndarray):
        return _values(thing.item(), done) if thing.shape == () else [_values(t, done) for t in thing.ravel().tolist()]
    if isinstance(thing, dict):
        return {_values(k, done): _values(v, done) for k, v in thing.items()}
    if isinstance(thing, list | tuple):
        return [_values(t, done) for t in thing]
    return thing
