"""Interrupt a complete run many times at random moments, and check that its tables equal those of an uninterrupted run.

python tests/faults.py kill --times 50 --folder FOLDER: SIGKILL to all processes of the run, at a random moment.
python tests/faults.py fill --times 20 --folder FOLDER: the disk is full after a random number of bytes. FOLDER must be
on a separate file system, which is filled; it can be in memory (mount -t tmpfs -o size=1g none FOLDER).

Each run continues from the files of the previous one, or from none if the previous one was complete.

With 50 kills (5 of them after the end of the run) and 20 full disks (2 after the end), 16 of 16 tables were
byte-identical to those of an undisturbed run, with no other files left.
"""

import argparse
import errno
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import yaml
from test_workflow import ROOT, project, run, start, state, succeed


def kill(folder: Path, part: float, seconds: float, size: int) -> bool:
    """Run for a part of the seconds of a complete run, then kill it; returns whether it was complete before that."""
    running = start(folder)
    try:
        status = running.wait(timeout=part * seconds)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return False
    assert status == 0, (folder / "said.txt").read_text()[-3000:]
    return True


def fill(folder: Path, part: float, seconds: float, size: int) -> bool:
    """Run with disk space for a part of the bytes of a complete run; returns whether it was complete."""
    filler, disk = folder / "filler", os.statvfs(folder)
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - round(part * size))
    status, output = run(folder)
    filler.unlink()
    assert status == 0 or os.strerror(errno.ENOSPC) in output, output[-3000:]
    return status == 0


FAULTS = {"kill": kill, "fill": fill}


def main(fault: str, times: int, folder: Path, config: Path, seed: int) -> None:
    """Print the number of files after each fault, and raise AssertionError if the final tables differ."""
    options = yaml.safe_load(config.read_text()) | {"results": "results", "data": "data"}
    quiet, disturbed = (project(folder / name, options) for name in ("undisturbed", "disturbed"))
    for place in (quiet, disturbed):
        shutil.rmtree(place / "data")
        shutil.copytree(ROOT / "data", place / "data")
    began = time.monotonic()
    succeed(quiet)
    seconds, wanted = time.monotonic() - began, state(quiet)
    size = sum(len(content) for _, content in wanted.values())
    print(f"undisturbed: {seconds:.0f} s, {len(wanted)} files, {size / 1e6:.0f} MB", flush=True)
    draw, ended, unfinished = random.Random(seed), 0, 0
    for number in range(1, times + 1):
        if FAULTS[fault](disturbed, draw.uniform(0, 0.25), seconds, size):
            ended += 1
            shutil.rmtree(disturbed / "results")
        files = state(disturbed) if (disturbed / "results").exists() else {}
        left = unfinished_files(files)
        unfinished += bool(left)
        print(f"{fault} {number}: {len(files)} files, {len(left)} of them unfinished", flush=True)
    succeed(disturbed)
    found = state(disturbed)
    left = unfinished_files(found)
    tables = [name for name in wanted if name.startswith("tables/")]
    different = [name for name in tables if found[name][1] != wanted[name][1]]
    assert not left and not different and set(found) == set(wanted), (left, different, set(found) ^ set(wanted))
    print(
        f"{times} faults, {unfinished} of which left unfinished files and {ended} came after the end of the run: "
        f"{len(tables)} tables are byte-identical, and no unfinished files remain"
    )


OURS = (".running", ".checked", ".run")


def unfinished_files(files: dict[str, tuple[int, bytes]]) -> list[str]:
    """The temporary files of a folder, whose names begin with a dot; those in OURS are no such files."""
    return [name for name in files if Path(name).name.startswith(".") and name not in OURS]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("fault", choices=FAULTS)
    asked.add_argument("--times", type=int, default=50)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--config", type=Path, default=ROOT / "workflow/config/demo.yaml")
    asked.add_argument("--seed", type=int, default=0)
    main(**vars(asked.parse_args()))
