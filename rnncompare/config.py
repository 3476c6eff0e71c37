"""A config is a list of studies and of what is measured on them: read, checked whole, and resolved before any job runs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from rnncompare import config_file, plugins
from rnncompare.card import check_load, read_card
from rnncompare.option_values import check_values, in_words
from rnncompare.plugins import BadOption

NAME = r"[a-z][a-z0-9_]*"
FOLDER = r"[\w./+-]+"  # it becomes part of shell lines and of wildcards
TABLES = {"similarity", "probes", "summary", "contrasts", "training"}  # of every run; views make further ones
SEEDS = 2**32  # what numpy, torch and scikit-learn all take


def _identifier(name: str) -> str:
    if not re.fullmatch(NAME, name):
        raise ValueError(f"found {name!r}, wanted a name of lower-case letters, digits and underscores")
    return name


def _folder(path: str) -> str:
    if not re.fullmatch(FOLDER, path):
        raise ValueError(f"found {path!r}, wanted a path of letters, digits and ./+-_")
    return path


def _rising(window: tuple[float, float]) -> tuple[float, float]:
    if not window[0] < window[1]:
        raise ValueError(f"found {list(window)}, wanted the start before the end")
    return window


Name = Annotated[str, AfterValidator(_identifier)]
Folder = Annotated[str, AfterValidator(_folder)]
Options = dict[str, Any]


class Strict(BaseModel):
    """Unknown keys are refused, with the nearest valid one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Recording(Strict):
    """A recording as one study reads it: its card and the preprocessing that can change an answer."""

    card: Name
    options: Options = Field(description="preprocessing, passed to the card's reader: bin, smooth, window, ...")


class Model(Strict):
    """A network: what differs from the study's `network` and `training`; `training: null` leaves it untrained."""

    seeds: int | None = Field(None, ge=1, description="networks of this model; the study's number where left out")
    network: Options = {}
    training: Options | None = {}


class Control(Strict):
    """A surrogate made of the recording or the task, and what it is compared with where not the recording."""

    use: str
    options: Options = {}
    repeats: int = Field(1, ge=1, description="draws, each with its own seed")
    against: Name | None = Field(None, description="another source that stands in for the recording, such as the other half of its units")


class Comparison(Strict):
    """How any two activities are compared, the same for both sides and all measures."""

    window: Annotated[tuple[float, float], AfterValidator(_rising)] = Field(
        strict=False, description="s from the alignment event"
    )
    soft_normalise: float | None = Field(
        ge=0, description="constant added to each unit's range, as a fraction of the population's median range; null: rates as they are"
    )
    permutations: int = Field(ge=0, description="draws of the condition-permutation null")
    bootstrap: int = Field(ge=1, description="resamples of the seeds behind each interval")


class Study(Strict):
    """One recording, one task, the models trained on it, the controls, and what is measured."""

    title: str
    recording: Recording
    others: dict[Name, Recording] = Field({}, description="further recordings, ordinary sources: a second animal, muscles")
    task: Options | None = Field(None, description="`use` and options of a file of tasks/")
    muscles: Name | None = Field(None, description="the one of `others` that gives EMG outputs")
    smooth: float = Field(0.0, ge=0, description="s, SD of the Gaussian that networks' rates are smoothed with, as the recording's were")
    seeds: int = Field(1, ge=1)
    network: Options = {}
    training: Options = {}
    models: dict[Name, Model] = {}
    controls: dict[Name, Control] = {}
    ceilings: dict[Name, Name] = Field({}, description="column of summary.csv: the source whose score is that ceiling")
    contrasts: list[Annotated[tuple[Name, Name], Field(strict=False)]] = Field([], description="pairs of models whose difference is tested, seed by seed")
    comparison: Comparison
    similarity: list[Name] | None = Field(None, description="which of the measures; all where left out")
    probes: list[Name] | None = Field(None, description="which of the probes; all where left out")
    figures: list[Name] = Field([], description="files of figures/ that the report shows")


class View(Strict):
    """What a figure shows of several sources' activities."""

    use: str
    options: Options = {}
    sources: list[Name] | None = Field(None, description="which sources; recordings and models where left out")


class Probe(View):
    """A measure on single activities; sources that have only averages can be given trials by a control."""

    trials: Options | None = Field(None, description="control that draws single trials for sources that have only averages")


