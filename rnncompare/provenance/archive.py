"""An archive of a finished run as an RO-Crate: what was found, how, with which code, and how to check and repeat it.

It contains the tables, figures, report and manifest, the config, the cards and the code with its locked versions, but
no recordings, activities and networks: the cards say where recordings are, and the rest is computed again from them.
"""

import json
import zipfile
from pathlib import Path

from rnncompare import __version__
from rnncompare.files import plain_yaml
from rnncompare.files.atomic import atomic
from rnncompare.files.checksums import checksum_path
from rnncompare.plugins import PACKAGE
from rnncompare.provenance.archive_readme import readme
from rnncompare.provenance.crate import METADATA, checksum_of, metadata
from rnncompare.provenance.form import read_manifest
from rnncompare.provenance.manifest import NAME
from rnncompare.provenance.sources import folder_of_run
from rnncompare.provenance.verification import verify
from rnncompare.recordings.card import read_card
from rnncompare.recordings.card_model import Card
from rnncompare.reproducibility.job import whole_package_sha256
from rnncompare.study.config_keys import Config
from rnncompare.study.paths import Paths

RESULTS, DATA, CODE, CONFIG, README = "results", "data", "code", "config.yaml", "README.md"  # in the archive
KEPT = ("tables/", "figures/", "report/", "provenance.json")  # of the results
# What the code needs beside the package; in an installation without a checkout there is none of it.
BESIDE = (
    "Snakefile", "workflow", "environment", "environment.yml", "requirements.lock", "pyproject.toml", "Makefile",
    "README.md", "LICENSE", "CITATION.cff",
)  # fmt: skip
SOURCES = {".py", ".html", ".css", ".js", ".md", ".mplstyle"}  # of the package
DATED = (1980, 1, 1, 0, 0, 0)  # of all files in the archive, so that its bytes do not depend on when it was made


def is_kept(name: str) -> bool:
    """Whether a result belongs to an archive."""
    return name.startswith(KEPT)


def write_archive(results: Path, out: Path, licence: str) -> list[str]:
    """Write the archive of a finished run as a zip file; return the names of the files in it.

    licence: address of the licence of the results. Raises ValueError if the run is not as it was made, or if the code
    is not that of the run.
    """
    found = verify(results)
    if found.faults:
        raise ValueError(
            f"{results}: found {len(found.faults)} faults ({found.faults[0]}), wanted a run in which everything is "
            "what it was made of: `rnncompare verify` lists them"
        )
    manifest = read_manifest(results / NAME)
    _refuse_other_code(manifest, results)
    cards = cards_of(manifest["config"], folder_of_run(results, manifest["config"]))
    files = _contents(results, manifest, cards)
    files[README] = readme(manifest, cards, found.manifest_sha256).encode()
    described = metadata(files, manifest, cards, licence)
    files[METADATA] = (json.dumps(described, indent=1) + "\n").encode()
    files[f"{METADATA}.sha256"] = f"{checksum_of(files[METADATA])}  {METADATA}\n".encode()
    with atomic(out) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, DATED), content, zipfile.ZIP_DEFLATED)
    return sorted(files)


def cards_of(config: dict, base: Path) -> list[Card]:
    """The cards of a config, whose folder of cards is relative to `base`, or else in the folder of the workflow."""
    there = config | {"data": str(base / config["data"])}
    return [read_card(path, deep=False) for path in Paths(Config.model_validate(there)).cards()]


def _refuse_other_code(manifest: dict, results: Path) -> None:
    wanted, now = manifest["code"]["package"], whole_package_sha256()
    if now != wanted:
        at = manifest["code"].get("commit") or f"version {manifest['code'].get('version', __version__)}"
        raise ValueError(
            f"{results}: found a package with the checksum {now[:16]}, wanted that with which the run was finished, "
            f"{wanted[:16]} ({at}), because the archive contains the code: change to it, or finish the run again"
        )


def _contents(results: Path, manifest: dict, cards: list[Card]) -> dict[str, bytes]:
    """Name in the archive -> content, without the description of the archive."""
    files = {}
    for name in [*filter(is_kept, manifest["files"]), NAME]:
        for path in (results / name, checksum_path(results / name)):
            files[f"{RESULTS}/{path.relative_to(results).as_posix()}"] = path.read_bytes()
    files[CONFIG] = config_text(manifest["config"]).encode()
    files |= {f"{DATA}/{card.name}/card.yaml": card.path.read_bytes() for card in cards}
    return files | {f"{CODE}/{name}": path.read_bytes() for name, path in code_files().items()}


def config_text(config: dict) -> str:
    """The config of a run as it is in an archive, where results and cards have other folders."""
    return plain_yaml.dump(config | {"results": RESULTS, "data": DATA}, sort_keys=False, allow_unicode=True, width=110)


def code_files() -> dict[str, Path]:
    """Path relative to the checkout -> path of the files of the code: the package, and what is beside it there."""
    root = PACKAGE.parent
    found = [path for path in PACKAGE.rglob("*") if path.suffix in SOURCES]
    if (root / BESIDE[0]).is_file():
        places = [root / name for name in BESIDE if (root / name).exists()]
        found += [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    kept = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(root).as_posix(): path for path in kept}
