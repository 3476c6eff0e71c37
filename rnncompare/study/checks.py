"""Check that everything named by a config exists, and that all options are valid for their functions."""

import os
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from rnncompare import plugins
from rnncompare.comparison.permutations import PERMUTATION
from rnncompare.options.values import check_values, in_words, most_specific, place
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.recordings.card_model import Card
from rnncompare.recordings.loading import check_load
from rnncompare.recordings.needs import check_needs
from rnncompare.study.contents import (
    chosen,
    compared,
    imported,
    model_options,
    reading_options,
    recordings,
    seeds,
    simulated,
    sources,
    unpaired,
)
from rnncompare.study.model import Config, Preparation, Study
from rnncompare.study.times import check_times
from rnncompare.training.disturbances import Disturbances
from rnncompare.training.options import Training

TABLES = {
    "similarity",
    "nulls",
    "sweep",
    "ranking",
    "probes",
    "summary",
    "contrasts",
    "training",
}  # of every run; views add further ones
FOLDERS = {"recordings", "tables", "figures", "report", "logs", "calibration"}  # of results, next to those of studies
TASK = "target"  # name of the task among the sources of a view
MOST_ACTIVITIES = 20_000  # files of one config


def check(config: Config, where: str) -> None:
    """Raise BadOption for the first name or option that is not valid."""
    _check_folders(config, where)
    kinds: dict[str, str] = {}
    for name, study in config.studies.items():
        here = f"{where}: studies.{name}"
        if name in FOLDERS:
            raise BadOption(
                f"{here}: found the name of another folder of results, wanted one not among {_list(FOLDERS)}"
            )
        _check_study(config, study, here)
        named = [
            *[(r, "recording") for r in recordings(study)],
            *[(m, "model") for m in study.models],
            *[(c, "control") for c in study.controls],
        ]
        for source, kind in named:
            if source == TASK:
                raise BadOption(
                    f"{here}: found a {kind} '{TASK}', which is the name of the task in views, wanted another name"
                )
            if kinds.setdefault(source, kind) != kind:
                raise BadOption(
                    f"{here}: found '{source}' as a {kind} and as a {kinds[source]}, wanted different names"
                )
    for name, options in config.similarity.items():
        _bind("similarity", options, f"{where}: similarity.{name}")
    for name, study in config.studies.items():
        if study.sweep is not None:
            _check_sweep(config, study, f"{where}: studies.{name}.sweep")
    _check_names(config, where)
    _check_activities(config, where)
    known = list(dict.fromkeys(s for study in config.studies.values() for s in sources(study)))
    for folder, given in {"probes": ("seed",), "views": ()}.items():
        for name, entry in getattr(config, folder).items():
            _bind(folder, {"use": entry.use, **entry.options}, f"{where}: {folder}.{name}", given=given)
            for source in entry.sources or []:
                _known(source, known, f"{where}: {folder}.{name}.sources", "source")
    for name, probe in config.probes.items():
        if probe.options.get("surrogates"):
            here = f"{where}: probes.{name}.options.surrogates"
            _bind("surrogates", probe.options["surrogates"], here, given=("seed",))
        if probe.trials is not None:
            _bind("controls", probe.trials, f"{where}: probes.{name}.trials", given=("seed",))
    if config.calibration is not None:
        here = f"{where}: calibration"
        _known(config.calibration.study, config.studies, f"{here}.study", "study")
        measures = chosen(config, config.studies[config.calibration.study], "similarity")
        for name in config.calibration.measures or []:
            _known(name, measures, f"{here}.measures", "similarity measure of the study")
        _check_nulls(config.calibration.nulls, f"{here}.nulls")
        if config.calibration.power_share not in config.calibration.shares:
            found = f"found power_share {config.calibration.power_share}"
            raise BadOption(f"{here}: {found}, wanted one of the shares {config.calibration.shares}")
    if config.robustness is not None:
        _check_options(Disturbances, config.robustness, f"{where}: robustness")
    for name, study in config.studies.items():
        check_times(config, study, f"{where}: studies.{name}")


def _check_names(config: Config, where: str) -> None:
    """Check that the names of views and probes differ from those of other tables and measures."""
    for name in config.views:
        if name in TABLES:
            raise BadOption(
                f"{where}: views.{name}: found the name of another table, wanted one that is not among {_list(TABLES)}"
            )
    for name in config.probes:
        if name in {*config.similarity, "robustness"}:
            raise BadOption(f"{where}: probes.{name}: found the name of another measure, wanted a different name")


def _check_folders(config: Config, where: str) -> None:
    """Check that the folder of results is outside that of the cards and is not a file."""
    results, data = (Path(os.path.abspath(folder)) for folder in (config.results, config.data))
    if results.is_relative_to(data) or data.is_relative_to(results):
        raise BadOption(
            f"{where}: results: found '{config.results}' and cards in data '{config.data}', wanted two folders, "
            "neither in the other"
        )
    for part in (results, *results.parents):
        if part.exists() and not part.is_dir():
            raise BadOption(f"{where}: results: found '{config.results}', but {part} is a file, wanted a folder")


