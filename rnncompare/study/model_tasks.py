"""The task of each model: that of the study, or one with other options, such as other inputs or outputs."""

from rnncompare.study import config_file
from rnncompare.study.model import Study

RANDOM = "random"  # inputs of a task that have several sets


def task_options(study: Study, model: str | None = None) -> dict | None:
    """The options of the task of a model, which take precedence over those of the study; without a model, the study's.

    None if the study has no task.
    """
    own = {} if model is None or model not in study.models else study.models[model].task
    return study.task if study.task is None or not own else config_file.on_top(study.task, own)


def own_tasks(study: Study) -> dict[str, dict]:
    """First model that has it -> the options of each task that is not the study's."""
    found: dict[str, dict] = {}
    for model in study.models:
        options = task_options(study, model)
        if options not in (study.task, *found.values()):
            found[model] = options
    return found


def owner_of_task(study: Study, model: str) -> str | None:
    """The model of `own_tasks` whose task this model has; None if it has the study's."""
    options = task_options(study, model)
    return next((name for name, own in own_tasks(study).items() if own == options), None)


def has_random_inputs(study: Study, model: str | None = None) -> bool:
    """Whether the inputs of a model's task are random, so that it can have several sets of them."""
    return (task_options(study, model) or {}).get("inputs") == RANDOM
