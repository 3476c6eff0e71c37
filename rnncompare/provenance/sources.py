"""Whether files outside the results are those that a run used: cards, recordings, weights and networks of others."""

import json
from collections.abc import Iterator
from pathlib import Path

from rnncompare.files.checksums import sha256
from rnncompare.provenance.artefact import Artefact
from rnncompare.provenance.manifest import FOUND, recorded_files
from rnncompare.recordings.finding import locate
from rnncompare.study.places import card, cards

CARD = "card.yaml"


def changed_sources(
    results: Path, manifest: dict, on_disk: dict[str, Artefact], data: Path | None
) -> tuple[list[str], list[str]]:
    """Sentences on files that have changed since the run, and on files that could not be checked."""
    base = folder_of_run(results, manifest["config"])
    data = data or base / manifest["config"]["data"]
    faults, notes = [], []
    if (results / FOUND).is_file() and manifest["recordings"] != _recorded(results):
        faults.append(f"manifest.json: its recordings are not those of {FOUND}.")
    used: dict[str, set[str]] = {}
    for artefact in on_disk.values():
        for name, checksum in (artefact.record or {}).get("elsewhere", {}).items():
            used.setdefault(name, set()).add(checksum)
    recorded = {f"{r['card']}/{r['file']}": r["sha256"] for r in manifest["recordings"]}
    for name, checksum in recorded.items():
        used.setdefault(name, set()).add(checksum)
    places = _places(results, manifest, base, data)
    for name, checksums in sorted(used.items()):
        if len(checksums) > 1:
            faults.append(f"{name}: results of this run were made from different versions of it.")
        path = next((path for path in places.get(name, []) if path.is_file()), None)
        if path is None:
            notes.append(f"{name}: it is not on this machine, and was not checked.")
        elif sha256(path) not in checksums:
            faults.append(f"{name}: it has changed since the run ({path}).")
    return faults, notes


def _recorded(results: Path) -> list[dict] | None:
    """The recorded files according to found.json; None if it cannot be read."""
    try:
        return recorded_files(results)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def folder_of_run(results: Path, config: dict) -> Path:
    """The folder in which the run was started: paths in its config are relative to it."""
    if Path(config["results"]).is_absolute():
        return Path.cwd()
    parts = Path(config["results"]).parts
    path = results.absolute()
    return Path(*path.parts[: -len(parts)]) if path.parts[-len(parts) :] == parts else Path.cwd()


def _places(results: Path, manifest: dict, base: Path, data: Path) -> dict[str, list[Path]]:
    """The last two parts of a path -> where the file may be."""
    places: dict[str, list[Path]] = {}
    for record in manifest["recordings"]:
        folder, file = Path(card(str(data), record["card"])).parent, record["file"]
        made = results / Path(FOUND).parent / record["card"] / file
        where = [*_found_at(results, base, record), locate(folder, file)]
        # A generated file is in the results; files of the same name elsewhere are others.
        where = [made] if record["checked"].startswith("made by") else [path for path in where if path]
        places[f"{record['card']}/{file}"] = where
    for name in cards(str(data)):
        places[f"{name}/{CARD}"] = [Path(card(str(data), name))]
    for text in _texts(manifest["config"]):
        place = base / text
        if "/" in text and "/".join(place.parts[-2:]) not in places:
            places["/".join(place.parts[-2:])] = [place, *filter(None, [locate(place.parent, place.name)])]
    return places


def _found_at(results: Path, base: Path, record: dict) -> list[Path]:
    """Where the run found a file of a recording."""
    try:
        found = json.loads((results / FOUND).read_text(encoding="utf-8"))
        return [base / entry["path"] for entry in found[record["card"]] if entry["file"] == record["file"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _texts(found: object) -> Iterator[str]:
    """All texts in a config."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for value in found.values() if isinstance(found, dict) else found:
            yield from _texts(value)
