"""Members: files inside another file, which are opened as files of their own are."""

import io
from pathlib import Path
from typing import BinaryIO


class Member(io.BytesIO):
    """The content of a file that is inside another one; as text, the names of both, for errors."""

    def __init__(self, content: bytes, outer: str | Path, name: str):
        super().__init__(content)
        self.outer, self.name, self.size = outer, name, len(content)

    def __str__(self) -> str:
        return f"{self.outer}, {self.name}"


File = str | Path | Member


def opened(file: File) -> BinaryIO:
    """A file, or a member of one, opened for reading from its beginning."""
    return io.BytesIO(file.getvalue()) if isinstance(file, Member) else open(file, "rb")


def size_of(file: File) -> int:
    """The size of a file in bytes."""
    return file.size if isinstance(file, Member) else Path(file).stat().st_size


def for_hdf5(file: File) -> str | Path | BinaryIO:
    """What h5py and xarray open: the path of a file, or the content of a member."""
    return opened(file) if isinstance(file, Member) else file
