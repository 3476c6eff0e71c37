"""Everything a config names is there, and every option fits the function that it goes to."""

from collections.abc import Callable
from pathlib import Path

from rnncompare import plugins
from rnncompare.card import check_load, read_card
from rnncompare.config import Config, Study, chosen, compared, model_options, recordings, seeds, sources
from rnncompare.option_values import check_values
from rnncompare.plugins import BadOption

TABLES = {"similarity", "probes", "summary", "contrasts", "training"}  # of every run; views make further ones


def check(config: Config, where: str) -> None:
    """Raise BadOption for the first name or option that nothing answers to."""
    kinds: dict[str, str] = {}
    for name, study in config.studies.items():
        here = f"{where}: studies.{name}"
        _check_study(config, study, here)
        named = [
            *[(r, "recording") for r in recordings(study)],
            *[(m, "model") for m in study.models],
            *[(c, "control") for c in study.controls],
        ]
        for source, kind in named:
            if kinds.setdefault(source, kind) != kind:
                raise BadOption(
                    f"{here}: found '{source}' as a {kind} and as a {kinds[source]}, wanted one kind for a name"
                )
    for name, options in config.similarity.items():
        _bind("similarity", options, f"{where}: similarity.{name}")
    _check_names(config, where)
    known = list(dict.fromkeys(s for study in config.studies.values() for s in sources(study)))
    for folder, given in {"probes": ("seed",), "views": ()}.items():
        for name, entry in getattr(config, folder).items():
            _bind(folder, {"use": entry.use, **entry.options}, f"{where}: {folder}.{name}", given=given)
            for source in entry.sources or []:
                _known(source, known, f"{where}: {folder}.{name}.sources", "source")
    for name, probe in config.probes.items():
        if probe.trials is not None:
            _bind("controls", probe.trials, f"{where}: probes.{name}.trials", given=("seed",))
    if config.robustness is not None:
        from rnncompare.training.robustness import robustness

        _check_options(robustness, config.robustness, f"{where}: robustness", given=("seed",))


def _check_names(config: Config, where: str) -> None:
    """What becomes a table or a row's `measure` has a name of its own."""
    for name in config.views:
        if name in TABLES:
            raise BadOption(
                f"{where}: views.{name}: found the name of another table, "
                f"wanted one that is not among {', '.join(sorted(TABLES))}"
            )
    for name in config.probes:
        if name in {*config.similarity, "robustness"}:
            raise BadOption(f"{where}: probes.{name}: found the name of another measure, wanted one of its own")


def _check_study(config: Config, study: Study, where: str) -> None:
    for source, recording in recordings(study).items():
        path = Path(config.data) / recording.card / "card.yaml"
        if not path.exists():
            cards = [p.parent.name for p in Path(config.data).glob("*/card.yaml")]
            _known(recording.card, cards, f"{where}.{source}.card", "card")
        card = read_card(path)
        check_load(card, recording.options)
        check_values(plugins.find("datasets", card.reader["use"]), recording.options, f"{where}.{source}.options")
    if study.models and study.task is None:
        raise BadOption(f"{where}: found models but no task, wanted a task to train them on")
    if study.task is not None:
        _bind("tasks", study.task, f"{where}.task")
    if study.muscles is not None:
        _known(study.muscles, study.others, f"{where}.muscles", "recording of `others`")
    for name in study.models:
        _check_model(model_options(study, name), f"{where}.models.{name}")
    for name, control in study.controls.items():
        _bind("controls", {"use": control.use, **control.options}, f"{where}.controls.{name}", given=("seed",))
        if control.against is not None:
            _known(control.against, sources(study), f"{where}.controls.{name}.against", "source")
            each = len(seeds(study, control.against))
            if each not in (1, control.repeats):
                raise BadOption(
                    f"{where}.controls.{name}: found {control.repeats} repeats against {each} of '{control.against}', "
                    "wanted as many"
                )
    for column, source in study.ceilings.items():
        if not column.startswith("ceiling"):
            raise BadOption(f"{where}.ceilings: found '{column}', wanted a column whose name begins with 'ceiling'")
        _known(source, compared(study), f"{where}.ceilings.{column}", "compared source")
    for pair in study.contrasts:
        for model in pair:
            _known(model, study.models, f"{where}.contrasts", "model")
        if pair[0] == pair[1]:
            raise BadOption(f"{where}.contrasts: found '{pair[0]}' against itself, wanted two models")
    for kind in ("similarity", "probes"):
        for name in chosen(config, study, kind):
            _known(name, getattr(config, kind), f"{where}.{kind}", kind)
    for name in study.figures:
        _known(name, plugins.available("figures"), f"{where}.figures", "figure")


def _check_model(options: dict, where: str) -> None:
    from rnncompare.training.train import train

    _bind("models", options["network"], f"{where}.network", given=("inputs", "outputs", "dt", "seed"))
    if options["training"] is not None:
        _check_options(train, options["training"], f"{where}.training", given=("seed", "progress"))


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
