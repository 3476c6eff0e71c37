"""The claims of the studies: their checks, and what their verdicts need of the config."""

from rnncompare import plugins
from rnncompare.comparison.claimed_rows import place
from rnncompare.comparison.measure_card import card_of
from rnncompare.plugins import BadOption
from rnncompare.study.claim_keys import ClaimedStatistic
from rnncompare.study.config_keys import Config, Member, Study
from rnncompare.study.contents import analysed, chosen, compared, probed, recordings, sources
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import simulated, trained, unpaired
from rnncompare.study.model_tasks import task_options

ROLES = ("no network", "untrained", "other task", "other model")
NAMED = ("variable", "parts")  # options of probes whose keys are the values of the column `variable`


def check_claim(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a claim that no contrast of the study tests, and for controls and measures it lacks."""
    one, other = study.claim.contrast
    if study.question is None:
        raise BadOption(f"{where}: found a claim and no question, wanted the `question` that it answers")
    for model in (one, other):
        check_known(model, study.models, f"{where}.contrast", "model of the study")
    if (one, other) not in study.contrasts:
        known = ", ".join(f"[{a}, {b}]" for a, b in study.contrasts) or "none"
        raise BadOption(f"{where}.contrast: found [{one}, {other}], wanted one of the study's contrasts: {known}")
    (_check_similarity if study.claim.statistics is None else _check_statistics)(config, study, where)


def _check_similarity(config: Config, study: Study, where: str) -> None:
    """Check a claim about the similarity of two models to the recording."""
    claim = study.claim
    if study.recording is None:
        raise BadOption(
            f"{where}: found a claim about similarity in a study without a recording, wanted a recording, or "
            "`statistics` of probes that the claim is about"
        )
    for key in ("correction", "recorded"):
        if getattr(claim, key) is not None:
            raise BadOption(
                f"{where}.{key}: found {getattr(claim, key)}, wanted null without `statistics`: similarity has the "
                "correction of the comparison, and is similarity to the recording of the study"
            )
    for control in claim.controls:
        known = [s for s in compared(study) if s not in (*study.others, *claim.contrast)]
        check_known(control, known, f"{where}.controls", "model or control beside the contrast")
    for measure in claim.measures or []:
        family = study.comparison.correction.family or chosen(config, study, "similarity")
        check_known(measure, family, f"{where}.measures", "measure of the correction's family")


def _check_statistics(config: Config, study: Study, where: str) -> None:
    """Check a claim about statistics of probes."""
    claim = study.claim
    if claim.measures is not None:
        raise BadOption(f"{where}.measures: found {claim.measures}, wanted null beside `statistics` of probes")
    if claim.correction is None:
        raise BadOption(
            f"{where}.correction: found none, wanted max_t or holm, by which p of `statistics` are corrected"
        )
    for control in claim.controls:
        known = [name for name in (*study.models, *study.controls) if name not in claim.contrast]
        check_known(control, known, f"{where}.controls", "model or control beside the contrast")
    for k, statistic in enumerate(claim.statistics):
        here = f"{where}.statistics.{k}"
        probes, mechanisms = (chosen(config, study, kind) for kind in ("probes", "mechanisms"))
        check_known(statistic.probe, [*probes, *mechanisms], f"{here}.probe", "probe or mechanism of the study")
        if statistic.probe in probes:
            kind, entry, known = "probes", config.probes[statistic.probe], probed(config, study, statistic.probe)
        else:
            kind, entry = "mechanisms", config.mechanisms[statistic.probe]
            known = analysed(study, entry)
        for source in (*claim.contrast, *claim.controls):
            check_known(source, known, f"{here}.probe: source of {statistic.probe}", "source that it measures")
        _check_statistic(kind, entry, statistic, here)
        if _said(statistic) in map(_said, claim.statistics[:k]):
            raise BadOption(f"{here}: found {' of '.join(filter(None, _said(statistic)))} twice, wanted each once")
    _check_recorded(config, study, where)


def _said(claimed: ClaimedStatistic) -> tuple[str, str]:
    """A statistic and its place in words, whatever is claimed of it; the areas 3 and '3' are the same."""
    return f"{claimed.probe}, {claimed.statistic}", place(claimed.at)


def _check_recorded(config: Config, study: Study, where: str) -> None:
    """Check that recorded values can exist: of a recording that a claimed probe measures, or of published results."""
    named, published = study.claim.recorded, study.published
    probes = {statistic.probe for statistic in study.claim.statistics} & set(chosen(config, study, "probes"))
    measured = {source for probe in probes for source in probed(config, study, probe)}
    known = [source for source in recordings(study) if source in measured]
    if named is None or named in known or (published and named not in (*sources(study), "recording")):
        return
    raise BadOption(
        f"{where}.recorded: found '{named}', wanted a recording that a claimed probe measures "
        f"({', '.join(known) or 'none'}), or a source of `published` values"
    )


def _check_statistic(kind: str, entry: Member, claimed: ClaimedStatistic, where: str) -> None:
    """Check that a probe or mechanism has the statistic and, if its options name its variables, the variable."""
    statistics = card_of(plugins.find(kind, entry.use)).statistics
    if statistics is not None:
        check_known(claimed.statistic, statistics, f"{where}.statistic", f"statistic of {entry.use}")
    for variables in (entry.options.get(name) for name in NAMED):
        if isinstance(variables, dict):
            check_known(str(claimed.at.get("variable", "")), variables, f"{where}.at.variable", "variable of the probe")


def claims(config: Config) -> dict[str, dict]:
    """Study -> what its verdict needs: the contrast, the role of each control, and what the claim is about.

    The claim is about similarity: `measures` that are shown first, and the `group` of animals; or about `statistics` of
    probes, with their correction, the source of recorded values, and the sources whose seeds are `unpaired`.
    """
    return {name: _claim(config, name, study) for name, study in config.studies.items() if study.claim}


def _claim(config: Config, name: str, study: Study) -> dict:
    claim = study.claim
    found = {
        "contrast": list(claim.contrast),
        "controls": {control: role(study, control) for control in claim.controls},
    }
    if claim.statistics is None:
        group = next((group for group, studies in config.animals.items() if name in studies), None)
        method = study.comparison.correction.method
        return found | {"measures": claim.measures, "correction": method, "group": group}
    statistics = [
        {"measure": s.probe, "statistic": s.statistic, "at": s.at, "claimed": s.claimed} for s in claim.statistics
    ]
    about = {"correction": claim.correction, "recorded": claim.recorded, "unpaired": unpaired(study)}
    return found | {"statistics": statistics} | about


def claimed_statistics(config: Config) -> bool:
    """Whether any study has a claim about statistics of probes."""
    return any(study.claim and study.claim.statistics for study in config.studies.values())


def role(study: Study, control: str) -> str:
    """What distinguishes a control from the first model of the claim, in words."""
    no_network, untrained, other_task, other_model = ROLES
    if control not in study.models:
        return no_network
    if control in simulated(study) and control not in trained(study):
        return untrained
    same = task_options(study, control) == task_options(study, study.claim.contrast[0])
    return other_model if same else other_task
