"""Write the locks anew: every package that pip may install here, with its version and the sha256 of each of its files.

`make lock` runs it with `uv` beside it. Pins stay where pyproject.toml still allows them, `--upgrade` takes the newest
of everything; hashes are always asked for anew, for every system and every Python from 3.11 on. Seven files come out:

    requirements.lock         what runs the project
    environment/test.lock     what `make test` and `make lint` add
    environment/docs.lock     what `make docs` adds
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
FOR_CPU, FOR_GPU = HERE / "cpu.lock", HERE / "gpu.lock"
FOR_TESTS, FOR_DOCS, FOR_ORACLES = HERE / "test.lock", HERE / "docs.lock", HERE / "oracles.lock"
FOR_SLURM = HERE / "slurm.lock"
EXTRAS = {
    FOR_TESTS: "test",
    FOR_DOCS: "docs",
    FOR_ORACLES: "oracles",
    FOR_SLURM: "slurm",
}  # each adds to those before it
CPU_BUILDS = HERE / "torch_cpu.sha256"
Entries = dict[str, list[str]]  # by name of package: the line with its version, then one for each hash


def entries(text: str) -> Entries:
    """What a lock holds."""
    blocks = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if line and not line.startswith("#")))
    found = {}
    for block in filter(None, blocks):
        lines = [line.strip().removesuffix("\\").strip() for line in block.split("\n")]
        name = lines[0].split("==")[0].split("[")[0]
        if name in found:
            sys.exit(f"found two pins of {name}, wanted one for every Python and system: limit it in pyproject.toml")
        found[name] = lines
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
    before = {path: entries(path.read_text()) if path.exists() else {} for path in (MAIN, FOR_GPU, *EXTRAS)}
    whole = resolved(list(EXTRAS.values()), {n: e for found in before.values() for n, e in found.items()}, upgrade)
    needed, added = resolved([], whole, False), {}
    for k, path in enumerate(EXTRAS):
        more = resolved(list(EXTRAS.values())[: k + 1], whole, False)
        known = needed | {name: entry for found in added.values() for name, entry in found.items()}
        added[path] = {name: entry for name, entry in more.items() if name not in known}
        moved = [name for name, entry in known.items() if more[name][0] != entry[0]]
        if moved:
            names = ", ".join(moved)
            sys.exit(f"found {names} at another version with {path.name}, wanted one: pin it in pyproject.toml")
    version = needed["torch"][0].split()[0].removeprefix("torch==")
    cpu = sorted(cpu_hashes(version))
    needed["torch"] = needed["torch"][:1] + sorted({*needed["torch"][1:], *cpu})
    gpu = {name: entry for name, entry in needed.items() if GPU.match(name)}
    write(MAIN, "What runs the project.", {n: entry for n, entry in needed.items() if n not in gpu})
    write(FOR_CPU, "The CPU builds of torch.", {"torch": [f"torch=={version}+cpu", *cpu]})
    write(FOR_GPU, "What the default build of torch for Linux needs besides.", gpu)
    write(FOR_TESTS, "What `make test` and `make lint` add.", added[FOR_TESTS])
    write(FOR_DOCS, "What `make docs` adds.", added[FOR_DOCS])
    write(FOR_ORACLES, "What `make oracles` adds.", added[FOR_ORACLES])
    write(FOR_SLURM, "The plug-in for Slurm.", added[FOR_SLURM])


if __name__ == "__main__":
    main("--upgrade" in sys.argv[1:])
