"""Atomic writing: a file is either written completely or not at all."""

import contextlib
import os
import re
import tempfile
from pathlib import Path

UNFINISHED = ".rnncompare"  # part of the names of files that are still being written
TEMPORARY = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(UNFINISHED)}(\.[^.]*)?", re.DOTALL)


@contextlib.contextmanager
def atomic(path: str | Path):
    """Yield a temporary path in the same folder; it is renamed to `path` on success and deleted on an exception."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=f"{UNFINISHED}{path.suffix}")
    os.close(handle)
    try:
        yield Path(temporary)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def unfinished(folder: str | Path) -> list[Path]:
    """The temporary files of `atomic`, in a folder and its subfolders, whose process was killed before it finished."""
    hidden = (p for p in Path(folder).rglob(f".*{UNFINISHED}*") if p.is_file() and not p.is_symlink())
    return sorted(p for p in hidden if TEMPORARY.fullmatch(p.name))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
