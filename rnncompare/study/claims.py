"""The claims of the studies: their checks, and what their verdicts need of the config."""

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import chosen, compared
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import simulated, trained
from rnncompare.study.model_tasks import task_options

ROLES = ("no network", "untrained", "other task", "other model")


def check_claim(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a claim that no contrast of the study tests, and for controls and measures it lacks."""
    one, other = study.claim.contrast
    if study.question is None:
        raise BadOption(f"{where}: found a claim and no question, wanted the `question` that it answers")
    if study.recording is None:
        raise BadOption(f"{where}: found a claim in a study without a recording, wanted a recording or no claim")
    for model in (one, other):
        check_known(model, study.models, f"{where}.contrast", "model of the study")
    if (one, other) not in study.contrasts:
        known = ", ".join(f"[{a}, {b}]" for a, b in study.contrasts) or "none"
        raise BadOption(f"{where}.contrast: found [{one}, {other}], wanted one of the study's contrasts: {known}")
    for control in study.claim.controls:
        known = [s for s in compared(study) if s not in (*study.others, one, other)]
        check_known(control, known, f"{where}.controls", "model or control beside the contrast")
    for measure in study.claim.measures or []:
        family = study.comparison.correction.family or chosen(config, study, "similarity")
        check_known(measure, family, f"{where}.measures", "measure of the correction's family")


def claims(config: Config) -> dict[str, dict]:
    """Study -> its contrast, the role of each control, the measures that are shown first, and its group of animals."""
    return {name: _claim(config, name, study) for name, study in config.studies.items() if study.claim}


def _claim(config: Config, name: str, study: Study) -> dict:
    return {
        "contrast": list(study.claim.contrast),
        "controls": {control: role(study, control) for control in study.claim.controls},
        "measures": study.claim.measures,
        "group": next((group for group, studies in config.animals.items() if name in studies), None),
    }


def role(study: Study, control: str) -> str:
    """What distinguishes a control from the first model of the claim, in words."""
    no_network, untrained, other_task, other_model = ROLES
    if control not in study.models:
        return no_network
    if control in simulated(study) and control not in trained(study):
        return untrained
    same = task_options(study, control) == task_options(study, study.claim.contrast[0])
    return other_model if same else other_task
