"""Checksums of the source files that a result depends on, so that an edit of any of them reruns the job."""

import ast
import contextlib
import functools
import hashlib
import re
from pathlib import Path

from rnncompare.plugins import PACKAGE

# These files only transfer or check files, names and options, or serve notebooks, and cannot change a result of a job.
CHANGE_NO_NUMBER = {
    "activity/labelled.py",
    "activity/making.py",
    "files/address.py",
    "files/atomic.py",
    "files/download.py",
    "files/file_names.py",
    "files/records.py",
    "files/safety.py",
    "files/web.py",
    "options/ranges.py",
    "options/values.py",
    "plugins.py",
    "recordings/finding.py",
    "recordings/fingerprints.py",
}

# An import statement of the package that has its own line, or its own lines between parentheses.
IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+rnncompare\b[^\n(]*(?:\([^)]*\))?[^\n]*$", re.MULTILINE)


@functools.cache
def code(*names: str) -> list[str]:
    """Path and checksum of the files `names` (as 'folder/name') and of all files of the package that they import.

    The location of the package and the modification times of its files have no effect, so that moving or reinstalling
    it reruns nothing. Files in CHANGE_NO_NUMBER are omitted.
    """
    found, waiting = set(), [_file_of(name) for name in names]
    while waiting:
        path = waiting.pop()
        if path not in found and path.relative_to(PACKAGE).as_posix() not in CHANGE_NO_NUMBER:
            found.add(path)
            waiting += imported(path) if path.suffix == ".py" else []
    return sorted(map(content, found))


def whole_package(package: Path = PACKAGE) -> list[str]:
    """Path and checksum of every source file of the package, or of a copy of it."""
    return sorted(_content_now(path, package) for path in package.rglob("*.py"))


def _file_of(name: str) -> Path:
    path = PACKAGE / name
    return path if path.suffix else path.with_suffix(".py")


@functools.cache
def content(path: Path) -> str:
    """The path of a file relative to the package, and a shortened checksum of its content."""
    return _content_now(path, PACKAGE)


def _content_now(path: Path, package: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return f"{path.relative_to(package).as_posix()} {digest}"


@functools.cache
def imported(path: Path) -> list[Path]:
    """The files of the package that a file imports, including imports inside functions."""
    names = set()
    for node in _imports(path.read_text(encoding="utf-8")):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = [PACKAGE.parent / name.replace(".", "/") for name in sorted(names) if name.startswith("rnncompare.")]
    files = [file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")]
    return [file for file in files if file.exists()]


def _imports(text: str) -> list[ast.Import | ast.ImportFrom]:
    """The import statements of a module, those of the package at least.

    Every run of the workflow needs them of every file, and to parse whole files would take a quarter of a run that has
    nothing to do. If the name of the package occurs only in lines that begin with an import, these are parsed alone.
    """
    tree = None
    if "rnncompare" not in IMPORT.sub("", text):
        with contextlib.suppress(SyntaxError):  # such as a statement that is continued by a backslash
            tree = ast.parse("\n".join(statement.strip() for statement in IMPORT.findall(text)))
    return [node for node in ast.walk(tree or ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
