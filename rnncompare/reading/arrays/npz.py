"""Arrays of an .npz file, read without numpy's own reader, which makes what a header claims."""

import contextlib
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.safety import size_limit

PICKLED = (
    "an array of objects, which is a pickle, and none is run; save {name}.astype(str) where it holds words, "
    "{name}.astype(float) where numbers, and of arrays of several lengths one variable each"
)
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_npz(path: Path, *wanted: str) -> dict[str, np.ndarray]:
    """The named arrays of an .npz file: numbers and text, never objects. Raises BadActivity."""
    with _opened(path, " and ".join(wanted)) as (archive, sizes):
        found = {name: _array(archive, name, sizes[name]) for name in wanted if name in sizes}
    missing = [name for name in wanted if name not in found]
    if missing:
        raise BadActivity(f"{path}: found fields {', '.join(sizes)}, wanted {', '.join(missing)} too")
    return found


def list_npz(path: Path) -> dict[str, tuple[tuple[int, ...], np.dtype]]:
    """Shape and type of every array that an .npz file says it holds; none is read. Raises BadActivity."""
    with _opened(path, "one of arrays") as (archive, sizes):
        found = {}
        for name in sizes:
            with archive.open(f"{name}.npy") as member:
                found[name] = header(member)[::2]
    return found


@contextlib.contextmanager
def _opened(path: Path, wanted: str) -> Iterator[tuple[zipfile.ZipFile, dict[str, int]]]:
    """An archive, and the bytes that each of its arrays claims; together no more than `files.room`."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            claimed = sum(info.file_size for info in members)
            if claimed > size_limit(path):
                raise ValueError(f"{claimed} bytes in {path.stat().st_size}")
            yield archive, {info.filename.removesuffix(".npy"): info.file_size for info in members}
    except Exception as error:  # a cut or broken archive raises nearly anything
        raise BadActivity(f"{path}: found no readable npz file ({error}), wanted {wanted}") from error


def header(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether columns come first, and type of what an npy file holds next. Raises ValueError."""
    version = np.lib.format.read_magic(file)
    if version not in HEADERS:
        raise ValueError(f"version {version} of the npy format")
    return HEADERS[version](file)


def _array(archive: zipfile.ZipFile, name: str, size: int) -> np.ndarray:
    with archive.open(f"{name}.npy") as member:
        shape, fortran, kind = header(member)
        if kind.hasobject:
            raise ValueError(f"{name}: {PICKLED.format(name=name)}")
        if math.prod(shape) * kind.itemsize != size - member.tell():
            raise ValueError(f"{name}: an array of shape {shape} in {size} bytes")
        return np.frombuffer(bytearray(member.read()), kind).reshape(shape, order="F" if fortran else "C")
