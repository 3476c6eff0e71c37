"""Verification of an unpacked archive."""

import json
from pathlib import Path

from rnncompare.provenance.archive import CODE, CONFIG, DATA, README, RESULTS, config_text, is_kept
from rnncompare.provenance.crate import METADATA, checksum_of
from rnncompare.provenance.form import read_manifest
from rnncompare.provenance.manifest import NAME
from rnncompare.provenance.verification import Verified, verify
from rnncompare.reproducibility.job import whole_package_sha256

LATER = ("rerun/", f"{DATA}/")  # what running the study again writes: results, and recordings next to their cards
BUILT = ("__pycache__", ".egg-info", "build")  # what installing the code writes


def is_archive(folder: Path) -> bool:
    """Whether a folder is an unpacked archive."""
    return (folder / METADATA).is_file()


def verify_archive(folder: Path) -> Verified:
    """Verify the files of an unpacked archive, and its results as those of a run without the files that it omits."""
    found = verify(folder / RESULTS, left_out=lambda name: not is_kept(name), data=folder / DATA)
    listed = _listed(folder, found)
    for name, checksum in listed.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            found.faults.append(f"{name}: it is missing.")
        elif checksum_of(path.read_bytes()) != checksum:
            found.faults.append(f"{name}: it is not the file that {METADATA} lists.")
    found.faults += [f"{name}: it does not belong to this archive." for name in _others(folder, set(listed))]
    found.faults += _unlike_the_manifest(folder)
    found.files = len(listed)
    return found


def _listed(folder: Path, found: Verified) -> dict[str, str]:
    """Name -> sha256 of the files that the archive is said to contain; faults of the list are added."""
    content = (folder / METADATA).read_bytes()
    try:
        note = (folder / f"{METADATA}.sha256").read_text().split()
    except (OSError, UnicodeDecodeError):
        note = []
    if note[:1] != [checksum_of(content)]:
        found.faults.append(f"{METADATA}: its content is not that of its checksum.")
    try:
        entries = json.loads(content)["@graph"]
        files = [entry for entry in entries if entry["@type"] == "File" and "://" not in entry["@id"]]
        return {str(entry["@id"]): str(entry["sha256"]) for entry in files}
    except (ValueError, LookupError, TypeError):
        found.faults.append(f"{METADATA}: it cannot be read.")
        return {}


def _others(folder: Path, listed: set[str]) -> list[str]:
    """Files in the folder that the archive does not list."""
    known = {*listed, METADATA, f"{METADATA}.sha256"}
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    names = [
        path.as_posix()
        for path in paths
        if not any(part.startswith(".") or part.endswith(BUILT) for part in path.parts)
        and (not path.as_posix().startswith(LATER) or path.name == "card.yaml")
    ]
    return sorted(name for name in names if name not in known and not _in_an_environment(folder, name))


def _in_an_environment(folder: Path, name: str) -> bool:
    """Whether a file is in an environment of Python that was made in the folder."""
    return any((folder / parent / "pyvenv.cfg").is_file() for parent in Path(name).parents if str(parent) != ".")


def _unlike_the_manifest(folder: Path) -> list[str]:
    """Parts of the archive that are not those of the run: its config, its code, and what must not be missing."""
    manifest = read_manifest(folder / RESULTS / NAME)
    if manifest is None:
        return []
    faults = [f"{name}: it is missing." for name in (CONFIG, README) if not (folder / name).is_file()]
    if not faults and (folder / CONFIG).read_bytes() != config_text(manifest["config"]).encode():
        faults.append(f"{CONFIG}: it is not the config of the run.")
    if whole_package_sha256(folder / CODE / "rnncompare") != manifest["code"]["package"]:
        faults.append(f"{CODE}: it is not the code of the run.")
    return faults
