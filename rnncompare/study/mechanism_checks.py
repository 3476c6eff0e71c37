"""Checks of the mechanisms of a study."""

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Member, Study
from rnncompare.study.contents import analysed, sources
from rnncompare.study.model_tasks import task_options


def check_mechanism(study: Study, entry: Member, where: str) -> None:
    """Check that a mechanism is applied to models whose task has what it analyses, `NAME.of_tasks`."""
    others = [source for source in entry.sources or [] if source in sources(study) and source not in study.models]
    if others:
        raise BadOption(f"{where}: found {', '.join(others)} among its sources, wanted models alone")
    advice = ": `mechanisms: []` leaves mechanisms out of a study"
    check_tasks(study, "mechanisms", entry.use, analysed(study, entry), where, advice)


def check_tasks(study: Study, folder: str, name: str, models: list[str], where: str, advice: str = "") -> None:
    """Check that the tasks of models have what a member analyses, `NAME.of_tasks`: that, and an example of a task."""
    wanted, example = plugins.find(folder, name).of_tasks
    for model in models:
        task = task_options(study, model)
        if wanted not in getattr(plugins.find("tasks", task["use"]), "has", ()):
            raise BadOption(
                f"{where}: found the task {task['use']} of {model}, wanted one with {wanted}, such as {example}{advice}"
            )
