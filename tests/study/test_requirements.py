"""What a view, a control, a probe or a calibration requires of a study is found lacking when the config is read."""

import copy
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnncompare.plugins import BadOption
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]
DEMO = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
VIEWS = {
    "outputs": {"use": "outputs", "options": {"seeds": 1}},
    "example_trial": {"use": "example_trial", "options": {"condition": None, "events": []}},
    "psths": {"use": "psths", "options": {"units": 3}},
}


@pytest.fixture
def config(tmp_path, monkeypatch):
    """The demo's two studies, with the probes and views that each test adds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    config = copy.deepcopy(DEMO) | {"probes": {}, "views": {}, "robustness": None, "calibration": None}
    for study in config["studies"].values():
        study.pop("probes")
    config["studies"]["deciding"].pop("claim")  # which is about probes
    return config


@pytest.fixture
def without_task(config):
    """The demo's first study with networks that were trained elsewhere and no task, beside the other study."""
    Path("runs").mkdir()
    np.savez("runs/gru_0.npz", rate=np.zeros((8, 101, 6)), time=np.arange(-60, 41) * 0.01)
    left_out = (
        "task",
        "controls",
        "ceilings",
        "contrasts",
        "sweep",
        "within",
        "recovery",
        "network",
        "training",
        "claim",
    )
    study = {key: value for key, value in config["studies"]["demo"].items() if key not in left_out}
    config["studies"]["demo"] = study | {"models": {"mine": {"activities": "runs/gru_*.npz"}}, "figures": []}
    return config


def refused(config) -> str:
    with pytest.raises(BadOption) as error:
        read_config(config)
    return str(error.value)


@pytest.mark.parametrize("name", ["outputs", "example_trial"])
def test_a_view_of_the_task_requires_that_each_study_with_sources_in_it_has_one(without_task, name):
    view = VIEWS[name] | {"sources": ["mine", "recording"]}
    assert refused(without_task | {"views": {"shown": view}}) == (
        "config: studies.demo, views.shown, of mine, recording: found no `task` in the study, wanted one, because "
        f"{name} is made from it"
    )
    assert "studies.demo, views.shown, of recording, mine: found no `task`" in refused(
        without_task | {"views": {"shown": VIEWS[name]}}
    )


def test_a_view_of_the_task_may_show_sources_of_other_studies_and_other_views_need_no_task(without_task):
    views = {"example": VIEWS["example_trial"] | {"sources": ["one_area"]}, "psths": VIEWS["psths"]}
    assert list(read_config(without_task | {"views": views}).views) == ["example", "psths"]


def test_a_view_of_the_task_of_a_study_without_models_is_not_made_and_needs_no_task(without_task):
    without_task["studies"]["demo"]["models"] = {}
    assert read_config(without_task | {"views": {"shown": VIEWS["example_trial"]}}).views


def test_the_control_of_the_inputs_requires_a_task(without_task):
    without_task["studies"]["demo"]["controls"] = {"input_units": {"use": "inputs"}}
    assert "demo.controls.input_units: found no `task` in the study, wanted one, because inputs" in refused(
        without_task
    )


def test_outputs_and_inputs_at_the_reference_delay_require_a_task_that_has_one(config):
    lacking = "found a task with a test set of trials (`simulation`), wanted one with a reference delay, because "
    views = {"shown": VIEWS["outputs"] | {"sources": ["one_area"]}}
    assert f"studies.deciding, views.shown, of one_area: {lacking}outputs" in refused(config | {"views": views})
    recorded, deciding = (config["studies"][name] for name in ("demo", "deciding"))
    recorded |= {"task": deciding["task"], "simulation": deciding["simulation"], "ceilings": {}, "sweep": None}
    recorded["controls"] = {"inputs": {"use": "inputs"}}
    assert f"studies.demo.controls.inputs: {lacking}inputs" in refused(config)


def test_networks_of_a_task_with_a_test_set_require_the_window_of_their_trials(config):
    config["studies"]["deciding"].pop("simulation")
    assert "studies.deciding.task: found no `simulation` in the study, wanted its window" in refused(config)


def test_trials_of_a_probe_are_not_drawn_by_a_control_that_requires_a_task(config):
    probe = DEMO["probes"]["participation_ratio"] | {"trials": {"use": "inputs"}}
    assert "probes.ratio.trials: found inputs, which is made from a task, wanted a control that draws" in refused(
        config | {"probes": {"ratio": probe}}
    )


def test_a_probe_of_weights_requires_models(config):
    probe = DEMO["probes"]["axis_overlap"]
    assert read_config(config | {"probes": {"overlap": probe}})
    everywhere = {key: value for key, value in probe.items() if key != "sources"}
    for name, sources in {"recording": ["recording"], "half_of_units": ["one_area", "half_of_units"]}.items():
        message = refused(config | {"probes": {"overlap": everywhere | {"sources": sources}}})
        assert f"studies.demo, probes.overlap: found {name} among its sources, wanted models alone" in message
    assert "found recording among its sources" in refused(config | {"probes": {"overlap": everywhere}})


def test_a_calibration_requires_a_study_with_a_recording(config):
    calibration = DEMO["calibration"] | {"study": "deciding"}
    assert "calibration.study: found 'deciding', a study without a recording, wanted one whose recording" in refused(
        config | {"calibration": calibration}
    )


def test_a_probe_of_more_units_than_a_network_has_is_refused_and_one_of_all_its_units_is_not(config):
    units = min(study["network"]["units"] for study in config["studies"].values())
    options = {"units": units + 1, "repeats": 2}
    config["probes"] = {"ratio": {"use": "participation_ratio", "options": options}}
    with pytest.raises(
        BadOption, match=rf"ratio\.options\.units: found {units + 1}, wanted at most {units}, the units"
    ):
        read_config(config)
    options["units"] = units
    assert read_config(config).probes["ratio"].options["units"] == units
