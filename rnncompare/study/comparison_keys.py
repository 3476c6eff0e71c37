"""The keys of the comparison of two activities in a study, of its ceilings, and of its multiverse analysis."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rnncompare.files.file_names import Name
from rnncompare.options.ranges import (
    Bin,
    Count,
    Different,
    Draws,
    Groups,
    NetworkPairs,
    NotNegative,
    Repeats,
    Resamples,
    Seconds,
    Smoothing,
    TrialCount,
    UnitCount,
    Window,
)
from rnncompare.study.strict import Options, Strict, within_window


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
        within_window(self.window, {"bin": self.bin, "smooth": self.smooth})
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
    """A null distribution of scores: permuted conditions, turned and mirrored directions, or surrogates."""

    use: str = Field(description="conditions, ring_orders, or a file of surrogates/")
    draws: Draws = Field(
        description="number of draws; conditions: all other orders if there are no more; ring_orders: all 2n - 1 other "
        "orders of n directions, so that a smaller number is refused"
    )
    options: Options = Field({}, description="of surrogates")
    measures: list[Name] | None = Field(
        None, min_length=1, description="similarity measures that it is computed for; null: all, as for the first null"
    )


class Intervals(Strict):
    """Hierarchical bootstrap of networks and of the recording's units (nested in sessions if there are several)."""

    draws: Draws = Field(description="bootstrap draws of each interval")
    units: Resamples = Field(description="resamples of the recording's units; 0: only networks are resampled")
    units_alone: Resamples | None = Field(
        None, description="the same for a source with one activity, whose interval is over units alone; null: `units`"
    )


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


class Within(Strict):
    """The networks of each model are compared with each other; see comparison/within.py."""

    pairs: NetworkPairs = Field(
        description="largest number of pairs of networks of a model; each network is in equally many of them"
    )
    measures: list[Name] | None = Field(
        None, min_length=1, description="similarity measures of the study; default: those of the correction's family"
    )


class Recovery(Strict):
    """Two models are compared with simulated recordings of their own networks; see calibration/model_recovery.py."""

    models: Annotated[tuple[Name, Name], Field(strict=False)] = Field(
        description="the two models; the contrast is the first minus the second"
    )
    trials: TrialCount = Field(description="trials per condition, assumed if the recording has only averages")
    noise: Literal["poisson", "gaussian"] = Field(description="noise of single trials; poisson for rates in spikes/s")
    smooth: Smoothing = Field(description="s, SD of the Gaussian by which the recording was smoothed")
    measures: list[Name] | None = Field(
        None, min_length=1, description="similarity measures of the study; default: those of the correction's family"
    )


class Generalisation(Strict):
    """Networks are compared with the recording in conditions they were not trained on; see generalisation.py."""

    models: Annotated[list[Name], Different] = Field(
        description="models trained here, without `conditions` conditions or, for comparison, on all, or not trained"
    )
    conditions: Count = Field(description="number of held-out conditions: `validation` of the models trained without")
    measures: list[Name] | None = Field(
        None,
        min_length=1,
        description="cross-validated similarity measures of the study; default: those of the correction's family",
    )


class Distances(Strict):
    """All pairs of networks of the study's models are compared with each other; see comparison/between.py."""

    measures: Annotated[list[Name], Different] = Field(description="symmetric similarity measures")
    mechanisms: list[Name] = Field([], description="mechanisms of the study whose rows are compared as well")
    window: Window = Field(description="s from the alignment event")
    soft_normalise: NotNegative | None = Field(
        description="added to the range of each unit, as a fraction of the population's median; null: no normalisation"
    )
    groups: Groups | None = Field(
        description="number of held-out sets of conditions of fitted measures; null: one condition at a time"
    )
    draws: Draws = Field(description="number of permutations of the labels of networks")
    sets: dict[Name, Annotated[list[Name], Different]] = Field(
        {}, description="sets of trained models that are tabulated alone as well, with their own untrained models"
    )


class Ceiling(Strict):
    """A source whose score is a ceiling."""

    source: Name
    spearman_brown: bool = Field(
        description="whether the source is a half of the units: correlations are then also Spearman-Brown corrected"
    )
