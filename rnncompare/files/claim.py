"""Claims on a folder of results, so that two runs cannot write to it simultaneously."""

import fcntl
from pathlib import Path
from typing import IO

RUNNING = ".running"  # the locked file in the folder


class Claimed(ValueError):
    """The folder is in use by another run."""


def claim(folder: str | Path) -> IO[str]:
    """Return an open file, which prevents other claims on the folder until it is closed. Raises Claimed.

    The system closes the file if the process ends in any way, so that a run that was killed leaves no claim behind.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    held = open(Path(folder, RUNNING), "w")  # noqa: SIM115  it is held open
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise Claimed(f"{folder}: found another run in this folder, wanted it to end first") from None
    return held