def _check_activities(config: Config, where: str) -> None:
    """Check that the number of activities is not too large for the workflow."""
    count = sum(len(seeds(study, source)) for study in config.studies.values() for source in sources(study))
    if count > MOST_ACTIVITIES:
        raise BadOption(
            f"{where}: found {count:,} activities of all sources and seeds of the studies, wanted at most "
            f"{MOST_ACTIVITIES:,}: each is a file, and all of them are planned before the first is computed"
        )


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _card(config: Config, name: str, where: str) -> Card:
    path = Path(config.data) / name / "card.yaml"
    if not path.exists():
        _known(name, [p.parent.name for p in Path(config.data).glob("*/card.yaml")], where, "card")
    return read_card(path)


def _check_study(config: Config, study: Study, where: str) -> None:
    cards = {}
    for source, recording in recordings(study).items():
        cards[source] = _card(config, recording.card, f"{where}.{source}.card")
        check_load(cards[source], recording.options, f"{where}.{source}.options")
    # The card states which variables the recording of the study will have.
    promised = {"card": cards.get("recording"), "muscles": study.muscles is not None}
    for name in study.published:
        if _card(config, name, f"{where}.published").published is None:
            raise BadOption(f"{where}.published: found '{name}', a recording, wanted a card of published statistics")
    if simulated(study) and study.task is None:
        raise BadOption(f"{where}: found models but no task, wanted a task to train them on")
    if study.task is not None:
        _check_input_sets(study, where)
        check_needs("tasks", study.task, **promised, where=f"{where}.task")
    if study.muscles is not None:
        _known(study.muscles, study.others, f"{where}.muscles", "recording of `others`")
    for name in simulated(study):
        _check_model(model_options(study, name), f"{where}.models.{name}")
    for name in imported(study):
        _check_imported(reading_options(study, name), f"{where}.models.{name}.options")
    for name, control in study.controls.items():
        entry = {"use": control.use, **control.options}
        _bind("controls", entry, f"{where}.controls.{name}", given=("seed",))
        check_needs("controls", entry, **promised, where=f"{where}.controls.{name}")
        if control.against is not None:
            _known(control.against, sources(study), f"{where}.controls.{name}.against", "source")
            each = len(seeds(study, control.against))
            if each not in (1, control.repeats):
                raise BadOption(
                    f"{where}.controls.{name}: found {control.repeats} repeats against {each} of '{control.against}', "
                    "wanted equal numbers"
                )
    if (study.recording is None) != (study.comparison is None):
        there, lacking = ("recording", "comparison") if study.recording else ("comparison", "recording")
        raise BadOption(f"{where}: found a {there} and no {lacking}, wanted both or neither")
    if study.recording is None:
        _check_alone(study, where)
    else:
        _check_comparison(config, study, f"{where}.comparison")
    for source in study.primary_only:
        _known(source, compared(study), f"{where}.primary_only", "compared source")
    for column, ceiling in study.ceilings.items():
        if not column.startswith("ceiling"):
            raise BadOption(f"{where}.ceilings: found '{column}', wanted a column whose name begins with 'ceiling'")
        _known(ceiling.source, compared(study), f"{where}.ceilings.{column}", "compared source")
    for pair in study.contrasts:
        for model in pair:
            _known(model, study.models, f"{where}.contrasts", "model")
        if pair[0] == pair[1]:
            raise BadOption(f"{where}.contrasts: found '{pair[0]}' against itself, wanted two models")
        _check_swept_pair(study, pair, f"{where}.contrasts")
    for kind in ("similarity", "probes"):
        for name in chosen(config, study, kind):
            _known(name, getattr(config, kind), f"{where}.{kind}", kind)
    for name in study.figures:
        _known(name, plugins.available("figures"), f"{where}.figures", "figure")


def _check_input_sets(study: Study, where: str) -> None:
    """Check the task, and that its random inputs have several sets, of which each has equally many networks."""
    several = plugins.takes(plugins.find("tasks", study.task.get("use", "")), "input_sets")
    random = several and study.task.get("inputs") == "random"
    if random and (study.input_sets is None or study.input_sets < 2):
        raise BadOption(
            f"{where}.input_sets: found {study.input_sets} for random inputs, wanted at least 2: the result of one set "
            "of vectors is that of these vectors, and sets differ as much as networks do"
        )
    if study.input_sets is not None and not random:
        raise BadOption(
            f"{where}.input_sets: found {study.input_sets} for a task whose inputs are not random, wanted null"
        )
    _bind("tasks", study.task, f"{where}.task", given=("input_sets",) if several else ())
    for name in simulated(study) if random else []:
        count = len(seeds(study, name))
        if count > study.input_sets and count % study.input_sets:
            raise BadOption(
                f"{where}.models.{name}: found {count} networks and {study.input_sets} input sets, wanted at most "
                "one network for each set, or the same number for each"
            )


