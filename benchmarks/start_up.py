"""Start-up of a step, of a job that snakemake starts in a process of its own, and of a run, without their work.

The peer of a step is the import of the libraries that every step needs, and that of a job or a run is snakemake with an
empty workflow. The ratio is 1 if our own code takes no time. A run also checks its config completely, unless its
results record that it was checked; here it always does.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CONFIG = PROJECT / "workflow" / "config" / "demo.yaml"
IN_A_JOB = ["--mode", "remote", "--list-rules"]  # as on a cluster
IN_A_RUN = ["--list-rules"]


def process(*arguments: str) -> Callable[[], None]:
    """Return a function that runs Python with these arguments in the project's folder."""
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}

    def run() -> None:
        subprocess.run([sys.executable, *arguments], cwd=PROJECT, env=environment, check=True, capture_output=True)

    return run


def start_up() -> list[tuple[str, Callable, Callable]]:
    """Return the cases; in each, a process that ends as soon as it has read what it needs."""
    step = process("-m", "rnncompare", "compare", "--help")
    cases = [("start_up_of_a_step", step, process("-c", "import pandas, xarray"))]
    for name, mode in (("start_up_of_a_job", IN_A_JOB), ("start_up_of_a_run", IN_A_RUN)):
        snakemake = ["-m", "snakemake", "--cores", "1", "--nolock", *mode]
        # A folder of results that does not exist has no record of a check.
        unrecorded = ["--configfile", str(CONFIG), "--config", "results=results/start_up"]
        cases.append((name, process(*snakemake, *unrecorded), process(*snakemake, "--snakefile", os.devnull)))
    return cases
