"""Check one study: its recordings, task, models and controls, and the names by which it refers to them."""

import os

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.recordings.card_model import Card
from rnncompare.recordings.loading import check_load
from rnncompare.recordings.needs import Provided, check_needs
from rnncompare.study import places
from rnncompare.study.comparison_checks import check_comparison, check_swept_pair
from rnncompare.study.composed_checks import check_composed
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import chosen, compared, recordings, sources
from rnncompare.study.curricula import check_stages
from rnncompare.study.input_set_checks import check_input_sets
from rnncompare.study.member_checks import check_known, check_member, check_options
from rnncompare.study.model_networks import imported, model_options, reading_options, seeds, simulated
from rnncompare.study.model_tasks import own_tasks, takes_input_sets, task_options
from rnncompare.study.recorded_training import check_recorded
from rnncompare.study.start_checks import check_starts
from rnncompare.training.capabilities import lacks_with_options, refuse_lacking
from rnncompare.training.options import Training


def check_study(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for the first name or option of the study that is not valid."""
    cards = _check_cards(config, study, where)
    # The card states which variables the recording of the study will have.
    provided = provided_by(study, cards.get("recording"))
    _check_task(study, provided, where)
    for name in simulated(study):
        _check_model(model_options(study, name), task_options(study, name), f"{where}.models.{name}")
    for name in imported(study):
        _check_imported(reading_options(study, name), f"{where}.models.{name}.options")
    check_starts(study, where)
    for name in study.controls:
        _check_control(study, name, provided, f"{where}.controls.{name}")
    if (study.recording is None) != (study.comparison is None):
        there, lacking = ("recording", "comparison") if study.recording else ("comparison", "recording")
        raise BadOption(f"{where}: found a {there} and no {lacking}, wanted both or neither")
    if study.recording is None:
        _check_alone(study, where)
    else:
        check_comparison(config, study, provided.card, f"{where}.comparison")
    check_recorded(study, where)
    _check_compared_names(study, where)
    _check_contrasts(study, f"{where}.contrasts")
    _check_measures_and_figures(config, study, where)


def provided_by(study: Study, card: Card | None = None) -> Provided:
    """The parts of the study that tasks, controls and views can require; card: that of its recording."""
    return Provided(card, study.muscles is not None, study.task is not None, study.simulation is not None)


def _check_cards(config: Config, study: Study, where: str) -> dict[str, Card]:
    """Check the recordings and the published statistics of a study; return the card of each recording."""
    cards = {}
    for source, recording in recordings(study).items():
        cards[source] = _card(config, recording.card, f"{where}.{source}.card")
        check_load(cards[source], recording.options, f"{where}.{source}.options")
    for name in study.published:
        if _card(config, name, f"{where}.published").published is None:
            raise BadOption(f"{where}.published: found '{name}', a recording, wanted a card of published statistics")
    return cards


def _card(config: Config, name: str, where: str) -> Card:
    path = places.card(config.data, name)
    if not os.path.exists(path):
        check_known(name, places.cards(config.data), where, "card")
    return read_card(path)


def _check_task(study: Study, provided: Provided, where: str) -> None:
    if simulated(study) and study.task is None:
        raise BadOption(f"{where}: found models but no task, wanted a task to train them on")
    if study.task is not None:
        check_input_sets(study, where)
        # Without networks that are simulated here, no window is needed for their trials.
        ready = provided if simulated(study) else provided._replace(simulation=True)
        own = {f"{where}.models.{name}.task": options for name, options in own_tasks(study).items()}
        for place, options in {f"{where}.task": study.task, **own}.items():
            check_member("tasks", options, place, given=("input_sets",) if takes_input_sets(options) else ())
            check_needs("tasks", options, ready, place)
    if study.muscles is not None:
        check_known(study.muscles, study.others, f"{where}.muscles", "recording of `others`")


def _check_model(options: dict, task: dict, where: str) -> None:
    from rnncompare.imported.masks import with_entries

    refuse_lacking(lacks_with_options(options["network"]), options, where)
    options = with_entries(options, where)
    check_member("models", options["network"], f"{where}.network", given=("inputs", "outputs", "dt", "seed"))
    _check_noise(options["network"].get("noise"), task, f"{where}.network.noise.inputs")
    if options["training"] is not None:
        if "weights" in options:
            raise BadOption(f"{where}: found weights and training, wanted 'training: null' if weights are given")
        check_options(Training, options["training"], f"{where}.training")
        check_stages(options, f"{where}.training")


def _check_noise(noise: dict | None, task: dict, where: str) -> None:
    """Check the number of inputs with noise, if the options of the task determine how many inputs it has."""
    count = getattr(plugins.find("tasks", task["use"]), "count_inputs", None)
    if noise is None or count is None:
        return
    found, wanted = len(noise["inputs"]), count(**plugins.options_in(task))
    if found != wanted:
        raise BadOption(f"{where}: found {found} SDs, wanted {wanted}, one for each input of the task")


def _check_imported(options: dict, where: str) -> None:
    from rnncompare.imported.hidden_states import hidden_states

    check_options(hidden_states, options, where)


def _check_control(study: Study, name: str, provided: Provided, where: str) -> None:
    control = study.controls[name]
    entry = {"use": control.use, **control.options}
    check_member("controls", entry, where, given=("seed",))
    check_needs("controls", entry, provided, where)
    if control.against is not None:
        check_known(control.against, sources(study), f"{where}.against", "source")
        each = len(seeds(study, control.against))
        if each not in (1, control.repeats):
            raise BadOption(
                f"{where}: found {control.repeats} repeats against {each} of '{control.against}', wanted equal numbers"
            )


def _check_alone(study: Study, where: str) -> None:
    """Check that a study without a recording contains nothing that needs one."""
    for name in ("controls", "ceilings", "sweep", "within", "recovery", "generalisation", "similarity"):
        if getattr(study, name):
            raise BadOption(f"{where}.{name}: found entries in a study without a recording, wanted none or a recording")


def _check_compared_names(study: Study, where: str) -> None:
    for source in study.primary_only:
        check_known(source, compared(study), f"{where}.primary_only", "compared source")
    if study.baseline is not None:
        check_known(study.baseline, compared(study), f"{where}.baseline", "compared source")
    for column, ceiling in study.ceilings.items():
        if not column.startswith("ceiling"):
            raise BadOption(f"{where}.ceilings: found '{column}', wanted a column whose name begins with 'ceiling'")
        check_known(ceiling.source, compared(study), f"{where}.ceilings.{column}", "compared source")


def _check_contrasts(study: Study, where: str) -> None:
    for pair in study.contrasts:
        for source in pair:
            check_known(source, {**study.models, **study.controls}, where, "model or control")
            if source in study.controls:
                _check_contrasted_control(study, source, where)
        if pair[0] == pair[1]:
            raise BadOption(f"{where}: found '{pair[0]}' against itself, wanted two models")
        check_swept_pair(study, pair, where)


def _check_contrasted_control(study: Study, name: str, where: str) -> None:
    """Raise BadOption for a control whose difference from a model has no interval over draws."""
    if name not in compared(study) or study.controls[name].against is not None:
        raise BadOption(f"{where}: found '{name}', which is not compared with the recording, wanted one that is")
    if study.controls[name].repeats < 2:
        raise BadOption(
            f"{where}: found '{name}', a control with 1 activity, wanted at least 2 `repeats`: a contrast compares the "
            "variation within both"
        )


def _check_measures_and_figures(config: Config, study: Study, where: str) -> None:
    for kind in ("similarity", "probes"):
        for name in chosen(config, study, kind):
            check_known(name, getattr(config, kind), f"{where}.{kind}", kind)
    for name in study.figures:
        check_known(name, plugins.available("figures"), f"{where}.figures", "figure")
    check_composed(study, where)
