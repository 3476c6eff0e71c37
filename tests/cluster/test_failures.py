"""What ended a job is named from the logs of Snakemake and Slurm."""

import re

import pytest

from rnncompare.cluster.failures import explained

STARTED = """[Sun Nov 29 14:53:42 2026]
rule task:
    input: results/micro/activity/recording/0.nc
    output: results/micro/task.nc
    jobid: 2
    wildcards: study=micro
    resources: tmpdir=<TBD>, disk_mb=1000, disk=1 GB, mem_mb={memory}, mem=120 MB, runtime={runtime}, cpus_per_task=1
Job 2 has been submitted with SLURM jobid 7 (log: {slurm}).
"""
FAILED = """[Sun Nov 29 14:53:54 2026]
Error in rule task:
    message: SLURM-job '7' failed, SLURM status is: '{status}'. Reason: Unknown.For further error details see the log
    jobid: 2
    log: results/logs/micro/task.log, {slurm} (check log file(s) for error details)
    shell:
        rnncompare task --recording results/micro/activity/recording/0.nc
        (command exited with non-zero exit code)
    external_jobid: 7
Trying to restart job 2.
"""
MEMORY = "slurmstepd: error: StepId=7.batch exceeded memory limit (127488000 > 125829120), being killed"
CGROUP = "slurmstepd: error: Detected 1 oom_kill event in StepId=7.batch. Some of the step tasks have been OOM Killed."
TIME = "slurmstepd: error: *** JOB 7 ON one CANCELLED AT 2026-11-29T14:53:49 DUE TO TIME LIMIT ***"
NODE = "slurmstepd: error: *** JOB 7 ON one CANCELLED AT 2026-11-29T14:53:49 DUE TO NODE FAILURE, SEE LOG ***"


def log(tmp_path, status: str, said: str, *more: str) -> str:
    """The log of Snakemake about a job that failed with a status, of which Slurm's log says something."""
    slurm = tmp_path / "slurm_logs/7.log"
    slurm.parent.mkdir()
    slurm.write_text(said)
    text = "".join((STARTED, FAILED, *more)).format(memory=120, runtime=30, slurm=slurm, status=status)
    (tmp_path / "snakemake.log").write_text(text)
    return str(tmp_path / "snakemake.log")


@pytest.mark.parametrize(
    "status, said, words",
    [
        ("FAILED", MEMORY, "killed for memory: it used more than 120 MB; .* --set-resources task:mem_mb=480"),
        ("OUT_OF_MEMORY", "", "killed for memory: it used more than 120 MB"),
        ("FAILED", CGROUP, "killed for memory"),
        ("TIMEOUT", TIME, "ended at its time limit of 30 minutes; .* --set-resources task:runtime=120"),
        ("NODE_FAIL", NODE, "ended by the failure of its node; start the run again"),
        ("CANCELLED", "", "was cancelled; start the run again"),
    ],
)
def test_the_cause_of_a_failure_is_named_with_what_to_do(tmp_path, status, said, words):
    (line,) = explained(log(tmp_path, status, said))
    assert line.startswith("task (study=micro), Slurm job 7, ") and re.search(words, line)


def test_a_job_that_failed_by_itself_needs_no_explanation(tmp_path):
    assert explained(log(tmp_path, "FAILED", "rnncompare: found no file, wanted one")) == []
    assert explained(tmp_path / "no such log") == []


def test_a_repeated_job_that_has_finished_needs_no_advice(tmp_path):
    (line,) = explained(log(tmp_path, "FAILED", MEMORY, STARTED, "Finished jobid: 2 (Rule: task)\n"))
    assert line.endswith("more than 120 MB; it was repeated and has finished")
