"""The times of jobs are those of the workflow's records."""

import json
from pathlib import Path

from rnncompare.reproducibility.runtimes import Runtime, runtimes


def record(folder, name: str, step: str, log: str, start: float, seconds: float) -> None:
    about = {"log": [log], "shellcmd": f"rnncompare {step} --out x", "starttime": start, "endtime": start + seconds}
    (folder / name).write_text(json.dumps(about))


def test_jobs_are_added_by_step_in_descending_order(tmp_path):
    record(tmp_path, "a", "train", "results/logs/a.log", 0, 5)
    record(tmp_path, "b", "train", "results/logs/b.log", 2, 7)
    record(tmp_path, "c", "compare", "results/logs/c.log", 9, 30)
    assert runtimes(tmp_path, Path("results")) == [Runtime("compare", 1, 30, 30), Runtime("train", 2, 12, 7)]


def test_the_outputs_of_one_job_are_counted_once(tmp_path):
    for place, suffix in enumerate(("pdf", "svg")):
        record(tmp_path, suffix, "figure", "results/logs/f.log", 0.001 * place, 3)
    assert runtimes(tmp_path, Path("results")) == [Runtime("figure", 1, 3, 3)]


def test_jobs_of_other_results_are_not_counted(tmp_path):
    record(tmp_path, "a", "train", "results/demo/logs/a.log", 0, 5)
    record(tmp_path, "b", "train", "results/demonstration/logs/a.log", 0, 5)
    assert runtimes(tmp_path, Path("results/demo")) == [Runtime("train", 1, 5, 5)]


def test_records_that_cannot_be_read_are_left_out(tmp_path):
    (tmp_path / "broken").write_text("{")
    (tmp_path / "list").write_text("[1]")
    (tmp_path / "empty").write_text("{}")
    (tmp_path / "folder").mkdir()
    record(tmp_path, "a", "train", "results/logs/a.log", 0, 5)
    assert [step.jobs for step in runtimes(tmp_path, Path("results"))] == [1]


def test_without_records_there_are_no_times(tmp_path):
    assert runtimes(tmp_path / "missing", Path("results")) == []
