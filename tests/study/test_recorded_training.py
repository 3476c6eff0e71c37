"""Models trained on recorded activity, in a config: what they need, and with what they are not ranked."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.report.methods import methods_of
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths
from rnncompare.study.recorded_training import marks, trained_on_recording, units_of_generalisation

ENTRY = {
    "weight": 1.0, "task": 1.0, "source": "recording", "units": {"share": 0.5, "seed": 0}, "soft_normalise": 0.2,
    "readout_penalty": 1e-3, "shuffle": None,
}  # fmt: skip


def demo(entry=None, models=None, **keys):
    """The demo with networks that are trained on its recording without two directions, and those of the task alone."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study = config["studies"]["demo"]
    training = {"validation": 2, "stop_at": None, "recorded": ENTRY | (entry or {})}
    study["models"] |= {"joint": {"training": training}, "task_only": {"training": {"validation": 2}}} | (models or {})
    study |= {"within": None, "recovery": None, "sweep": None} | keys
    return config


def variant(**entry):
    return {"training": {"validation": 2, "stop_at": None, "recorded": ENTRY | entry}}


GENERALISATION = {"models": ["joint", "task_only", "untrained"], "conditions": 2}


def test_a_job_has_the_recording_as_an_input_only_if_a_network_is_trained_on_it():
    config = read_config(demo(models={"off": variant(weight=0.0)}))
    paths = Paths(config)
    assert paths.trained_on("demo", "joint") == paths.activities("demo", "recording")
    assert paths.trained_on("demo", "task_only") == paths.trained_on("demo", "off") == []
    assert paths.trained_on("demo", "untrained") == []
    assert marks(config.studies) == {"demo": {"joint": "simulated_reach: 0.5 of units without 2 conditions"}}
    assert trained_on_recording(config.studies["demo"], "kinematics") is None


def test_a_generalisation_with_such_a_model_has_the_rows_of_the_recording_itself():
    config = read_config(demo(generalisation=GENERALISATION))
    folder = "results/demo/demo/generalisation"
    found = Paths(config).generalisations()
    assert found == [f"{folder}/{name}.csv" for name in (*GENERALISATION["models"], "recording")]
    assert units_of_generalisation(config.studies["demo"]) == {"share": 0.5, "seed": 0}
    config = read_config(demo(generalisation=GENERALISATION | {"models": ["task_only"]}))
    assert Paths(config).generalisations() == [f"{folder}/task_only.csv"]


def test_networks_trained_on_another_recording_are_ranked_with_others():
    others = {"first": {"card": "second_reach_of_the_test", "options": {}}}
    config = read_config(demo({"source": "first"}, others=others, contrasts=[["joint", "task_only"]]), deep=False)
    study = config.studies["demo"]
    assert trained_on_recording(study, "joint") is None and marks(config.studies) == {}
    assert Paths(config).trained_on("demo", "joint") == Paths(config).activities("demo", "first")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"contrasts": [["joint", "task_only"], ["regularized", "unregularized"]]},
            "demo.contrasts: found joint trained on simulated_reach: 0.5 of units without 2 conditions; task_only "
            "trained on nothing of it, wanted sources trained on the same part of the recording",
        ),
        (
            {"contrasts": [["joint", "other"], ["regularized", "unregularized"]]},
            "demo.contrasts: found joint trained on simulated_reach: 0.5 of units without 2 conditions; other trained",
        ),
        (
            {"claim": {"contrast": ["regularized", "unregularized"], "controls": ["joint"], "measures": None}},
            "demo.claim.controls: found regularized trained on nothing of it; joint trained on simulated_reach",
        ),
        (
            {"recovery": {"models": ["joint", "task_only"], "trials": 20, "noise": "poisson", "smooth": 0.025}},
            "demo.recovery.models: found joint trained on",
        ),
        (
            {"sweep": {"sources": ["joint", "task_only"], "measures": ["rsa"], "preparation": {}, "options": {}}},
            "demo.sweep.sources: found joint trained on",
        ),
        (
            {"generalisation": GENERALISATION | {"models": ["joint", "other"]}},
            "demo.generalisation.models: found joint",
        ),
        (
            {"controls": {"half": {"use": "units", "options": {"half": "first"}, "repeats": 2, "against": "joint"}}},
            "demo.controls.half.against: found 'joint', trained on simulated_reach: 0.5 of units without 2 conditions",
        ),
    ],
)
def test_models_that_are_trained_on_the_recording_are_not_ranked_with_others(keys, message):
    other = variant(units={"share": 0.5, "seed": 1})
    with pytest.raises(BadOption) as error:
        read_config(demo(models={"other": other}, **keys))
    assert message in str(error.value)


