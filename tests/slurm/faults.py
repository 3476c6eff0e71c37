"""The faults that `make slurm-test` injects, in their order.

A fault is a function of a study and its cluster: its docstring says what it does, and each `yield` what must then be
seen, in words and as a condition. What follows a `yield` repairs the cluster where that is needed.
"""

import resource
import signal
import time
from collections.abc import Callable, Iterator

import cluster
import processes
import study

Seen = Iterator[tuple[str, Callable]]
REFUSED = "jobs of an earlier run that still write to this folder"
SCARCE = "report"  # the last rule but one, whose first attempt has too little memory


def time_limit(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A job exceeds its time limit."""
    job = run.stopped_job(keep=True)
    slurm.ask("scontrol", "update", f"JobId={job.number}", "TimeLimit=1")
    yield f"{job} was ended", lambda: slurm.state(job) == "TIMEOUT"


def second_run(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A second run is started in the same folder."""
    run.job()  # the first one has the folder
    status, said = run.second()
    yield "it was refused", lambda: status == 1 and "found another run in this folder" in said
    training = (run.folder / "results/micro/weights").exists
    yield "many jobs could run", lambda: training() and len(slurm.jobs("-t", "RUNNING")) == 3 < len(slurm.jobs())


def requeued(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """An administrator requeues a job."""
    job = run.stopped_job()
    slurm.ask("scontrol", "requeue", job.number)
    yield f"{job} was requeued", lambda: slurm.restarts(job) == 1


def held(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """An administrator requeues a job, holds it for 10 s, and releases it."""
    job = run.stopped_job()
    before, now = slurm.restarts(job), time.monotonic()
    slurm.ask("scontrol", "requeuehold", job.number)
    yield f"{job} was held", lambda: slurm.state(job) == "PENDING" and time.monotonic() > now + 10
    slurm.ask("scontrol", "release", job.number)
    yield f"{job} was requeued", lambda: slurm.restarts(job) > before


def suspended(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """An administrator suspends a job in its step for 15 s."""
    job, _ = run.working_job()
    now = time.monotonic()
    slurm.ask("scontrol", "suspend", job.number)
    yield f"{job} was suspended", lambda: slurm.state(job) == "SUSPENDED" and time.monotonic() > now + 15
    slurm.ask("scontrol", "resume", job.number)
    slurm.signal_job(job, signal.SIGCONT)
    yield f"{job} went on", lambda: slurm.state(job) == "COMPLETED" and slurm.restarts(job) == 0


def preempted(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A job of a partition with priority takes the node of a job."""
    job = run.stopped_job()
    before = slurm.restarts(job)
    where = ["--partition=urgent", f"--nodelist={job.node}", "--mem=100", "--output=/dev/null"]
    slurm.ask("sbatch", *where, "--wrap=sleep 3")
    history = ["sacct", "-n", "-X", "-D", "-j", job.number, "-o", "State"]
    yield f"{job} was preempted", lambda: slurm.restarts(job) > before and "PREEMPTED" in slurm.ask(*history)


def cancelled(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A job is cancelled with scancel."""
    job = run.stopped_job(keep=True)
    slurm.ask("scancel", job.number)
    yield f"{job} was cancelled", lambda: slurm.state(job) == "CANCELLED"
    yield "Snakemake has repeated it", lambda: f"external_jobid: {job.number}\n" in run.said()


def killed(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """All processes of a job that carries out its step are killed."""
    job, _ = run.working_job()
    slurm.signal_job(job, signal.SIGKILL)
    yield f"{job} failed", lambda: slurm.state(job) == "FAILED"


def killed_with_slurmstepd(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """All processes of a job and Slurm's own that watch them are killed."""
    job = run.stopped_job()
    before = slurm.restarts(job)
    processes.send(slurm.job_processes(job, slurm=True), signal.SIGKILL)
    yield f"{job} was requeued", lambda: slurm.restarts(job) > before


def killed_while_it_writes(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A job is killed while a file that it writes has its temporary name."""
    job, file = run.writing_job()
    slurm.signal_job(job, signal.SIGKILL)
    yield f"{job} failed, and left {file.name}", lambda: slurm.state(job) == "FAILED" and file.exists()


def no_room(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A job cannot write: its files may have no bytes, as on a full disk."""
    job, pid = run.working_job()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
    slurm.signal_job(job, signal.SIGCONT)
    yield f"{job} failed", lambda: slurm.state(job) == "FAILED"


def node_failed(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A node fails: its daemon and all that runs there end."""
    job = run.stopped_job()
    before = slurm.restarts(job)
    slurm.kill_node(job.node)
    yield f"node {job.node} was down", lambda: "down" in slurm.node_state(job.node)
    yield f"{job} was requeued", lambda: slurm.restarts(job) > before
    slurm.restart(job.node)


def node_rebooted(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A node fails and is back before Slurm has noticed."""
    job = run.stopped_job(keep=True)
    before = slurm.restarts(job)
    slurm.kill_node(job.node)
    slurm.restart(job.node)
    yield f"{job} was requeued", lambda: slurm.restarts(job) > before


def daemon_restarted(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """The daemon of a node is killed and started again, while a job goes on there."""
    job = run.job()
    before = slurm.restarts(job)
    slurm.kill(job.node)
    time.sleep(2)
    slurm.restart(job.node)
    yield f"{job} went on", lambda: slurm.state(job) == "COMPLETED" and slurm.restarts(job) == before


def drained(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A node is drained while a job runs there."""
    job = run.job()
    slurm.ask("scontrol", "update", f"NodeName={job.node}", "State=DRAIN", "Reason=test")
    yield f"node {job.node} was drained", lambda: slurm.node_state(job.node) == "drained"
    yield f"{job} had finished there", lambda: slurm.state(job) == "COMPLETED"
    slurm.ask("scontrol", "update", f"NodeName={job.node}", "State=RESUME")


def accounting_killed(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """The accounting daemon is killed, and started again after Snakemake has asked it and 30 s have passed."""
    asked = slurm.folder / "log/sacct.status"
    asked.write_text("")
    now = time.monotonic()
    slurm.kill("slurmdbd")
    yield "Snakemake found no answer", lambda: "1" in asked.read_text() and time.monotonic() > now + 30
    slurm.restart("slurmdbd")
    yield "Snakemake found an answer", lambda: asked.read_text().endswith("0\n")


def controller_killed(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """Slurm's controller is killed, and started again after 5 s."""
    job = run.job()
    slurm.kill("slurmctld")
    time.sleep(5)
    slurm.restart("slurmctld")
    yield f"{job} is known to the new one", lambda: slurm.state(job)


def controller_killed_and_node_failed(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A node fails while there is no controller."""
    job = run.stopped_job()
    before = slurm.restarts(job)
    slurm.kill("slurmctld")
    slurm.kill_node(job.node)
    time.sleep(2)
    slurm.restart("slurmctld")
    yield f"node {job.node} was down", lambda: "down" in slurm.node_state(job.node)
    yield f"{job} was requeued", lambda: slurm.restarts(job) > before
    slurm.restart(job.node)


def snakemake_interrupted(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """Snakemake gets Ctrl-C, and the same command is given again."""
    job = run.stopped_job()
    run.end(signal.SIGINT)
    yield f"{job} and all others were cancelled", lambda: not slurm.jobs() and slurm.state(job) == "CANCELLED"
    run.start()


def snakemake_terminated(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """Snakemake gets SIGTERM, and the same command is given again."""
    job = run.job()
    run.end(signal.SIGTERM)
    yield f"{job} had finished, and none was left", lambda: not slurm.jobs() and slurm.state(job) == "COMPLETED"
    run.start()


def snakemake_killed(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """Snakemake is killed, and the same command is given before and after its jobs are cancelled."""
    run.stopped_job()
    run.end(signal.SIGKILL)
    jobs = [job.number for job in slurm.jobs()]
    status, said = run.second()
    yield f"with {len(jobs)} jobs left, a new run was refused", lambda: status == 1 and REFUSED in said
    slurm.ask("scancel", *jobs)
    yield "no job was left", lambda: not slurm.jobs()
    run.start()


def node_cut_off(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A node and a job in its step hang until the job has finished elsewhere, and then go on."""
    job, _ = run.working_job()
    left = slurm.freeze(job.node)
    yield f"node {job.node} was down", lambda: "down" in slurm.node_state(job.node)
    yield f"{job} had finished elsewhere", lambda: slurm.state(job) == "COMPLETED"
    processes.send(left, signal.SIGCONT)
    yield "its first copy was ended", lambda: not any(map(processes.command, left[1:]))


def memory(run: study.Study, slurm: cluster.Cluster) -> Seen:
    """A job exceeds its memory."""
    yield f"a job of {SCARCE} was repeated", lambda: f"Error in rule {SCARCE}:" in run.said()


FAULTS = [
    second_run, time_limit, requeued, cancelled, daemon_restarted, killed, node_failed, held, killed_while_it_writes,
    snakemake_interrupted, node_rebooted, suspended, preempted, killed_with_slurmstepd, accounting_killed,
    snakemake_killed, no_room, drained, controller_killed, controller_killed_and_node_failed, node_cut_off,
    snakemake_terminated, memory,
]  # fmt: skip
PATIENT = (time_limit, cancelled, node_rebooted)  # take a minute or two to be seen, while others are injected
# The jobs of the patient ones would be ended with all others.
ENDING = (snakemake_interrupted, snakemake_killed, snakemake_terminated)
