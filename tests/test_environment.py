"""pip and conda install the same versions, and those are what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = {
    re.sub(r"[-_.]+", "-", name).lower(): version
    for name, version in (line.split("==") for line in (ROOT / "requirements.lock").read_text().split())
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [Requirement(r) for r in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]]


def test_the_lock_pins_what_the_project_asks_for():
    for wanted in WANTED:
        assert LOCK[wanted.name] in wanted.specifier, f"{wanted} is locked at {LOCK[wanted.name]}"


def test_conda_installs_the_same_pins_as_pip():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pins = dict(line.split("==") for line in dependencies[-1]["pip"] if "==" in line)
    assert pins == {wanted.name: LOCK[wanted.name] for wanted in WANTED}


def test_the_lock_names_no_index_and_no_path():
    assert not re.search(r"https?:|file:|@|--", (ROOT / "requirements.lock").read_text())
