"""Run snakemake and explain errors and interruptions: `python workflow/run.py ARGUMENTS`, in any folder."""

import os
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

OWN = Path(__file__).absolute().parent
AGAIN = "finished files are kept, and the same command continues the run"


def complaint(arguments: list[str]) -> str:
    """Return the error of a config, if there is one, before snakemake is started; otherwise ''."""
    from rnncompare.study import config_file

    for config in given_configs(arguments):
        if config.is_dir():
            return f"{config}: found a folder, wanted a config file"
        if not config.exists():
            near = sorted(Path("workflow/config").glob("*.yaml")) or sorted((OWN / "config").glob("*.yaml"))
            there = ", ".join(map(str, near))
            return f"{config}: found no such config in {Path.cwd()}, wanted a file such as {there}"
        try:
            config_file.read(config)
        except (ValueError, OSError) as error:
            return str(error)
    return ""


def given_configs(arguments: list[str]) -> list[Path]:
    """The files that follow --configfile, of which later ones take precedence."""
    if "--configfile" not in arguments:
        return []
    following = arguments[arguments.index("--configfile") + 1 :]
    return [Path(word) for word in takewhile(lambda word: not word.startswith("-"), following)]


def snakefile(arguments: list[str]) -> list[str]:
    """The argument that names the workflow beside this file, unless the arguments or the current folder have one."""
    named = any(word in ("-s", "--snakefile") or word.startswith("--snakefile=") for word in arguments)
    here = any(Path(name).is_file() for name in ("Snakefile", "workflow/Snakefile"))
    return [] if named or here else ["--snakefile", str(OWN / "Snakefile")]


def progress(arguments: list[str]) -> list[str]:
    """The argument that selects the logger in progress/, unless snakemake's own was asked for."""
    own = ("-n", "--dry-run", "--dryrun", "--logger", "--verbose", "--summary", "--lint")
    return [] if any(word.split("=")[0] in own for word in arguments) else ["--logger", "rnncompare"]


def environment() -> dict[str, str]:
    """The environment in which snakemake finds the logger."""
    paths = [str(OWN / "progress"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def main(arguments: list[str]) -> int:
    """Return the status of snakemake, or 128 plus the number of the signal that stopped it."""
    if error := complaint(arguments):
        print(error, file=sys.stderr)
        return 2
    stopped = []
    words = [*snakefile(arguments), *progress(arguments), *arguments]
    process = subprocess.Popen([sys.executable, "-m", "snakemake", *words], env=environment())

    def stop(number: int, _) -> None:
        if number != signal.SIGINT:  # snakemake is in the same process group and receives Ctrl-C directly
            process.send_signal(number)
        if not stopped:
            print("stopping: running jobs are ended or finished first", file=sys.stderr, flush=True)
        stopped.append(number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    status = process.wait()
    if stopped:
        print(f"stopped; {AGAIN}", file=sys.stderr)
        return 128 + stopped[0]
    if status:
        print(f"not finished because of the error above; {AGAIN} after it has been corrected", file=sys.stderr)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
