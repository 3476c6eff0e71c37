"""The jobs that Slurm has not ended, by the name that the executor of Snakemake gives to all jobs of a run."""

import subprocess

PATIENCE = 120  # s
FORMAT = "%i|%T|%k|%N"  # number, state, comment (the rule and its wildcards), nodes


class NoAnswer(ValueError):
    """The scheduler cannot say whether jobs run."""


def run_name(workflow) -> str | None:
    """The name of all Slurm jobs of Snakemake's run, or None if its executor is another one."""
    executor = getattr(workflow.scheduler, "_executor", None)
    return getattr(executor, "run_uuid", None)


def active(name: str) -> list[str]:
    """The jobs of this name that wait, run or are being ended, each in words. Raises NoAnswer."""
    command = ["squeue", "--noheader", f"--name={name}", f"--format={FORMAT}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswer(f"found no answer of squeue ({error})") from None
    if done.returncode:
        raise NoAnswer(f"found no answer of squeue ({done.stderr.strip()})")
    return [_in_words(line) for line in done.stdout.splitlines() if line.count("|") >= 3]


def _in_words(line: str) -> str:
    number, state, comment, nodes = line.split("|", 3)
    place = f" on {nodes}" if nodes else ""
    what = f" ({comment})" if comment not in ("", "(null)") else ""
    return f"{number}{what}, {state.lower()}{place}"
