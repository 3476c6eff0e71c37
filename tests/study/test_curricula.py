"""The stages of a curriculum in a config: the options of their tasks, their checks, and the methods in words."""

from pathlib import Path

import pytest
import yaml

from rnncompare.plugins import BadOption
from rnncompare.report.methods import methods_of
from rnncompare.study.config import read_config
from rnncompare.study.curricula import stage_tasks
from rnncompare.study.model_networks import model_options

FILE = Path(__file__).parents[2] / "workflow/config/discrimination.yaml"


def config(task=None, correct=0.9, own=None, **stage):
    """The study `curriculum` with one stage of the model `staged`; own: options of its task."""
    given = yaml.safe_load(FILE.read_text())
    given["studies"] = {"curriculum": given["studies"]["curriculum"]}
    stages = [{"task": {"coherences": [0.7]} if task is None else task, "until": {"correct": correct}, **stage}]
    staged = {"training": {"curriculum": stages}} | ({"task": own} if own else {})
    given["studies"]["curriculum"]["models"]["staged"] = staged
    return given


def test_a_stage_has_the_task_of_its_model_except_for_the_options_that_it_gives():
    study = read_config(config(own={"train_trials": 3000})).studies["curriculum"]
    made = stage_tasks(model_options(study, "staged")["training"])
    assert made == [study.task | {"train_trials": 3000, "coherences": [0.7]}]
    direct = model_options(study, "direct")
    assert stage_tasks(direct["training"]) == [] and direct["training"] == study.training
    assert stage_tasks(None) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task": {"coherence": [0.7]}}, "staged.training.curriculum.0.task: found option 'coherence', wanted one of"),
        ({"task": {"coherences": [7]}}, "staged.training.curriculum.0.task.coherences.0: found 7.0, wanted a share"),
        ({"task": {"duration": 0.5}}, "curriculum.0.task: perceptual_discrimination: found a duration of 0.5 s"),
        ({"task": {"use": "perceptul"}}, "Did you mean 'perceptual_d"),
        ({"task": "easy"}, "staged.training.curriculum.0.task"),
        ({"correct": 0}, "staged.training.curriculum.0.until.correct: found 0.0, wanted a share above 0"),
        ({"steps": 10}, "staged.training.curriculum.0.steps"),
    ],
)
def test_a_stage_with_invalid_options_is_refused_before_any_job(changes, message):
    with pytest.raises(BadOption) as error:
        read_config(config(**changes))
    assert message in str(error.value)


def test_a_stage_whose_task_is_made_from_a_recording_is_refused():
    given = yaml.safe_load((FILE.parent / "demo.yaml").read_text())
    models = given["studies"]["demo"]["models"]
    name = next(name for name, model in models.items() if (model or {}).get("training", {}) is not None)
    models[name] = {"training": {"curriculum": [{"task": {}, "until": {"correct": 0.9}}]}}
    with pytest.raises(BadOption, match="'delayed_reach', which is made from a recording, wanted one that needs none"):
        read_config(given)


def test_a_curriculum_of_networks_that_begin_with_those_of_another_model_is_refused():
    given = config()
    given["studies"]["curriculum"]["models"]["staged"]["start"] = {"model": "direct"}
    with pytest.raises(BadOption, match="found stages of a model with `start`, wanted null"):
        read_config(given)


def test_the_methods_in_words_contain_every_stage_and_change_with_its_options():
    texts = [
        " ".join(methods_of(read_config(config(**changes), deep=False).model_dump(mode="json")))
        for changes in ({}, {"correct": 0.8}, {"task": {"coherences": [0.6]}}, {"task": {"test_onset": 0.4}})
    ]
    assert len(set(texts)) == 4
    assert "a preceding stage of the task with coherences [0.7] until a share of correct decisions of 0.9" in texts[0]
    assert "a preceding stage of the task with test onset 0.4 s until" in texts[3]
    same = methods_of(read_config(config(task={}), deep=False).model_dump(mode="json"))
    assert "a preceding stage of the task until a share of correct decisions of 0.9" in " ".join(same)
