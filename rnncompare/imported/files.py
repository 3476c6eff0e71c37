"""The files that `activities` of a model names: one for each seed, in natural order, within the project's folder."""

import glob
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath

from rnncompare.files.file_names import leads_out
from rnncompare.files.text import abbreviated, fault, natural
from rnncompare.plugins import BadOption

ENDINGS = (".npz", ".npy", ".nc", ".mat", ".pt", ".pth")
SUCH_AS = "such as runs/*.npz"


def matching(pattern: str | list[str], where: str) -> list[str]:
    """The files that a pattern matches, in natural order of their names; for a list, those of each entry in turn.

    `*`, `?` and `[...]` stand for parts of names, as in a shell; names that begin with a dot do not match. The pattern
    is relative to the folder in which the workflow runs and may not leave it, but a link in it may lead elsewhere.
    where: the place of the pattern, for errors. Raises BadOption if a pattern matches no file, a folder, a file of
    another kind, or the same network twice.
    """
    patterns = [pattern] if isinstance(pattern, str) else pattern
    if not patterns:
        raise BadOption(f"{where}: found no file, wanted a pattern {SUCH_AS}")
    found = [path for each in patterns for path in _of_one(each, where)]
    _refuse_same(found, where)
    return found


def in_order(path: str) -> tuple:
    """Sort key that puts gru_2.npz before gru_10.npz: digits in a name are compared as numbers."""
    name = PurePosixPath(path)
    parts = [*name.parts[:-1], name.stem]
    return tuple(tuple(natural(piece) for piece in re.split(r"(\d+)", part)) for part in parts), path


def _of_one(pattern: str, where: str) -> list[str]:
    _refuse_outside(pattern, where)
    found = sorted((Path(path).as_posix() for path in glob.glob(pattern)), key=in_order)
    if not found:
        raise BadOption(
            f"{where}: found no file that matches '{pattern}' in {Path.cwd()}{_nearby(pattern)}, wanted at least one, "
            "each with the hidden states of one network"
        )
    folders = [path for path in found if not Path(path).is_file()]
    if folders:
        wanted = f"'{pattern.rstrip('/')}/*.npz'" if len(folders) == len(found) else f"only files, {SUCH_AS}"
        raise BadOption(f"{where}: '{pattern}' matches {abbreviated(folders, 3)}, which is not a file, wanted {wanted}")
    others = [path for path in found if Path(path).suffix.lower() not in ENDINGS]
    if others:
        raise BadOption(
            f"{where}: '{pattern}' matches {abbreviated(others, 3)}, wanted only files of hidden states "
            f"({', '.join(ENDINGS)}), {SUCH_AS}"
        )
    return found


def _refuse_outside(pattern: str, where: str) -> None:
    """Raise BadOption for a pattern that leads out of the project's folder, or that cannot match any file."""
    if fault(pattern) or not pattern.strip():
        raise BadOption(f"{where}: found {fault(pattern) or 'no text'}, wanted a pattern {SUCH_AS}")
    if "**" in pattern:
        raise BadOption(f"{where}: found '**' in '{pattern}', wanted one * for each folder: runs/*/*.npz")
    if leads_out(pattern):
        raise BadOption(
            f"{where}: found '{pattern}', which leads out of the project's folder, wanted a pattern that begins in it, "
            f"{SUCH_AS}, so that a config has the same meaning wherever the project is. To use another folder, make a "
            "link to it: ln -s FOLDER runs"
        )


def _nearby(pattern: str) -> str:
    """The contents of the folder of a pattern, as text; empty if there is no such folder."""
    folder = Path(pattern).parent
    if glob.has_magic(str(folder)) or not folder.is_dir():
        return ""
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    return f" ({folder} contains {abbreviated(names, 5) or 'nothing'})"


def _refuse_same(found: list[str], where: str) -> None:
    """Raise BadOption if a file occurs twice, or if files differ only in their extension."""
    named = defaultdict(list)
    for path in found:
        named[str(PurePosixPath(path).with_suffix(""))].append(path)
    twice = next((paths for paths in named.values() if len(paths) > 1), None)
    if twice:
        raise BadOption(
            f"{where}: found {' and '.join(twice)}, which are the same network by their names, wanted each network "
            "once, because copies make intervals too narrow"
        )
