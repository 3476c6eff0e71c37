"""The models of a study that are trained on recorded activity, and with which sources they are compared fairly."""

from typing import NamedTuple

from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Study
from rnncompare.study.contents import recordings
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import model_options, seeds, simulated
from rnncompare.study.model_tasks import task_options

FAIR = "networks are similar to what they were trained on whatever they compute: `generalisation` compares such models "
FAIR += "with others in units and conditions on which none was trained"


class TrainedOn(NamedTuple):
    """What a model is trained on beside its task."""

    source: str  # a recording of the study
    card: str
    share: float  # of the units
    seed: int
    validation: int  # number of conditions on which it is not trained

    @property
    def in_words(self) -> str:
        """What the table of a summary says of it."""
        held = f" without {self.validation} conditions" if self.validation else ""
        return f"{self.card}: {self.share:g} of units{held}"


def trained_on(study: Study, model: str) -> TrainedOn | None:
    """What of a recording a model is trained on; None if it is trained on its task alone, or is no model."""
    training = model_options(study, model)["training"] if model in simulated(study) else None
    given = (training or {}).get("recorded")
    if not given or not given["weight"]:
        return None
    card = recordings(study)[given["source"]].card
    return TrainedOn(given["source"], card, given["units"]["share"], given["units"]["seed"], training["validation"])


def trained_on_recording(study: Study, source: str) -> TrainedOn | None:
    """What of the recording that all sources are compared with a model is trained on; None for nothing of it."""
    found = trained_on(study, source)
    return found if found and study.recording and found.card == study.recording.card else None


def marks(studies: dict[str, Study]) -> dict[str, dict[str, str]]:
    """Study -> model -> what of the recording it was trained on, in words; without studies that have no such model."""
    found = {
        name: {model: one.in_words for model in study.models if (one := trained_on_recording(study, model))}
        for name, study in studies.items()
    }
    return {name: models for name, models in found.items() if models}


def refuse_unfair(study: Study, sources: list[str], where: str) -> None:
    """Raise BadOption for sources of which only some are trained on the recording, or on other parts of it."""
    found = {source: trained_on_recording(study, source) for source in sources}
    if len(set(found.values())) > 1:
        said = "; ".join(f"{name} trained on {one.in_words if one else 'nothing of it'}" for name, one in found.items())
        raise BadOption(f"{where}: found {said}, wanted sources trained on the same part of the recording: {FAIR}")


def check_recorded(study: Study, where: str) -> None:
    """Raise BadOption for models that cannot be trained on the recording that they name, and for unfair comparisons."""
    for model in simulated(study):
        given = (model_options(study, model)["training"] or {}).get("recorded")
        if given and given["weight"]:
            _check_model(study, model, given, f"{where}.models.{model}.training.recorded")
    for pair in study.contrasts:
        refuse_unfair(study, list(pair), f"{where}.contrasts")
    if study.claim is not None:
        refuse_unfair(study, [study.claim.contrast[0], *study.claim.controls], f"{where}.claim.controls")
    if study.recovery is not None:
        refuse_unfair(study, study.recovery.models, f"{where}.recovery.models")
    if study.sweep is not None:
        refuse_unfair(study, study.sweep.sources, f"{where}.sweep.sources")
    for name, control in study.controls.items():
        if control.against is not None and (found := trained_on_recording(study, control.against)):
            raise BadOption(
                f"{where}.controls.{name}.against: found '{control.against}', trained on {found.in_words}, wanted "
                "a source that was not trained on the recording, of which controls are made"
            )


def _check_model(study: Study, model: str, given: dict, where: str) -> None:
    known = recordings(study)
    check_known(given["source"], known, f"{where}.source", "recording of the study")
    source, compared = known[given["source"]], study.recording
    if compared is not None and source.card == compared.card and source != compared:
        raise BadOption(
            f"{where}.source: found '{given['source']}', which is {source.card} read in another way than the recording "
            "of the study, wanted `recording`: the trained units could not be recognised in it, and be left out of "
            "comparisons"
        )
    if study.simulation is not None:
        raise BadOption(f"{where}: found a task with a test set of trials, wanted one with the times of a recording")
    own = study.comparison.preparation.soft_normalise if study.comparison else given["soft_normalise"]
    if given["soft_normalise"] != own:
        raise BadOption(
            f"{where}.soft_normalise: found {given['soft_normalise']}, wanted {own}, that of comparison.preparation"
        )
    step, bin_width = (task_options(study, model) or {}).get("step"), known[given["source"]].options.get("bin")
    if step is not None and bin_width is not None and step != bin_width:
        raise BadOption(
            f"{where}: found a task with a step of {step:g} s and a recording with bins of {bin_width:g} s, wanted "
            "equal ones: `step: null` of the task"
        )
    if compared is not None:
        _check_times(source.options, compared.options, f"{where}.source: found '{given['source']}'")


def _check_times(options: dict, compared: dict, where: str) -> None:
    """Refuse a recording that lacks times of the one of which the task is made, as far as options say (s)."""
    if not all({"window", "bin"} <= set(of) for of in (options, compared)):
        return
    (start, stop), (first, last) = options["window"], compared["window"]
    parts = compared["bin"] / options["bin"]
    if start > first + 1e-9 or stop < last - 1e-9 or abs(parts - round(parts)) > 1e-6:
        raise BadOption(
            f"{where} from {start:g} to {stop:g} s in bins of {options['bin']:g} s, wanted one that has all times of "
            f"the recording of the study, from {first:g} to {last:g} s in bins of {compared['bin']:g} s, which are "
            "those of the task"
        )


def check_not_among_animals(study: Study, where: str) -> None:
    """Raise BadOption for a study of a group of animals that has models trained on its recording."""
    if found := [model for model in study.models if trained_on_recording(study, model)]:
        raise BadOption(
            f"{where}: found {', '.join(found)}, trained on the recording of the study, wanted models that are not: "
            f"they would be ranked with other animals; {FAIR}"
        )


def seeds_of_generalisation(study: Study) -> list[int]:
    """The seeds of the networks of the first model of the generalisation that is trained on the recording."""
    return next(seeds(study, model) for model in study.generalisation.models if trained_on_recording(study, model))


def units_of_generalisation(study: Study) -> dict | None:
    """Share and seed of the recorded units on which models of the generalisation were trained; None for none."""
    found = [trained_on_recording(study, model) for model in study.generalisation.models]
    return next(({"share": one.share, "seed": one.seed} for one in found if one), None)
