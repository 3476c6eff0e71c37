"""Checks of the mechanisms of a study."""

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Member, Study
from rnncompare.study.contents import analysed, sources
from rnncompare.study.model_tasks import task_options


def check_mechanism(study: Study, entry: Member, where: str) -> None:
    """Check that a mechanism is applied to models whose task has contexts."""
    others = [source for source in entry.sources or [] if source in sources(study) and source not in study.models]
    if others:
        raise BadOption(f"{where}: found {', '.join(others)} among its sources, wanted models alone")
    for model in analysed(study, entry):
        task = task_options(study, model)
        if not getattr(plugins.find("tasks", task["use"]), "has_contexts", False):
            raise BadOption(
                f"{where}: found the task {task['use']} of {model}, wanted one with contexts, such as "
                "context_integration: `mechanisms: []` leaves mechanisms out of a study"
            )
