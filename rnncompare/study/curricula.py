"""The tasks of the stages of a curriculum: their options, and the check that they need no recording."""

from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import Needs, needs_of
from rnncompare.study import config_file
from rnncompare.study.member_checks import check_member
from rnncompare.study.model_tasks import takes_input_sets


def resolved(training: dict | None, task: dict | None) -> dict | None:
    """The options of a training, in which each stage of a curriculum has all options of its task.

    Those of the stage take precedence over `task`, those of the model. What does not have the form of a curriculum is
    left for the check of the training.
    """
    stages = (training or {}).get("curriculum")
    if task is None or not isinstance(stages, list) or not all(_has_task(stage) for stage in stages):
        return training
    return training | {"curriculum": [stage | {"task": config_file.on_top(task, stage["task"])} for stage in stages]}


def stage_tasks(training: dict | None) -> list[dict]:
    """The options of the tasks of the stages of a curriculum, from `resolved`."""
    return [stage["task"] for stage in (training or {}).get("curriculum") or []]


def check_stages(options: dict, where: str) -> None:
    """Raise BadOption for the task of a stage with invalid options or that is made from a recording, or for a `start`.

    options: of a model, from `model_networks.model_options`; where: the place of its training.
    """
    tasks = stage_tasks(options["training"])
    if tasks and "start" in options:
        raise BadOption(
            f"{where}.curriculum: found stages of a model with `start`, wanted null: its networks begin with weights "
            "that are trained already"
        )
    if tasks and options["training"].get("recorded"):
        raise BadOption(
            f"{where}.curriculum: found stages of a training on recorded activity, wanted null: the stages before the "
            "last have other conditions than the recording"
        )
    for number, task in enumerate(tasks):
        place = f"{where}.curriculum.{number}.task"
        check_member("tasks", task, place, given=("input_sets",) if takes_input_sets(task) else ())
        if needs_of("tasks", task)._replace(simulation=False) != Needs():
            raise BadOption(
                f"{place}: found the task '{task['use']}', which is made from a recording, wanted one that needs none: "
                "the trials of a stage are made in the job that trains the network"
            )


def _has_task(stage: object) -> bool:
    return isinstance(stage, dict) and isinstance(stage.get("task"), dict)
