"""Arrays of an .npz file, read without numpy's own reader, which makes what a header claims."""

import math
import zipfile
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files import room


def read_npz(path: Path, *wanted: str) -> dict[str, np.ndarray]:
    """The named arrays of an .npz file: numbers and text, never objects. Raises BadActivity."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename.removesuffix(".npy"): info.file_size for info in archive.infolist()}
            there = [name for name in wanted if name in sizes]
            claimed = sum(sizes[name] for name in there)
            if claimed > room(path):
                raise ValueError(f"{claimed} bytes in {path.stat().st_size}")
            found = {name: _array(archive, name, sizes[name]) for name in there}
    except Exception as error:  # a cut or broken archive raises nearly anything
        raise BadActivity(f"{path}: found no readable npz file ({error}), wanted {' and '.join(wanted)}") from error
    missing = [name for name in wanted if name not in found]
    if missing:
        raise BadActivity(f"{path}: found fields {', '.join(sizes)}, wanted {', '.join(missing)} too")
    return found


def _array(archive: zipfile.ZipFile, name: str, size: int) -> np.ndarray:
    with archive.open(f"{name}.npy") as member:
        version = np.lib.format.read_magic(member)
        headers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in headers:
            raise ValueError(f"{name}: version {version} of the npy format")
        shape, fortran, kind = headers[version](member)
        if kind.hasobject:
            raise ValueError(f"{name}: an array of objects, which is a pickle")
        if math.prod(shape) * kind.itemsize != size - member.tell():
            raise ValueError(f"{name}: an array of shape {shape} in {size} bytes")
        return np.frombuffer(bytearray(member.read()), kind).reshape(shape, order="F" if fortran else "C")
