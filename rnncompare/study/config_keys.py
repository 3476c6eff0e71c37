"""The keys of a config, and the types and ranges of their values."""

from typing import Annotated, Literal

from pydantic import Field

from rnncompare.files.file_names import Folder, Name, OutputFolder
from rnncompare.options.ranges import (
    Batch,
    Different,
    FirstSeed,
    Jobs,
    Networks,
    Pairs,
    PositiveShare,
    RingDirections,
    Seed,
    Smoothing,
    TrialCount,
)
from rnncompare.study.claim_keys import Claim
from rnncompare.study.comparison_keys import (
    Ceiling,
    Comparison,
    Distances,
    Generalisation,
    Null,
    Recovery,
    Sweep,
    Within,
)
from rnncompare.study.source_keys import Control, Model, Recording, Simulation
from rnncompare.study.strict import Options, Strict

DRAWS = 2000  # bootstrap draws of intervals over networks, if no comparison gives their number


class Composed(Strict):
    """Several figures as the panels of one, of the width of a page."""

    panels: list[Name] = Field(min_length=2, max_length=8, description="files of figures/, in the order of letters")
    layout: list[str] = Field(min_length=1, description="rows of letters of the panels, such as [aab, ccc]")


class Study(Strict):
    """A task, the models trained on it, the recording with which they are compared, controls and measures."""

    title: str
    question: str | None = Field(None, description="what the study asks, in one sentence; the report begins with it")
    claim: Claim | None = Field(None, description="an answer to the question, which the verdict is about; null: none")
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
        description="number of sets of random inputs, if the task has them; network k has set k modulo this number",
    )
    network: Options = Field({})
    training: Options = Field({})
    models: dict[Name, Model] = Field({})
    controls: dict[Name, Control] = Field({})
    ceilings: dict[Name, Ceiling] = Field({}, description="column of summary.csv: the source whose score it is")
    baseline: Name | None = Field(
        None,
        description="a source without dynamics or training, such as a ring: each score is also given relative to its",
    )
    contrasts: list[Annotated[tuple[Name, Name], Field(strict=False)]] = Field(
        [], description="pairs of models, or of a model and a control, whose difference is tested, paired by seed"
    )
    comparison: Comparison | None = Field(None, description="required if there is a recording")
    sweep: Sweep | None = None
    within: Within | None = Field(
        None, description="comparison of the networks of each model with each other; null: none"
    )
    recovery: Recovery | None = Field(
        None, description="comparison of two models with simulated recordings of their own networks; null: none"
    )
    generalisation: Generalisation | None = Field(
        None, description="comparison in conditions on which networks were not trained; null: none"
    )
    distances: Distances | None = Field(
        None, description="comparison of all networks within and between models; null: none"
    )
    similarity: list[Name] | None = Field(None, description="names of similarity measures; default: all")
    primary_only: list[Name] = Field(
        [], description="sources that are compared only by the measures of the correction's family and the first null"
    )
    probes: list[Name] | None = Field(None, description="names of probes; default: all")
    mechanisms: list[Name] | None = Field(None, description="names of mechanisms; default: all")
    published: list[Name] = Field([], description="cards whose published statistics are added to probes.csv")
    figures: list[Name] = Field([], description="files of figures/ that the report shows")
    composed: dict[Name, Composed] = Field(
        {}, description="figures of several panels, for a paper; see docs/figures.md"
    )


class Member(Strict):
    """A member of a folder, its options, and the sources to which it is applied."""

    use: str
    options: Options = Field({})
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
    condition_counts: Annotated[list[RingDirections], Different] = Field(
        description="numbers of directions of simulated recordings"
    )
    condition_recordings: Pairs = Field(
        description="recordings with each number of directions, in which networks are distinguished from rings"
    )
    condition_measures: list[Name] | None = Field(None, description="measures that do so; default: all calibrated")
    chunks: Jobs = Field(description="number of jobs; it does not change the rows")
    cited: Folder | None = Field(None, description="table of a finished calibration, which the report cites")


class Config(Strict):
    """A config file."""

    results: OutputFolder = Field("results", description="folder of all results, inside the present folder")
    data: Folder = Field("data", description="folder of the cards")
    batch: Batch = Field(
        50, description="networks of one job and file, for models, imported models and controls with more than these"
    )
    seed: Seed = Field(description="seed of permutations, bootstraps, splits and trials; networks have their own")
    studies: dict[Name, Study] = Field(min_length=1)
    similarity: dict[Name, Options] = Field({})
    probes: dict[Name, Probe] = Field({})
    mechanisms: dict[Name, Member] = Field({}, description="analyses of how networks compute; sources: models")
    robustness: Options | None = Field(
        None, description="perturbations of trained networks; see training/robustness.py"
    )
    views: dict[Name, View] = Field({})
    figure_style: Literal["default", "nature", "cell", "elife", "pnas"] = Field(
        "default", description="widths, font and sizes of all figures; see docs/figures.md"
    )
    animals: dict[Name, list[Name]] = Field(
        {}, description="name of a group: studies that ask the same of the recordings of different animals"
    )
    calibration: Calibration | None = None