def _check_alone(study: Study, where: str) -> None:
    """Check that a study without a recording contains nothing that needs one."""
    for name in ("controls", "ceilings", "sweep", "similarity"):
        if getattr(study, name):
            raise BadOption(f"{where}.{name}: found entries in a study without a recording, wanted none or a recording")


def _check_comparison(config: Config, study: Study, where: str) -> None:
    comparison = study.comparison
    _check_nulls(comparison.nulls, f"{where}.nulls")
    if comparison.folds.by == "trial" and comparison.folds.groups is None:
        raise BadOption(f"{where}.folds: found no number of groups of trials, wanted at least 2")
    for name in comparison.correction.family or []:
        _known(name, chosen(config, study, "similarity"), f"{where}.correction.family", "similarity measure")


def _check_sweep(config: Config, study: Study, where: str) -> None:
    from rnncompare.comparison.sweep import combinations, specifications

    for source in study.sweep.sources:
        _known(source, compared(study), f"{where}.sources", "compared source")
    taken = set()
    for measure in study.sweep.measures:
        _known(measure, chosen(config, study, "similarity"), f"{where}.measures", "similarity measure")
        entry = dict(config.similarity[measure])
        function = plugins.find("similarity", entry.pop("use"))
        varied = {n: v for n, v in study.sweep.options.items() if n in plugins.options_of(function)}
        taken |= set(varied)
        own = study.comparison.preparation.model_dump()
        try:
            specifications(study.sweep.preparation, varied, own, entry)
        except BadOption as error:
            raise BadOption(f"{where}: {error}") from None
        for part in combinations(varied):
            _check_options(function, entry | part, f"{where}: {measure}")
    for part in combinations(study.sweep.preparation):
        try:
            Preparation.model_validate(own | part)
        except ValidationError as error:
            found = ", ".join(f"{n} {v}" for n, v in part.items())
            complaint = most_specific(error)
            raise BadOption(
                f"{place(f'{where}.preparation', complaint['loc'], own | part)}: {in_words(complaint)} ({found})"
            ) from None
    for option in set(study.sweep.options) - taken:
        raise BadOption(
            f"{where}.options: found '{option}', wanted an option of one of {', '.join(study.sweep.measures)}"
        )


def _check_swept_pair(study: Study, pair: tuple[str, str], where: str) -> None:
    """A sweep ranks the models of a contrast network by network, so that both have to have the same seeds."""
    swept = study.sweep.sources if study.sweep else []
    lone = [model for model in pair if model in unpaired(study)]
    if lone and set(pair) <= set(swept):
        raise BadOption(
            f"{where}: found {list(pair)}, both swept, of which {lone[0]} shares its seeds with no other model, wanted "
            "one of them not among sweep.sources, whose ranking pairs networks by seed; or, where file k is of the "
            "network that has seed k, `shares_seeds: true`"
        )


def _check_nulls(nulls: dict, where: str) -> None:
    for name, null in nulls.items():
        here = f"{where}.{name}"
        if null.use != PERMUTATION:
            _known(null.use, [PERMUTATION, *plugins.available("surrogates")], here, "null")
            _bind("surrogates", {"use": null.use, **null.options}, here, given=("draws", "seed"))
        elif null.options or name != next(iter(nulls)):
            raise BadOption(
                f"{here}: found {PERMUTATION} with options or after another null, wanted it first and without options"
            )


def _check_model(options: dict, where: str) -> None:
    _bind("models", options["network"], f"{where}.network", given=("inputs", "outputs", "dt", "seed"))
    if options["training"] is not None:
        if "weights" in options:
            raise BadOption(f"{where}: found weights and training, wanted 'training: null' if weights are given")
        _check_options(Training, options["training"], f"{where}.training")


def _check_imported(options: dict, where: str) -> None:
    from rnncompare.imported.hidden_states import hidden_states

    _check_options(hidden_states, options, where)


def _bind(folder: str, options: dict, where: str, given: tuple = ()) -> None:
    options = dict(options)
    if "use" not in options:
        raise BadOption(f"{where}: found no 'use', wanted one of {', '.join(plugins.available(folder))}")
    name = options.pop("use")
    try:
        function = plugins.find(folder, name)
    except BadOption as error:
        raise BadOption(f"{where}: {error}") from None
    _check_options(function, options, where, given=given)


def _check_options(function: Callable, options: dict, where: str, given: tuple = ()) -> None:
    plugins.check(function, options, where, given=given)
    check_values(function, options, where)


def _known(name: str, names, where: str, kind: str) -> None:
    if name not in names:
        raise BadOption(
            f"{where}: found '{name}', wanted a {kind} among {', '.join(names) or 'none'}."
            f"{plugins.nearest(name, names)}"
        )
