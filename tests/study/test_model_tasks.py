"""Models whose task differs from that of their study."""

import pytest
from study.test_input_sets import random_demo

from rnncompare.plugins import BadOption
from rnncompare.study import model_networks
from rnncompare.study.config import read_config
from rnncompare.study.model_tasks import own_tasks, takes_input_sets, task_options
from rnncompare.study.paths import Paths

DIRECTION = {"inputs": "direction", "numbers": None}


def with_models(**models):
    config = random_demo()
    config["studies"]["demo"]["models"] |= models
    return config


def test_a_model_has_the_task_of_its_study_except_for_the_options_that_it_gives():
    study = read_config(with_models(told={"task": DIRECTION})).studies["demo"]
    assert task_options(study, "told") == study.task | DIRECTION
    assert task_options(study, "regularized") == study.task


def test_models_with_the_same_task_share_one_file_and_those_of_the_study_use_its_task():
    models = {"told": {"task": DIRECTION}, "told_too": {"task": DIRECTION, "network": {"g": 1.0}}}
    config = read_config(with_models(**models, same={"task": {"inputs": "random"}}))
    assert list(own_tasks(config.studies["demo"])) == ["told"]
    paths = [Paths(config).task("demo", model) for model in ("told", "told_too", "same", "regularized")]
    assert paths == [
        f"{config.results}/demo/{file}" for file in ("tasks/told.nc", "tasks/told.nc", "task.nc", "task.nc")
    ]


def test_a_task_without_the_argument_is_not_given_input_sets():
    assert takes_input_sets({"use": "delayed_reach"})
    assert not takes_input_sets({"use": "checkerboard", "inputs": "random"})
    assert not takes_input_sets({"use": "a task that does not exist"})


def test_only_models_with_random_inputs_have_input_sets():
    study = read_config(with_models(told={"task": DIRECTION})).studies["demo"]
    assert model_networks.input_sets(study, "told") is None and model_networks.all_input_sets(study, "told") is None
    assert model_networks.input_sets(study, "regularized") == [0, 1, 0, 1]


def test_one_model_with_random_inputs_needs_several_sets():
    config = with_models(random={"task": {"inputs": "random", "numbers": 15}})
    config["studies"]["demo"] |= {"input_sets": None}
    config["studies"]["demo"]["task"] |= DIRECTION
    with pytest.raises(BadOption, match=r"random inputs of config: studies\.demo\.models\.random\.task"):
        read_config(config)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"inputs": "direction"}, "models.told.task: delayed_reach: found numbers 15 for inputs 'direction'"),
        ({"output": "direction"}, "models.told.task: delayed_reach: found latency None for output 'direction'"),
        ({"outputs": "torque"}, "models.told.task"),
        ({"step": 1.0}, "models.told.network.tau: found 0.05 s and time steps of 1 s"),
    ],
)
def test_a_task_that_cannot_be_is_refused_where_it_stands(task, message):
    with pytest.raises(BadOption) as error:
        read_config(with_models(told={"task": task}))
    assert message in str(error.value)


def test_a_model_that_was_trained_elsewhere_has_no_task_here(tmp_path):
    with pytest.raises(BadOption, match="found activities and task, wanted one or the other"):
        read_config(with_models(theirs={"activities": "runs/*.npz", "task": DIRECTION}))
