"""The keys of a config, and the types and ranges of their values."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rnncompare.files.file_names import Folder, Name, OutputFolder
from rnncompare.options.ranges import (
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

Options = dict[str, Any]
DRAWS = 2000  # bootstrap draws of intervals over networks, if no comparison gives their number


def _within_window(window: tuple[float, float], widths: dict[str, float | None]) -> None:
    """Raise ValueError for a width (s) that is longer than the window."""
    for name, width in widths.items():
        if width is not None and width > (window[1] - window[0]) * (1 + 1e-9):
            raise ValueError(
                f"found {name} {width:g} s in window {list(window)} s, wanted one no longer than the window"
            )


class Strict(BaseModel):
    """A model that rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Recording(Strict):
    """A recording in a study: its card and preprocessing."""

    card: Name
    options: Options = Field(description="preprocessing, passed to the card's reader: bin, smooth, window, ...")
    only: dict[str, list[str]] = Field(
        {}, description="values that are kept, of a coordinate along unit such as area, or of the sessions of a card"
    )
    pool: Literal["averages", "trials"] | None = Field(
        None, description="how units of several sessions are joined: averages, or trials up to the smallest session"
    )


class Model(Strict):
    """A network: its differences from the study's `network` and `training`; `training: null` leaves it untrained.

    Alternatively, networks that were trained elsewhere: `activities` are the files of their hidden states, one a seed.
    """

    seeds: Networks | None = Field(
        None, description="number of networks of this model; default: that of the study, or that of `activities`"
    )
    network: Options = {}
    training: Options | None = {}
    weights: str | None = Field(
        None, description="file of published weights, data/<card>/<file>; requires training null"
    )
    activities: str | list[str] | None = Field(
        None, description="files of networks trained elsewhere, a pattern such as runs/*.npz; see imported/files.py"
    )
    options: Options = Field(
        {}, description="how `activities` are read: smooth, time, conditions, ..; see imported/hidden_states.py"
    )
    shares_seeds: bool = Field(
        False, description="whether network k of `activities` shares its seed with network k of the other models"
    )

    @model_validator(mode="after")
    def is_trained_here_or_elsewhere(self) -> "Model":
        given = {name for name, field in type(self).model_fields.items() if getattr(self, name) != field.default}
        if "activities" in given and (ours := given & {"network", "training", "weights"}):
            raise ValueError(
                f"found activities and {', '.join(sorted(ours))}, wanted one or the other: networks of `activities` "
                "were trained elsewhere, and nothing is trained here"
            )
        if "activities" not in given and (theirs := given & {"options", "shares_seeds"}):
            raise ValueError(
                f"found {', '.join(sorted(theirs))} without activities, wanted those of networks trained elsewhere, "
                "with `activities: runs/*.npz`"
            )
        return self


class Control(Strict):
    """A control activity derived from the recording or the task, and the source with which it is compared."""

    use: str
    options: Options = {}
    repeats: Networks = Field(1, description="draws, each with its own seed")
    against: Name | None = Field(
        None, description="another source that replaces the recording, such as the other half of its units"
    )


class Simulation(Strict):
    """The times of networks that are kept, for a task that defines its own trials."""

    window: Window = Field(description="s from the onset of the stimulus of the decision")
    bin: Bin | None = Field(description="s, averages of that width; null: the time steps of the task")

    @model_validator(mode="after")
    def fits_the_window(self) -> "Simulation":
        _within_window(self.window, {"bin": self.bin})
        return self


class Preparation(Strict):
    """Preprocessing of both activities of every comparison; see preparation.py."""

    window: Window = Field(description="s from the alignment event")
    bin: Bin | None = Field(description="s, averages of that width; null: no binning")
    smooth: Smoothing = Field(description="s, SD of a further Gaussian on both activities; 0: none")
    lag: Seconds = Field(description="s by which the recording is later than the source")
    soft_normalise: NotNegative | None = Field(
        description="added to the range of each unit, as a fraction of the population's median; null: no normalisation"
    )

    @model_validator(mode="after")
    def fits_the_window(self) -> "Preparation":
        _within_window(self.window, {"bin": self.bin, "smooth": self.smooth})
        return self


class Folds(Strict):
    """The cross-validation folds of fitted measures."""

    by: str = Field(description="condition; trial; or a coordinate of the trials, such as delay")
    groups: Groups | None = Field(description="number of held-out sets; null: one condition at a time")


class Units(Strict):
    """Equal numbers of units in both activities."""

    count: UnitCount | None = Field(description="largest number of units of each activity, drawn at random; null: all")
    repeats: Repeats = Field(description="number of draws of units, over which scores are averaged")


class Null(Strict):
    """A null distribution of scores: permuted conditions, or surrogates of the recording."""

    use: str = Field(description="conditions, or a file of surrogates/")
    draws: Draws
    options: Options = {}


class Intervals(Strict):
    """Hierarchical bootstrap of networks and of the recording's units (nested in sessions if there are several)."""

    draws: Draws = Field(description="bootstrap draws of each interval")
    units: Resamples = Field(description="resamples of the recording's units; 0: only networks are resampled")


class Correction(Strict):
    """Correction for multiple comparisons within a model, and within a pair of models."""

    method: Literal["max_t", "holm"]
    family: list[Name] | None = Field(
        description="similarity measures that are tested together; null: all that are not scored in sample"
    )


