"""Files in a folder of results that do not belong to the run."""

from pathlib import Path

from rnncompare.files.records import RUN
from rnncompare.provenance.artefact import WITH_TRAILER
from rnncompare.provenance.manifest import NAME

CALIBRATION = "calibration"  # a target of its own, whose files have records and are not in the manifest
LOGS = "logs"
ASIDE = {LOGS, "check", CALIBRATION, "README.md", "benchmarks.csv"}  # written by other commands, or by hand
CACHE = "recordings/hashes.json"  # of the checksums of recordings


def foreign_files(results: Path, manifest: dict) -> list[str]:
    """The files of a folder of results that its manifest does not list.

    Hidden files, logs, the results of other commands, and folders of other runs, which have manifests of their own, are
    not considered.
    """
    known = {*manifest["files"], NAME, CACHE}
    known |= {f"{name}.sha256" for name in known if Path(name).suffix not in WITH_TRAILER}
    known |= {f"recordings/{r['card']}/{r['file']}" for r in manifest["recordings"]}
    used = {Path(name).parts[0] for name in known}
    found = []
    for top in sorted(results.iterdir()):
        if top.name.startswith(".") or top.name in ASIDE or (top.name not in used and _is_another_run(top)):
            continue
        paths = [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file() or path.is_symlink()]
        names = [path.relative_to(results).as_posix() for path in paths if not path.name.startswith(".")]
        found += sorted(name for name in names if name not in known)
    return found


def _is_another_run(folder: Path) -> bool:
    return (folder / NAME).is_file() or (folder / RUN).is_file()
