"""A study that is run locally or on a Slurm, and what it does meanwhile: jobs, steps, files."""

import contextlib
import copy
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cluster
import processes

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT), str(ROOT / "tests")]

from test_workflow import micro, write  # noqa: E402

from rnncompare.files.atomic import unfinished  # noqa: E402

PATIENCE = 600  # s, for one condition
PROBES = 32  # each has three jobs
# Files with a time, or the number of a process or processor: of each job, of the generated session, and of the run.
MAY_DIFFER = ("provenance.json", "recordings/", "manifest.json", "report/index.html")


class Wrong(Exception):
    """What happened is not what docs/cluster.md says."""


class Study:
    """A folder in which the study is run, locally or on a cluster, by one Snakemake after another."""

    def __init__(self, folder: Path, profile: str, *words: str, slurm: cluster.Cluster | None = None):
        self.folder, self.words, self.slurm = folder, (profile, *words), slurm
        self.started, self.running, self.words_of, self.met, self.kept = [], None, None, set(), set()
        self.twice = {}
        folder.mkdir()
        write(folder / "study.yaml", config())
        scripts = str(Path(sys.executable).parent)
        self.environment = (slurm.environment if slurm else os.environ) | {"PYTHONPATH": str(ROOT)}
        self.environment["PATH"] = scripts + os.pathsep + self.environment["PATH"]
        self.watched = threading.Event()

    def __enter__(self):
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.watched.set()
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()

    def start(self) -> None:
        """Start Snakemake, which is then the one that runs and whose words `said` returns."""
        self.running, self.words_of = self._snakemake()

    def second(self) -> tuple[int, str]:
        """Status and words of another Snakemake in the same folder."""
        process, words = self._snakemake()
        return process.wait(), words.read_text()

    def end(self, number: signal.Signals | None = None) -> int:
        """Wait until Snakemake has ended, after a signal if one is given: its status."""
        running, self.running = self.running, None
        if number is not None:
            running.send_signal(number)
        return running.wait()

    def said(self) -> str:
        """What Snakemake has printed."""
        return self.words_of.read_text()

    def job(self) -> cluster.Job:
        """A job that runs, which is waited for: one that has met no fault if there is one, and none that is kept."""
        found = []

        def jobs() -> list[cluster.Job]:
            running = [job for job in self.slurm.jobs("-t", "RUNNING", "-p", "main") if job.number not in self.kept]
            found[:] = sorted(running, key=lambda job: job.number in self.met)
            return found

        self.until("a job runs", jobs)
        self.met.add(found[0].number)
        return found[0]

    def stopped_job(self, keep: bool = False) -> cluster.Job:
        """As `job`, after its processes were stopped, so that it cannot end before it meets its fault.

        keep: it meets no other fault.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            job = self.job()
            self.slurm.signal_job(job, signal.SIGSTOP)
            time.sleep(0.5)
            if self.slurm.state(job) == "RUNNING" and any(map(processes.stopped, self.slurm.job_processes(job))):
                self.kept |= {job.number} if keep else set()
                return job
        raise Wrong(f"waited {PATIENCE} s for a job that can be stopped")

    def working_job(self) -> tuple[cluster.Job, int]:
        """A job that carries out a step, and the process that does, which are stopped."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for pid in processes.steps(self.folder):
                processes.send([pid], signal.SIGSTOP)
                for job in self.slurm.jobs("-t", "RUNNING", "-p", "main"):
                    pids = [] if job.number in self.kept else self.slurm.job_processes(job)
                    if pid in pids and processes.stopped(pid):
                        processes.send(pids, signal.SIGSTOP)
                        self.met.add(job.number)
                        return job, pid
                processes.send([pid], signal.SIGCONT)  # of a local job
            self._refuse_end("a job carries out a step")
            time.sleep(0.1)
        raise Wrong(f"waited {PATIENCE} s for a job that carries out a step")

    def writing_job(self) -> tuple[cluster.Job, Path]:
        """A job that was stopped while it wrote a file, and the file's temporary name."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            job, pid = self.working_job()
            step = processes.command(pid)
            folders = {path.parent for path in map(Path, step.split(" ")) if path.parts[:1] == ("results",)}
            known = set(unfinished(self.folder / "results"))
            while processes.command(pid) == step:
                processes.send([pid], signal.SIGCONT)
                time.sleep(0.001)
                processes.send([pid], signal.SIGSTOP)
                for file in set(_temporary(self.folder / each for each in folders)) - known:
                    if file.exists() and processes.stopped(pid):
                        return job, file
            self.slurm.signal_job(job, signal.SIGCONT)
        raise Wrong(f"waited {PATIENCE} s for a job that writes")

    def expect(self, status: int, wanted: int, words: str = "") -> None:
        if status != wanted or words not in self.said():
            raise Wrong(f"found status {status}, wanted {wanted} with '{words}':\n{self.said()[-3000:]}")

    def until(self, what: str, true: Callable) -> None:
        """Wait until a condition is true, while Snakemake runs."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if holds(true):
                return
            self._refuse_end(what)
            time.sleep(0.3)
        raise Wrong(f"waited {PATIENCE} s until {what}:\n{self.said()[-3000:]}")

    def _snakemake(self) -> tuple[subprocess.Popen, Path]:
        """Start Snakemake: its process, and the file of what it prints."""
        workflow, (profile, *words) = ROOT / "workflow", self.words
        command = [sys.executable, "-m", "snakemake", "--snakefile", str(workflow / "Snakefile")]
        command += ["--workflow-profile", str(workflow / "profiles" / profile), "--configfile", "study.yaml", *words]
        words_of = self.folder / f"said_{len(self.started) + 1}.txt"
        with open(words_of, "w") as out:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process, words_of

    def _refuse_end(self, what: str) -> None:
        if self.running is not None and self.running.poll() is not None:
            raise Wrong(f"found that Snakemake had ended, wanted that {what}:\n{self.said()[-3000:]}")

    def _watch(self) -> None:
        """Collect the steps that two processes carry out at the same time."""
        while not self.watched.wait(0.3):
            steps = {pid: s for pid, s in processes.steps(self.folder).items() if not processes.stopped(pid)}
            for step, count in Counter(steps.values()).items():
                if count > 1:
                    pids = [pid for pid, each in steps.items() if each == step]
                    self.twice[step] = f"carried out by processes {pids} at the same time: {step[:200]}"


def config() -> dict:
    """The study of the tests of the workflow, with so many probes that jobs are left for the last fault."""
    whole = micro()
    whole["studies"]["micro"] |= {"seeds": 4}
    whole["probes"]["ratio"]["sources"] = ["recording", "trained", "untrained"]
    for repeats in range(2, 2 + PROBES):
        whole["probes"][f"ratio_{repeats}"] = copy.deepcopy(whole["probes"]["ratio"])
        whole["probes"][f"ratio_{repeats}"]["options"]["repeats"] = repeats
    return whole


def holds(true: Callable) -> bool:
    """Whether a condition is true; it is not while Slurm's controller is busy."""
    with contextlib.suppress(RuntimeError):
        return bool(true())
    return False


def _temporary(folders) -> list[Path]:
    return [path for folder in folders if folder.is_dir() for path in unfinished(folder)]


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
