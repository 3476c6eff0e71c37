"""`workflow/run.py` prints a line for each finished job, with its study and source, progress and time left."""

import importlib.util
import logging
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

ROOT = Path(__file__).parents[2]
SNAKEFILE = """
rule all:
    input: "a.txt", "b.txt"
rule copy:
    output: "{study}.txt"
    log: "{study}.log"
    shell: "echo SAID >{log}; [ {wildcards.study} != FAILING ] && touch {output}"
"""


@pytest.fixture(scope="module")
def plugin():
    path = ROOT / "workflow/progress/snakemake_logger_plugin_rnncompare/__init__.py"
    spec = importlib.util.spec_from_file_location(path.parent.name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def handler(plugin):
    return plugin.LogHandler(SimpleNamespace(show_failed_logs=True), None)


def told(given, event, level=logging.INFO, message=None, **more):
    record = logging.LogRecord("snakemake", level, "", 0, message, None, None)
    vars(record).update(more, event=event)
    given.emit(record)


def run(folder: Path, failing: str = "none") -> subprocess.CompletedProcess:
    (folder / "Snakefile").write_text(SNAKEFILE.replace("FAILING", failing))
    words = [sys.executable, str(ROOT / "workflow/run.py"), "--cores", "1", "--show-failed-logs", "--quiet", "rules"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def test_each_job_has_one_line_and_nothing_else_is_said(tmp_path):
    first = run(tmp_path)
    assert first.returncode == 0, first.stderr
    lines = first.stderr.splitlines()
    assert re.sub(r"copy: [ab]", "copy: x", "\n".join(lines)) == "[1 of 3] copy: x\n[2 of 3] copy: x\n[3 of 3] all"
    assert "Nothing to be done" in run(tmp_path).stderr


def test_an_error_is_shown_with_the_log_of_its_job(tmp_path):
    ended = run(tmp_path, failing="b")
    assert ended.returncode == 1
    assert "Error in rule copy" in ended.stderr and "SAID" in ended.stderr
    assert "not finished because of the error above" in ended.stderr


def test_the_time_left_is_that_of_jobs_of_the_same_mean_duration(plugin, capsys, monkeypatch):
    clock = iter([0.0, 60.0])
    monkeypatch.setattr(plugin.time, "monotonic", lambda: next(clock))
    given = handler(plugin)
    told(given, LogEvent.JOB_INFO, jobid=7, rule_name="probe", wildcards={"probe": "jpca", "source": "r", "study": "s"})
    told(given, LogEvent.JOB_FINISHED, job_id=7)
    told(given, LogEvent.PROGRESS, done=20, total=60)
    assert capsys.readouterr().err == "[20 of 60, about 2 min left] probe: s, jpca, r\n"


def test_warnings_are_shown_and_what_snakemake_does_is_not(plugin, capsys):
    given = handler(plugin)
    told(given, None, message="Select jobs to execute...")
    told(given, LogEvent.RUN_INFO, message="Job stats")
    told(given, None, level=logging.WARNING, message="a warning")
    assert capsys.readouterr().err == "a warning\n"


@pytest.mark.parametrize(
    ("rule", "wildcards", "said"),
    [
        ("train_demo-regularized", {"seed": "1"}, "train: demo, regularized, 1"),
        ("simulate_demo-no_rates", {}, "simulate: demo, no_rates"),
        ("compare", {"study": "demo", "source": "ring"}, "compare: demo, ring"),
        ("summarise", {}, "summarise"),
        ("nulls_table", {}, "nulls_table"),
    ],
)
def test_a_job_is_named_by_rule_study_and_source(plugin, rule, wildcards, said):
    assert plugin.label(rule, wildcards) == said


@pytest.mark.parametrize(("seconds", "said"), [(4.6, "5 s"), (90, "2 min"), (3599, "60 min"), (9000, "2.5 h")])
def test_durations_are_said_in_the_unit_of_their_size(plugin, seconds, said):
    assert plugin.duration(seconds) == said
