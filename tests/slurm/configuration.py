"""Slurm's configuration for nodes that are all on this machine, without systemd and cgroups."""

import contextlib
import os
import shutil
import socket
from pathlib import Path

NODES = ("one", "two", "three")
DAEMON_OF_NODE = "slurmd.{node}.log"  # in the folder of logs

# Jobs in `urgent` preempt those in `main`, which are requeued.
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
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
SlurmdParameters=config_overrides
SlurmdTimeout=15
KillWait=5
MinJobAge=300
ReturnToService=2
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={database}
AccountingStoragePass={folder}/munge/socket
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=2
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory={memory} State=UNKNOWN"
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
# Jobs call srun without SLURM_CONF, because the plug-in removes variables of Slurm from their environment.
SRUN = '#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {program} "$@"\n'
# Shows how often Snakemake asked for the state of its jobs without an answer.
SACCT = '#!/bin/sh\n{program} "$@"\nstatus=$?\necho $status >> {folder}/log/sacct.status\nexit $status\n'


def write(folder: Path, user: str, memory: int) -> None:
    """Write the configuration and the folders that it names; memory: of each node, MB."""
    for name in ("bin", "state", "spool", "log", "munge", *(f"spool/{node}" for node in NODES)):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "munge").chmod(0o755)
    for name, text in (("srun", SRUN), ("sacct", SACCT)):
        (folder / "bin" / name).write_text(text.format(folder=folder, program=shutil.which(name)))
        (folder / "bin" / name).chmod(0o755)
    host, ports = socket.gethostname().split(".")[0], _free_ports(2 + len(NODES))
    given = {"folder": folder, "host": host, "user": user, "controller": ports[0], "database": ports[1]}
    nodes = [NODE.format(name=n, host=host, port=p, memory=memory) for n, p in zip(NODES, ports[2:], strict=True)]
    (folder / "slurm.conf").write_text(SLURM.format(**given, nodes="\n".join(nodes)))
    (folder / "slurmdbd.conf").write_text(DATABASE.format(**given))
    (folder / "slurmdbd.conf").chmod(0o600)
    (folder / "munge/key").write_bytes(os.urandom(128))
    (folder / "munge/key").chmod(0o400)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
