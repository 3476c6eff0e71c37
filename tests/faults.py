"""Disturb a whole run at random, again and again, and see that it ends in the tables of an undisturbed one.

python tests/faults.py kill --times 50 --folder FOLDER: SIGKILL of every process of the run, at a random moment.
python tests/faults.py fill --times 20 --folder FOLDER: the disk is full, after a random number of bytes. FOLDER is on a
file system of its own, which is filled; a small one in memory serves (mount -t tmpfs -o size=1g none FOLDER).

Each run goes on from what the one before it left; where that had come to its end, from nothing.
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
    """Run for a part of the seconds that a whole run takes, then kill it; whether it had come to its end before."""
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
    """Run where there is room for a part of a whole run's bytes; whether that was enough."""
    filler, disk = folder / "filler", os.statvfs(folder)
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - round(part * size))
    status, said = run(folder)
    filler.unlink()
    assert status == 0 or os.strerror(errno.ENOSPC) in said, said[-3000:]
    return status == 0


FAULTS = {"kill": kill, "fill": fill}


def main(fault: str, times: int, folder: Path, config: Path, seed: int) -> None:
    """Say after each fault what was there, and in the end whether tables are the same; an assertion fails if not."""
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
        f"{times} times, {unfinished} of them something unfinished was left, {ended} came after the end: "
        f"{len(tables)} tables are byte-identical, and nothing is left over"
    )


def unfinished_files(files: dict[str, tuple[int, bytes]]) -> list[str]:
    """Temporary files among those of a folder, whose names begin with a dot; .running is the run's own lock."""
    return [name for name in files if Path(name).name.startswith(".") and name != ".running"]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("fault", choices=FAULTS)
    asked.add_argument("--times", type=int, default=50)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--config", type=Path, default=ROOT / "workflow/config/demo.yaml")
    asked.add_argument("--seed", type=int, default=0)
    main(**vars(asked.parse_args()))
