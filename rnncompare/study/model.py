"""What a config may say: its keys, their kinds and ranges."""

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
DRAWS = 2000  # bootstrap draws behind intervals over networks where no comparison says how many


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
    """A network: what differs from the study's `network` and `training`; `training: null` leaves it untrained.

    Or networks that were trained elsewhere: `activities` are the files of their hidden states, one a seed.
    """

    seeds: Networks | None = Field(
        None, description="networks of this model; the study's number, or all of `activities`, where left out"
    )
    network: Options = {}
    training: Options | None = {}
    weights: str | None = Field(
        None, description="file of published weights, data/<card>/<file>; wanted with training null"
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
