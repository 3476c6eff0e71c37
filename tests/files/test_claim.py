"""A folder of results is used by one run at a time, and a run that was killed leaves no claim on it."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys

import pytest

from rnncompare.files import claim as claims
from rnncompare.files.claim import Claimed, claim

HOLD = """
import fcntl, sys
if sys.argv[2] == "unlockable":
    def fcntl_flock(*_): raise OSError(38, "Function not implemented")
    fcntl.flock = fcntl_flock
from rnncompare.files.claim import claim
held = claim(sys.argv[1])
print("held", flush=True)
input()
"""


def test_a_second_claim_is_refused_until_the_first_is_given_up(tmp_path):
    folder = tmp_path / "results" / "study"
    first = claim(folder)
    with pytest.raises(Claimed, match=rf"{folder}: found another run in this folder"):
        claim(folder)
    claim(tmp_path / "results").close()
    first.close()
    claim(folder).close()


@pytest.fixture(params=["lockable", "unlockable"])
def kind(request, monkeypatch):
    """The kind of file system: one that locks files, and one like Lustre without the option for it."""

    def refuse(*_):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    if request.param == "unlockable":
        monkeypatch.setattr(fcntl, "flock", refuse)
    return request.param


def holder(folder, kind) -> subprocess.Popen:
    """Another process that has a claim, or has been refused one."""
    command = [sys.executable, "-c", HOLD, str(folder), kind]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def last_record(folder) -> dict:
    return json.loads(sorted(folder.glob(".running*"))[-1].read_text())


def test_a_killed_process_leaves_no_claim_and_one_that_runs_is_named(tmp_path, kind):
    with holder(tmp_path, kind) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Claimed, match=rf"found another run in this folder .process {other.pid} on \S+, since 20"):
            claim(tmp_path)
        other.send_signal(signal.SIGKILL)
    claim(tmp_path).close()


def test_a_claim_can_be_given_up_and_taken_again(tmp_path, kind):
    for _ in range(12):
        held = claim(tmp_path)
        with pytest.raises(Claimed):
            claim(tmp_path)
        held.close()
    assert len(list(tmp_path.glob(".running*"))) <= 2


def test_a_process_that_ends_normally_gives_up_its_claim(tmp_path, kind):
    with holder(tmp_path, kind) as other:
        other.communicate("\n")
    assert other.returncode == 0
    assert last_record(tmp_path).get("ended") is (None if kind == "lockable" else True)
    claim(tmp_path).close()


def test_of_many_processes_one_takes_over_the_claim_of_a_killed_one(tmp_path, kind):
    with holder(tmp_path, kind) as first:
        assert first.stdout.readline() == "held\n"
        first.kill()
    others = [holder(tmp_path, kind) for _ in range(6)]
    said = [other.stdout.readline() for other in others]
    for other in others:
        other.communicate("\n")
    assert sorted(said) == [""] * 5 + ["held\n"]


@pytest.mark.parametrize("edit", [{"host": "elsewhere"}, {"space": "pid:[1]"}])
def test_a_claim_of_another_host_or_container_is_kept_where_files_are_not_locked(tmp_path, monkeypatch, edit):
    monkeypatch.setattr(claims, "_lock", lambda folder: None)
    claim(tmp_path).close()
    path = tmp_path / ".running.1"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"ended": False} | edit))
    with pytest.raises(Claimed, match=rf"if it has ended without giving up the folder, delete {path}"):
        claim(tmp_path)
    path.unlink()
    claim(tmp_path).close()


def test_a_number_of_a_process_that_is_used_again_is_another_process(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "_lock", lambda folder: None)
    claim(tmp_path).close()
    path = tmp_path / ".running.1"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"ended": False, "born": "before"}))
    claim(tmp_path).close()


def test_a_claim_that_is_being_written_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "_lock", lambda folder: None)
    (tmp_path / ".running.3").touch()
    with pytest.raises(Claimed, match="delete"):
        claim(tmp_path)


def test_hosts_that_lock_files_respect_the_claim_of_one_that_does_not(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(claims, "_lock", lambda folder: None)
        held = claim(tmp_path)
    with pytest.raises(Claimed):
        claim(tmp_path)
    held.close()
    claim(tmp_path).close()


@pytest.mark.parametrize(
    "kind, options, only",
    [("lustre", "rw,flock", False), ("lustre", "rw,localflock", True), ("nfs4", "rw,local_lock=all", True),
     ("ext4", "rw,nolock", False)],
)  # fmt: skip
def test_locks_that_hold_on_one_host_only_are_not_trusted(tmp_path, monkeypatch, kind, options, only):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"root / ext4 rw 0 0\nserver {tmp_path} {kind} {options} 0 0\n")
    monkeypatch.setattr(claims, "MOUNTS", mounts)
    claim(tmp_path / "results").close()
    assert (tmp_path / "results/.running.1").exists() == only
    claim("/" + str(tmp_path / "other").lstrip("/")).close()


def test_jobs_of_a_killed_run_prevent_another_until_they_have_ended(tmp_path, kind):
    claim(tmp_path, jobs="first").close()
    asked = []

    def active(name):
        asked.append(name)
        return ["17 (rule_train), running on node1", "18, pending"]

    for _ in range(2):  # a run that was refused does not forget them
        with pytest.raises(Claimed, match=r"found 2 jobs of an earlier run .*17 .rule_train.*`scancel 17 18`"):
            claim(tmp_path, jobs="second", active=active)
    claim(tmp_path, jobs="third", active=lambda name: asked.append(name) or []).close()
    claim(tmp_path, jobs=None, active=lambda name: asked.append(name) or []).close()
    claim(tmp_path, active=active).close()  # the last run had no jobs on a cluster
    assert asked == ["first", "first", "first", "third"]


def test_a_scheduler_that_cannot_be_asked_prevents_a_run(tmp_path, kind):
    claim(tmp_path, jobs="first").close()

    def active(name):
        raise ValueError("found no answer of squeue (no such file)")

    with pytest.raises(Claimed, match=r"no answer of squeue .*jobs of an earlier run \(first\).*delete .*running"):
        claim(tmp_path, active=active)
