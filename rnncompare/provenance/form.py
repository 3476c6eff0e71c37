"""The form of a manifest: which entries it has, and of which types."""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from rnncompare.provenance.manifest import FORMAT


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class File(_Form):
    """A result: the checksum of its content, and the summary of its record; `record` is null if it has none."""

    sha256: str
    step: str = ""
    inputs: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    options: str = ""
    code: str = ""
    made_with: str = ""
    record: None = None


class RecordedFile(_Form):
    """A file of a recording, without its place."""

    card: str
    file: str
    sha256: str
    bytes: int
    checked: str


class Manifest(_Form):
    """The content of manifest.json."""

    format: Literal[FORMAT]
    written: str
    config: dict[str, Any]
    code: dict[str, Any]
    machine: dict[str, str]
    recordings: list[RecordedFile]
    codes: dict[str, dict[str, Any]]
    made_with: dict[str, dict[str, Any]]
    files: dict[str, File]


def read_manifest(path: Path) -> dict | None:
    """The content of a manifest; None if it is not one that this version writes."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        Manifest.model_validate(found)
    except (OSError, ValueError):  # pydantic's errors are ValueErrors
        return None
    wanted = {"results", "data"}
    return (
        found if wanted <= found["config"].keys() and all(isinstance(found["config"][n], str) for n in wanted) else None
    )
