"""The code that a result is computed by, as it is now: an edit of any of it reruns what it computed."""

import ast
import functools
import hashlib
from pathlib import Path

from rnncompare.plugins import PACKAGE

# They move bytes and names, or refuse them, and change no number; no job makes activities of what a notebook holds.
CHANGE_NO_NUMBER = {
    "activity/labelled.py",
    "activity/making.py",
    "files/address.py",
    "files/atomic.py",
    "files/download.py",
    "files/file_names.py",
    "files/safety.py",
    "files/web.py",
    "options/ranges.py",
    "options/values.py",
    "plugins.py",
    "recordings/finding.py",
    "recordings/fingerprints.py",
}


@functools.cache
def code(*names: str) -> list[str]:
    """Name and checksum of the files `names`, as 'room/name', and of all of the package that they import.

    Neither where the package lies nor when its files were written counts, so that a project that is moved, or a package
    that is installed elsewhere, reruns nothing. Files that change no number are left out.
    """
    found, waiting = set(), [_file_of(name) for name in names]
    while waiting:
        path = waiting.pop()
        if path not in found and path.relative_to(PACKAGE).as_posix() not in CHANGE_NO_NUMBER:
            found.add(path)
            waiting += imported(path) if path.suffix == ".py" else []
    return sorted(map(_content, found))


def _file_of(name: str) -> Path:
    path = PACKAGE / name
    return path if path.suffix else path.with_suffix(".py")


@functools.cache
def _content(path: Path) -> str:
    """A file of the package and what it holds, in few letters."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return f"{path.relative_to(PACKAGE).as_posix()} {digest}"


@functools.cache
def imported(path: Path) -> list[Path]:
    """The files of the package that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = [PACKAGE.parent / name.replace(".", "/") for name in sorted(names) if name.startswith("rnncompare.")]
    files = [file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")]
    return [file for file in files if file.exists()]
