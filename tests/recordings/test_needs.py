"""The data that tasks and controls require are compared with those that a card provides, before any job runs."""

import copy
from pathlib import Path

import pytest
import yaml

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.recordings.needs import Gives, Provided, check_needs, mapped
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]
VELOCITY, POSITION = (f"processing/behavior/{name}" for name in ("Velocity/hand_velocity", "Position/hand_position"))


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A function that changes the reader of the demo's card and its task, and reads the resulting config."""
    monkeypatch.chdir(tmp_path)
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    demo = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    demo = {**demo, "data": str(tmp_path / "data"), "calibration": None, "probes": {}, "views": {}}

    def study(change=lambda reader: None, task=(), controls=None, **more):
        own, config = copy.deepcopy(card) | more, copy.deepcopy(demo)
        change(own["reader"])
        folder = tmp_path / "data/simulated_reach"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "card.yaml").write_text(yaml.safe_dump(own))
        config["studies"] = {"demo": config["studies"]["demo"]}
        config["studies"]["demo"].pop("probes")
        config["studies"]["demo"].pop("claim")
        config["studies"]["demo"]["task"] |= dict(task)
        config["studies"]["demo"]["controls"] |= controls or {}
        return read_config(config)

    return study


def only(*series):
    return lambda reader: reader.update(behavior={name: reader["behavior"][name] for name in series})


def test_a_task_of_the_hand_requires_its_velocity_or_its_position(study):
    assert study()
    assert study(
        only(VELOCITY), controls={"kinematics": {"use": "kinematics", "options": {"channels": ["hand_velocity_x"]}}}
    )
    derived = dict(controls={"kinematics": {"use": "kinematics", "options": {"channels": ["hand_position_x"]}}})
    assert study(only(POSITION), **derived)
    with pytest.raises(BadOption) as error:
        study(only())
    message = str(error.value)
    assert "studies.demo.task: data/simulated_reach/card.yaml provides behavior none; found no hand_velocity_x" in (
        message.replace(str(Path.cwd()) + "/", "")
    )
    assert "hand_position_x, hand_position_y" in message and "from which it is derived" in message


def test_a_column_that_the_card_leaves_out_is_not_provided_and_the_nearest_name_is_suggested(study):
    def misspelt(reader):
        reader["behavior"] = {VELOCITY: ["hand_velocity_x", None], POSITION: ["hand_positon_x", "hand_position_y"]}

    lacking = r"found no hand_velocity_y, and no hand_position_x in it, .*Did you mean 'hand_positon_x'\?"
    with pytest.raises(BadOption, match=rf"provides behavior .*hand_positon_x.*; {lacking}"):
        study(misspelt)


@pytest.mark.parametrize(
    ("task", "lacking"),
    [
        ({"output": "torque", "arm": {"posture": [0.5, 1.5], "excursion": [1, 1]}}, "shoulder_angle, elbow_angle"),
        ({"output": "torque", "arm": "fitted"}, "shoulder_angle, elbow_angle"),
    ],
)
def test_torques_require_joint_angles_and_a_fitted_arm_also_the_hand(study, task, lacking):
    with pytest.raises(BadOption, match=f"found no {lacking} in it, wanted those of output 'torque'"):
        study(task=task)

    def angles(reader):
        reader["behavior"] = {"processing/behavior/joints": ["shoulder_angle", "elbow_angle"]}

    kinematics = {"kinematics": {"use": "kinematics", "options": {"channels": ["elbow_angle"]}}}
    if task["arm"] == "fitted":
        with pytest.raises(BadOption, match=r"found no hand_position_x, hand_position_y in it, .* of arm 'fitted'"):
            study(angles, task=task, controls=kinematics)
    else:
        assert study(angles, task=task, controls=kinematics)


def test_muscles_are_required_if_the_outputs_of_a_task_are_emg(study):
    with pytest.raises(BadOption, match=r"demo\.task: found no `muscles` in the study"):
        study(task={"output": "emg"})


def test_directions_come_from_a_column_or_from_conditions(study):
    def without(reader):
        reader["per_trial"] = {"error": "error"}

    with pytest.raises(BadOption, match="found no 'angle' in it, wanted each condition's target direction"):
        study(without)
    assert study(without, conditions={"0": {"condition": "0", "angle": 0.0}})


def test_a_control_requires_channels_that_the_card_provides(study):
    kinematics = {"kinematics": {"use": "kinematics", "options": {"channels": ["hand_velocity_z"]}}}
    with pytest.raises(BadOption, match=r"demo\.controls\.kinematics: .*found no hand_velocity_z .*Did you mean"):
        study(controls=kinematics)


def test_a_ring_requires_directions_and_nothing_else():
    entry = {"use": "ring", "units": 5, "harmonics": 1, "decay": 1.0, "course": "smooth", "smooth": 0.1}
    check_needs(
        "controls",
        entry,
        Provided(read_card(ROOT / "data/hatsopoulos2007_m1/card.yaml"), False, True, False),
        "controls.ring",
    )
    with pytest.raises(BadOption, match=r"^controls\.ring: .*found no 'angle' in it, wanted each condition's target"):
        check_needs(
            "controls",
            entry,
            Provided(read_card(ROOT / "data/perich_miller_co/card.yaml"), False, True, False),
            "controls.ring",
        )


def test_a_card_provides_the_names_that_it_maps_except_times_and_null():
    gives = mapped(choice="side", per_trial={"angle": "dir"}, events={"go": "cue"}, behavior={"x": ["time", None, "y"]})
    assert gives == Gives(["y"], ["angle", "go", "choice"])


@pytest.mark.parametrize("name", plugins.available("readers"))
def test_the_gives_of_every_reader_accepts_any_options(name):
    gives = getattr(plugins.find("readers", name), "gives", None)
    assert gives is None or isinstance(gives(align="x", bin=1), Gives)
