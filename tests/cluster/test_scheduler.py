"""The jobs of a run are those that the scheduler lists under its name."""

import asyncio
import logging
from types import SimpleNamespace

import pytest

from rnncompare.cluster import scheduler


@pytest.fixture
def squeue(tmp_path, monkeypatch):
    """A function that puts a squeue of this content before all others."""

    def make(text: str):
        (tmp_path / "squeue").write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "squeue").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return make


def test_jobs_are_named_with_their_rule_state_and_node(squeue):
    squeue("""[ "$2" = --name=run_1 ] && printf '17|RUNNING|rule_train_wildcards_0|n1\\n18_3|PENDING|(null)|\\n'""")
    assert scheduler.active("run_1") == ["17 (rule_train_wildcards_0), running on n1", "18_3, pending"]


def test_without_jobs_nothing_is_listed(squeue):
    squeue("exit 0")
    assert scheduler.active("run_1") == []


def test_a_scheduler_that_does_not_answer_is_an_error_with_its_words(squeue, monkeypatch, tmp_path):
    squeue("echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1")
    with pytest.raises(scheduler.NoAnswer, match="Unable to contact slurm controller"):
        scheduler.active("run_1")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(scheduler.NoAnswer, match=r"found no answer of squeue .*No such file"):
        scheduler.active("run_1")


@pytest.mark.parametrize("executor, name", [(SimpleNamespace(run_uuid="run_1"), "run_1"), (SimpleNamespace(), None)])
def test_only_the_executor_of_slurm_names_its_jobs(executor, name):
    assert scheduler.run_name(SimpleNamespace(scheduler=SimpleNamespace(_executor=executor))) == name
    assert scheduler.run_name(SimpleNamespace(scheduler=None)) is None


def test_cancelled_jobs_have_ended_none_is_forgotten_without_an_answer_and_only_nodes_are_excluded(monkeypatch, caplog):
    answers = [({"7": "CANCELLED by 0", "8": "RUNNING"}, 0.1), (None, None), (None, None), ({"8": "TIMEOUT"}, 0.2)]

    async def query(command, logger):
        return answers.pop(0)

    module = SimpleNamespace(query_job_status=query)
    executor = type("Executor", (), {"__module__": "plugin_for_slurm", "_failed_nodes": {"n1"}})()
    monkeypatch.setitem(scheduler.sys.modules, "plugin_for_slurm", module)
    for _ in range(2):
        scheduler.correct(SimpleNamespace(scheduler=SimpleNamespace(_executor=executor)))
    logger = logging.getLogger("plugin_for_slurm")
    found = [asyncio.run(module.query_job_status("sacct", logger)) for _ in range(4)]
    assert found == [({"7": "CANCELLED", "8": "RUNNING"}, 0.1), ({}, 0.0), ({}, 0.0), ({"8": "TIMEOUT"}, 0.2)]
    assert caplog.text.count("--slurm-status-command squeue") == 1
    for node in ("None assigned", "", "n2"):
        executor._failed_nodes.add(node)
    assert executor._failed_nodes == {"n1", "n2"}
    scheduler.correct(SimpleNamespace(scheduler=None))
