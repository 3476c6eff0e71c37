"""Checks of the probes of a study."""

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.recordings.needs import check_data, needs_of
from rnncompare.study import places
from rnncompare.study.config_keys import Config, Probe, Study
from rnncompare.study.contents import measured, recordings
from rnncompare.study.member_checks import check_member
from rnncompare.study.model_networks import model_options, simulated
from rnncompare.training.capabilities import lacks_with_options


def check_parts(probe: Probe, where: str) -> None:
    """Check the surrogates of a probe, and the control that draws trials for sources that have only averages."""
    if probe.options.get("surrogates"):
        check_member("surrogates", probe.options["surrogates"], f"{where}.options.surrogates", given=("seed",))
    if probe.trials is not None:
        check_member("controls", probe.trials, f"{where}.trials", given=("seed",))
        if needs_of("controls", probe.trials).task:
            raise BadOption(
                f"{where}.trials: found {probe.trials['use']}, which is made from a task, wanted a control that draws "
                "trials from the rates of a source"
            )


def check_probe(config: Config, study: Study, probe: Probe, where: str) -> None:
    """Raise BadOption for a source of the study that a probe cannot measure with its options."""
    _check_weights(study, probe, where)
    _check_decoded(config, study, probe, where)
    _check_units(study, probe, where)


def _check_weights(study: Study, probe: Probe, where: str) -> None:
    """Check that a probe of weights is applied to models alone; networks trained elsewhere are left out later."""
    if not plugins.takes(plugins.find("probes", probe.use), "weights"):
        return
    others = [source for source in measured(study, probe) if source not in study.models]
    if others:
        raise BadOption(
            f"{where}: found {', '.join(others)} among its sources, wanted models alone, because {probe.use} measures "
            "the weights of networks: `sources` names them"
        )
    for name in measured(study, probe):
        network = model_options(study, name)["network"] if name in simulated(study) else {}
        if reason := lacks_with_options(network).get("probes.weights"):
            raise BadOption(f"{where}: found {name}, a {network['use']}, among its sources, wanted others: {reason}")


def _check_decoded(config: Config, study: Study, probe: Probe, where: str) -> None:
    """Check that recordings have the behavior that is decoded from them, or from other sources (`Paths.targets`)."""
    needs = needs_of("probes", {"use": probe.use, **probe.options})
    if needs.channels and study.recording is not None:
        cards = {source: recording.card for source, recording in recordings(study).items()}
        for name in dict.fromkeys(cards.get(source, cards["recording"]) for source in measured(study, probe)):
            check_data(needs, read_card(places.card(config.data, name)), where)


def _check_units(study: Study, probe: Probe, where: str) -> None:
    """Check that networks have as many units as a probe draws from them; recordings are not read yet."""
    wanted = probe.options.get("units")
    if not isinstance(wanted, int):
        return
    for name in measured(study, probe):
        units = model_options(study, name)["network"].get("units") if name in simulated(study) else None
        if units is not None and units < wanted:
            raise BadOption(
                f"{where}.options.units: found {wanted}, wanted at most {units}, the units of {name}, or null for all "
                "units; `sources` names the sources that are measured"
            )
