"""The description of a job: the code and the libraries that it has imported, and the commit of the checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rnncompare.reproducibility import job, processor

PACKAGE = Path(job.__file__).parents[1]
SCRIPT = """
import sys
from rnncompare.__main__ import records, job
from rnncompare.training import simulate
import json
print(json.dumps([job.description("rnncompare.steps.networks"), job.loaded("rnncompare.steps.networks")]))
"""


def described(folder: Path) -> tuple[dict, list[str]]:
    """The description in a process of its own, of the package in this folder."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    how = {"capture_output": True, "text": True, "check": True, "env": environment, "cwd": folder}
    done = subprocess.run([sys.executable, "-c", SCRIPT], **how)
    return json.loads(done.stdout)


def test_the_code_of_a_job_changes_with_what_it_imports_and_with_nothing_else(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "rnncompare", ignore=shutil.ignore_patterns("__pycache__"))
    before, files = described(tmp_path)
    names = {line.split()[0] for line in files}
    assert {"training/simulate.py", "steps/networks.py", "activity/contract.py"} <= names
    assert not names & {"similarity/rsa.py", "steps/comparing.py"}
    for edited, same in (("similarity/rsa.py", True), ("training/simulate.py", False)):
        with open(tmp_path / "rnncompare" / edited, "a") as code:
            code.write("# edited\n")
        assert (described(tmp_path)[0]["code"] == before["code"]) is same, edited


def test_versions_are_those_of_the_imported_libraries_and_the_machine_is_this_one():
    found = job.description("rnncompare.steps.networks")["made_with"]
    assert found["versions"]["numpy"] == np.__version__
    assert found["processor"] == processor.name() and found["threads"] == 1
    assert "blas" in found["blas"].lower()


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_the_commit_is_that_of_the_checkout_and_changes_are_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "PACKAGE", tmp_path / "rnncompare")
    (tmp_path / "rnncompare").mkdir()
    (tmp_path / "rnncompare/a.py").write_text("")
    assert job.state_of_the_code() == {}

    def git(*words: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        return subprocess.check_output(["git", "-C", str(tmp_path), *identity, *words], text=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "one")
    assert job.state_of_the_code() == {"commit": git("rev-parse", "HEAD").strip(), "changed": False}
    (tmp_path / "notes.txt").write_text("")
    assert job.state_of_the_code()["changed"] is False
    (tmp_path / "rnncompare/b.py").write_text("")
    assert job.state_of_the_code()["changed"] is True
    inside = tmp_path / "environment" / "rnncompare"
    inside.mkdir(parents=True)
    monkeypatch.setattr(job, "PACKAGE", inside)  # installed in a folder of another project
    assert job.state_of_the_code() == {}
