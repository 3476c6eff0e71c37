"""A small study on a real Slurm in which nodes, jobs, daemons and Snakemake fail, compared with the study run locally.

`make slurm-test` runs it where Slurm's packages are installed; otherwise it says which are missing, and ends. Its
status is 1 if a file of results differs from that of the local run, a job was run twice at the same time, a fault was
not seen, or Snakemake did not do what docs/cluster.md says.
"""

import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import cluster
from faults import ENDING, FAULTS, PATIENT, SCARCE
from study import Study, Wrong, differences, holds

# A job can meet several faults, so that it is repeated more often than in the profile. Checks are as frequent as
# the plug-in permits, so that the test is short.
OPTIONS = ["--retries", "8", "--slurm-init-seconds-before-status-checks", "3", "--set-resources"]
OPTIONS += [f"{SCARCE}:mem_mb=120 if attempt == 1 else 1500"]
KILLED = "killed for memory: it used more than 120 MB; it was repeated and has finished"
COLUMNS = "JobID%8,State%16,Elapsed,Start,End,NodeList%6,Comment%60"


def main() -> int:
    if absent := cluster.missing():
        print(f"slurm-test: skipped: found no {', '.join(absent)}, wanted Debian's packages {cluster.PACKAGES}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so do its jobs
    folder = Path(tempfile.mkdtemp(prefix="slurm_test."))
    start = time.monotonic()

    def note(text: str) -> None:
        print(f"{time.monotonic() - start:5.0f} s  {text}", flush=True)

    try:
        with (
            Study(folder / "local", "default", "--cores", "2") as local,
            cluster.Cluster(folder / "cluster") as slurm,
            Study(folder / "study", "slurm", *OPTIONS, slurm=slurm) as run,
        ):
            local.start()
            note("Slurm has started")
            inject(run, slurm, note)
            local.expect(local.end(), 0)
            wrong = list(run.twice.values()) + differences(local.folder / "results", run.folder / "results")
            print(slurm.ask("sacct", "-X", "-D", f"--format={COLUMNS}"))
    except Wrong as error:
        print(f"slurm-test: {error} (files: {folder})")
        return 1
    note(f"{len(FAULTS)} faults; {len(wrong)} differences or jobs that ran twice at the same time")
    print("\n".join(wrong))
    if not wrong:
        shutil.rmtree(folder)
    return bool(wrong)


def inject(run: Study, slurm: cluster.Cluster, note) -> None:
    """Run the study with one fault after another, each of which must be seen to have happened."""
    run.start()
    waiting = {}  # what must be seen of patient faults: their conditions
    for number, fault in enumerate(FAULTS, 1):
        if fault in ENDING:
            wait(run, waiting, note)
        note(f"{number} {fault.__name__}: {fault.__doc__}")
        for seen, true in fault(run, slurm):
            if fault in PATIENT:
                waiting[f"{number} {fault.__name__}: {seen}"] = true
                continue
            run.until(seen, true)
            note(f"{number} {fault.__name__}: {seen}")
        for seen in [seen for seen, true in waiting.items() if holds(true)]:
            note(seen)
            del waiting[seen]
    wait(run, waiting, note)
    run.expect(run.end(), 0, KILLED)
    note("the study has finished, and names the job that was killed for memory")


def wait(run: Study, waiting: dict, note) -> None:
    """Wait until all conditions of patient faults have held."""
    for seen in list(waiting):
        run.until(seen, waiting.pop(seen))
        note(seen)


if __name__ == "__main__":
    sys.exit(main())
