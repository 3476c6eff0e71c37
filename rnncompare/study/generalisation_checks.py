"""Check the comparison with the recording in conditions on which networks were not trained."""

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import chosen, cross_validated, generalisation_measures
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import model_options, simulated
from rnncompare.study.recorded_training import refuse_unfair, trained_on_recording, units_of_generalisation
from rnncompare.training.recorded_options import HALF, PREDICTION, TUNING

TASK = "task"  # the measure of the rows of the task's error


def check_generalisation(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for models, conditions or measures by which no generalisation can be measured.

    Whether a recording has enough conditions is known only when it is read; `comparison.generalisation` checks it.
    """
    _check_models(study, where)
    _check_measures(config, study, where)
    folds = study.comparison.folds
    if (folds.by, folds.groups) != ("condition", None):
        raise BadOption(
            f"{where}: found folds by {folds.by} and groups {folds.groups}, wanted folds by condition with groups "
            "null: every condition on which networks were trained is left out alone"
        )
    if study.simulation is not None:
        raise BadOption(
            f"{where}: found a task with a test set of trials, wanted one without: its `validation` holds out trials "
            "of all conditions"
        )


def _check_models(study: Study, where: str) -> None:
    """Check that models are trained here on all conditions or without the given number, and one without at least.

    Models can also be untrained, as controls.
    """
    wanted = study.generalisation.conditions
    found = {}
    for model in study.generalisation.models:
        check_known(model, study.models, f"{where}.models", "model of the study")
        options = model_options(study, model) if model in simulated(study) else {"weights": ""}
        if "weights" in options:
            raise BadOption(
                f"{where}.models: found '{model}', which is trained elsewhere, wanted models that are trained here"
            )
        if options["training"] is not None:
            found[model] = options["training"]["validation"]
    for model, held_out in found.items():
        if held_out not in (0, wanted):
            raise BadOption(
                f"{where}.models: found {model}, trained with validation {held_out}, wanted {wanted}, the number of "
                "held-out `conditions`, or 0"
            )
    if wanted not in found.values():
        raise BadOption(
            f"{where}.models: found {', '.join(study.generalisation.models)}, of which none is trained with validation "
            f"{wanted}, wanted at least one"
        )
    recorded = {trained_on_recording(study, model): model for model in study.generalisation.models}
    recorded.pop(None, None)
    refuse_unfair(study, list(recorded.values()), f"{where}.models")
    for model in study.generalisation.models if recorded else ():
        if model in (HALF, *TUNING):
            raise BadOption(
                f"{where}.models: found '{model}', the name of rows of the recording itself in generalisation.csv, "
                "wanted another name"
            )


def _check_measures(config: Config, study: Study, where: str) -> None:
    """Check that there are measures, and that each can be scored on conditions to which it was not fitted."""
    known = chosen(config, study, "similarity")
    if TASK in known:
        raise BadOption(
            f"{where}: found a similarity measure '{TASK}', which is the name of the error of the task in "
            "generalisation.csv, wanted another name"
        )
    if PREDICTION in known and units_of_generalisation(study):
        raise BadOption(
            f"{where}: found a similarity measure '{PREDICTION}', which has rows of its own, wanted another"
        )
    usable = [name for name in known if cross_validated(config, name)]
    for name in study.generalisation.measures or []:
        check_known(name, known, f"{where}.measures", "similarity measure of the study")
        if name not in usable:
            raise BadOption(
                f"{where}.measures: found {name}, which is not cross-validated, so that nothing is fitted to the "
                f"trained conditions alone, wanted measures among {', '.join(usable) or 'none'}"
            )
    if not generalisation_measures(config, study):
        raise BadOption(f"{where}: found no cross-validated measures, wanted at least one of the study")
