"""Refuse analyses for models that do not have what these need, such as a state, when the config is read."""

from rnncompare import plugins
from rnncompare.activity.dynamical import needs_dynamics
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import analysed, chosen, compared, measured, shows_dynamics, viewed
from rnncompare.study.model_networks import model_options, simulated, trained
from rnncompare.training.capabilities import lacks_with_options


def check_dynamics(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for a model that is measured by what it does not have.

    That is dynamics, weights to be perturbed, or an activity of units alone, which is compared with others.
    """
    if not any(lacking(study, what) for what in ("dynamics", "mechanisms", "robustness", "similarity")):
        return
    for name in chosen(config, study, "probes"):
        if needs_dynamics(plugins.find("probes", config.probes[name].use)):
            _refuse(study, measured(study, config.probes[name]), "dynamics", f"{where}, probes.{name}", "`sources`")
    of_maps = [(f"mechanisms.{n}", analysed(study, config.mechanisms[n])) for n in chosen(config, study, "mechanisms")]
    of_maps += [(f"views.{n}", viewed(study, view)) for n, view in config.views.items() if shows_dynamics(view)]
    for place, sources in of_maps:
        for what in ("dynamics", "mechanisms"):
            _refuse(study, sources, what, f"{where}, {place}", "`sources`")
    between = study.distances.measures if study.distances else []
    for sources, names, place in (
        (compared(study), chosen(config, study, "similarity"), "similarity"),
        (list(study.models), between, "distances.measures"),
    ):
        for name in names:
            _refuse(study, sources, "similarity", f"{where}.{place}: {name}", f"`{place}` of the study")
            if needs_dynamics(plugins.find("similarity", config.similarity[name]["use"])):
                _refuse(study, sources, "dynamics", f"{where}.{place}: {name}", f"`{place}` of the study")
    for name, control in study.controls.items():
        _refuse(study, [control.against], "similarity", f"{where}.controls.{name}.against", "`against`")
    if config.robustness is not None and study.simulation is None:
        _refuse(study, trained(study), "robustness", f"{where}: robustness", "a config of its own for this model")


def lacking(study: Study, what: str) -> dict[str, str]:
    """Model -> why it lacks `what`, for the models of a study that state it (`training.capabilities`)."""
    reasons = {name: lacks_with_options(model_options(study, name)["network"]).get(what) for name in simulated(study)}
    return {name: reason for name, reason in reasons.items() if reason}


def _refuse(study: Study, sources: list[str], what: str, where: str, remedy: str) -> None:
    without = lacking(study, what)
    for name in sources:
        if name in without:
            raise BadOption(f"{where}: found {name} among its sources, wanted others, by {remedy}: {without[name]}")
