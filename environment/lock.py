"""Write the locks anew: every package that pip may install here, with its version and the sha256 of each of its files.

`make lock` runs it with `uv` beside it. Pins stay where pyproject.toml still allows them, `--upgrade` takes the newest
of everything; hashes are always asked for anew, for every system and every Python from 3.11 on. Five files come out:

    requirements.lock         what runs and tests the project
    environment/cpu.lock      the CPU builds of torch, which lie in an index of their own
    environment/gpu.lock      what the default build of torch for Linux needs besides: the libraries of a GPU
    environment/oracles.lock  what `make oracles` adds
    environment/slurm.lock    the plug-in of Snakemake for Slurm

The hashes of the CPU builds are in torch_cpu.sha256 beside this file, as their index states them. They are in
requirements.lock as well, beside those of the default builds.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = "3.11"  # the oldest that pyproject.toml allows
GPU = re.compile(r"(nvidia|cuda)-|triton$")
MAIN, HERE = ROOT / "requirements.lock", ROOT / "environment"
FOR_CPU, FOR_GPU, FOR_ORACLES = HERE / "cpu.lock", HERE / "gpu.lock", HERE / "oracles.lock"
FOR_SLURM = HERE / "slurm.lock"
CPU_BUILDS = HERE / "torch_cpu.sha256"
Entries = dict[str, list[str]]  # by name of package: the line with its version, then one for each hash


def entries(text: str) -> Entries:
    """What a lock holds."""
    blocks = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if line and not line.startswith("#")))
    found = {}
    for block in filter(None, blocks):
        lines = [line.strip().removesuffix("\\").strip() for line in block.split("\n")]
        found[lines[0].split("==")[0].split("[")[0]] = lines
    return found


def resolved(extras: list[str], before: Entries, upgrade: bool) -> Entries:
    """What the project and these extras need, at the versions of before where they fit."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "lock")
        out.write_text("\n".join(lines[0] for lines in before.values()))  # without hashes: those are asked for
        how = ["--universal", "--generate-hashes", "--python-version", PYTHON, "--no-annotate", "--no-header"]
        how += [f"--extra={extra}" for extra in extras] + ["--upgrade"] * upgrade
        command = ["uv", "pip", "compile", "--quiet", str(ROOT / "pyproject.toml"), *how, "--output-file", str(out)]
        subprocess.run(command, check=True)
        return entries(out.read_text())


def cpu_hashes(version: str) -> list[str]:
    """Of the CPU builds of this version of torch. Ends the program where there are none."""
    listed = dict(line.split()[::-1] for line in CPU_BUILDS.read_text().splitlines())
    found = [f"--hash=sha256:{digest}" for name, digest in listed.items() if name.startswith(f"torch-{version}+cpu-")]
    if not found:
        sys.exit(
            f"{CPU_BUILDS.relative_to(ROOT)}: found no wheel of torch {version}, wanted those of its index of CPU "
            "builds, a line each: the sha256 that the index states, two spaces, the file's name"
        )
    return found


def write(path: Path, what: str, found: Entries) -> None:
    lines = [" \\\n    ".join(entry) for _, entry in sorted(found.items())]
    path.write_text(f"# {what} Written by `make lock`.\n" + "\n".join(lines) + "\n")


def main(upgrade: bool) -> None:
    before = [entries(path.read_text()) if path.exists() else {} for path in (MAIN, FOR_GPU, FOR_ORACLES, FOR_SLURM)]
    needed = resolved(["test"], before[0] | before[1], upgrade)
    more = resolved(["test", "oracles"], before[2] | needed, False)
    slurm = resolved(["test", "slurm"], before[3] | needed, False)
    version = needed["torch"][0].split()[0].removeprefix("torch==")
    cpu = sorted(cpu_hashes(version))
    needed["torch"] = needed["torch"][:1] + sorted({*needed["torch"][1:], *cpu})
    gpu = {name: entry for name, entry in needed.items() if GPU.match(name)}
    moved = [name for name, entry in needed.items() if {more[name][0], slurm[name][0]} != {entry[0]}]
    if moved:
        sys.exit(f"found {', '.join(moved)} at another version with other extras, wanted one: pin it in pyproject.toml")
    write(MAIN, "What runs and tests the project.", {n: entry for n, entry in needed.items() if n not in gpu})
    write(FOR_CPU, "The CPU builds of torch.", {"torch": [f"torch=={version}+cpu", *cpu]})
    write(FOR_GPU, "What the default build of torch for Linux needs besides.", gpu)
    write(FOR_ORACLES, "What `make oracles` adds.", {n: entry for n, entry in more.items() if n not in needed})
    write(FOR_SLURM, "The plug-in for Slurm.", {n: entry for n, entry in slurm.items() if n not in needed})


if __name__ == "__main__":
    main("--upgrade" in sys.argv[1:])
