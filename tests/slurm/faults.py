"""A small study on a real Slurm in which nodes, jobs, daemons and Snakemake fail, compared with the study run locally.

`make slurm-test` runs it where Slurm's packages are installed; otherwise it says which are missing, and ends. Its
status is 1 if a file of results differs from that of the local run, a job was run twice at the same time, or Snakemake
did not do what docs/cluster.md says.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import cluster

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from test_workflow import micro, write  # noqa: E402

PATIENCE = 600  # s, for one condition
SCARCE = "{rule}:mem_mb=120 if attempt == 1 else 1500"  # its first attempt has too little memory
RETRIES = "5"  # more than in the profile, because one job can meet several faults
COLUMNS = "JobID%8,State%16,Elapsed,Start,End,NodeList%6,Comment%60"
# Files with a time, or the number of a process or processor: of each job, and of the session that is generated.
MAY_DIFFER = ("provenance.json", "recordings/")


def main() -> int:
    if absent := cluster.missing():
        print(f"slurm-test: skipped: found no {', '.join(absent)}, wanted Debian's packages {cluster.PACKAGES}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="slurm_test."))
    try:
        with Study(folder / "local") as local:
            local.expect(local.run("default", "--cores", "2"), 0)
            note(start, "the local run has finished")
        with cluster.Cluster(folder / "cluster") as slurm, Study(folder / "study", slurm) as study:
            note(start, "Slurm has started")
            inject(study, slurm, lambda text: note(start, text))
            wrong = study.twice + differences(local.folder / "results", study.folder / "results")
            print(slurm.ask("sacct", "-X", "-D", f"--format={COLUMNS}"))
    except Wrong as error:
        print(f"slurm-test: {error} (files: {folder})")
        return 1
    note(start, f"{len(wrong)} differences or jobs that ran twice at the same time")
    print("\n".join(wrong))
    if not wrong:
        shutil.rmtree(folder)
    return bool(wrong)


def inject(study: "Study", slurm: cluster.Cluster, note) -> None:
    """Run the study with one fault after another."""
    first = study.start("slurm", "--retries", RETRIES, "--set-resources", SCARCE.format(rule="task"))
    study.until("a job was killed for memory", lambda: "Trying to restart job" in study.said(), first)
    note("a job was killed for memory")

    job, what, _ = study.stopped_job(first)
    slurm.ask("scontrol", "requeue", job)
    study.until(f"{job} runs again", lambda: slurm.restarts(job), first)
    note(f"{what}: requeued")

    stopped, what, _ = study.stopped_job(first, besides=job)
    slurm.ask("scontrol", "update", f"JobId={stopped}", "TimeLimit=1")
    second = study.start("slurm", said="second.txt")
    study.expect(second.wait(), 1, "second.txt", "found another run in this folder")
    note("a second run in the same folder: refused")
    study.until(f"{stopped} was ended at its time limit", lambda: slurm.state(stopped) == "TIMEOUT", first)
    note(f"{what}: stopped, and ended at its time limit")

    lost, what, node = study.stopped_job(first, besides=job)
    slurm.kill_node(node, processes=True)
    study.until("the node is down", lambda: "down" in slurm.ask("sinfo", "-h", "-n", node, "-o", "%T"), first)
    study.until(f"{lost} runs again", lambda: slurm.restarts(lost), first)
    note(f"{what}: its node failed, and it was requeued")
    slurm.start_node(node)

    cancelled, what, _ = study.stopped_job(first, besides=lost)
    slurm.ask("scancel", cancelled)
    note(f"{what}: cancelled")
    killed, what, _ = study.stopped_job(first, besides=cancelled)
    slurm.signal_job(killed, signal.SIGKILL)
    note(f"{what}: its processes were killed")

    study.job(first, besides=killed)
    first.send_signal(signal.SIGKILL)
    first.wait()
    left = slurm.ask("squeue", "-h", "-o", "%i").split()
    again = study.start("slurm", said="again.txt")
    study.expect(again.wait(), 1, "again.txt", "jobs of an earlier run that still write to this folder")
    note(f"Snakemake: killed with {len(left)} jobs left; a new run: refused until they have ended")
    study.until("no job is left", lambda: not slurm.ask("squeue", "-h"))

    scarce = SCARCE.format(rule="training_table")
    last = study.start("slurm", "--retries", RETRIES, "--set-resources", scarce, said="last.txt")
    _, what, node = study.job(last)
    slurm.kill_node(node, processes=False)
    note(f"{what}: the daemon of its node was killed, but not the job")
    study.until("the node is down", lambda: "down" in slurm.ask("sinfo", "-h", "-n", node, "-o", "%T"), last)
    slurm.start_node(node)
    study.job(last)
    slurm.restart_controller(after=5)
    note("Slurm's controller: killed and started again")
    study.expect(
        last.wait(), 0, "last.txt", "killed for memory: it used more than 120 MB; it was repeated and has finished"
    )
    note("the study has finished, and names the job that was killed for memory")


class Wrong(Exception):
    """What happened is not what docs/cluster.md says."""


class Study:
    """A folder in which the study is run, locally or on a cluster."""

    def __init__(self, folder: Path, slurm: cluster.Cluster | None = None):
        self.folder, self.slurm, self.running, self.twice, self.seen = folder, slurm, [], [], set()
        folder.mkdir()
        write(folder / "study.yaml", micro())
        scripts = str(Path(sys.executable).parent)
        self.environment = (slurm.environment if slurm else os.environ) | {"PYTHONPATH": str(ROOT)}
        self.environment["PATH"] = scripts + os.pathsep + self.environment["PATH"]
        self.watched = threading.Event()

    def __enter__(self):
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.watched.set()
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()

    def start(self, profile: str, *words: str, said: str = "said.txt") -> subprocess.Popen:
        workflow = ROOT / "workflow"
        command = [sys.executable, "-m", "snakemake", "--snakefile", str(workflow / "Snakefile")]
        command += ["--workflow-profile", str(workflow / "profiles" / profile), "--configfile", "study.yaml", *words]
        with open(self.folder / said, "w") as out:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def run(self, profile: str, *words: str) -> int:
        return self.start(profile, *words).wait()

    def said(self, name: str = "said.txt") -> str:
        return (self.folder / name).read_text()

    def made(self, pattern: str) -> list[Path]:
        return list((self.folder / "results").glob(pattern))

    def job(self, running: subprocess.Popen, besides: str = "") -> tuple[str, str, str]:
        """Number, comment and node of a job that runs, which is waited for."""
        found = []

        def jobs() -> list[str]:
            lines = self.slurm.ask("squeue", "-h", "-t", "RUNNING", "-o", "%i|%k|%N").splitlines()
            found[:] = [tuple(line.split("|")) for line in lines if line.split("|")[0] != besides]
            return found

        self.until("a job runs", jobs, running)
        return found[0]

    def stopped_job(self, running: subprocess.Popen, besides: str = "") -> tuple[str, str, str]:
        """As `job`, after its processes were stopped, so that it cannot end before it meets its fault."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.job(running, besides)
            self.slurm.signal_job(found[0], signal.SIGSTOP)
            time.sleep(0.5)
            if self.slurm.state(found[0]) == "RUNNING" and self.slurm.has_processes(found[0]):
                return found
        raise Wrong(f"waited {PATIENCE} s for a job that can be stopped")

    def expect(self, status: int, wanted: int, said: str = "said.txt", words: str = "") -> None:
        if status != wanted or words not in self.said(said):
            raise Wrong(f"found status {status}, wanted {wanted} with '{words}':\n{self.said(said)[-3000:]}")

    def until(self, what: str, true, running: subprocess.Popen | None = None):
        """Wait until a condition is true, while Snakemake runs."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(RuntimeError):  # the controller is busy
                if true():
                    return
            if running is not None and running.poll() is not None:
                raise Wrong(f"found that Snakemake had ended, wanted that {what}:\n{self.said()[-3000:]}")
            time.sleep(0.3)
        raise Wrong(f"waited {PATIENCE} s until {what}:\n{self.said()[-3000:]}")

    def _watch(self) -> None:
        """Collect the steps that two processes carry out at the same time."""
        while not self.watched.wait(0.3):
            steps = cluster.steps(self.folder)
            for step, count in Counter(steps.values()).items():
                if count > 1 and step not in self.seen:
                    self.seen.add(step)
                    pids = [pid for pid, each in steps.items() if each == step]
                    self.twice.append(f"carried out by processes {pids} at the same time: {step[:200]}")


def differences(one: Path, other: Path) -> list[str]:
    """The files of results that two folders do not have with the same bytes."""
    files = [
        {p.relative_to(f): p for p in f.rglob("*") if p.is_file() and p.relative_to(f).parts[0] != "logs"}
        for f in (one, other)
    ]
    files = [{str(k): p for k, p in f.items() if k.name[0] != "."} for f in files]
    files = [{k: p for k, p in f.items() if not k.startswith(MAY_DIFFER)} for f in files]
    names = sorted(files[0].keys() | files[1].keys())
    differ = [
        n for n in names if not all(n in f for f in files) or files[0][n].read_bytes() != files[1][n].read_bytes()
    ]
    tables = [n for n in names if n.startswith("tables/") and n.endswith(".csv")]
    print(f"{len(names)} files, {len(tables)} of them tables; {len(differ)} differ")
    return [f"differs from the local run: {name}" for name in differ]


def note(start: float, text: str) -> None:
    print(f"{time.monotonic() - start:5.0f} s  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
