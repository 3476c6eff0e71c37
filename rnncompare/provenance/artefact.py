"""One result as it is on disk: its checksum, its record, and what is wrong with them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from rnncompare.files import records
from rnncompare.files.checksums import TRAILER, TRAILER_START, checksum_path

WITH_TRAILER = {".nc", ".pt", ".zip"}


@dataclass(frozen=True)
class Artefact:
    """A result: the checksum of its content (without a trailer), its record, and a fault in words, or None."""

    checksum: str
    record: dict | None
    fault: str | None


def examine(path: Path) -> Artefact:
    """Read a result and compare its content with the checksum that it carries. Raises OSError."""
    content = path.read_bytes()
    if path.suffix in WITH_TRAILER:
        content, stored, fault = _without_trailer(content)
    else:
        stored, fault = _beside(path)
    checksum = hashlib.sha256(content).hexdigest()
    if stored is not None and stored != checksum:
        fault = fault or "its content is not that of its checksum: it was damaged or edited after it was written"
    try:
        record = _record(path, content)
    except ValueError:
        return Artefact(checksum, None, fault or "its record cannot be read")
    return Artefact(checksum, record, fault or (None if record else "it has no record of what it was made from"))


def _without_trailer(content: bytes) -> tuple[bytes, str | None, str | None]:
    """The content, the checksum after it, and a fault."""
    line = content[-TRAILER:]
    if not line.startswith(TRAILER_START) or not line.endswith(b"\n"):
        return content, None, "it has no checksum at its end: it was not written by rnncompare, or it was cut"
    return content[:-TRAILER], line[len(TRAILER_START) : -1].decode("ascii", "replace"), None


def _beside(path: Path) -> tuple[str | None, str | None]:
    """The checksum in NAME.sha256, and a fault."""
    note = checksum_path(path)
    try:
        first = note.read_text(encoding="utf-8", errors="replace").partition("\n")[0].split()
    except FileNotFoundError:
        return None, f"{note.name} is missing"
    if len(first) != 2 or first[1] != path.name:
        return None, f"{note.name} does not contain its checksum"
    return first[0], None


def _record(path: Path, content: bytes) -> dict | None:
    """The record of a file. Raises ValueError if it cannot be read."""
    if path.suffix in records.CARRIERS:
        return records.record_in(content, path.suffix)
    note = checksum_path(path)
    return records.record_in(note.read_bytes(), note.suffix) if note.is_file() else None
