"""Checks of a file before it is read: that it is the expected one, and a limit on its decompressed size."""

from pathlib import Path

from rnncompare.files.members import File, size_of

BASE_LIMIT = 1 << 28  # bytes that any file may decompress to
LIMIT_PER_BYTE = 250  # further bytes for each byte of the file; spike data compress by such factors


class BadFile(ValueError):
    """The file is missing, or is not the expected one; the message names it, what was found and what was wanted."""


def size_limit(path: File) -> int:
    """The largest decompressed size in bytes that is accepted of a file: a protection against decompression bombs."""
    return BASE_LIMIT + LIMIT_PER_BYTE * size_of(path)


def single_file(files: dict[str, Path]) -> Path:
    """The path of the file, for readers that read a single file. Raises BadFile if there is not exactly one."""
    if len(files) != 1:
        raise BadFile(f"found {len(files)} files ({', '.join(files)}), wanted 1: this reader reads a single file")
    return next(iter(files.values()))
