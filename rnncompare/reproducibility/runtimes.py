"""How long the jobs of a run took, from the records that the workflow keeps of them."""

import json
from pathlib import Path
from typing import NamedTuple


class Runtime(NamedTuple):
    """The jobs of one step: their number, the sum of their times and the longest of them, s."""

    step: str
    jobs: int
    total: float
    longest: float


def runtimes(records: Path, results: Path) -> list[Runtime]:
    """The times of all jobs whose files are in `results`, by step, in descending order of their sum.

    records: the folder of Snakemake's records, one JSON file for each output of a job; a job is known by its log. The
    folder is in that of the run, and may be missing or incomplete, for example beside a copy of the results; jobs
    without a record are not counted.
    """
    jobs = {}
    for path in sorted(records.glob("[!.]*")) if records.is_dir() else []:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            start, end, command, logs = (found[name] for name in ("starttime", "endtime", "shellcmd", "log"))
            step, seconds = command.split()[1], end - start
        except (OSError, ValueError, LookupError, TypeError, AttributeError):  # unfinished, or of another version
            continue
        if any(Path(log).is_relative_to(results) for log in logs):
            jobs[step, tuple(logs)] = max(seconds, jobs.get((step, tuple(logs)), 0.0))
    steps = dict.fromkeys(step for step, _ in jobs)
    of = {step: [seconds for (name, _), seconds in jobs.items() if name == step] for step in steps}
    found = [Runtime(step, len(times), sum(times), max(times)) for step, times in of.items()]
    return sorted(found, key=lambda one: (-one.total, one.step))