class Config(Strict):
    """A whole config file."""

    results: Folder = Field("results", description="folder of everything that is computed")
    data: Folder = Field("data", description="folder of the cards")
    seed: int = Field(ge=0, lt=SEEDS, description="of permutations, bootstraps, splits and trials; networks have theirs")
    studies: dict[Name, Study] = Field(min_length=1)
    similarity: dict[Name, Options] = {}
    probes: dict[Name, Probe] = {}
    robustness: Options | None = Field(None, description="perturbations of trained networks; see training/robustness.py")
    views: dict[Name, View] = {}


def read_config(source: str | Path | dict) -> Config:
    """A checked config. Raises BadOption that says where, what was found and what was wanted, with the nearest valid name."""
    where = "config" if isinstance(source, dict) else str(source)
    if not isinstance(source, dict):
        source = config_file.read(source)
    try:
        config = Config.model_validate(config_file.plain(source, where))
    except ValidationError as error:
        raise BadOption("\n".join(_explain(where, e) for e in error.errors())) from None
    _check(config, where)
    return config


def _explain(where: str, error: dict) -> str:
    place = ": ".join([where, ".".join(str(p) for p in error["loc"])])
    if error["type"] != "extra_forbidden":
        return f"{place}: {in_words(error)}"
    keys = _model_at(error["loc"][:-1]).model_fields
    name = str(error["loc"][-1])
    return f"{place}: found unknown key '{name}', wanted one of {', '.join(keys)}.{plugins.nearest(name, keys)}"


def _model_at(location: tuple) -> type[BaseModel]:
    """The model whose keys are valid at a place of the config."""
    inside = {
        "recording": Recording, "others": Recording, "models": Model, "controls": Control, "comparison": Comparison,
        "studies": Study, "probes": Probe, "views": View,
    }  # fmt: skip
    for part in reversed(location):
        if part in inside:
            return inside[part]
    return Config


def model_options(study: Study, name: str) -> dict:
    """What makes a model: {'network': options, 'training': options or None}, the study's with the model's on top."""
    model = study.models[name]
    training = None if model.training is None else study.training | model.training
    return {"network": study.network | model.network, "training": training}


def seeds(study: Study, source: str) -> list[int]:
    """The seeds a source comes in."""
    if source in study.models:
        return list(range(study.models[source].seeds or study.seeds))
    return list(range(study.controls[source].repeats)) if source in study.controls else [0]


def recordings(study: Study) -> dict[str, Recording]:
    """All recordings of a study by source name."""
    return {"recording": study.recording} | study.others


def sources(study: Study) -> list[str]:
    """All sources of a study."""
    return [*recordings(study), *study.models, *study.controls]


def compared(study: Study) -> list[str]:
    """The sources that are compared: all but the recording itself and what only stands in for it."""
    stand_ins = {c.against for c in study.controls.values()} | {study.muscles}
    return [s for s in sources(study) if s != "recording" and s not in stand_ins]


def measured(study: Study, entry: View) -> list[str]:
    """The sources of a study that a probe or a view is run on."""
    everything = [s for s in [*recordings(study), *study.models] if s != study.muscles]
    return everything if entry.sources is None else [s for s in entry.sources if s in sources(study)]


def chosen(config: Config, study: Study, kind: str) -> list[str]:
    """Names of the similarity measures or probes that a study asks for."""
    names = getattr(study, kind)
    return list(getattr(config, kind)) if names is None else names


def _check(config: Config, where: str) -> None:
    kinds: dict[str, str] = {}
    for name, study in config.studies.items():
        here = f"{where}: studies.{name}"
        _check_study(config, study, here)
        named = [*[(r, "recording") for r in recordings(study)], *[(m, "model") for m in study.models], *[(c, "control") for c in study.controls]]
        for source, kind in named:
            if kinds.setdefault(source, kind) != kind:
                raise BadOption(f"{here}: found '{source}' as a {kind} and as a {kinds[source]}, wanted one kind for a name")
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
            raise BadOption(f"{where}: views.{name}: found the name of another table, wanted one that is not among {', '.join(sorted(TABLES))}")
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
                raise BadOption(f"{where}.controls.{name}: found {control.repeats} repeats against {each} of '{control.against}', wanted as many")
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
        raise BadOption(f"{where}: found '{name}', wanted a {kind} among {', '.join(names) or 'none'}.{plugins.nearest(name, names)}")
