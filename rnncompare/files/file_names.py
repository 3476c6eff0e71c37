"""Rules for names that are valid as file names, rule names and shell arguments on all operating systems."""

import os
import re
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

NAME = r"[a-z][a-z0-9_]*"  # lower case only: on some file systems, names that differ in case are the same file
LONGEST = 64  # characters; a path contains several such names and file extensions
FOLDER = r"[\w./+-]+"  # folders are part of shell commands and of wildcards
LONGEST_FOLDER = 200  # characters; a whole path may have 260 on Windows
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(10))}  # reserved


def identifier(name: str) -> str:
    """Return a valid name of a study, model, control, measure, view or card. Raises ValueError for an invalid one."""
    if len(name) > LONGEST:
        raise ValueError(
            f"found a name of {len(name)} characters, '{name[:20]}..', wanted at most {LONGEST}: file names contain it"
        )
    if not re.fullmatch(NAME, name):
        raise ValueError(f"found name {name!r}, wanted lower-case letters, digits and underscores, a letter first")
    if name in DEVICES:
        raise ValueError(f"found '{name}', which is a reserved file name on Windows, wanted another name")
    return name


def folder(path: str) -> str:
    """Return a path that needs no quoting in a shell command. Raises ValueError for any other path."""
    if len(path) > LONGEST_FOLDER:
        raise ValueError(f"found a path of {len(path)} characters, wanted at most {LONGEST_FOLDER}")
    if not re.fullmatch(FOLDER, path):
        raise ValueError(f"found {path!r}, wanted a path of letters, digits and ./+-_")
    parts = PurePosixPath(path).parts
    if path.startswith("-") or any(part.startswith("-") for part in parts):
        raise ValueError(f"found '{path}', wanted no name that begins with '-': commands would treat it as an option")
    for part in parts:
        if part not in ("/", "..", ".") and (part.endswith(".") or part.split(".")[0].lower() in DEVICES):
            raise ValueError(f"found '{path}', wanted a path without '{part}', which is a reserved name on Windows")
    return path


def output_folder(path: str) -> str:
    """Return the path of an output folder, a subfolder of the working directory. Raises ValueError for other paths."""
    folder(path)
    if path != str(PurePosixPath(path)):
        raise ValueError(
            f"found '{path}', wanted it as '{PurePosixPath(path)}': file names contain it exactly as it is written"
        )
    inside = Path(os.path.relpath(path)) if path.startswith("/") else PurePosixPath(path)
    parts = inside.parts
    if not parts or ".." in parts:
        raise ValueError(
            f"found '{path}', wanted a subfolder of the working directory, such as 'results': files in it may be "
            "removed and overwritten"
        )
    if any(part.startswith(".") for part in parts):
        raise ValueError(f"found '{path}', wanted no hidden folder in it: hidden files are treated as temporary files")
    return path


def leads_out(path: str) -> bool:
    """Whether a path that a config names does not begin in the folder of the project, or leaves it on the way."""
    outside = path.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:", path)
    return bool(outside) or ".." in PurePosixPath(path).parts


def refuse_same_but_case(names: list[str], where: str) -> None:
    """Raise ValueError for two names that differ only in case and are the same file on macOS and Windows."""
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise ValueError(
                f"{where}: found '{other}' and '{name}', which are the same file on systems that ignore case, wanted "
                "names that differ in more than case"
            )


Name = Annotated[str, AfterValidator(identifier)]
Folder = Annotated[str, AfterValidator(folder)]
OutputFolder = Annotated[str, AfterValidator(output_folder)]
