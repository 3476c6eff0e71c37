"""A real Slurm with two nodes on this machine, in a folder of its own, for `make slurm-test`.

Without systemd and cgroups, and beside any other Slurm: key, sockets, ports, database and configuration are its own.
Packages (Debian 12): slurmctld slurmd slurm-client slurmdbd munge mariadb-server.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("slurmctld", "slurmd", "slurmdbd", "srun", "sacct", "munged", "mariadbd", "mariadb-install-db")
PACKAGES = "slurmctld slurmd slurm-client slurmdbd munge mariadb-server"
SYSTEM = "/usr/sbin:/sbin"  # not in the PATH of every user
NODES = ("one", "two")
PATIENCE = 120  # s, until a daemon answers

SLURM = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=10
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_min_interval=0
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
SlurmdParameters=config_overrides
SlurmdTimeout=15
KillWait=5
MinJobAge=300
ReturnToService=2
{accounting}
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory={memory} State=UNKNOWN"
ACCOUNTING = "AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=127.0.0.1\n"
ACCOUNTING += "AccountingStoragePort={database}\nAccountingStoragePass={folder}/munge/socket"
DATABASE = """AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
DbdHost=localhost
DbdPort={database}
SlurmUser={user}
LogFile={folder}/log/slurmdbd.log
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StoragePass=slurm
StorageLoc=accounts
"""


def missing() -> list[str]:
    """The programs that this machine lacks."""
    path = os.environ["PATH"] + os.pathsep + SYSTEM
    return [name for name in PROGRAMS if shutil.which(name, path=path) is None]


class Cluster:
    """Slurm in a folder; `environment` is what its commands need."""

    def __init__(self, folder: Path, memory: int = 6000):
        self.folder, self.memory, self.running = folder, memory, {}
        self.environment = os.environ | {
            "SLURM_CONF": str(folder / "slurm.conf"),
            "MYSQL_UNIX_PORT": str(folder / "mysql.sock"),
            "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"], SYSTEM]),
        }

    def __enter__(self):
        try:
            self._configure()
            self._authentication()
            self._accounting()
            self.start("slurmctld", "-D")
            for node in NODES:
                self.start_node(node)
            self._until("both nodes are idle", lambda: self.ask("sinfo", "-h", "-o", "%D %T") == "2 idle")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """End all jobs and daemons."""
        if "slurmctld" in self.running:
            with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
                self.ask("scancel", "--state=PENDING,RUNNING", "--user", self.user)
                self._until("no job is left", lambda: self.ask("squeue", "-h") == "", patience=20)
                for node in NODES:
                    self._kill_steps(node)
        for process in reversed(self.running.values()):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running = {}

    def start(self, name: str, *words: str, key: str | None = None) -> None:
        with open(self.folder / "log" / f"{key or name}.out", "ab") as out:
            process = subprocess.Popen(
                [name, *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        self.running[key or name] = process

    def start_node(self, node: str) -> None:
        self.start("slurmd", "-D", "-N", node, key=node)

    def kill_node(self, node: str, processes: bool) -> None:
        """Kill the daemon of a node; processes: and all that runs there, as when a machine fails."""
        if processes:
            self._kill_steps(node)
        daemon = self.running.pop(node)
        daemon.kill()
        daemon.wait()

    def restart_controller(self, after: float) -> None:
        """Kill the controller, and start it again after some seconds."""
        controller = self.running.pop("slurmctld")
        controller.kill()
        controller.wait()
        time.sleep(after)
        self.start("slurmctld", "-D")

    def restarts(self, job: str) -> int:
        """How often a job was requeued and has started again."""
        return int(re.search(r" Restarts=(\d+) ", self.ask("scontrol", "-o", "show", "job", job))[1])

    def state(self, job: str) -> str:
        return re.search(r" JobState=(\w+) ", self.ask("scontrol", "-o", "show", "job", job))[1]

    def signal_job(self, job: str, number: signal.Signals) -> None:
        """Send a signal to all processes of a job but Slurm's own."""
        for pid in self._of_job(job):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def has_processes(self, job: str) -> bool:
        return bool(self._of_job(job))

    def _of_job(self, job: str) -> list[int]:
        steps = [pid for pid in _processes() if _command(pid).startswith(f"slurmstepd: [{job}.")]
        return [pid for step in steps for pid in _descendants(step)]

    def ask(self, *words: str) -> str:
        """What a command of Slurm says. Raises RuntimeError if it fails."""
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _kill_steps(self, node: str) -> None:
        for step in self._steps(node):
            for each in (*_descendants(step), step):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)

    def _steps(self, node: str) -> list[int]:
        """The processes of slurmstepd of a node: their sessions are those of jobs that squeue lists there."""
        jobs = self.ask("squeue", "-h", "-w", node, "-t", "RUNNING,COMPLETING", "-o", "%A").split()
        found = {pid: line for pid in _processes() if (line := _command(pid)).startswith("slurmstepd: [")}
        return [pid for pid, line in found.items() if line[len("slurmstepd: [") :].split(".")[0] in jobs]

    def _configure(self) -> None:
        for name in ("bin", "state", "spool", "log", "munge", *(f"spool/{node}" for node in NODES)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "munge").chmod(0o755)
        # Jobs call srun without SLURM_CONF, because the plug-in removes variables of Slurm from their environment.
        srun = shutil.which("srun")
        (self.folder / "bin/srun").write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {srun} "$@"\n')
        (self.folder / "bin/srun").chmod(0o755)
        host, self.user = socket.gethostname().split(".")[0], subprocess.getoutput("id -un")
        ports = _free_ports(2 + len(NODES))
        given = {"folder": self.folder, "host": host, "user": self.user, "controller": ports[0], "database": ports[1]}
        nodes = [
            NODE.format(name=n, host=host, port=p, memory=self.memory) for n, p in zip(NODES, ports[2:], strict=True)
        ]
        accounting = ACCOUNTING.format(**given)
        text = SLURM.format(**given, accounting=accounting, nodes="\n".join(nodes))
        (self.folder / "slurm.conf").write_text(text)
        (self.folder / "slurmdbd.conf").write_text(DATABASE.format(**given))
        (self.folder / "slurmdbd.conf").chmod(0o600)

    def _authentication(self) -> None:
        munge = self.folder / "munge"
        (munge / "key").write_bytes(os.urandom(128))
        (munge / "key").chmod(0o400)
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


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def steps(folder: Path) -> dict[int, str]:
    """The processes in a folder that carry out a step of the workflow, with its arguments, without their copies.

    A process that starts a program is a copy of itself for a moment.
    """
    found = {}
    for pid in _processes():
        words = _command(pid).split(" ")
        with contextlib.suppress(OSError):
            if len(words) > 2 and words[1].endswith("/rnncompare") and Path(os.readlink(f"/proc/{pid}/cwd")) == folder:
                found[pid] = " ".join(words[2:])
    parents = _parents()
    return {pid: step for pid, step in found.items() if found.get(parents.get(pid, 0)) != step}


def _descendants(pid: int) -> list[int]:
    """All processes that a process has started, directly or not."""
    parents = _parents()
    found, waiting = [], [pid]
    while waiting:
        above = waiting.pop()
        below = [each for each, parent in parents.items() if parent == above]
        found += below
        waiting += below
    return found


def _parents() -> dict[int, int]:
    found = {}
    for pid in _processes():
        with contextlib.suppress(OSError):
            found[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return found
