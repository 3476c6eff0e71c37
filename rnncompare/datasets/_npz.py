"""Arrays of an .npz file, read without unpickling anything."""

import zipfile
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.datasets._numpy_pickle import LARGEST


def read_npz(path: Path, *fields: str) -> dict[str, np.ndarray]:
    """The named arrays of an .npz file. Raises BadActivity where it is broken, too large, or lacks one."""
    wanted = ", ".join(fields)
    try:
        with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > LARGEST:
            raise ValueError(f"{size} bytes unpacked, at most {LARGEST} are read")
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            listed = list(archive.files)
            found = {name: archive[name] for name in listed if name in fields}
    except Exception as error:  # a cut or broken archive raises nearly anything
        raise BadActivity(f"{path}: found no readable npz file ({error}), wanted one with {wanted}") from error
    missing = [name for name in fields if name not in found]
    if missing:
        raise BadActivity(f"{path}: found fields {', '.join(listed)}, wanted {', '.join(missing)} too")
    return found
