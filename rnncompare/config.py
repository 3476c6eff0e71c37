"""A config is a list of studies and of what is measured on them: read, checked whole, resolved before any job runs."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rnncompare import config_file, plugins
from rnncompare.file_names import Folder, Name, OutputFolder
from rnncompare.option_ranges import (
    Bin,
    Draws,
    FirstSeed,
    Groups,
    Jobs,
    Networks,
    NotNegative,
    Pairs,
    PositiveShare,
    Repeats,
    Resamples,
    Seconds,
    Seed,
    Smoothing,
    TrialCount,
    UnitCount,
    Window,
)
from rnncompare.option_values import in_words
from rnncompare.plugins import BadOption

DRAWS = 2000  # bootstrap draws behind intervals over networks where no comparison says how many

Options = dict[str, Any]


def _within_window(window: tuple[float, float], widths: dict[str, float | None]) -> None:
    """Raise ValueError for a width, s, of which a window does not hold one."""
    for name, width in widths.items():
        if width is not None and width > (window[1] - window[0]) * (1 + 1e-9):
            raise ValueError(
                f"found {name} {width:g} s in window {list(window)} s, wanted one no longer than the window"
            )


class Strict(BaseModel):
    """Unknown keys are refused, with the nearest valid one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Recording(Strict):
    """A recording as one study reads it: its card and the preprocessing that can change an answer."""

    card: Name
    options: Options = Field(description="preprocessing, passed to the card's reader: bin, smooth, window, ...")
    only: dict[str, list[str]] = Field(
        {}, description="values that are kept, of a coordinate along unit such as area, or of a card's sessions"
    )
    pool: Literal["averages", "trials"] | None = Field(
        None, description="what is joined of several sessions' units: averages, or as many trials as the least session"
    )


class Model(Strict):
    """A network: what differs from the study's `network` and `training`; `training: null` leaves it untrained."""

    seeds: Networks | None = Field(None, description="networks of this model; the study's number where left out")
    network: Options = {}
    training: Options | None = {}
    weights: str | None = Field(
        None, description="file of published weights, data/<card>/<file>; wanted with training null"
    )


class Control(Strict):
    """A surrogate made of the recording or the task, and what it is compared with where not the recording."""

    use: str
    options: Options = {}
    repeats: Networks = Field(1, description="draws, each with its own seed")
    against: Name | None = Field(
        None, description="another source that stands in for the recording, such as the other half of its units"
    )


class Simulation(Strict):
    """What is kept of networks on a task that has trials of its own, and no recording's times."""

    window: Window = Field(description="s from the onset of what is decided on")
    bin: Bin | None = Field(description="s, averages of that width; null: the task's own steps")

    @model_validator(mode="after")
    def fits_the_window(self) -> "Simulation":
        _within_window(self.window, {"bin": self.bin})
        return self


class Preparation(Strict):
    """What is done to both sides of every comparison before they are measured; see preparation.py."""

    window: Window = Field(description="s from the alignment event")
    bin: Bin | None = Field(description="s, averages of that width; null: times as they come")
    smooth: Smoothing = Field(description="s, SD of a further Gaussian on both sides; 0: none")
    lag: Seconds = Field(description="s by which the recording is taken later than the source")
    soft_normalise: NotNegative | None = Field(
        description="added to each unit's range, as a fraction of the population's median; null: rates as they are"
    )

    @model_validator(mode="after")
    def fits_the_window(self) -> "Preparation":
        _within_window(self.window, {"bin": self.bin, "smooth": self.smooth})
        return self


class Folds(Strict):
    """What fitted measures leave out."""

    by: str = Field(description="condition; trial; or a coordinate of the trials, such as delay")
    groups: Groups | None = Field(description="sets that are left out in turn; null: one condition at a time")


class Units(Strict):
    """Equal numbers of units on both sides."""

    count: UnitCount | None = Field(description="units a side at most, drawn at random; null: all")
    repeats: Repeats = Field(description="draws of them, over which scores are averaged")


class Null(Strict):
    """What a score would be by chance: permuted conditions, or surrogates of the recording."""

    use: str = Field(description="conditions, or a file of surrogates/")
    draws: Draws
    options: Options = {}


class Intervals(Strict):
    """Hierarchical bootstrap: networks, and the recording's units (sessions first where there are several)."""

    draws: Draws = Field(description="bootstrap draws behind each interval")
    units: Resamples = Field(description="resamples of the recording's units; 0: networks alone vary")


