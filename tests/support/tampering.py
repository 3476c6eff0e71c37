"""Ways to tamper with the results of a run, as a careless or a dishonest person might."""

import hashlib
import json
from pathlib import Path

from rnncompare.files.checksums import TRAILER, with_checksum
from rnncompare.provenance.artefact import WITH_TRAILER

FIGURES = {".pdf", ".svg", ".png"}
OTHER = "0123456789abcdef" * 4  # a checksum of nothing


def contents(folder: Path) -> dict[Path, bytes]:
    """The content of all files in a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def restore(folder: Path, before: dict[Path, bytes]) -> None:
    """Make all files in a folder what they were."""
    now = contents(folder)
    for path in now.keys() - before.keys():
        path.unlink()
    for path, content in before.items():
        if now.get(path) != content:
            path.write_bytes(content)


def note_of(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def flip(path: Path) -> None:
    """One bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip_the_checksum(path: Path) -> None:
    """One digit of the checksum of a file."""
    place = path if path.suffix in WITH_TRAILER else note_of(path)
    content = place.read_bytes()
    at = len(content) - 10 if path.suffix in WITH_TRAILER else 5
    place.write_bytes(content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :])


def remove_the_checksum(path: Path) -> None:
    if path.suffix in WITH_TRAILER:
        path.write_bytes(path.read_bytes()[:-TRAILER])
    else:
        note_of(path).unlink()


def write_with_checksum(path: Path, content: bytes) -> None:
    """Other content, without its trailer, with the checksum that it has; the record in NAME.sha256 is kept."""
    if path.suffix in WITH_TRAILER:
        path.write_bytes(with_checksum(content))
        return
    path.write_bytes(content)
    _, _, rest = note_of(path).read_text().partition("\n")
    note_of(path).write_text(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n{rest}")


def own_content(path: Path) -> bytes:
    content = path.read_bytes()
    return content[:-TRAILER] if path.suffix in WITH_TRAILER else content


def edit(path: Path) -> None:
    """Another content with the checksum recomputed; of a table, another last digit or letter."""
    content = own_content(path)
    if path.suffix in FIGURES:
        content += b"\n"
    else:
        at = max(k for k, byte in enumerate(content) if bytes([byte]).isalnum())
        content = content[:at] + (b"1" if content[at : at + 1] != b"1" else b"2") + content[at + 1 :]
    write_with_checksum(path, content)


def change_the_record(path: Path) -> None:
    """The version of numpy in the record, with the checksum recomputed."""
    old, new = b'"numpy": "', b'"numpy": "9'
    if path.suffix in FIGURES | WITH_TRAILER:
        content = own_content(path)
        at = content.index(old) + len(old)
        write_with_checksum(path, content[:at] + b"9" + content[at + 1 :])
    else:
        note_of(path).write_bytes(note_of(path).read_bytes().replace(old, new))


def swap(one: Path, other: Path) -> None:
    """Two files in each other's places, with their checksums."""
    for a, b in ((one, other), (note_of(one), note_of(other))):
        if a.exists():
            first, second = a.read_bytes(), b.read_bytes()
            a.write_bytes(second)
            b.write_bytes(first)
    for path in (one, other):
        if note_of(path).exists():
            write_with_checksum(path, path.read_bytes())
            digest, _, rest = note_of(path).read_text().partition("\n")
            note_of(path).write_text(f"{digest.split()[0]}  {path.name}\n{rest}")


def change_json(path: Path, *keys: str | int, value: object) -> None:
    """One value of a JSON file, with the checksum recomputed; value None: the entry is removed."""
    content = json.loads(path.read_text())
    inside = content
    for key in keys[:-1]:
        inside = inside[key]
    if value is None:
        del inside[keys[-1]]
    else:
        inside[keys[-1]] = value
    write_with_checksum(path, json.dumps(content, indent=1).encode())
