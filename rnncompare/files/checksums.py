"""Checksums of files; those of the files that the program writes are verified before these files are read.

A binary file (netCDF, checkpoint) carries its checksum in a last line of fixed length, which HDF5 ignores and which is
the comment of a zip archive. The checksum of a text file is in NAME.sha256 in the same folder, in the format of
`sha256sum`, so that the text itself is unchanged; a comment there is the record of what the file was made from
(`records`).
"""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from rnncompare.files import records
from rnncompare.files.atomic import atomic
from rnncompare.files.members import File, Member, opened, size_of
from rnncompare.files.safety import BadFile

TRAILER_START = b"\nrnncompare sha256 "  # the beginning of the last line
DIGITS = 64  # of a sha256 in hexadecimal
TRAILER = len(TRAILER_START) + DIGITS + 1  # length of the last line in bytes
PIECE = 1 << 20  # bytes read at once
REMEDY = "delete it and run the same command again to recreate it"


class Damaged(BadFile):
    """The file is not as the program wrote it; the message names it and says how to recreate it."""


def sha256(path: str | Path) -> str:
    """The sha256 checksum of a file in hexadecimal; the file is read in blocks."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def with_checksum(content: bytes) -> bytes:
    """The content followed by a line with its sha256."""
    return b"".join((content, trailer(hashlib.sha256(content).hexdigest())))


def trailer(digest: str) -> bytes:
    """The last line of a file whose content before it has this sha256 in hexadecimal."""
    return b"".join((TRAILER_START, digest.encode(), b"\n"))


def has_checksum(path: File) -> bool:
    """Whether a file ends with a line with its sha256. Raises Damaged if the sha256 does not match the content."""
    size = size_of(path)
    with opened(path) as file:
        file.seek(max(0, size - TRAILER))
        line = file.read()
        if len(line) < TRAILER or not line.startswith(TRAILER_START) or not line.endswith(b"\n"):
            return False
        file.seek(0)
        found = _digest(file, size - TRAILER)
    _compare(path, found, line[len(TRAILER_START) : -1].decode("ascii", "replace"), "at its end")
    if not isinstance(path, Member):  # the outer file is noted
        records.note(path, found)
    return True


def missing_checksum(path: File) -> Damaged:
    """The error to raise if a file without a checksum is found where a file written by rnncompare is required."""
    return Damaged(
        f"{path}: found no checksum at its end, wanted the one that rnncompare writes there: the file was damaged, or "
        f"made by another program or version; {REMEDY} (your own recording is read through a card and needs none)"
    )


def _digest(file, left: int) -> str:
    """The sha256, in hexadecimal, of the next `left` bytes of an open file."""
    found = hashlib.sha256()
    while left and (piece := file.read(min(PIECE, left))):
        found.update(piece)
        left -= len(piece)
    return found.hexdigest()


def _compare(path: File, found: str, wanted: str, where: str) -> None:
    if found != wanted:
        raise Damaged(
            f"{path}: found sha256 {found} of its content, wanted {wanted} as written {where}: the file was damaged or "
            f"changed after it was made; {REMEDY}"
        )


@contextlib.contextmanager
def atomic_with_checksum(path: str | Path) -> Iterator[Path]:
    """Like `atomic`, and also writes the sha256 of the file to `path`.sha256."""
    path = Path(path)
    with atomic(checksum_path(path)) as note, atomic(path) as temporary:
        yield temporary
        record = None if path.suffix in records.CARRIERS else records.line_for(path)
        comment = "" if record is None else f"# {record}\n"  # `sha256sum --check` ignores comments
        note.write_text(f"{sha256(temporary)}  {path.name}\n{comment}")


def checksum_path(path: str | Path) -> Path:
    """The path of the checksum of a text file: NAME.sha256 in the same folder."""
    return Path(f"{path}.sha256")


def verify(path: str | Path, *, from_user: bool = False) -> None:
    """Raise Damaged unless a file has the sha256 that is written in NAME.sha256 in the same folder.

    from_user: if true, the file may be a user's own without NAME.sha256, and is then not checked.
    """
    found, note = sha256(path), checksum_path(path)
    try:
        words = note.read_bytes().split()
    except FileNotFoundError:
        if from_user:
            records.note(path, found)
            return
        raise Damaged(
            f"{path}: found no {note.name} in the same folder, wanted the checksum that rnncompare writes there; "
            f"{REMEDY} (for your own table: sha256sum {path} > {note})"
        ) from None
    wanted = words[0].decode("ascii", "replace") if words else "nothing"
    _compare(path, found, wanted, f"in {note.name}")
    records.note(path, found)
