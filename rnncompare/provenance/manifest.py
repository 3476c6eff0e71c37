"""The manifest of a run: the checksum of every result, and what each was made from.

The results of a run are the report and all that it was made from, which their records say. Other files in the folder
of results do not belong to the run.
"""

import datetime
import hashlib
import json
from collections import deque
from pathlib import Path

from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.provenance.artefact import examine
from rnncompare.reproducibility import processor
from rnncompare.reproducibility.job import whole_package_sha256

NAME = "manifest.json"
FORMAT = "rnncompare manifest 1"
REPORT, FOUND = "report/index.html", "recordings/found.json"
ROOTS = (REPORT, "provenance.json", FOUND)
# The report contains one file of each figure and links to the others: its formats, caption and source data.
FIGURES, DRAWN, PARTS = "figures", (".pdf", ".svg", ".png", ".csv"), ("{}_caption.txt", "{}_source_data/*.csv")


def write_manifest(results: Path, config: dict, out: Path) -> None:
    """Write the manifest of a run whose report is finished. Raises ValueError for a result that is missing."""
    with atomic_with_checksum(out) as temporary:
        temporary.write_text(json.dumps(manifest(results, config), indent=1) + "\n", encoding="utf-8")


def manifest(results: Path, config: dict) -> dict:
    """The manifest as a mapping; config: of the run, with all options."""
    listed, codes, made_with = {}, {}, {}
    waiting, known = deque(name for name in ROOTS if (results / name).is_file()), set()
    while waiting:
        name = waiting.popleft()
        if name in known:
            continue
        known.add(name)
        try:
            found = examine(results / name)
        except OSError as error:
            raise ValueError(f"{results / name}: found no such result, wanted one: others were made from it") from error
        listed[name] = {"sha256": found.checksum} | summary_of(found.record)
        if found.record is None:
            continue
        codes[digest(found.record["code"])] = found.record["code"]
        made_with[digest(found.record["made_with"])] = found.record["made_with"]
        waiting.extend([*found.record["inputs"], *_drawn_with(results, name)])
    return {
        "format": FORMAT,
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "config": config,
        "code": _code_of(listed, codes) | {"package": whole_package_sha256()},
        "machine": processor.described(),
        "recordings": recorded_files(results),
        "codes": dict(sorted(codes.items())),
        "made_with": dict(sorted(made_with.items())),
        "files": dict(sorted(listed.items())),
    }


def summary_of(record: dict | None) -> dict:
    """What the manifest contains of a record: long entries as their checksums."""
    if record is None:
        return {"record": None}
    same = {name: record[name] for name in ("step", "inputs", "elsewhere")}
    return same | {name: digest(record[name]) for name in ("options", "code", "made_with")}


def digest(found: object) -> str:
    """A shortened checksum of a part of a record."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def recorded_files(results: Path) -> list[dict]:
    """Card, name, sha256 and size of each file of the recordings, without its place on this machine."""
    try:
        found = json.loads((results / FOUND).read_text(encoding="utf-8"))
    except OSError:
        return []
    kept = ("file", "sha256", "bytes", "checked")
    return [{"card": card} | {n: record[n] for n in kept} for card, records in found.items() for record in records]


def _code_of(listed: dict, codes: dict) -> dict:
    """The code with which the report was made: version, and commit and changes if it was in a checkout."""
    code = codes.get(listed.get(REPORT, {}).get("code"), {})
    return {name: code[name] for name in ("version", "commit", "changed") if name in code}


def _drawn_with(results: Path, name: str) -> list[str]:
    """The other files of a figure."""
    path = Path(name)
    if path.parts[0] != FIGURES:
        return []
    others = [path.with_suffix(suffix).as_posix() for suffix in DRAWN if suffix != path.suffix]
    folder = results / path.parent
    parts = [part for pattern in PARTS for part in sorted(folder.glob(pattern.format(path.stem)))]
    others += [part.relative_to(results).as_posix() for part in parts]
    return [other for other in others if (results / other).is_file()]
