"""What the files of a card hold: looked at on every run, so that a replaced one is noticed, and again before reading.

Names and content count, not where a file lies nor when it was written: a project that is moved, or reads the same
recording from another folder, has nothing to do.
"""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from rnncompare.files.checksums import atomic_with_checksum, verify
from rnncompare.files.safety import BadFile, sha256
from rnncompare.recordings.card import Card, File
from rnncompare.recordings.finding import locate, locate_all

RECORDS, HASHES = "found.json", "hashes.json"  # in the folder of recordings: of `rnncompare fetch`, and of this file
SETTLED = 2 * 10**9  # ns after which a file's times tell whether it was written again


def fingerprint(card: Card, folder: str | Path) -> dict[str, str]:
    """The sha256 of a card and of each file that its recording is read from, by name; nothing of files that are made.

    folder: of `found.json`. A file that is not there (yet) has the sha256 of its card, else that of `found.json`: where
    a disk is not mounted nothing is read anew. Sessions of a name with {names} are all that are there now.
    """
    hashes = _Hashes(Path(folder) / HASHES)
    found = {card.path.name: sha256(card.path)}
    for file in card.files:
        if file.made_by is None:
            found |= _now(card, file, hashes) or _before(card, file, Path(folder) / RECORDS)
    hashes.save()
    return found


def fingerprint_of(file: str, folder: str | Path) -> dict[str, str]:
    """The same of a file that a config names and `files.locate` finds; empty where it is not there."""
    hashes = _Hashes(Path(folder) / HASHES)
    try:
        path = locate(Path(file).parent, Path(file).name)
        found = {} if path is None else {Path(file).name: hashes.of(path)}
    except (BadFile, OSError):
        found = {}  # what reads it says why
    hashes.save()
    return found


def _now(card: Card, file: File, hashes: "_Hashes") -> dict[str, str]:
    """What an entry of a card stands for at present, empty where nothing is there."""
    try:
        if file.session is None and file.of_a_session:
            return {name: hashes.of(path) for name, (path, _) in locate_all(card.folder, file.file).items()}
        path = locate(card.folder, file.file)
        return {} if path is None else {file.file: hashes.of(path)}
    except (BadFile, OSError):
        return {file.file: "refused"}  # `fetch` says why


def _before(card: Card, file: File, records: Path) -> dict[str, str]:
    """The same of files that are not there: by the card, or as they were found."""
    if file.sha256 is not None:
        return {file.file: file.sha256}
    try:
        verify(records)
        known = json.loads(records.read_text()).get(card.name, [])
        return {r["file"]: r["sha256"] for r in known if r.get("file_of_card", r["file"]) == file.file}
    except (ValueError, LookupError, TypeError, AttributeError, OSError):
        return {}


class _Hashes:
    """sha256 of files, remembered by size, times and place, so that what nobody touched is not read on every run."""

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
        """Write what is remembered; where that cannot be written, files are read again next time."""
        if self.changed:
            kept = {name: known for name, known in sorted(self.known.items()) if Path(name).exists()}
            with contextlib.suppress(OSError), atomic_with_checksum(self.path) as temporary:
                temporary.write_text(json.dumps(kept, indent=1) + "\n")


def unchanged(card: Card, records: list[dict[str, Any]], where: str | Path) -> list[dict[str, Any]]:
    """Records of `files.fetch`, each with where its file is now, which holds what it held then.

    where: the file of records. A file that is not where it was is looked for again, beside the card, in RNNCOMPARE_DATA
    and, if it was made, beside `where`. Raises BadFile once for all that are missing or hold something else.
    """
    found, wrong = [], []
    for record in records:
        file = next((f for f in card.files if f.file == record.get("file_of_card", record["file"])), None)
        try:
            found.append(record | {"path": str(_same(card, file, record, Path(where)))})
        except BadFile as error:
            wrong.append(str(error))
    if wrong:
        raise BadFile("\n".join(wrong))
    return found


def _same(card: Card, file: File | None, record: dict[str, Any], where: Path) -> Path:
    """Where a recorded file is. Raises BadFile where it is nowhere, or is another one."""
    made = where.parent / card.name / record["file"]
    places = [Path(record["path"]), *([made] if file and file.made_by else [])]
    path = next((place for place in places if place.is_file()), None) or locate(card.folder, record["file"])
    if path is None:
        raise BadFile(
            f"{record['path']}: found no file there any more, nor {record['file']} in {card.folder} nor in the folders "
            f"of RNNCOMPARE_DATA, wanted the one of sha256 {record['sha256']}; {_anew(file, where)}"
        )
    if (now := sha256(path)) != record["sha256"]:
        raise BadFile(
            f"{path}: found sha256 {now}, wanted {record['sha256']} as it was found by `rnncompare fetch` ({where}): "
            f"the file was damaged or replaced since; {_anew(file, where)}"
        )
    return path


def _anew(file: File | None, where: Path) -> str:
    if file is not None and file.made_by:
        return f"delete {where} and run the same command again, which makes it anew"
    if file is not None and file.url:
        return f"delete it and {where} and run the same command again, which downloads it anew"
    return f"bring it back, or, where another one is meant, delete {where} and run the same command again"
