"""The task of each model: that of the study, or one with other options, such as other inputs or outputs."""

from rnncompare import plugins
from rnncompare.study import config_file
from rnncompare.study.config_keys import Study

RANDOM = "random"  # inputs of a task that have several sets


def task_options(study: Study, model: str | None = None) -> dict | None:
    """The options of the task of a model, which take precedence over those of the study; without a model, the study's.

    None if the study has no task.
    """
    own = {} if model is None or model not in study.models else study.models[model].task
    return study.task if study.task is None or not own else config_file.on_top(study.task, own)


def owner_of_task(study: Study, model: str) -> str | None:
    """The first model that has the same task as this one; None if it is the study's."""
    options = task_options(study, model)
    return None if options == study.task else next(m for m in study.models if task_options(study, m) == options)


def own_tasks(study: Study) -> dict[str, dict]:
    """First model that has it -> the options of each task that is not the study's."""
    return {model: task_options(study, model) for model in study.models if owner_of_task(study, model) == model}


def takes_input_sets(task: dict) -> bool:
    """Whether a task can have several sets of inputs, whose numbers the study gives it."""
    name = task.get("use")
    return name in plugins.available("tasks") and "input_sets" in plugins.parameters("tasks", name)


def has_random_inputs(study: Study, model: str | None = None) -> bool:
    """Whether the inputs of a model's task are random, so that it has several sets of them."""
    task = task_options(study, model) or {}
    return task.get("inputs") == RANDOM and takes_input_sets(task)
