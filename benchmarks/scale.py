"""How the workflow scales: studies of many cheap networks, from the same recording, run by the local executor.

    python benchmarks/scale.py --folder /tmp/scale --networks 100 1000 3000

Each study has untrained networks of a few units that are compared with a small simulated session by two measures and
probed once. The script writes the config and the card of each study to a folder of its own, plans and runs it, and
prints a row of Markdown: processor time and wall time of planning and of the run, the number of jobs, the largest
memory of a process, numbers and sizes of files, and the size of Snakemake's records. The processor time of a network is
the increase from the smallest study, which contains all that does not depend on the number of networks.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HEAD = [
    "networks", "batches", "planning (s)", "jobs", "wall (s)", "processor (s)", "processor a network (s)",
    "largest process (MB)", "files", "results (MB)", "tables (MB)", "records of Snakemake (MB)",
]  # fmt: skip
RECORDING = {
    "card": "simulated_reach",
    "options": {"bin": 0.02, "smooth": 0.04, "window": [-0.4, 0.4], "minimum_rate": 0},
}


def config(networks: int, batch: int) -> dict:
    """A study of untrained networks with little of everything else."""
    demo = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    old = demo["studies"]["demo"]
    task = old["task"] | {"delays": [0.3], "reference_delay": 0.3, "reaction_time": 0.2}
    comparison = old["comparison"] | {
        "preparation": old["comparison"]["preparation"] | {"window": [-0.4, 0.4]},
        "nulls": {"conditions": {"use": "conditions", "draws": 20}},
        "intervals": {"draws": 100, "units": 2},
    }
    study = {
        "title": f"{networks} untrained networks",
        "recording": RECORDING,
        "task": task,
        "smooth": 0.025,
        "seeds": networks,
        "network": old["network"] | {"units": 20, "g": 1.5},
        "training": old["training"],
        "models": {"untrained": {"training": None}},
        "comparison": comparison,
        "figures": ["similarity_by_measure"],
    }
    options = {"units": 10, "repeats": 2}
    return {
        "results": "results",
        "data": "data",
        "batch": batch,
        "seed": 1,
        "studies": {"scale": study},
        "similarity": {name: demo["similarity"][name] for name in ("rsa", "cka")},
        "probes": {"ratio": {"use": "participation_ratio", "options": options, "sources": ["recording", "untrained"]}},
    }


def write(folder: Path, networks: int, batch: int) -> None:
    """Write the config and the card of a study to a folder."""
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 20, "directions": 5, "trials": 3}
    for path, content in (
        (folder / "data/simulated_reach/card.yaml", card),
        (folder / "scale.yaml", config(networks, batch)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False))


def run(folder: Path, cores: int, *more: str) -> tuple[float, float, str]:
    """Run the workflow: wall time and processor time in s, and what it printed. Raises RuntimeError if it fails."""
    words = ["--snakefile", ROOT / "Snakefile", "--workflow-profile", ROOT / "workflow/profiles/default"]
    words += ["--directory", folder, "--configfile", folder / "scale.yaml", "--cores", cores, *more]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *map(str, words)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{folder}: the run ended with status {done.returncode}:\n{done.stderr[-3000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, done.stdout + done.stderr


def size(folder: Path, pattern: str = "**/*") -> tuple[int, float]:
    """The number of files in a folder that match a pattern, and their size in MB."""
    files = [path for path in folder.glob(pattern) if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files) / 1e6


def measure(folder: Path, networks: int, batch: int, cores: int) -> dict:
    """Run one study in a folder without results; its row of the table, without the time of a network."""
    write(folder, networks, batch)
    planning = run(folder, cores, "--dry-run", "--quiet")[1]
    wall, used, _ = run(folder, cores)
    # Of all children so far: studies are run from the smallest to the largest.
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    logs, _ = size(folder / "results/logs")
    files, whole = size(folder / "results")
    return {
        "networks": networks,
        "batches": -(-networks // batch),
        "planning (s)": planning,
        "jobs": logs,
        "wall (s)": wall,
        "processor (s)": used,
        "largest process (MB)": largest,
        "files": files - logs,
        "results (MB)": whole,
        "tables (MB)": size(folder / "results/tables")[1],
        "records of Snakemake (MB)": size(folder / ".snakemake/metadata")[1],
    }


def row(values: list) -> str:
    """A row of a table in Markdown."""
    return "| " + " | ".join(f"{v:,.3g}" if isinstance(v, float) and v < 100 else f"{v:,.0f}" for v in values) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--networks", type=int, nargs="+", required=True)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--only-write", action="store_true", help="write configs and cards, and run nothing")
    given = parser.parse_args()
    found = []
    if not given.only_write:
        print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    for networks in sorted(given.networks):
        folder = given.folder / str(networks)
        if given.only_write:
            write(folder, networks, given.batch)
            continue
        one = measure(folder, networks, given.batch, given.cores)
        first = found[0] if found else one
        more = networks - first["networks"]
        one["processor a network (s)"] = (
            (one["processor (s)"] - first["processor (s)"]) / more if more else float("nan")
        )
        found.append(one)
        print(row([one[name] for name in HEAD]), flush=True)
        (folder / "scale.json").write_text(json.dumps(one, indent=1))


if __name__ == "__main__":
    main()