class Correction(Strict):
    """Multiple comparisons within one model, and within one pair of models."""

    method: Literal["max_t", "holm"]
    family: list[Name] | None = Field(
        description="similarity measures that are tested together; null: all that are not scored in sample"
    )


class Comparison(Strict):
    """How any two activities are compared, the same for both sides and all measures."""

    preparation: Preparation
    folds: Folds
    units: Units
    nulls: dict[Name, Null] = Field(min_length=1, description="the first stands beside every score")
    intervals: Intervals
    correction: Correction


class Sweep(Strict):
    """The same sources measured again under all combinations of other choices; see sweep.py."""

    sources: list[Name] = Field(min_length=1)
    measures: list[Name] = Field(min_length=1, description="of the study's similarity measures")
    preparation: dict[str, list] = Field(description="name of the comparison's preparation: its values")
    options: dict[str, list] = Field(description="option: its values, for the measures that have it")


class Ceiling(Strict):
    """A source whose score is a ceiling."""

    source: Name
    spearman_brown: bool = Field(
        description="whether the source is a half: correlations are then given at full length as well"
    )


class Study(Strict):
    """One task, the models trained on it, the recording they are compared with, the controls, and what is measured."""

    title: str
    recording: Recording | None = Field(
        None, description="what all else is compared with; without one, each source is measured alone"
    )
    others: dict[Name, Recording] = Field(
        {}, description="further recordings, ordinary sources: a second animal, muscles"
    )
    task: Options | None = Field(None, description="`use` and options of a file of tasks/")
    muscles: Name | None = Field(None, description="the one of `others` that gives EMG outputs")
    smooth: Smoothing = Field(
        0.0, description="s, SD of the Gaussian that networks' rates are smoothed with, as the recording's were"
    )
    simulation: Simulation | None = Field(None, description="wanted where the task has a test set of trials")
    seeds: Networks = 1
    first_seed: FirstSeed = Field(0, description="networks have the seeds from this one on")
    network: Options = {}
    training: Options = {}
    models: dict[Name, Model] = {}
    controls: dict[Name, Control] = {}
    ceilings: dict[Name, Ceiling] = Field({}, description="column of summary.csv: the source whose score it is")
    contrasts: list[Annotated[tuple[Name, Name], Field(strict=False)]] = Field(
        [], description="pairs of models whose difference is tested, seed by seed"
    )
    comparison: Comparison | None = Field(None, description="wanted where there is a recording")
    sweep: Sweep | None = None
    similarity: list[Name] | None = Field(None, description="which of the measures; all where left out")
    in_brief: list[Name] = Field(
        [], description="sources that are compared by the measures of the correction's family and the first null alone"
    )
    probes: list[Name] | None = Field(None, description="which of the probes; all where left out")
    published: list[Name] = Field([], description="cards whose published statistics stand beside ours in probes.csv")
    figures: list[Name] = Field([], description="files of figures/ that the report shows")


class Member(Strict):
    """A member of a folder, its options, and what it is run on."""

    use: str
    options: Options = {}
    sources: list[Name] | None = Field(None, description="which sources; recordings and models where left out")


class View(Member):
    """What a figure shows of several sources' activities."""

    seeds: Networks | None = Field(
        None, description="of each source's activities, how many are shown; all where left out"
    )


class Probe(Member):
    """A measure on single activities; sources that have only averages can be given trials by a control."""

    trials: Options | None = Field(
        None, description="control that draws single trials for sources that have only averages"
    )


class Calibration(Strict):
    """Simulated recordings of known networks, at the counts and rates of a study's recording; see calibration/."""

    study: Name = Field(description="whose recording, preparation, folds and units are calibrated")
    measures: list[Name] | None = Field(None, description="of the study's similarity measures; all where left out")
    nulls: dict[Name, Null] = Field(min_length=1)
    noise: Literal["poisson", "gaussian"] = Field(description="of single trials; poisson for rates in spikes/s")
    smooth: Smoothing = Field(description="s, SD of the Gaussian that the recording was smoothed with")
    trials: TrialCount = Field(description="of a condition, assumed where the recording has averages alone")
    null_pairs: Pairs = Field(description="networks against recordings of unrelated ones")
    geometry_pairs: Pairs = Field(description="unrelated, but for conditions round the same circle")
    power_pairs: Pairs = Field(description="at each of `shares`")
    shares: list[PositiveShare] = Field(description="of a recording's variance that the network explains")
    power_share: PositiveShare = Field(description="the one of `shares` whose power the table gives")
    bias_pairs: Pairs = Field(description="at each of unit_fractions and trial_counts")
    unit_fractions: list[PositiveShare]
    trial_counts: list[TrialCount]
    recoveries: Pairs = Field(description="recordings whose network is looked for among new ones of every kind")
    chunks: Jobs = Field(description="jobs that the work is divided among; the rows are the same")
    cited: Folder | None = Field(None, description="a finished calibration's table, which the report cites")