def test_the_recording_that_is_compared_cannot_be_read_in_another_way_for_the_training():
    config = demo()
    own = config["studies"]["demo"]["recording"]
    smoother = own | {"options": own["options"] | {"smooth": 0.05}}
    message = "found 'smoother', which is simulated_reach read in another way than the recording of the study"
    with pytest.raises(BadOption, match=f"models.joint.training.recorded.source: {message}"):
        read_config(demo({"source": "smoother"}, others={"smoother": smoother}))
    read_config(demo({"source": "same"}, others={"same": own}))


@pytest.mark.parametrize("name", ["cosine_tuning", "tuning_of_two_harmonics"])
def test_a_model_cannot_have_the_name_of_rows_of_the_recording_itself(name):
    models = {name: {"training": {"validation": 2}}}
    with pytest.raises(BadOption, match=f"models: found '{name}', the name of rows of the recording itself"):
        read_config(demo(models=models, generalisation=GENERALISATION | {"models": ["joint", name]}))


def test_models_that_are_trained_on_the_same_part_are_ranked():
    models = {"shuffled": variant(shuffle=0), "activity_only": variant(task=0.0)}
    pairs = [["joint", "shuffled"], ["joint", "activity_only"], ["regularized", "unregularized"]]
    read_config(demo(models=models, contrasts=pairs))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"source": "recrding"}, "models.joint.training.recorded.source: found 'recrding', wanted a recording of the"),
        ({"soft_normalise": 0.1}, "training.recorded.soft_normalise: found 0.1, wanted 0.2, that of comparison.prep"),
        ({"units": {"share": 1.5, "seed": 0}}, "models.joint.training.recorded.units.share: found 1.5, wanted a share"),
        ({"weight": None}, "models.joint.training.recorded.weight"),
    ],
)
def test_an_entry_without_meaning_is_refused(entry, message):
    with pytest.raises(BadOption) as error:
        read_config(demo(entry))
    assert message in str(error.value)


def test_steps_that_differ_from_those_of_the_recording_are_refused():
    config = demo()
    config["studies"]["demo"]["task"]["step"] = 0.005
    with pytest.raises(BadOption, match=r"found a task with a step of 0\.005 s and a recording with bins of 0\.01 s"):
        read_config(config)


@pytest.mark.parametrize("change", [{"window": [-0.4, 0.4]}, {"bin": 0.02}])
def test_another_recording_that_lacks_times_of_the_task_is_refused(change):
    config = yaml.safe_load((ROOT / "workflow/config/joint.yaml").read_text())
    config["studies"]["joint_second_animal"]["others"]["first_animal"]["options"] |= change
    config["studies"]["joint_second_animal"]["task"]["step"] = change.get("bin", 0.01)
    with pytest.raises(
        BadOption, match=r"source: found 'first_animal' from .* wanted one that has all times of the reco"
    ):
        read_config(config)


def test_a_study_of_a_group_of_animals_has_no_such_models():
    config = demo()
    config["studies"]["second"] = {"like": "demo", "models": {"joint": None}}
    config["animals"] = {"both": ["second", "demo"]}
    with pytest.raises(BadOption, match=r"animals\.both, studies\.demo\.models: found joint, trained on the recording"):
        read_config(config)


def test_the_methods_state_whether_conditions_are_exchanged():
    texts = [" ".join(methods_of(read_config(demo(entry)).model_dump(mode="json"))) for entry in ({}, {"shuffle": 4})]
    assert "penalty on the readout 0.001, conditions not exchanged)" in texts[0]
    assert "penalty on the readout 0.001, conditions exchanged with seed 4)" in texts[1]
