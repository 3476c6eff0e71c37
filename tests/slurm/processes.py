"""Processes of this machine, as /proc shows them."""

import contextlib
import os
import signal
from pathlib import Path


def every() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def opened(pid: int) -> set[str]:
    """The files that a process has opened."""
    found = set()
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(path))
    return found


def send(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to those of some processes that have not ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def descendants(pid: int) -> list[int]:
    """All processes that a process has started, directly or not."""
    parents = {each: parent for each, (_, parent) in _states().items()}
    found, waiting = [], [pid]
    while waiting:
        above = waiting.pop()
        below = [each for each, parent in parents.items() if parent == above]
        found += below
        waiting += below
    return found


def steps(folder: Path) -> dict[int, str]:
    """The processes in a folder that carry out a step of the workflow, with its arguments, without their copies.

    A process that starts a program is a copy of itself for a moment.
    """
    found = {}
    for pid in every():
        words = command(pid).split(" ")
        with contextlib.suppress(OSError):
            if len(words) > 2 and words[1].endswith("/rnncompare") and Path(os.readlink(f"/proc/{pid}/cwd")) == folder:
                found[pid] = " ".join(words[2:])
    states = _states()
    return {pid: step for pid, step in found.items() if found.get(states.get(pid, ("", 0))[1]) != step}


def stopped(pid: int) -> bool:
    """Whether a process was stopped by a signal, so that it cannot write until it is continued."""
    return _states().get(pid, ("", 0))[0] == "T"


def _states() -> dict[int, tuple[str, int]]:
    """State and parent of each process."""
    found = {}
    for pid in every():
        with contextlib.suppress(OSError):
            state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
            found[pid] = (state, int(parent))
    return found
