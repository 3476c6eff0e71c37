"""Checksums of what the program writes: of binary files at their end, of text in a file beside; readers look first.

A sealed file is its content and a last line of fixed length, which HDF5 ignores and which is the comment of a zip
archive. Text that users open stays as it is; NAME.sha256 beside it is what `sha256sum` prints, and checks.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from rnncompare.files.atomic import atomic
from rnncompare.files.safety import BadFile, sha256

MARK = b"\nrnncompare sha256 "  # what the last line of a sealed file begins with
DIGITS = 64  # of a sha256 in hexadecimal
SEAL = len(MARK) + DIGITS + 1  # bytes of that line
PIECE = 1 << 20  # bytes read at once
AGAIN = "delete it and run the same command again, which makes it anew"


class Damaged(BadFile):
    """A file that is not what the program wrote; the message names it, what was found, wanted, and how to make it."""


def sealed(content: bytes) -> bytes:
    """The same bytes and a last line that holds their sha256."""
    return b"".join((content, MARK, hashlib.sha256(content).hexdigest().encode(), b"\n"))


def is_sealed(path: str | Path) -> bool:
    """Whether a file ends with the sha256 of all that comes before. Raises Damaged where it is another one."""
    size = Path(path).stat().st_size
    with open(path, "rb") as file:
        file.seek(max(0, size - SEAL))
        line = file.read()
        if len(line) < SEAL or not line.startswith(MARK) or not line.endswith(b"\n"):
            return False
        file.seek(0)
        _compare(path, _digest(file, size - SEAL), line[len(MARK) : -1].decode("ascii", "replace"), "at its end")
    return True


def unsealed(path: str | Path) -> Damaged:
    """What to raise for a file that reads well and yet has no checksum, where only one of ours will do."""
    return Damaged(
        f"{path}: found no checksum at its end, wanted the one that rnncompare writes there: the file was damaged, or "
        f"made by another program or version; {AGAIN} (a recording of your own is read by a card, and needs none)"
    )


def _digest(file, left: int) -> str:
    """sha256 of the next bytes of a file, in hexadecimal."""
    found = hashlib.sha256()
    while left and (piece := file.read(min(PIECE, left))):
        found.update(piece)
        left -= len(piece)
    return found.hexdigest()


def _compare(path: str | Path, found: str, wanted: str, where: str) -> None:
    if found != wanted:
        raise Damaged(
            f"{path}: found sha256 {found} of its content, wanted {wanted} as written {where}: the file was damaged or "
            f"changed after it was made; {AGAIN}"
        )


@contextlib.contextmanager
def noted(path: str | Path) -> Iterator[Path]:
    """As `files.atomic`, with the sha256 of what was written in `path`.sha256, whole or not at all as well."""
    path = Path(path)
    with atomic(beside(path)) as note, atomic(path) as temporary:
        yield temporary
        note.write_text(f"{sha256(temporary)}  {path.name}\n")


def beside(path: str | Path) -> Path:
    """Where the sha256 of a text is: NAME.sha256 in the same folder."""
    return Path(f"{path}.sha256")


def check_note(path: str | Path, *, brought: bool = False) -> None:
    """Raise Damaged unless a file has the sha256 that is noted beside it.

    brought: whether it may be a user's own, with nothing beside it, and is then not checked.
    """
    found, note = sha256(path), beside(path)
    try:
        words = note.read_bytes().split()
    except FileNotFoundError:
        if brought:
            return
        raise Damaged(
            f"{path}: found no {note.name} beside it, wanted the checksum that rnncompare writes there; {AGAIN} (for a "
            f"table of your own: sha256sum {path} > {note})"
        ) from None
    wanted = words[0].decode("ascii", "replace") if words else "nothing"
    _compare(path, found, wanted, f"in {note.name}")