class Config(Strict):
    """A whole config file."""

    results: OutputFolder = Field("results", description="folder of everything that is computed, inside this one")
    data: Folder = Field("data", description="folder of the cards")
    seed: Seed = Field(description="of permutations, bootstraps, splits and trials; networks have theirs")
    studies: dict[Name, Study] = Field(min_length=1)
    similarity: dict[Name, Options] = {}
    probes: dict[Name, Probe] = {}
    robustness: Options | None = Field(
        None, description="perturbations of trained networks; see training/robustness.py"
    )
    views: dict[Name, View] = {}
    calibration: Calibration | None = None


def read_config(source: str | Path | dict) -> Config:
    """A checked config. Raises BadOption: where, what was found and what was wanted, with the nearest valid name."""
    from rnncompare.config_checks import check

    where = "config" if isinstance(source, dict) else str(source)
    if not isinstance(source, dict):
        source = config_file.read(source)
    try:
        config = Config.model_validate(config_file.plain(source, where))
    except ValidationError as error:
        raise BadOption("\n".join(_explain(where, e) for e in error.errors())) from None
    check(config, where)
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
        "recording": Recording, "others": Recording, "models": Model, "controls": Control, "ceilings": Ceiling,
        "simulation": Simulation, "preparation": Preparation, "folds": Folds, "units": Units, "nulls": Null,
        "intervals": Intervals,
        "correction": Correction, "comparison": Comparison, "sweep": Sweep, "calibration": Calibration,
        "studies": Study, "probes": Probe, "views": View,
    }  # fmt: skip
    for part in reversed(location):
        if part in inside:
            return inside[part]
    return Config


def model_options(study: Study, name: str) -> dict:
    """What makes a model: {'network': options, 'training': options or None}, the study's with the model's on top.

    With `weights` where they are published ones.
    """
    model = study.models[name]
    training = None if model.training is None else config_file.on_top(study.training, model.training)
    weights = {} if model.weights is None else {"weights": model.weights}
    return {"network": config_file.on_top(study.network, model.network), "training": training, **weights}


def seeds(study: Study, source: str) -> list[int]:
    """The seeds a source comes in."""
    if source in study.models:
        return [study.first_seed + k for k in range(study.models[source].seeds or study.seeds)]
    return list(range(study.controls[source].repeats)) if source in study.controls else [0]


def recordings(study: Study) -> dict[str, Recording]:
    """All recordings of a study by source name."""
    return ({"recording": study.recording} if study.recording else {}) | study.others


def sources(study: Study) -> list[str]:
    """All sources of a study."""
    return [*recordings(study), *study.models, *study.controls]


def compared(study: Study) -> list[str]:
    """The sources that are compared: all but the recording itself and what only stands in for it; none without one."""
    if study.recording is None:
        return []
    stand_ins = {c.against for c in study.controls.values()} | {study.muscles}
    return [s for s in sources(study) if s != "recording" and s not in stand_ins]


def similarity_of(config: Config, study: Study, source: str) -> list[str]:
    """Names of the similarity measures that a source is compared by."""
    names, family = chosen(config, study, "similarity"), study.comparison.correction.family
    return [n for n in names if n in family] if source in study.in_brief and family is not None else names


def comparison_of(study: Study, source: str) -> dict:
    """How a source is compared: the study's comparison, with the first null alone for those in brief."""
    comparison = study.comparison.model_dump()
    if source in study.in_brief:
        comparison["nulls"] = dict(list(comparison["nulls"].items())[:1])
    return comparison


def bootstrap_draws(config: Config) -> int:
    """Behind the intervals of all studies' summaries."""
    comparisons = [study.comparison for study in config.studies.values() if study.comparison]
    return max((comparison.intervals.draws for comparison in comparisons), default=DRAWS)


def measured(study: Study, entry: Member) -> list[str]:
    """The sources of a study that a probe or a view is run on."""
    everything = [s for s in [*recordings(study), *study.models] if s != study.muscles]
    return everything if entry.sources is None else [s for s in entry.sources if s in sources(study)]


def chosen(config: Config, study: Study, kind: str) -> list[str]:
    """Names of the similarity measures or probes that a study asks for."""
    names = getattr(study, kind)
    return list(getattr(config, kind)) if names is None else names
