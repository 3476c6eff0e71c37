"""Check the comparison of two models with simulated recordings of their own networks."""

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import chosen, recovery_measures, similarity_of
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import seeds


def check_recovery(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for models, measures or folds from which nothing can be recovered."""
    for name in study.recovery.measures or []:
        check_known(name, chosen(config, study, "similarity"), f"{where}.measures", "similarity measure of the study")
    one, other = study.recovery.models
    for model in (one, other):
        check_known(model, study.models, f"{where}.models", "model of the study")
    if one == other:
        raise BadOption(f"{where}.models: found '{one}' twice, wanted two different models")
    for model in (one, other):
        _check_networks(study, model, f"{where}.models")
        _check_measures(config, study, model, where)
    by = study.comparison.folds.by
    if by not in ("condition", "trial"):
        raise BadOption(
            f"{where}: found folds by {by}, wanted folds by condition or trial: simulated recordings have no {by}"
        )


def _check_networks(study: Study, model: str, where: str) -> None:
    """Check that networks remain if one is left out; sets of random inputs are at least 2 (`check_input_sets`)."""
    if len(seeds(study, model)) < 2:
        raise BadOption(
            f"{where}: found 1 network of {model}, wanted at least 2, because a network is not compared with its own "
            "recording"
        )


def _check_measures(config: Config, study: Study, model: str, where: str) -> None:
    """Check that there are measures, and that the model is compared with the recording by each of them."""
    measures = recovery_measures(config, study)
    if not measures:
        raise BadOption(f"{where}: found no measures of {model}, wanted at least one of the study")
    own = similarity_of(config, study, model)
    lacking = [name for name in measures if name not in own]
    if lacking:
        raise BadOption(
            f"{where}.measures: found {', '.join(lacking)}, by which {model} is not compared with the recording, "
            f"wanted measures among {', '.join(own)}"
        )
