"""Kill a whole run at random moments, again and again, and see that it ends in the tables of an undisturbed one.

python tests/kills.py --kills 50 --folder FOLDER [--config workflow/config/demo.yaml]: two runs in FOLDER. Each kill is
SIGKILL of every process of the run, as of a machine that loses its power; where a run ended before, it begins anew.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import yaml
from test_workflow import ROOT, project, start, state, succeed


def main(kills: int, folder: Path, config: Path, seed: int) -> None:
    """Say after each kill what was there, and in the end whether tables are the same; an assertion fails if not."""
    options = yaml.safe_load(config.read_text()) | {"results": "results", "data": "data"}
    quiet, killed = (project(folder / name, options) for name in ("undisturbed", "killed"))
    for place in (quiet, killed):
        shutil.rmtree(place / "data")
        shutil.copytree(ROOT / "data", place / "data")
    began = time.monotonic()
    succeed(quiet)
    long = time.monotonic() - began
    print(f"undisturbed: {long:.0f} s")
    draw, ended, unfinished = random.Random(seed), 0, 0
    for kill in range(kills):
        running = start(killed)
        try:
            running.wait(timeout=draw.uniform(0, long / 4))
            ended += 1
            shutil.rmtree(killed / "results")
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        files = [name for name in (state(killed) if (killed / "results").exists() else {}) if not name.startswith(".")]
        hidden = [name for name in files if Path(name).name.startswith(".")]
        unfinished += bool(hidden)
        print(f"kill {kill + 1}: {len(files)} files, {len(hidden)} of them unfinished", flush=True)
    succeed(killed)
    wanted, found = state(quiet), state(killed)
    left = [name for name in found if Path(name).name.startswith(".") and name != ".running"]
    tables = [name for name in wanted if name.startswith("tables/")]
    different = [name for name in tables if found[name][1] != wanted[name][1]]
    assert not left and not different and set(found) == set(wanted), (left, different, set(found) ^ set(wanted))
    print(
        f"{kills} kills, {unfinished} of them left something unfinished, {ended} came after the end: "
        f"{len(tables)} tables are byte-identical, and nothing is left over"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--config", type=Path, default=ROOT / "workflow/config/demo.yaml")
    asked.add_argument("--seed", type=int, default=0)
    main(**vars(asked.parse_args()))
