"""Why jobs failed, in words, from the log of Snakemake and those of Slurm.

Snakemake says that a job failed and which files may say more; a job that Slurm has killed for its memory has the state
FAILED and an unknown reason there.
"""

import re
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1 << 20  # bytes that are read at the end of a log of Slurm
BLOCK = re.compile(r"^(?P<error>Error in )?(?:local)?rule (?P<rule>[^\s:]+):\n(?P<body>(?:    .*\n?)+)", re.MULTILINE)
FINISHED = re.compile(r"^Finished jobid: (\d+)", re.MULTILINE)
STATUS = re.compile(r"SLURM status is: '(\w+)'|node failure", re.IGNORECASE)
CAUSES = {  # cause: words in the log of Slurm or in the status
    "memory": re.compile(r"exceeded (?:job )?memory limit|oom[-_ ]kill|out[-_ ]of[-_ ]memory", re.IGNORECASE),
    "time": re.compile(r"due to time limit|\bTIMEOUT\b", re.IGNORECASE),
    "node": re.compile(r"due to node failure|\bNODE_FAIL\b|node failure", re.IGNORECASE),
    "cancelled": re.compile(r"\bCANCELLED\b"),
}
WORDS = {
    "memory": "was killed for memory: it used more than {mem_mb}",
    "time": "was ended at its time limit of {runtime}",
    "node": "was ended by the failure of its node",
    "cancelled": "was cancelled",
}
OPTION = {"memory": "mem_mb", "time": "runtime"}
UNITS = {"mem_mb": "MB", "runtime": "minutes"}


@dataclass
class Failure:
    """An attempt of a job that failed: its rule, its numbers in Snakemake and Slurm, its cause and its resources."""

    rule: str
    jobid: str
    slurm: str
    wildcards: str
    cause: str
    resources: dict[str, int]


def explained(log: str | Path) -> list[str]:
    """A line for each attempt of a job whose failure has a cause outside the job, and what to do about it."""
    try:
        text = Path(log).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    finished = set(FINISHED.findall(text))
    return [_in_words(failure, failure.jobid in finished) for failure in found(text)]


def found(text: str) -> list[Failure]:
    """The failures of a log of Snakemake that Slurm has caused, in order."""
    failures, given = [], {}  # given: the resources and wildcards of the last attempt of each job
    for block in BLOCK.finditer(text):
        body, jobid = block["body"], _entry(block["body"], "jobid")
        if not block["error"]:
            given[jobid] = (_resources(_entry(body, "resources")), _entry(body, "wildcards"))
            continue
        resources, wildcards = given.get(jobid, ({}, ""))
        if cause := _cause(body):
            slurm = _entry(body, "external_jobid")
            failures.append(Failure(block["rule"], jobid, slurm, wildcards, cause, resources))
    return failures


def _cause(body: str) -> str | None:
    status = STATUS.search(body)
    if status is None:
        return None  # the job failed by itself, or on this machine
    words = status[0] + "".join(map(_end_of, _logs(body)))
    return next((cause for cause, pattern in CAUSES.items() if pattern.search(words)), None)


def _logs(body: str) -> list[str]:
    files = _entry(body, "log").partition(" (check log file")[0].split(", ")
    return [file for file in files if "slurm" in file]


def _end_of(file: str) -> str:
    try:
        with open(file, "rb") as log:
            log.seek(max(0, Path(file).stat().st_size - LARGEST))
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def _entry(body: str, name: str) -> str:
    line = re.search(rf"^    {name}: (.*)$", body, re.MULTILINE)
    return line[1].strip() if line else ""


def _resources(text: str) -> dict[str, int]:
    pairs = (part.partition("=") for part in text.split(", "))
    return {name: int(value) for name, _, value in pairs if name in UNITS and value.isdecimal()}


def _in_words(failure: Failure, finished: bool) -> str:
    amounts = {n: f"{failure.resources[n]:,} {u}" if n in failure.resources else "it had" for n, u in UNITS.items()}
    what = f"{failure.rule} ({failure.wildcards})" if failure.wildcards else failure.rule
    line = f"{what}, Slurm job {failure.slurm}, {WORDS[failure.cause].format(**amounts)}"
    if finished:
        return f"{line}; it was repeated and has finished"
    option = OPTION.get(failure.cause)
    if option is None:
        return f"{line}; start the run again"
    more = 4 * failure.resources[option] if option in failure.resources else "MORE"
    return f"{line}; start the run again with --set-resources {failure.rule}:{option}={more}"
