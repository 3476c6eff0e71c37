"""What a result was made from: every file that a job writes carries a record of it.

A job notes the checksum of each file that it reads when the checksum is verified, so that a record costs no reading.
The record is JSON after MARK. It is an attribute of a netCDF file, an entry of a checkpoint, a file in a bundle of
several networks and the description in a PDF, SVG or PNG file; for other files (tables, JSON, the report) it is a
comment in NAME.sha256. A record contains no times and no absolute paths, so that the same job on the same machine
writes the same bytes.
"""

import contextlib
import functools
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rnncompare.files.atomic import atomic

MARK = "rnncompare record: "
ATTRIBUTE = "rnncompare_record"  # in netCDF files and checkpoints
RUN = ".run"  # JSON in the folder of results, written when a run starts: the state of the code
KEYS = {"step", "name", "inputs", "elsewhere", "options", "code", "made_with"}  # of a record
DEEPEST = 12  # folders above a result that are searched for RUN
# Files with a place for text; their records are found in their bytes.
CARRIERS = {".nc", ".pt", ".zip", ".pdf", ".svg", ".png"}


@dataclass
class _Job:
    """The running job: its step, its arguments other than paths, and the checksums of the files that it has read."""

    step: str
    options: dict
    describe: Callable[[], dict]  # code and made_with
    read: dict[str, str] = field(default_factory=dict)  # path: checksum
    sources: dict[str, str] = field(default_factory=dict)  # name: checksum, of files that are no results


_running: list[_Job] = []


@contextlib.contextmanager
def job(step: str, options: dict, describe: Callable[[], dict]) -> Iterator[None]:
    """All files that are written within carry a record; describe: returns `code` and `made_with` of the record."""
    _running.append(_Job(step, options, describe))
    try:
        yield
    finally:
        _running.pop()


@contextlib.contextmanager
def apart(*options: str) -> Iterator[None]:
    """Files that are read within are not among the inputs of what is written afterwards.

    options: names of options of the job that are about its other results, and not in the records of what is written
    within.
    """
    now = _running[-1] if _running else None
    before = (dict(now.read), dict(now.sources), now.options) if now else None
    try:
        if now and options:
            now.options = {name: value for name, value in now.options.items() if name not in options}
        yield
    finally:
        if now:
            now.read, now.sources, now.options = before


def note(path: str | Path, digest: str) -> None:
    """Note a file that the running job has read, with its checksum (of the content that the file's own one covers)."""
    if _running:
        _running[-1].read[str(path)] = digest


def note_source(name: str, digest: str) -> None:
    """Note a file that is no result, by a name that does not depend on its place, such as CARD/session.nwb."""
    if _running:
        _running[-1].sources[name] = digest


def line_for(path: str | Path) -> str | None:
    """MARK and the record of a result that is about to be written, in ASCII; None outside a job."""
    if not _running:
        return None
    now, (root, run) = _running[-1], _run_of(str(Path(path).absolute().parent))
    inputs, elsewhere = {}, dict(now.sources)
    for read, digest in now.read.items():
        name = _inside(read, root)
        if name is None:
            elsewhere["/".join(Path(read).parts[-2:])] = digest
        else:
            inputs[name] = digest
    about = now.describe()
    record = {
        "step": now.step,
        "name": _inside(path, root) or Path(path).name,
        "inputs": inputs,
        "elsewhere": elsewhere,
        "options": _without_folder(now.options, root),
        "code": about["code"] | run,
        "made_with": about["made_with"],
    }
    return MARK + json.dumps(record, sort_keys=True)


@functools.cache  # all outputs of a job are in few folders
def _run_of(folder: str) -> tuple[Path | None, dict]:
    """The folder of results in or above a folder, and the state of the code when its run started."""
    for place in [Path(folder), *Path(folder).parents][:DEEPEST]:
        with contextlib.suppress(OSError, ValueError):
            return place, json.loads((place / RUN).read_text(encoding="utf-8"))
    return None, {}


def _inside(path: str | Path, root: Path | None) -> str | None:
    """The path of a file relative to the folder of results; None if it is elsewhere."""
    whole, start = os.path.abspath(path), f"{root}{os.sep}"
    return whole[len(start) :].replace(os.sep, "/") if root and whole.startswith(start) else None


def _without_folder(options: object, root: Path | None) -> object:
    """Options in which paths of results are relative to the folder of results."""
    if isinstance(options, dict):
        return {_without_folder(name, root): _without_folder(value, root) for name, value in options.items()}
    if isinstance(options, list | tuple):
        return [_without_folder(value, root) for value in options]
    if isinstance(options, str) and "/" in options and len(options) < 4096:
        inside = _inside(options, root)
        return inside or ("/".join(Path(options).parts[-2:]) if Path(options).is_absolute() else options)
    return options


def record_in(content: bytes, suffix: str) -> dict | None:
    """The record in the bytes of a file with this suffix, or in those of NAME.sha256 (suffix '.sha256').

    None if there is none. Raises ValueError if it cannot be read.
    """
    start = content.find(MARK.encode())
    if start < 0:
        return None
    rest = content[start + len(MARK) :]
    if suffix == ".pdf":  # a string in parentheses, in which backslashes precede special characters
        rest = re.sub(rb"\\(.)", rb"\1", rest[: re.search(rb"(?<!\\)(\\\\)*\)", rest).end()] if b")" in rest else b"")
    text = rest[: rest.find(b"\n") if suffix == ".sha256" else None].decode("latin-1")
    if suffix == ".svg":
        from html import unescape  # imported here because jobs do not need it

        text = unescape(text[: text.find("<")])
    found, _ = json.JSONDecoder().raw_decode(text)
    if not isinstance(found, dict) or set(found) != KEYS:
        raise ValueError(f"found a record with other entries than {', '.join(sorted(KEYS))}")
    return found


def begin(results: str | Path, code: dict) -> None:
    """Mark a folder as that of a run that starts now; code: the state of the code, such as its commit."""
    with atomic(Path(results, RUN)) as temporary:
        temporary.write_text(json.dumps(code, sort_keys=True) + "\n", encoding="utf-8")
