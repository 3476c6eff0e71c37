"""pip and conda install the same files, held to their sha256, and those are what pyproject.toml asks for."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import lock
import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

import rnncompare

ROOT = Path(__file__).parents[1]
PATHS = {"main": lock.MAIN, "cpu": lock.FOR_CPU, "gpu": lock.FOR_GPU, **{n: p for p, n in lock.EXTRAS.items()}}
LOCKS = {name: lock.entries(path.read_text()) for name, path in PATHS.items()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def version(entry: list[str]) -> str:
    return re.fullmatch(r"[\w.-]+==(\S+)( ; .*)?", entry[0])[1]


@pytest.mark.parametrize(
    "extra, where",
    [
        ("test", ["main", "test"]),
        ("docs", ["main", "test", "docs"]),
        ("oracles", ["main", "test", "docs", "oracles"]),
        ("slurm", ["main", "slurm"]),
    ],
)
def test_the_locks_pin_what_the_project_asks_for(extra, where):
    for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"][extra]:
        wanted = Requirement(text)
        (found,) = (LOCKS[each][wanted.name.lower()] for each in where if wanted.name.lower() in LOCKS[each])
        assert version(found) in wanted.specifier, f"{wanted} is locked at {version(found)}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_of_a_lock_has_a_sha256_and_a_marker_that_can_be_read(name):
    assert LOCKS[name]
    for pin, *hashes in LOCKS[name].values():
        assert hashes and all(HASH.fullmatch(each) for each in hashes), pin
        assert " ; " not in pin or Marker(pin.split(" ; ")[1])


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_path(name):
    assert not re.search(r"https?:|file:|@|--(?!hash=sha256:)", PATHS[name].read_text())


def test_no_package_is_in_two_locks_but_torch_whose_cpu_builds_are_accepted_in_both():
    names = [name for entries in LOCKS.values() for name in entries]
    assert {name for name in names if names.count(name) > 1} == {"torch"}
    assert version(LOCKS["cpu"]["torch"]) == version(LOCKS["main"]["torch"]) + "+cpu"
    assert set(LOCKS["cpu"]["torch"][1:]) < set(LOCKS["main"]["torch"][1:])


@pytest.mark.parametrize("python", ["311", "312", "313"])
@pytest.mark.parametrize("system", ["manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "win_amd64"])
def test_torch_has_a_cpu_build_for_every_python_and_system(python, system):
    wheel = f"torch-{version(LOCKS['cpu']['torch'])}-cp{python}-cp{python}-{system}.whl"
    listed = dict(line.split()[::-1] for line in lock.CPU_BUILDS.read_text().splitlines())
    assert f"--hash=sha256:{listed[wheel]}" in LOCKS["cpu"]["torch"]


def test_what_runs_the_project_is_installed_without_what_tests_it():
    tests = {Requirement(text).name.lower() for text in PROJECT["optional-dependencies"]["test"]}
    assert tests <= set(LOCKS["test"]) and not tests & set(LOCKS["main"])
    script = (ROOT / "environment/install.sh").read_text()
    assert "test.lock" not in script and "requirements.lock" in script


def test_the_version_is_the_same_wherever_it_stands():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1]
    assert cited["version"] == newest == rnncompare.__version__
    assert PROJECT["license"] == cited["license"] and cited["cff-version"] == "1.2.0"


def test_the_wheel_has_the_workflow_and_the_cards_and_no_recording():
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    packed = {
        path.relative_to(ROOT / folder)
        for folder in ("workflow", "data")
        for pattern in named[f"rnncompare.project.{folder}"]
        for path in (ROOT / folder).glob(pattern)
    }
    wanted = {path.relative_to(ROOT / "workflow") for path in (ROOT / "workflow").rglob("*") if path.is_file()}
    wanted = {path for path in wanted if "__pycache__" not in path.parts and path != Path("run.py")}  # a module
    wanted |= {path.relative_to(ROOT / "data") for path in (ROOT / "data").glob("*/card.yaml")}
    assert packed == wanted | {Path("kleinman2021/published.csv")}


def test_two_pins_of_a_package_are_refused():
    with pytest.raises(SystemExit, match="found two pins of a, wanted one"):
        lock.entries("a==1 ; x \\\n    --hash=sha256:0\na==2 ; y \\\n    --hash=sha256:1\n")


def test_what_a_lock_says_is_read_as_it_was_written(tmp_path):
    lock.write(tmp_path / "lock", "Some.", LOCKS["main"])
    assert lock.entries((tmp_path / "lock").read_text()) == LOCKS["main"]


def test_conda_brings_python_and_pip_alone_and_the_locks_the_rest():
    for path in (ROOT / "environment.yml", ROOT / "workflow/envs/rnncompare.yml"):
        assert set(yaml.safe_load(path.read_text())["dependencies"]) <= {"python=3.11", "make", "pip"}
    assert "environment/install.sh" in (ROOT / "workflow/envs/rnncompare.post-deploy.sh").read_text()
    assert "environment/install.sh" in (ROOT / "environment.yml").read_text()


def test_conda_installs_from_the_project_of_the_workflow_wherever_it_is_run(tmp_path):
    """A python that only notes what it is asked for; pip says nothing, so that no library of a GPU is installed."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").write_text(f'#!/bin/sh\necho "$PWD $*" >> {tmp_path}/asked\n')
    (tmp_path / "bin/python").chmod(0o755)
    script = tmp_path / "copy.post-deploy.sh"
    script.write_text((ROOT / "workflow/envs/rnncompare.post-deploy.sh").read_text())
    environment = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", str(script)]
    lost = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert lost.returncode == 1 and "wanted RNNCOMPARE_PROJECT=FOLDER with a clone" in lost.stderr
    subprocess.run(command, cwd=tmp_path, env=environment | {"RNNCOMPARE_PROJECT": str(ROOT)}, check=True)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert len(asked) > 3 and all(line.startswith(f"{ROOT} -m pip ") for line in asked)
    assert any("requirements.lock" in line for line in asked) and any("--editable ." in line for line in asked)


def test_the_container_has_the_locked_environment_and_no_index_is_named():
    text = (ROOT / "Containerfile").read_text()
    assert "bash /opt/rnncompare/environment/install.sh" in text and not re.search(r"https?://", text)


def test_pip_is_never_asked_for_anything_that_has_no_sha256_but_the_project_itself():
    script = (ROOT / "environment/install.sh").read_text() + (ROOT / "Makefile").read_text()
    asked = [line.strip() for line in script.splitlines() if "pip install" in line]
    assert len(asked) == 5  # the locks, what is added to them, the project or a copy, and what writes the locks
    for line in asked:
        project = re.search(r"--no-deps --no-build-isolation (--editable )?\.\)?$", line)
        assert "--require-hashes" in line or project or line.endswith("uv==0.13.9"), line
