"""Which jobs a model of networks trained elsewhere has: one that reads files, none that needs weights or a training."""

import os

import numpy as np
import pytest
import yaml
from test_workflow import ROOT, micro, planned, project, state, succeed

CONDITIONS = [str(72 * k) for k in range(5)]


def save(folder, seed: int, content: int, **more) -> None:
    (folder / "runs").mkdir(exist_ok=True)
    rate = np.random.default_rng(content).standard_normal((5, 51, 6))
    path = folder / f"runs/gru_{seed}.npz"
    np.savez(path, rate=rate, time=np.arange(-25, 26) * 0.02, condition=CONDITIONS, **more)
    os.utime(path, (0, 0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project whose study has a trained model and one of three files; its recording is read, and the files are."""
    config = micro()
    config["studies"]["micro"]["models"]["mine"] = {"activities": "runs/gru_*.npz"}
    config["studies"]["micro"] |= {"contrasts": [["mine", "trained"]], "claim": None}
    config["robustness"] = {
        "repeats": 2,
        "input_strengths": [0.1],
        "recurrent_strengths": [0.1],
        "recurrent_sds": [0.01],
    }
    whole = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    config["probes"]["ratio"]["sources"] = ["mine", "trained"]
    config["probes"]["overlap"] = whole["probes"]["axis_overlap"] | {"sources": ["mine", "trained"]}
    folder = project(tmp_path_factory.mktemp("imported"), config)
    for seed in range(3):
        save(folder, seed, content=seed)
    return folder


def test_files_are_read_and_nothing_that_needs_weights_is_planned(folder):
    plan = planned(folder)
    assert {path for path in plan if "/mine" in path} == {
        *(f"micro/activity/mine/{seed}.nc" for seed in range(3)),
        *(f"micro/similarity/mine.{kind}" for kind in ("rows.csv", "summary.csv", "nulls.csv", "draws.nc")),
        "micro/within/mine.csv",
        "micro/probes/ratio/mine.csv",
    }
    assert {"micro/robustness/trained.csv", "micro/probes/overlap/trained.csv", "micro/weights/trained/0.pt"} <= plan


def test_files_are_read_again_where_their_content_changes_and_not_where_their_times_do(folder):
    made = [f"results/micro/activity/mine/{seed}.nc" for seed in range(3)]
    succeed(folder, *made)
    before = state(folder)
    os.utime(folder / "runs/gru_1.npz")
    assert "Nothing to be done" in succeed(folder, *made, "--dry-run")
    save(folder, 1, content=9)
    assert planned(folder, *made) == {path.removeprefix("results/") for path in made}
    succeed(folder, *made)
    after = state(folder)
    changed = {path for path in after if path.endswith(".nc") and after[path][1] != before[path][1]}
    assert changed == {"micro/activity/mine/1.nc"}
    save(folder, 10, content=10)
    assert "micro/activity/mine/3.nc" in planned(folder)


def test_without_a_task_or_a_trained_network_the_study_is_made_all_the_same(folder):
    config = micro()
    study = config["studies"]["micro"]
    study |= {"models": {"mine": {"activities": "runs/gru_*.npz"}}, "contrasts": [], "figures": [], "task": None}
    study |= {"claim": None, "sweep": None, "network": {}, "training": {}, "controls": {}}
    config["probes"]["ratio"]["sources"] = ["mine"]
    config["views"] = {"psths": {"use": "psths", "options": {"units": 3}, "sources": ["mine", "recording"]}}
    (folder / "micro.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    plan = planned(folder)
    assert "micro/task.nc" not in plan and {"micro/views/psths.csv", "report/index.html"} <= plan
    said = succeed(folder, "results/tables/psths.csv")
    assert (folder / "results/tables/psths.csv").exists(), said
