"""A real Slurm with three nodes on this machine, in a folder of its own, for `make slurm-test`.

It runs beside any other Slurm: key, sockets, ports, database and configuration are its own, and only processes that
belong to it are stopped or killed. Packages (Debian 12): slurmctld slurmd slurm-client slurmdbd munge mariadb-server.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import configuration
import processes

PROGRAMS = ("slurmctld", "slurmd", "slurmdbd", "srun", "sacct", "munged", "mariadbd", "mariadb-install-db")
PACKAGES = "slurmctld slurmd slurm-client slurmdbd munge mariadb-server"
SYSTEM = "/usr/sbin:/sbin"  # not in the PATH of every user
PATIENCE = 120  # s, until a daemon answers


def missing() -> list[str]:
    """The programs that this machine lacks."""
    path = os.environ["PATH"] + os.pathsep + SYSTEM
    return [name for name in PROGRAMS if shutil.which(name, path=path) is None]


class Job(NamedTuple):
    """A job of Slurm: its number, its rule with wildcards, and its node."""

    number: str
    rule: str
    node: str

    def __str__(self):
        return f"job {self.number} ({self.rule}) on {self.node}"


class Cluster:
    """Slurm in a folder; `environment` is what its commands need."""

    def __init__(self, folder: Path, memory: int = 6000):
        self.folder, self.memory, self.running, self.commands = folder, memory, {}, {}
        self.user = subprocess.getoutput("id -un")
        self.environment = os.environ | {
            "SLURM_CONF": str(folder / "slurm.conf"),
            "MYSQL_UNIX_PORT": str(folder / "mysql.sock"),
            "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"], SYSTEM]),
        }

    def __enter__(self):
        configuration.write(self.folder, self.user, self.memory)
        try:
            self._authentication()
            self._accounting()
            self.start("slurmctld", "-D")
            for node in configuration.NODES:
                self.start("slurmd", "-D", "-N", node, key=node)
            wanted = f"{len(configuration.NODES)} idle"
            self._until("all nodes are idle", lambda: self.ask("sinfo", "-h", "-p", "main", "-o", "%D %T") == wanted)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """End all jobs and daemons."""
        if "slurmctld" in self.running:
            with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
                self.ask("scancel", "--state=PENDING,RUNNING,SUSPENDED", "--user", self.user)
                self._until("no job is left", lambda: self.ask("squeue", "-h") == "", patience=20)
        for node in configuration.NODES:
            processes.send(self._all_of(self._steps(node=node)), signal.SIGKILL)
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running = {}

    def start(self, name: str, *words: str, key: str | None = None) -> None:
        """Start a daemon, which is then known as `key`, by default its name."""
        with open(self.folder / "log" / f"{key or name}.out", "ab") as out:
            process = subprocess.Popen(
                [name, *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        self.running[key or name], self.commands[key or name] = process, (name, *words)

    def kill(self, key: str) -> None:
        """Kill a daemon, but not what it has started."""
        daemon = self.running.pop(key)
        daemon.kill()
        daemon.wait()

    def restart(self, key: str, *more: str) -> None:
        """Start a daemon again that was killed, with more options."""
        name, *words = self.commands[key]
        self.start(name, *words, *more, key=key)
        self.commands[key] = (name, *words)

    def kill_node(self, node: str) -> None:
        """Kill the daemon of a node and all that runs there, as when a machine fails."""
        left = self._all_of(self._steps(node=node))
        self.kill(node)
        processes.send(left, signal.SIGKILL)

    def freeze(self, node: str) -> list[int]:
        """Stop the daemon of a node and all that runs there, as when a machine hangs; the processes to continue."""
        pids = [self.running[node].pid, *self._all_of(self._steps(node=node))]
        processes.send(pids, signal.SIGSTOP)
        return pids

    def job_processes(self, job: Job, slurm: bool = False) -> list[int]:
        """The processes of a job; slurm: with Slurm's own, which have started them."""
        steps = self._steps(job=job.number)
        return [pid for pid in self._all_of(steps) if slurm or pid not in steps]

    def signal_job(self, job: Job, number: signal.Signals) -> None:
        processes.send(self.job_processes(job), number)

    def jobs(self, *words: str) -> list[Job]:
        """The jobs that squeue lists with some options."""
        lines = self.ask("squeue", "-h", "-o", "%i|%k|%N", *words).splitlines()
        return [Job(*line.split("|")) for line in lines]

    def restarts(self, job: Job) -> int:
        """How often a job was requeued."""
        return int(self._shown(job, "Restarts"))

    def state(self, job: Job) -> str:
        return self._shown(job, "JobState")

    def node_state(self, node: str) -> str:
        return self.ask("sinfo", "-h", "-n", node, "-p", "main", "-o", "%T")

    def ask(self, *words: str) -> str:
        """What a command of Slurm says. Raises RuntimeError if it fails."""
        try:
            done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(str(error)) from None
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _shown(self, job: Job, name: str) -> str:
        return re.search(rf" {name}=(\w+) ", self.ask("scontrol", "-o", "show", "job", job.number))[1]

    def _steps(self, job: str = r"\d+", node: str = r"\w+") -> list[int]:
        """The processes of slurmstepd of a job or a node, known by the log of this Slurm that they have opened."""
        log = re.compile(re.escape(f"{self.folder}/log/") + rf"slurmd\.{node}\.log")
        named = [pid for pid in processes.every() if re.match(rf"slurmstepd: \[{job}\.", processes.command(pid))]
        return [pid for pid in named if any(map(log.fullmatch, processes.opened(pid)))]

    def _all_of(self, steps: list[int]) -> list[int]:
        """Some processes and all that they have started."""
        return [pid for step in steps for pid in (*processes.descendants(step), step)]

    def _authentication(self) -> None:
        munge = self.folder / "munge"
        files = [f"--{name}-file={munge / name}" for name in ("key", "pid", "log", "seed")]
        self.start("munged", "--foreground", "--force", f"--socket={munge / 'socket'}", *files)
        self._until("munged answers", lambda: self.ask("munge", f"--socket={munge / 'socket'}", "--no-input"))

    def _accounting(self) -> None:
        data, sock = self.folder / "mysql", self.folder / "mysql.sock"
        how = ["--no-defaults", f"--user={self.user}", f"--datadir={data}"]
        self.ask("mariadb-install-db", *how, "--skip-test-db", "--auth-root-authentication-method=normal")
        sizes = ["--innodb-buffer-pool-size=64M", "--innodb-lock-wait-timeout=900"]
        self.start("mariadbd", *how, f"--socket={sock}", "--skip-networking", *sizes)
        create = "create user slurm@localhost identified by 'slurm'; create database accounts; "
        create += "grant all on accounts.* to slurm@localhost"
        self._until(
            "the database answers", lambda: self.ask("mariadb", "-S", str(sock), "-u", "root", "-e", "select 1")
        )
        self.ask("mariadb", "-S", str(sock), "-u", "root", "-e", create)
        self.start("slurmdbd", "-D")
        self._until("slurmdbd answers", lambda: self.ask("sacctmgr", "-n", "list", "cluster") or True)
        for what in (["cluster", "test"], ["account", "default"], ["user", self.user, "account=default"]):
            self.ask("sacctmgr", "-i", "add", *what)

    def _until(self, what: str, true, patience: float = PATIENCE) -> None:
        """Wait until a condition is true. Raises RuntimeError."""
        last, deadline = "", time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                if true():
                    return
            except RuntimeError as error:
                last = str(error)
            time.sleep(0.3)
        raise RuntimeError(f"waited {patience} s until {what}; {last} (logs: {self.folder / 'log'})")
