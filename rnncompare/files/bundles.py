"""Bundles: one file that contains the files of several networks, unchanged, and from which each can be read alone.

A bundle is a zip archive without compression (`unzip` gives the files of the networks) with a checksum at its end, as
every binary file of the program has.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from rnncompare.files import checksums, records
from rnncompare.files.atomic import atomic
from rnncompare.files.members import Member

SUFFIX = ".zip"
WANTED = f"a file of several networks that rnncompare wrote; if it was truncated or damaged, {checksums.REMEDY}"
END_OF_ARCHIVE = 2  # length in bytes of the length of the comment, the last field of a zip archive without a comment
RECORD = "record.txt"  # of what the bundle was made from
NEVER = (1980, 1, 1, 0, 0, 0)  # the date of every member, so that repeated writes are byte-identical


class BadBundle(ValueError):
    """The file is not a bundle; the message names it."""


def is_bundle(path: str | Path) -> bool:
    """Whether a path is that of a bundle, by its suffix: a checkpoint of one network is a zip archive as well."""
    return Path(path).suffix == SUFFIX


def write(members: Iterable[tuple[str, bytes]], path: str | Path) -> None:
    """Write files, given as names and contents, to a bundle, completely or not at all.

    Each is written before the next is asked for, so that only one is in memory.
    """
    with atomic(path) as temporary:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for name, content in members:
                archive.writestr(zipfile.ZipInfo(name, NEVER), content)
            if (record := records.line_for(path)) is not None:
                archive.writestr(zipfile.ZipInfo(RECORD, NEVER), record)
        with open(temporary, "r+b") as file:
            # The checksum is the comment of the archive.
            file.seek(-END_OF_ARCHIVE, io.SEEK_END)
            file.write(checksums.TRAILER.to_bytes(END_OF_ARCHIVE, "little"))
        found = checksums.sha256(temporary)
        with open(temporary, "ab") as file:
            file.write(checksums.trailer(found))


def read(path: str | Path) -> Iterator[Member]:
    """The files of a bundle in their order, one at a time. Raises BadBundle, checksums.Damaged."""
    with open(path, "rb") as file:  # for a missing file, the system's error is clearer than that of the archive
        if not checksums.has_checksum(path):
            raise checksums.missing_checksum(path)
        with _archive(file, path) as archive:
            for name in _names(archive):
                yield Member(archive.read(name), path, name)


def read_one(path: str | Path, name: str) -> Member:
    """The file of this name in a bundle. Raises BadBundle, checksums.Damaged."""
    with open(path, "rb") as file:
        if not checksums.has_checksum(path):
            raise checksums.missing_checksum(path)
        with _archive(file, path) as archive:
            if name not in _names(archive):
                raise BadBundle(f"{path}: found no {name} among its {len(_names(archive))} files, wanted one")
            return Member(archive.read(name), path, name)


def count(path: str | Path) -> int:
    """The number of files in a bundle; its checksum is not verified. Raises BadBundle."""
    with open(path, "rb") as file, _archive(file, path) as archive:
        return len(_names(archive))


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name != RECORD]


def _archive(file, path: str | Path) -> zipfile.ZipFile:
    """The archive in an open file. Compressed ones are refused, because the size of their contents is not limited."""
    try:
        archive = zipfile.ZipFile(file)
        if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
            raise zipfile.BadZipFile("a compressed archive")
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise BadBundle(f"{path}: found no readable archive ({error}), wanted {WANTED}") from error
    return archive
