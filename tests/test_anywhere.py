"""The workflow runs in any folder, from a copy that nobody changes, and as a module of another workflow."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_workflow import micro, write

ROOT = Path(__file__).parents[1]
AS_A_MODULE = """
configfile: "study.yaml"

module networks:
    snakefile: "{installed}/workflow/Snakefile"
    config: config

use rule * from networks as networks_*

onstart:
    networks.begin()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A copy of the project without its package, which nobody may write."""
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(ROOT / "workflow", folder / "workflow")
    shutil.copy2(ROOT / "Snakefile", folder)
    for card in (ROOT / "data").glob("*/card.yaml"):
        (folder / "data" / card.parent.name).mkdir(parents=True)
        shutil.copy2(card, folder / "data" / card.parent.name)
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)


def snakemake(folder: Path, *words: str | Path, **environment: str) -> str:
    """What Snakemake says in a folder, where it is to succeed."""
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "none", "--cores", "1", *map(str, words)]
    given = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **environment}
    given["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


def plan(folder: Path, *words: str | Path) -> list[str]:
    said = snakemake(folder, "--dry-run", "--forceall", *words)
    return sorted(re.findall(r"^ +output: (.*)$", said, flags=re.MULTILINE))


def state(folder: Path) -> dict[Path, float]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_the_plan_of_the_demo_is_the_same_in_the_project_and_in_another_folder(installed, tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    shutil.copytree(installed, inside)
    for path in (inside, *inside.rglob("*")):
        path.chmod(0o755)
    outside.mkdir()
    before = state(installed)
    wanted = plan(inside, "--configfile", "workflow/config/demo.yaml")
    config = installed / "workflow/config/demo.yaml"
    assert plan(outside, "--snakefile", installed / "workflow/Snakefile", "--configfile", config) == wanted
    assert len(wanted) > 100 and state(installed) == before


def test_a_module_makes_results_where_the_environment_says_and_leaves_the_workflow_alone(installed, tmp_path):
    before = state(installed)
    write(tmp_path / "study.yaml", micro())
    (tmp_path / "Snakefile").write_text(AS_A_MODULE.format(installed=installed))
    made = tmp_path / "elsewhere/results/recordings/found.json"
    said = snakemake(tmp_path, made, RNNCOMPARE_RESULTS=str(tmp_path / "elsewhere"))
    assert "networks_fetch" in said and made.exists()
    assert (made.parents[1] / ".running").exists() and not (tmp_path / "results").exists()
    assert state(installed) == before


def test_an_own_card_has_precedence_over_that_of_the_project(installed, tmp_path):
    own = yaml.safe_load((installed / "data/simulated_reach/card.yaml").read_text())
    own["files"][0]["made_by"] |= {"units": 3}
    write(tmp_path / "data/simulated_reach/card.yaml", own)
    write(tmp_path / "study.yaml", micro())
    workflow = ["--snakefile", installed / "workflow/Snakefile", "--configfile", "study.yaml"]
    said = snakemake(tmp_path, "results/recordings/found.json", "--dry-run", *workflow)
    assert "input: data/simulated_reach/card.yaml" in said
    shutil.rmtree(tmp_path / "data")
    said = snakemake(tmp_path, "results/recordings/found.json", "--dry-run", *workflow)
    assert f"input: {installed}/data/simulated_reach/card.yaml" in said


APPTAINER = """#!/bin/sh
if [ "$1" = --version ]; then echo "apptainer version 1.3.6"; exit; fi
echo "$@" >> {asked}
while [ "$1" != {image} ]; do shift; done
shift
exec "$@"
"""


def test_jobs_run_in_the_container_that_the_environment_names(installed, tmp_path):
    """With a program that notes what it is asked for and runs it outside any container."""
    image, program = tmp_path / "image.sif", tmp_path / "bin/apptainer"
    image.touch()
    program.parent.mkdir()
    program.write_text(APPTAINER.format(asked=tmp_path / "asked", image=image))
    program.chmod(0o755)
    write(tmp_path / "study.yaml", micro())
    workflow = ["--snakefile", installed / "workflow/Snakefile", "--configfile", "study.yaml", "--sdm", "apptainer"]
    path = os.pathsep.join([str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    snakemake(tmp_path, "results/recordings/found.json", *workflow, RNNCOMPARE_CONTAINER=str(image), PATH=path)
    (line,) = (line for line in (tmp_path / "asked").read_text().splitlines() if "rnncompare fetch" in line)
    assert line.startswith("exec ") and (tmp_path / "results/recordings/found.json").exists()