class Comparison(Strict):
    """How two activities are compared; the same for both activities and all measures."""

    preparation: Preparation
    folds: Folds
    units: Units
    nulls: dict[Name, Null] = Field(min_length=1, description="null distributions; the first is given with every score")
    intervals: Intervals
    correction: Correction


class Sweep(Strict):
    """A multiverse analysis: sources are measured with all combinations of alternative choices; see sweep.py."""

    sources: list[Name] = Field(min_length=1)
    measures: list[Name] = Field(min_length=1, description="similarity measures of the study")
    preparation: dict[str, list] = Field(description="key of the comparison's preparation: its values")
    options: dict[str, list] = Field(description="option: its values, for the measures that have it")


class Ceiling(Strict):
    """A source whose score is a ceiling."""

    source: Name
    spearman_brown: bool = Field(
        description="whether the source is a half of the units: correlations are then also Spearman-Brown corrected"
    )


class Study(Strict):
    """A task, the models trained on it, the recording with which they are compared, controls and measures."""

    title: str
    recording: Recording | None = Field(
        None, description="the recording with which all sources are compared; without it, only probes are applied"
    )
    others: dict[Name, Recording] = Field({}, description="further recordings as sources: a second animal, muscles")
    task: Options | None = Field(None, description="`use` and options of a file of tasks/")
    muscles: Name | None = Field(None, description="the one of `others` that provides EMG outputs")
    smooth: Smoothing = Field(
        0.0, description="s, SD of the Gaussian that smooths the rates of networks, as those of the recording were"
    )
    simulation: Simulation | None = Field(None, description="required if the task has a test set of trials")
    seeds: Networks = 1
    first_seed: FirstSeed = Field(0, description="first seed of the networks")
    input_sets: Networks | None = Field(
        None,
        description="number of sets of random inputs, if the task's inputs are random; network k has set k modulo it",
    )
    network: Options = {}
    training: Options = {}
    models: dict[Name, Model] = {}
    controls: dict[Name, Control] = {}
    ceilings: dict[Name, Ceiling] = Field({}, description="column of summary.csv: the source whose score it is")
    contrasts: list[Annotated[tuple[Name, Name], Field(strict=False)]] = Field(
        [], description="pairs of models whose difference is tested, paired by seed"
    )
    comparison: Comparison | None = Field(None, description="required if there is a recording")
    sweep: Sweep | None = None
    similarity: list[Name] | None = Field(None, description="names of similarity measures; default: all")
    primary_only: list[Name] = Field(
        [], description="sources that are compared only by the measures of the correction's family and the first null"
    )
    probes: list[Name] | None = Field(None, description="names of probes; default: all")
    published: list[Name] = Field([], description="cards whose published statistics are added to probes.csv")
    figures: list[Name] = Field([], description="files of figures/ that the report shows")


class Member(Strict):
    """A member of a folder, its options, and the sources to which it is applied."""

    use: str
    options: Options = {}
    sources: list[Name] | None = Field(None, description="names of sources; default: all recordings and models")


class View(Member):
    """A table of the activities of several sources, for a figure."""

    seeds: Networks | None = Field(None, description="number of activities of each source that are shown; default: all")


class Probe(Member):
    """A measure of single activities; a control can simulate trials of sources that have only averages."""

    trials: Options | None = Field(
        None, description="control that simulates single trials of sources that have only averages"
    )


class Calibration(Strict):
    """Simulated recordings of known networks, with the sizes and rates of a study's recording; see calibration/."""

    study: Name = Field(description="the study whose recording, preparation, folds and units are calibrated")
    measures: list[Name] | None = Field(None, description="similarity measures of the study; default: all")
    nulls: dict[Name, Null] = Field(min_length=1)
    noise: Literal["poisson", "gaussian"] = Field(description="noise of single trials; poisson for rates in spikes/s")
    smooth: Smoothing = Field(description="s, SD of the Gaussian by which the recording was smoothed")
    trials: TrialCount = Field(description="trials per condition, assumed if the recording has only averages")
    null_pairs: Pairs = Field(description="pairs of a network and the recording of an unrelated one")
    geometry_pairs: Pairs = Field(description="pairs of unrelated networks with the same circular set of conditions")
    power_pairs: Pairs = Field(description="pairs for each of `shares`")
    shares: list[PositiveShare] = Field(description="fractions of the recording's variance that the network generates")
    power_share: PositiveShare = Field(description="the one of `shares` whose power the table gives")
    bias_pairs: Pairs = Field(description="pairs for each of unit_fractions and trial_counts")
    unit_fractions: list[PositiveShare]
    trial_counts: list[TrialCount]
    recoveries: Pairs = Field(description="recordings whose network is identified among new networks of every kind")
    chunks: Jobs = Field(description="number of jobs; it does not change the rows")
    cited: Folder | None = Field(None, description="table of a finished calibration, which the report cites")


class Config(Strict):
    """A config file."""

    results: OutputFolder = Field("results", description="folder of all results, inside the present folder")
    data: Folder = Field("data", description="folder of the cards")
    seed: Seed = Field(description="seed of permutations, bootstraps, splits and trials; networks have their own")
    studies: dict[Name, Study] = Field(min_length=1)
    similarity: dict[Name, Options] = {}
    probes: dict[Name, Probe] = {}
    robustness: Options | None = Field(
        None, description="perturbations of trained networks; see training/robustness.py"
    )
    views: dict[Name, View] = {}
    calibration: Calibration | None = None
