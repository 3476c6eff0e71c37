"""Which files the `activities` of a model are: a pattern below the project's folder, in natural order, one a seed."""

import glob
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath

from rnncompare.files.text import abbreviated, fault, natural
from rnncompare.plugins import BadOption

ENDINGS = (".npz", ".npy", ".nc", ".mat", ".pt", ".pth")
SUCH_AS = "such as runs/*.npz"


def matching(pattern: str | list[str], where: str) -> list[str]:
    """The files that a pattern matches, in natural order of their names; of a list, those of each entry in turn.

    `*`, `?` and `[...]` stand for parts of names, as in a shell, and no name that begins with a dot matches. The
    pattern begins in the folder that the workflow runs in and stays in it; a link in that folder may lead elsewhere.
    where: place of the pattern, for errors. Raises BadOption where a pattern matches nothing, folders, files of
    another kind, or one network twice.
    """
    patterns = [pattern] if isinstance(pattern, str) else pattern
    if not patterns:
        raise BadOption(f"{where}: found no file, wanted a pattern {SUCH_AS}")
    found = [path for each in patterns for path in _of_one(each, where)]
    _refuse_same(found, where)
    return found


def in_order(path: str) -> tuple:
    """Sort key that puts gru_2.npz before gru_10.npz: numbers in a name count as numbers."""
    name = PurePosixPath(path)
    parts = [*name.parts[:-1], name.stem]
    return tuple(tuple(natural(piece) for piece in re.split(r"(\d+)", part)) for part in parts), path


def _of_one(pattern: str, where: str) -> list[str]:
    _refuse_outside(pattern, where)
    found = sorted((Path(path).as_posix() for path in glob.glob(pattern)), key=in_order)
    if not found:
        raise BadOption(
            f"{where}: found no file that matches '{pattern}' in {Path.cwd()}{_nearby(pattern)}, wanted at least one: "
            "the hidden states of one network each"
        )
    folders = [path for path in found if not Path(path).is_file()]
    if folders:
        wanted = f"'{pattern.rstrip('/')}/*.npz'" if len(folders) == len(found) else f"files alone, {SUCH_AS}"
        raise BadOption(f"{where}: '{pattern}' matches {abbreviated(folders, 3)}, which is no file, wanted {wanted}")
    others = [path for path in found if Path(path).suffix.lower() not in ENDINGS]
    if others:
        raise BadOption(
            f"{where}: '{pattern}' matches {abbreviated(others, 3)}, wanted files of hidden states alone "
            f"({', '.join(ENDINGS)}), {SUCH_AS}"
        )
    return found


def _refuse_outside(pattern: str, where: str) -> None:
    """Raise BadOption for a pattern that leads out of the project's folder, or that no file can have."""
    if fault(pattern) or not pattern.strip():
        raise BadOption(f"{where}: found {fault(pattern) or 'no text'}, wanted a pattern {SUCH_AS}")
    if "**" in pattern:
        raise BadOption(f"{where}: found '**' in '{pattern}', wanted each folder named: runs/*/*.npz")
    if pattern.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:", pattern) or ".." in PurePosixPath(pattern).parts:
        raise BadOption(
            f"{where}: found '{pattern}', which leads out of the project's folder, wanted a pattern that begins in it, "
            f"{SUCH_AS}: a config then means the same wherever the project lies. A link brings another folder in: "
            "ln -s FOLDER runs"
        )


def _nearby(pattern: str) -> str:
    """What there is in the folder where a pattern looks, in words."""
    folder = Path(pattern).parent
    if glob.has_magic(str(folder)) or not folder.is_dir():
        return ""
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    return f" ({folder} holds {abbreviated(names, 5) or 'nothing'})"


def _refuse_same(found: list[str], where: str) -> None:
    """Raise BadOption for a file that is there twice, and for files of one name and several endings."""
    named = defaultdict(list)
    for path in found:
        named[str(PurePosixPath(path).with_suffix(""))].append(path)
    twice = next((paths for paths in named.values() if len(paths) > 1), None)
    if twice:
        raise BadOption(
            f"{where}: found {' and '.join(twice)}, which are one network by their name, wanted each network once: "
            "a network that counts twice makes intervals too narrow"
        )
