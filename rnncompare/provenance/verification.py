"""Verification of a finished run: whether every result is what it was made of.

Four things are compared with each other: the content of a file, the checksum that it carries, its record of what it was
made from, and the manifest. docs/provenance.md lists what this finds and what it cannot find.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rnncompare.provenance.artefact import Artefact, examine
from rnncompare.provenance.configured import networks_of_other_configs
from rnncompare.provenance.foreign import CALIBRATION, foreign_files
from rnncompare.provenance.form import read_manifest
from rnncompare.provenance.manifest import NAME, REPORT, digest, summary_of
from rnncompare.provenance.sources import changed_sources

SHOWN = 3  # names of files in a sentence


@dataclass
class Verified:
    """The results of a verification in sentences: faults, notes on what could not be checked, and numbers of files."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    manifest_sha256: str | None = None


def verify(
    results: Path, *, left_out: Callable[[str], bool] = lambda name: False, data: Path | None = None
) -> Verified:
    """Verify the run in a folder of results.

    left_out: whether a result is not in the folder, because it is an archive; data: the folder of the cards, if it is
    not that of the config. Raises ValueError if the folder contains no results of a run.
    """
    if not results.is_dir():
        raise ValueError(f"{results}: found no such folder, wanted the folder of the results of a run")
    found = Verified()
    manifest = _manifest(results, found)
    listed = {} if manifest is None else manifest["files"]
    names = [name for name in listed if not left_out(name)] or _without_manifest(results)
    on_disk = _examined(results, [*names, *_calibration(results)], found, set(listed))
    found.files = len(on_disk)
    found.faults += [f"{name}: {artefact.fault}." for name, artefact in on_disk.items() if artefact.fault]
    for name, artefact in on_disk.items():
        if name in listed:
            found.faults += _unlike_the_manifest(name, artefact, listed[name])
        if artefact.record is not None and artefact.record["name"] != name:
            found.faults.append(f"{name}: it was written as {artefact.record['name']}, and was put here later.")
    found.faults += _other_versions(on_disk, listed)
    if manifest is not None:
        found.faults += [f"{name}: it does not belong to this run." for name in foreign_files(results, manifest)]
        found.faults += networks_of_other_configs(manifest["config"], on_disk)
        faults, notes = changed_sources(results, manifest, on_disk, data)
        found.faults += faults
        found.notes += notes
    return found


def _manifest(results: Path, found: Verified) -> dict | None:
    """The manifest, whose own faults are added; None if there is none that can be read."""
    path = results / NAME
    if not path.is_file():
        found.faults.append(f"{NAME}: there is none: the run was not finished, or it was removed.")
        return None
    own = examine(path)
    found.manifest_sha256 = own.checksum
    manifest = read_manifest(path)
    if manifest is None:
        found.faults.append(f"{NAME}: it is not a manifest that this version of rnncompare writes.")
        return None
    if own.fault:
        found.faults.append(f"{NAME}: {own.fault}.")
    found.faults += _altered_manifest(results, manifest, own)
    return manifest


def _altered_manifest(results: Path, manifest: dict, own: Artefact) -> list[str]:
    """Entries of the manifest that differ from the records of the manifest and of the report."""
    faults = []
    report = examine(results / REPORT).record if (results / REPORT).is_file() else None
    for name, record in ((NAME, own.record), (REPORT, report)):
        if record is not None and record["options"].get("config") != manifest["config"]:
            faults.append(f"{NAME}: its config is not that with which {name} was made.")
    if report is not None:
        code = {name: value for name, value in manifest["code"].items() if name != "package"}
        if code != {name: report["code"][name] for name in ("version", "commit", "changed") if name in report["code"]}:
            faults.append(f"{NAME}: its version of the code is not that with which {REPORT} was made.")
    for kind in ("codes", "made_with"):
        faults += [
            f"{NAME}: its entry {kind} {key} was altered."
            for key, entry in manifest[kind].items()
            if digest(entry) != key
        ]
    return faults


def _without_manifest(results: Path) -> list[str]:
    """The results of a run without a manifest: all files with a checksum of their own."""
    noted = [path.with_suffix("") for path in results.rglob("*.sha256") if path.with_suffix("").is_file()]
    paths = [*noted, *results.rglob("*.nc"), *results.rglob("*.pt"), *results.rglob("batch_*.zip")]
    names = {path.relative_to(results).as_posix() for path in paths if not path.name.startswith(".")}
    return sorted(name for name in names if name not in (NAME, "recordings/hashes.json"))


def _calibration(results: Path) -> list[str]:
    """The results of a calibration, which is a target of its own, so that the manifest does not contain them."""
    paths = [path.with_suffix("") for path in (results / CALIBRATION).rglob("[!.]*.sha256")]
    return sorted(path.relative_to(results).as_posix() for path in paths if path.is_file())


def _examined(results: Path, names: list[str], found: Verified, listed: set[str]) -> dict[str, Artefact]:
    on_disk = {}
    for name in dict.fromkeys(names):
        path = results / name
        if not path.resolve().is_relative_to(results.resolve()):
            found.faults.append(f"{NAME}: it lists {name}, which is not in the folder of results.")
        elif path.is_file():
            on_disk[name] = examine(path)
        elif name in listed:
            found.faults.append(f"{name}: it is missing.")
    return on_disk


def _unlike_the_manifest(name: str, artefact: Artefact, entry: dict) -> list[str]:
    if artefact.checksum != entry.get("sha256"):
        return [f"{name}: it is not the file that {NAME} lists: it was edited or replaced after the run."]
    if {"sha256": artefact.checksum} | summary_of(artefact.record) != entry:
        return [f"{name}: its record is not what {NAME} says about it: one of them was altered."]
    return []


def _other_versions(on_disk: dict[str, Artefact], listed: dict[str, dict]) -> list[str]:
    """Files that were made from other versions of results than those that are there now."""
    now = {name: entry.get("sha256") for name, entry in listed.items()}
    now |= {name: artefact.checksum for name, artefact in on_disk.items()}
    older, missing = defaultdict(list), defaultdict(list)
    inputs = {name: entry.get("inputs", {}) for name, entry in listed.items()}  # of files that are left out, too
    inputs |= {name: (artefact.record or {}).get("inputs", {}) for name, artefact in on_disk.items()}
    for name, given_to in inputs.items():
        for given, checksum in given_to.items():
            if given not in now:
                missing[given].append(name)
            elif now[given] != checksum:
                older[given].append(name)
    found = [f"{_some(users)} made from another version of {given}." for given, users in older.items()]
    return found + [f"{_some(users)} made from {given}, which is missing." for given, users in missing.items()]


def _some(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}: it was"
    more = f" and {len(names) - SHOWN} others" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}: they were"
