"""Forbidden acts of a reader: an audit hook detects them, and the system limits the memory."""

import os
import resource
import sys
from pathlib import Path

MEMORY = 2 << 30  # bytes
RUNS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
    "socket.",
    "ctypes.",
    "pickle.find_class",
    "webbrowser.",
    "urllib.Request",
    "sys.addaudithook",
)
WRITES = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "shutil.",
)


class Guard:
    """Records and stops forbidden acts while `watching`."""

    def __init__(self, *, limit: bool):
        self.watching, self.acts = False, []
        sys.addaudithook(self._hook)
        if limit:
            have = 4096 * int(Path("/proc/self/statm").read_text().split()[0])
            resource.setrlimit(resource.RLIMIT_AS, (have + MEMORY,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def _hook(self, event: str, arguments: tuple) -> None:
        if self.watching and self._forbidden(event, arguments):
            self.acts.append(f"{event} {arguments!r}"[:200])
            raise PermissionError(f"the fuzzer forbids {event}")

    def _forbidden(self, event: str, arguments: tuple) -> bool:
        if event == "open":
            path, mode, flags = arguments
            writes = (isinstance(mode, str) and set(mode) & set("wax+")) or flags & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT
            )
            return bool(writes) and path != os.devnull
        if event == "exec":  # only importing modules is allowed
            return not os.path.isfile(getattr(arguments[0], "co_filename", ""))
        return event.startswith(RUNS + WRITES)


def forget_peak() -> None:
    """Reset the peak of memory."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The peak memory of this process since `forget_peak`, in bytes."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])
