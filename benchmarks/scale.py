"""How the workflow scales: studies of many cheap networks, from the same recording, run by the local executor.

    python benchmarks/scale.py --folder /tmp/scale --networks 100 1000 3000

Each study has untrained networks of a few units that are compared with a small simulated session by two measures and
probed once. The script writes the config and the card of each study to a folder of its own, plans and runs it, and
prints a row of Markdown: processor time and wall time of planning and of the run, the number of jobs, the largest
memory of a process, numbers and sizes of files, and the size of Snakemake's records. The processor time of a network is
the increase from the smallest study, which contains all that does not depend on the number of networks.

    python benchmarks/scale.py --folder /tmp/scale --plan 10000
    python benchmarks/scale.py --folder /tmp/scale --combine 1000 10000

`--plan` only plans a study. `--combine` takes the files of the batches of a finished, divided study as often as
a study of the second number of networks has batches, and measures the jobs that combine and tabulate them.
"""

import argparse
import json
import os
import re
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
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
KINDS = ("rows.csv", "summary.csv", "nulls.csv", "draws.nc")
PARTS = {"similarity": "similarity/untrained/batch_*.nc", "probes": "probes/ratio/untrained/batch_*.json"}
RECORDING = {
    "card": "simulated_reach",
    "options": {"bin": 0.02, "smooth": 0.04, "window": [-0.4, 0.4], "minimum_rate": 0},
}


def config(networks: int, batch: int, draws: int) -> dict:
    """A study of untrained networks with little of everything else; draws: of the null distribution."""
    demo = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    old = demo["studies"]["demo"]
    task = old["task"] | {"delays": [0.3], "reference_delay": 0.3, "reaction_time": 0.2}
    comparison = old["comparison"] | {
        "preparation": old["comparison"]["preparation"] | {"window": [-0.4, 0.4]},
        "nulls": {"conditions": {"use": "conditions", "draws": draws}},
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


def write(folder: Path, networks: int, batch: int, draws: int) -> None:
    """Write the config and the card of a study to a folder."""
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 20, "directions": 5, "trials": 3}
    for path, content in (
        (folder / "data/simulated_reach/card.yaml", card),
        (folder / "scale.yaml", config(networks, batch, draws)),
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
        env=ENVIRONMENT,
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


def measure(folder: Path, networks: int, batch: int, cores: int, draws: int) -> dict:
    """Run one study in a folder without results; its row of the table, without the time of a network."""
    write(folder, networks, batch, draws)
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


def plan(folder: Path, networks: int, batch: int, cores: int, draws: int) -> None:
    """Plan a study; print the processor time and the number of jobs."""
    write(folder, networks, batch, draws)
    wall, used, printed = run(folder, cores, "--dry-run", "--quiet", "rules")
    jobs = re.search(r"^total +(\d+)$", printed, flags=re.MULTILINE)[1]
    print(f"{networks} networks: {jobs} jobs, planned in {used:.0f} s of processor time, {wall:.0f} s", flush=True)


def combine(folder: Path, networks: int, batch: int, draws: int) -> None:
    """Combine and tabulate repeated batches of a finished study; print time and memory of each job."""
    made, count = folder / f"combined_{networks}", -(-networks // batch)
    made.mkdir(exist_ok=True)
    parts = {k: sorted((folder / "results/scale").glob(p)) for k, p in PARTS.items()}
    parts = {kind: [str(found[k % len(found)]) for k in range(count)] for kind, found in parts.items()}
    whole = config(networks, batch, draws)
    measures = json.dumps([[name, options] for name, options in whole["similarity"].items()])
    labels, kinds = json.dumps({"study": "scale", "recording": "simulated_reach", "model": "untrained"}), KINDS
    files = {kind: str(made / f"untrained.{kind}") for kind in kinds}
    outputs = [word for kind, file in files.items() for word in (f"--{kind.split('.')[0]}", file)]
    probe, table = str(made / "ratio.csv"), str(made / "summary.csv")
    bootstrap = str(whole["studies"]["scale"]["comparison"]["intervals"]["draws"])
    how = ["--measures", measures, "--bootstrap", bootstrap, "--seed", "1", "--columns", labels]
    given = ["--ceilings", '{"scale": {}}', "--baselines", "{}", "--seed", "1", "--bootstrap", bootstrap]
    given += ["--corrections", json.dumps({"scale": whole["studies"]["scale"]["comparison"]["correction"]})]
    summarised = ["--similarity", files["summary.csv"], "--probes", probe, "--draws", files["draws.nc"], "--out", table]
    for words in (
        ["compare_batches", "--parts", *parts["similarity"], *outputs, *how],
        ["join", "--parts", *parts["probes"], "--out", probe],
        ["collect", "--rows", files["rows.csv"], "--out", str(made / "similarity.csv")],
        ["summarise", *summarised, *given],
    ):
        process = subprocess.Popen([sys.executable, "-m", "rnncompare", *words], env=ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{words[0]}: ended with status {process.returncode}")
        seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        print(f"{networks} networks, {words[0]}: {seconds:.1f} s of processor time, {memory:.0f} MB", flush=True)
    print(f"tables: {size(made)[1]:.1f} MB")


def row(values: list) -> str:
    """A row of a table in Markdown."""
    return "| " + " | ".join(f"{v:,.3g}" if isinstance(v, float) and v < 100 else f"{v:,.0f}" for v in values) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--networks", type=int, nargs="*", default=[])
    parser.add_argument("--plan", type=int, nargs="*", default=[], help="numbers of networks")
    parser.add_argument("--combine", type=int, nargs=2, metavar=("FINISHED", "NETWORKS"))
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--draws", type=int, default=20, help="draws of the null distribution")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--only-write", action="store_true", help="write configs and cards, and run nothing")
    given = parser.parse_args()
    found = []
    for networks in given.plan:
        plan(given.folder / f"plan_{networks}", networks, given.batch, given.cores, given.draws)
    if given.combine:
        finished, networks = given.combine
        combine(given.folder / str(finished), networks, given.batch, given.draws)
    if given.networks and not given.only_write:
        print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    for networks in sorted(given.networks):
        folder = given.folder / str(networks)
        if given.only_write:
            write(folder, networks, given.batch, given.draws)
            continue
        one = measure(folder, networks, given.batch, given.cores, given.draws)
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
