"""Run snakemake with these arguments and say in words what a mistake or a stop means: `python workflow/run.py ...`."""

import signal
import subprocess
import sys
from pathlib import Path

AGAIN = "what is finished is kept: run it again to go on"


def complaint(arguments: list[str]) -> str:
    """What is wrong with the folder or the config, before snakemake looks; '' where nothing is."""
    if not Path("Snakefile").is_file():
        return f"found no Snakefile in {Path.cwd()}, wanted to be run in the project's folder"
    if "--configfile" not in arguments[:-1]:
        return ""
    config = Path(arguments[arguments.index("--configfile") + 1])
    if config.is_dir():
        return f"{config}: found a folder, wanted a config file"
    if not config.exists():
        there = ", ".join(str(path) for path in sorted(Path("workflow/config").glob("*.yaml")))
        return f"{config}: found no such config in {Path.cwd()}, wanted a file; there are {there}"
    from rnncompare.study import config_file

    try:
        config_file.read(config)
    except (ValueError, OSError) as error:
        return str(error)
    return ""


def main(arguments: list[str]) -> int:
    """snakemake's status; 128 and the signal's number where a signal stopped it."""
    if said := complaint(arguments):
        print(said, file=sys.stderr)
        return 2
    stopped = []
    process = subprocess.Popen([sys.executable, "-m", "snakemake", *arguments])

    def stop(number: int, _) -> None:
        if number != signal.SIGINT:  # Ctrl-C reaches snakemake by itself: it is in the same group of processes
            process.send_signal(number)
        if not stopped:
            print("stopping: jobs at work are ended or finished first", file=sys.stderr, flush=True)
        stopped.append(number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    status = process.wait()
    if stopped:
        print(f"stopped; {AGAIN}", file=sys.stderr)
        return 128 + stopped[0]
    if status:
        print(f"not finished, for the reason above; {AGAIN} once that is mended", file=sys.stderr)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
