"""Reading of .npz files with checks of the claimed sizes, which numpy's own reader does not make."""

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
    "an array of objects, which is stored as a pickle and is not loaded; save {name}.astype(str) for text, "
    "{name}.astype(float) for numbers, and arrays of different lengths as separate variables"
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
    """Shape and type of every array by the headers of an .npz file; no array is read. Raises BadActivity."""
    with _opened(path, "an archive of arrays") as (archive, sizes):
        found = {}
        for name in sizes:
            with archive.open(f"{name}.npy") as member:
                found[name] = header(member)[::2]
    return found


@contextlib.contextmanager
def _opened(path: Path, wanted: str) -> Iterator[tuple[zipfile.ZipFile, dict[str, int]]]:
    """The archive and the claimed size in bytes of each array; their sum must not exceed `safety.size_limit`."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            claimed = sum(info.file_size for info in members)
            if claimed > size_limit(path):
                raise ValueError(f"{claimed} bytes in {path.stat().st_size}")
            yield archive, {info.filename.removesuffix(".npy"): info.file_size for info in members}
    except Exception as error:  # a truncated or damaged archive can raise any exception
        raise BadActivity(f"{path}: found no readable npz file ({error}), wanted {wanted}") from error


def header(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, Fortran order and type from the header of an npy file. Raises ValueError."""
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
