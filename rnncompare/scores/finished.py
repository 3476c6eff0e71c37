"""A finished run: its config, its manifest, and its tables and figures, which must be those that the manifest lists."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from rnncompare.provenance.artefact import examine
from rnncompare.provenance.form import read_manifest
from rnncompare.provenance.manifest import NAME
from rnncompare.study.config_keys import Config
from rnncompare.tabulation import tables

FINISH = "finish the run (run its config again; only what is missing is computed)"


@dataclass(frozen=True)
class Run:
    """A run whose manifest was written, which is the last step. `name` is the folder of results in its config."""

    folder: Path
    manifest: dict
    config: Config
    digest: str  # sha256 of the manifest, which determines all results

    @cached_property
    def name(self) -> str:
        return self.config.results

    @cached_property
    def code(self) -> str:
        """The version of the code that made the report, and its commit if there was a checkout."""
        code = self.manifest["code"]
        commit = f", commit {code['commit'][:12]}" if code.get("commit") else ""
        return f"{code.get('version', 'unknown')}{commit}{' with changes' if code.get('changed') else ''}"

    def table(self, name: str) -> pd.DataFrame:
        """The table of this name; without rows if the run has none."""
        path = f"tables/{name}.csv"
        return tables.read(self.checked(path)) if self.has(path) else pd.DataFrame()

    def has(self, name: str) -> bool:
        """Whether a file belongs to the results of the run; name: its path in the folder."""
        return name in self.manifest["files"]

    def sha256(self, name: str) -> str:
        """The checksum of a result according to the manifest, '' if the run has no such result."""
        return self.manifest["files"].get(name, {}).get("sha256", "")

    def checked(self, name: str) -> Path:
        """The path of a result. Raises ValueError if it is not the file that the manifest lists, and OSError."""
        path = self.folder / name
        found, wanted = examine(path).checksum, self.sha256(name)
        if found != wanted:
            raise ValueError(
                f"{path}: found sha256 {found[:16]}, wanted {wanted[:16]} as in {NAME}: the file was changed after the "
                f"run; {FINISH}. `rnncompare verify {self.folder}` lists all such files"
            )
        return path


def finished(folder: Path) -> Run:
    """Read the run in a folder of results. Raises ValueError if it is not finished, or was made by another version."""
    path = folder / NAME
    if not path.is_file():
        raise ValueError(f"{folder}: found no {NAME}, wanted the results of a finished run: {FINISH}")
    manifest = read_manifest(path)
    if manifest is None:
        raise ValueError(f"{path}: found a manifest of another form, wanted that of this version: {FINISH}")
    try:
        config = Config.model_validate(manifest["config"])
    except ValueError as error:
        raise ValueError(f"{path}: found a config that this version cannot read ({error}); {FINISH}") from error
    return Run(folder, manifest, config, hashlib.sha256(path.read_bytes()).hexdigest())


def all_finished(folders: list[Path]) -> list[Run]:
    """The runs in these folders. Raises ValueError if one of them is given twice, or two have the same name."""
    runs = [finished(folder) for folder in folders]
    if not runs:
        raise ValueError("found no folder of results, wanted at least one")
    for k, run in enumerate(runs):
        for other in runs[:k]:
            if run.digest == other.digest:
                raise ValueError(f"{run.folder}: found the same run as in {other.folder}, wanted each run once")
            if run.name == other.name:
                raise ValueError(
                    f"{run.folder}: found a run with `results: {run.name}`, as that in {other.folder}, wanted "
                    "different folders of results in their configs: rows are named after them"
                )
    return runs
