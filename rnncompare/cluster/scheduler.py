"""The jobs of a run that Slurm has not ended, and the states of jobs as the executor of Snakemake reads them."""

import subprocess
import sys
from collections.abc import Callable

PATIENCE = 120  # s
FORMAT = "%i|%T|%k|%N"  # number, state, comment (the rule and its wildcards), nodes


NO_STATES = (
    "Slurm does not say which jobs have ended, and is asked again. If its accounting is not set up (try `sacct`), "
    "start the run with --slurm-status-command squeue"
)


class NoAnswer(ValueError):
    """The scheduler cannot say whether jobs run."""


def run_name(workflow) -> str | None:
    """The name of all Slurm jobs of Snakemake's run, or None if its executor is another one."""
    executor = getattr(workflow.scheduler, "_executor", None)
    return getattr(executor, "run_uuid", None)


def correct(workflow) -> None:
    """Correct what the executor for Slurm (2.8.0) reads of jobs and nodes; nothing is done for another one, or again.

    The plug-in waits for ever for a job whose state is `CANCELLED by USER`, and for all jobs about which it has asked
    five times without an answer. After a node has failed, it excludes the node of the requeued job, which sacct calls
    `None assigned`, and no job can be submitted any more.
    """
    executor = getattr(workflow.scheduler, "_executor", None)
    module = sys.modules[type(executor).__module__]
    query = getattr(module, "query_job_status", None)
    if query is not None and not isinstance(executor._failed_nodes, Nodes):
        module.query_job_status = corrected(query)
        executor._failed_nodes = Nodes(executor._failed_nodes)


class Nodes(set):
    """Names of nodes, to which only those that can be names are added."""

    def add(self, node: str) -> None:
        if node and " " not in node:
            super().add(node)


def corrected(query: Callable) -> Callable:
    """A function as the plug-in's `query_job_status`, whose states are one word, and which knows none if it fails."""
    answered = True

    async def states(command, logger):
        nonlocal answered
        found, seconds = await query(command, logger)
        if found is None and answered:
            logger.warning(NO_STATES)
        answered = found is not None
        return ({job: state.split(" ")[0] for job, state in found.items()}, seconds) if answered else ({}, 0.0)

    return states


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
