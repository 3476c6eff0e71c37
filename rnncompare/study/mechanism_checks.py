"""Checks of the mechanisms of a study."""

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Member, Study
from rnncompare.study.contents import analysed, sources
from rnncompare.study.model_networks import model_options
from rnncompare.study.model_tasks import task_options


def check_mechanism(study: Study, entry: Member, where: str) -> None:
    """Check that a mechanism is applied to models that have what it analyses.

    `NAME.of_tasks`: see `check_tasks`; `NAME.of_networks(network, where, **options)`, if there is one, raises BadOption
    for the options of a network.
    """
    others = [source for source in entry.sources or [] if source in sources(study) and source not in study.models]
    if others:
        raise BadOption(f"{where}: found {', '.join(others)} among its sources, wanted models alone")
    advice = ": `mechanisms: []` leaves mechanisms out of a study"
    check_tasks(study, "mechanisms", entry.use, analysed(study, entry), where, advice)
    of_networks = getattr(plugins.find("mechanisms", entry.use), "of_networks", lambda *_, **__: None)
    for model in analysed(study, entry):
        of_networks(model_options(study, model)["network"], f"{where}, {model}", **entry.options)


def check_tasks(study: Study, folder: str, name: str, models: list[str], where: str, advice: str = "") -> None:
    """Check that the tasks of models have what a member analyses, `NAME.of_tasks`: that, and an example of a task."""
    wanted, example = plugins.find(folder, name).of_tasks
    for model in models:
        task = task_options(study, model)
        if wanted not in getattr(plugins.find("tasks", task["use"]), "has", ()):
            raise BadOption(
                f"{where}: found the task {task['use']} of {model}, wanted one with {wanted}, such as {example}{advice}"
            )
