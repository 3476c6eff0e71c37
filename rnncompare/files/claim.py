"""Claims on a folder of results, so that two runs cannot write to it simultaneously.

A run locks the file `.running` in the folder, and the system releases the lock if the process ends in any way. Where
the file system cannot lock files for all hosts (Lustre without the option `flock`), a run creates a numbered file,
`.running.1`, which only one process can do. It says which process has the folder. The next run creates the next
number, if this process has ended. The file with the highest number is never deleted, so that numbers only increase.

The file also names the run's jobs on a cluster, because they go on if the process that has started them is killed.
"""

import atexit
import contextlib
import errno
import fcntl
import json
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

RUNNING = ".running"  # in the folder
MOUNTS = Path("/proc/self/mounts")
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
THIS_HOST_ONLY = {"localflock", "nolock", "local_lock=all", "local_lock=flock"}  # options of Lustre and NFS


class Claimed(ValueError):
    """The folder is in use by another run, or by jobs of an earlier one."""


class Claim:
    """A claim on a folder, which prevents others until it is closed or the process ends."""

    def __init__(self, path: Path, locked: IO[str] | None, jobs: str | None):
        self.path, self.locked, self.process = path, locked, os.getpid()
        self.record = _this_process() | {"jobs": jobs}
        self._write()
        if locked is None:
            atexit.register(self.close)

    def close(self) -> None:
        """Give up the claim; the file remains."""
        if self.locked is not None:
            self.locked.close()
        elif self.process == os.getpid() and not self.record.get("ended"):
            self.record["ended"] = True
            with contextlib.suppress(OSError):
                self._write()
            atexit.unregister(self.close)

    def _write(self) -> None:
        text = json.dumps(self.record) + "\n"
        if self.locked is None:
            self.path.write_text(text, encoding="utf-8")
        else:
            self.locked.seek(0)
            self.locked.truncate()
            self.locked.write(text)
            self.locked.flush()


def nothing(name: str) -> list[str]:
    """No job is active: there is no scheduler."""
    return []


def claim(folder: str | Path, *, jobs: str | None = None, active: Callable[[str], list[str]] = nothing) -> Claim:
    """Claim a folder, which is created, or raise Claimed.

    jobs: the name of this run's jobs on a cluster. active: a function of such a name that returns the jobs that have
    not ended; it is asked about the jobs of the run that had the folder before, and may raise ValueError.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = None if _only_here(folder) else _lock(folder)
    path, held, before = found or _number(folder)
    try:
        _refuse_active(folder, path, before, active)
    except Claimed:
        if held is None:  # for the next run, which asks about the same jobs
            path.write_text(json.dumps((before or {}) | {"ended": True}) + "\n", encoding="utf-8")
        else:
            held.close()
        raise
    return Claim(path, held, jobs)


def _lock(folder: Path) -> tuple[Path, IO[str], dict | None] | None:
    """The locked file and what the run before has written into it; None if the file system does not lock."""
    path = folder / RUNNING
    held = open(path, "a+", encoding="utf-8")  # noqa: SIM115  it is held open
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise _claimed(folder, path, _read(path)) from None
    except OSError as error:
        held.close()
        if error.errno in NO_LOCKS:
            return None
        raise
    if numbers := _numbers(folder):  # by a host on which the folder cannot be locked
        last = folder / f"{RUNNING}.{numbers[-1]}"
        if not _ended(_read(last)):
            held.close()
            raise _claimed(folder, last, _read(last))
    return path, held, _read(path)


def _number(folder: Path) -> tuple[Path, None, dict | None]:
    """The file with the next number, and what the run before has written into its own."""
    last = (_numbers(folder) or [0])[-1]
    path, before = folder / f"{RUNNING}.{last}", None
    if last:
        before = _read(path)
        if not _ended(before):
            raise _claimed(folder, path, before)
    path = folder / f"{RUNNING}.{last + 1}"
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise _claimed(folder, path, _read(path)) from None
    if _numbers(folder)[-1] != last + 1:  # the list of files was an old one, as it can be on a network file system
        path.unlink()
        raise _claimed(folder, folder / RUNNING, None)
    for number in range(max(1, last - 9), last + 1):
        (folder / f"{RUNNING}.{number}").unlink(missing_ok=True)
    return path, None, before


def _numbers(folder: Path) -> list[int]:
    ends = (path.name.removeprefix(f"{RUNNING}.") for path in folder.glob(f"{RUNNING}.*"))
    return sorted(int(end) for end in ends if end.isdecimal())


def _only_here(folder: Path) -> bool:
    """Whether locks of the file system of a folder hold on this host only."""
    try:
        lines = [line.split() for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return False  # there is no such file on other systems
    here = folder.resolve()
    above = [(len(Path(where).parts), kind, options) for _, where, kind, options, *_ in lines if _is_in(here, where)]
    _, kind, options = max(above, default=(0, "", ""))
    return kind.startswith(("lustre", "nfs")) and bool(THIS_HOST_ONLY & set(options.split(",")))


def _is_in(folder: Path, place: str) -> bool:
    return folder.is_relative_to(place.replace("\\040", " "))


def _refuse_active(folder: Path, path: Path, before: dict | None, active: Callable) -> None:
    """Raise Claimed if jobs of the run before have not ended, or if nobody can say whether they have."""
    name = before and before.get("jobs")
    if not name:
        return
    try:
        left = active(name)
    except ValueError as error:
        raise Claimed(
            f"{folder}: {error}, wanted to know whether jobs of an earlier run ({name}) still write to this folder; "
            f"if they do not, delete {path}"
        ) from None
    if left:
        jobs = " ".join(job.split(" ")[0].split(",")[0] for job in left)
        raise Claimed(
            f"{folder}: found {len(left)} jobs of an earlier run that still write to this folder: {'; '.join(left)}. "
            f"Wanted them to end first: wait for them, or end them with `scancel {jobs}`"
        )


def _claimed(folder: Path, path: Path, record: dict | None) -> Claimed:
    who = "" if record is None else f" (process {record['pid']} on {record['host']}, since {record['since']}"
    who += "" if record is None else f", Slurm job {record['job']})" if record.get("job") else ")"
    text = f"{folder}: found another run in this folder{who}, wanted it to end first"
    if record is None or not _is_near(record):
        text += f"; if it has ended without giving up the folder, delete {path}"
    return Claimed(text)


def _read(path: Path) -> dict | None:
    """What a claim says of its process; None if it says nothing, as between its creation and the first line."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"pid", "host", "since"} <= found.keys() else None


def _this_process() -> dict:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    born, job = _born(os.getpid()), os.environ.get("SLURM_JOB_ID")
    where = {"host": socket.gethostname(), "space": _space()}
    return where | {"pid": os.getpid(), "born": born, "since": now, "job": job}


def _is_near(record: dict) -> bool:
    """Whether the process of a claim would be found here, by its number."""
    return (record["host"], record.get("space")) == (socket.gethostname(), _space())


def _space() -> str | None:
    """The space of numbers of processes, of which each container can have its own."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return None


def _born(pid: int) -> str | None:
    """When a process was started, in ticks of a boot of this host, because numbers of processes are used again."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    except OSError:
        return None


def _ended(record: dict | None) -> bool:
    """Whether the process of a claim is known to have ended; it is not if it runs on another host."""
    if record is None or record.get("ended"):
        return record is not None
    if not _is_near(record):
        return False
    try:
        os.kill(record["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return record["born"] is not None and _born(record["pid"]) != record["born"]
