"""Fingerprints of the files of a card: checksums that are compared on every run to detect replaced files.

A fingerprint consists of names and checksums, and does not depend on the location of a file or the time at which it was
written, so that moving a project or a recording reruns nothing.
"""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from rnncompare.files.checksums import atomic_with_checksum, sha256, verify
from rnncompare.files.records import note_source
from rnncompare.files.safety import BadFile
from rnncompare.recordings.card_model import Card, File
from rnncompare.recordings.finding import locate, locate_all

RECORDS, HASHES = "found.json", "hashes.json"  # in the folder of recordings; by `rnncompare fetch` and this module
SETTLED = 2 * 10**9  # ns; the times of a file that was modified more recently do not reveal further changes


def fingerprint(card: Card, folder: str | Path) -> dict[str, str]:
    """The sha256 of a card and of each of its files, by name; generated files are omitted.

    folder: the folder of `found.json`. A file that does not exist, such as on a disk that is not mounted, has the
    sha256 of its card or else that in `found.json`, so that nothing is read again. A pattern with {names} includes all
    sessions that exist now.
    """
    hashes = _Hashes(Path(folder) / HASHES)
    found = {card.path.name: sha256(card.path)}
    for file in card.files:
        if file.made_by is None:
            found |= _now(card, file, hashes) or _before(card, file, Path(folder) / RECORDS)
    hashes.save()
    return found


def fingerprint_of(file: str, folder: str | Path) -> dict[str, str]:
    """Name and sha256 of a file that a config names and `finding.locate` finds; empty if it does not exist."""
    hashes = _Hashes(Path(folder) / HASHES)
    try:
        path = locate(Path(file).parent, Path(file).name)
        found = {} if path is None else {Path(file).name: hashes.of(path)}
    except (BadFile, OSError):
        found = {}  # the step that reads the file reports the error
    hashes.save()
    return found


def checksum_of(path: str | Path, folder: str | Path) -> str:
    """The sha256 of a file; '' if it cannot be read, because its reader then raises the error."""
    hashes = _Hashes(Path(folder) / HASHES)
    try:
        found = hashes.of(Path(path))
    except OSError:
        return ""
    hashes.save()
    return found


def _now(card: Card, file: File, hashes: "_Hashes") -> dict[str, str]:
    """Names and sha256 of the existing files of an entry of a card."""
    try:
        if file.session is None and file.of_a_session:
            return {name: hashes.of(path) for name, (path, _) in locate_all(card.folder, file.file).items()}
        path = locate(card.folder, file.file)
        return {} if path is None else {file.file: hashes.of(path)}
    except (BadFile, OSError):
        return {file.file: "refused"}  # `fetch` reports the error


def _before(card: Card, file: File, records: Path) -> dict[str, str]:
    """Names and sha256 of files that do not exist now, from the card or from `found.json`."""
    if file.sha256 is not None:
        return {file.file: file.sha256}
    try:
        verify(records)
        known = json.loads(records.read_text()).get(card.name, [])
        return {r["file"]: r["sha256"] for r in known if r.get("file_of_card", r["file"]) == file.file}
    except (ValueError, LookupError, TypeError, AttributeError, OSError):
        return {}


class _Hashes:
    """Cache of the sha256 of files by path, size and times, so that unchanged files are not read on every run."""

    def __init__(self, path: Path):
        self.path = path
        self.known: dict[str, list] = {}
        self.changed = False
        with contextlib.suppress(ValueError, OSError):
            verify(path)
            self.known = json.loads(path.read_text())

    def of(self, path: Path) -> str:
        status = path.stat()
        about = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]
        name = str(path.absolute())
        known = self.known.get(name)
        if known and known[:-1] == about:
            return known[-1]
        found = sha256(path)
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > SETTLED:
            self.known[name] = [*about, found]
            self.changed = True
        return found

    def save(self) -> None:
        """Write the cache; if it cannot be written, files are read again on the next run."""
        if self.changed:
            kept = {name: known for name, known in sorted(self.known.items()) if Path(name).exists()}
            with contextlib.suppress(OSError), atomic_with_checksum(self.path) as temporary:
                temporary.write_text(json.dumps(kept, indent=1) + "\n")


def unchanged(card: Card, records: list[dict[str, Any]], where: str | Path) -> list[dict[str, Any]]:
    """Records of `finding.fetch` with the present path of each file, whose content must be unchanged.

    where: the file of records. A file that is no longer at its place is searched for in the folder of the card, in
    RNNCOMPARE_DATA and, if it was generated, in the folder of `where`. Raises one BadFile for all files that are
    missing or have changed.
    """
    found, wrong = [], []
    for record in records:
        file = next((f for f in card.files if f.file == record.get("file_of_card", record["file"])), None)
        try:
            path = _same(card, file, record, Path(where))
            if file is None or file.made_by is None:  # a generated file is given by the card and has random identifiers
                note_source(f"{card.name}/{record['file']}", record["sha256"])
            found.append(record | {"path": str(path)})
        except BadFile as error:
            wrong.append(str(error))
    if wrong:
        raise BadFile("\n".join(wrong))
    return found


def _same(card: Card, file: File | None, record: dict[str, Any], where: Path) -> Path:
    """The present path of a recorded file. Raises BadFile if it is missing or has changed."""
    made = where.parent / card.name / record["file"]
    places = [Path(record["path"]), *([made] if file and file.made_by else [])]
    path = next((place for place in places if place.is_file()), None) or locate(card.folder, record["file"])
    if path is None:
        raise BadFile(
            f"{record['path']}: found no file there any more, nor {record['file']} in {card.folder} nor in the folders "
            f"of RNNCOMPARE_DATA, wanted the file of sha256 {record['sha256']}; {_remedy(file, where)}"
        )
    if (now := sha256(path)) != record["sha256"]:
        raise BadFile(
            f"{path}: found sha256 {now}, wanted {record['sha256']} as recorded by `rnncompare fetch` ({where}): the "
            f"file was damaged or replaced since; {_remedy(file, where)}"
        )
    return path


def _remedy(file: File | None, where: Path) -> str:
    if file is not None and file.made_by:
        return f"delete {where} and run the same command again to generate it again"
    if file is not None and file.url:
        return f"delete it and {where} and run the same command again to download it again"
    return f"restore it, or, if the new file is intended, delete {where} and run the same command again"
