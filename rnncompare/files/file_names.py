"""Names that become files, folders, rules and words of a shell line, on every system that a project may be moved to."""

import os
import re
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

NAME = r"[a-z][a-z0-9_]*"  # lower case alone: where letters' case does not matter two names would be one file
LONGEST = 64  # letters of a name: files are called by one with endings, and lie in folders called by others
FOLDER = r"[\w./+-]+"  # it becomes part of shell lines and of wildcards
LONGEST_FOLDER = 200  # letters; a whole path may have 260 on Windows
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(10))}  # of Windows


def identifier(name: str) -> str:
    """A name that a study, model, control, measure, view or card may have. Raises ValueError."""
    if len(name) > LONGEST:
        raise ValueError(
            f"found a name of {len(name)} letters, '{name[:20]}..', wanted at most {LONGEST}: files are called by it"
        )
    if not re.fullmatch(NAME, name):
        raise ValueError(f"found name {name!r}, wanted lower-case letters, digits and underscores, a letter first")
    if name in DEVICES:
        raise ValueError(f"found '{name}', which no file may be called on Windows, wanted another name")
    return name


def folder(path: str) -> str:
    """A path of plain letters that a shell line can hold. Raises ValueError."""
    if len(path) > LONGEST_FOLDER:
        raise ValueError(f"found a path of {len(path)} letters, wanted at most {LONGEST_FOLDER}")
    if not re.fullmatch(FOLDER, path):
        raise ValueError(f"found {path!r}, wanted a path of letters, digits and ./+-_")
    parts = PurePosixPath(path).parts
    if path.startswith("-") or any(part.startswith("-") for part in parts):
        raise ValueError(f"found '{path}', wanted no name that begins with '-': commands take it for an option")
    for part in parts:
        if part not in ("/", "..", ".") and (part.endswith(".") or part.split(".")[0].lower() in DEVICES):
            raise ValueError(f"found '{path}', wanted no '{part}' in it, which no folder may be called on Windows")
    return path


def output_folder(path: str) -> str:
    """A folder of its own below the one that the workflow runs in, for files to be written to. Raises ValueError."""
    folder(path)
    if path != str(PurePosixPath(path)):
        raise ValueError(
            f"found '{path}', wanted it as '{PurePosixPath(path)}': files are named by it letter by letter"
        )
    inside = Path(os.path.relpath(path)) if path.startswith("/") else PurePosixPath(path)
    parts = inside.parts
    if not parts or ".." in parts:
        raise ValueError(
            f"found '{path}', wanted a folder below this one, such as 'results': what is there may be removed and "
            "written over"
        )
    if any(part.startswith(".") for part in parts):
        raise ValueError(f"found '{path}', wanted no hidden folder in it: hidden files are taken for unfinished ones")
    return path


def refuse_same_but_case(names: list[str], where: str) -> None:
    """Raise ValueError for two names that are one file where letters' case does not matter (macOS, Windows)."""
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise ValueError(
                f"{where}: found '{other}' and '{name}', which are one file on systems that do not tell letters' case, "
                "wanted names that differ by more"
            )


Name = Annotated[str, AfterValidator(identifier)]
Folder = Annotated[str, AfterValidator(folder)]
OutputFolder = Annotated[str, AfterValidator(output_folder)]
