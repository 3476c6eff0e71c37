"""What a file has to be before it is read: there, the one that is wanted, and no larger than it may be."""

import hashlib
from pathlib import Path

ROOM, RATIO = 1 << 28, 250  # bytes that any file may hold; and for each of its own: spikes compress that well


class BadFile(ValueError):
    """A file that is missing or not the one wanted; the message names it, what was found and what was wanted."""


def sha256(path: str | Path) -> str:
    """Checksum of a file, read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def room(path: str | Path) -> int:
    """The most bytes that a file may claim to hold once it is decompressed; beyond it, it is taken for a bomb."""
    return ROOM + RATIO * Path(path).stat().st_size


def only(files: dict[str, Path]) -> Path:
    """The path of the one file that a reader reads. Raises BadFile where there are more."""
    if len(files) != 1:
        raise BadFile(f"found {len(files)} files ({', '.join(files)}), wanted 1: this reader reads one")
    return next(iter(files.values()))
