"""The keys of the claim of a study: about similarity to its recording, or about statistics of probes."""

from typing import Annotated, Literal

from pydantic import Field

from rnncompare.files.file_names import Name
from rnncompare.options.ranges import Different, Number
from rnncompare.study.strict import Strict

Place = Literal["area", "to", "variable", "strength", "time", "trials", "condition_independent"]


class ClaimedStatistic(Strict):
    """A statistic of a probe or mechanism, of which the first model has less, or more, than the second by the claim."""

    probe: Name = Field(description="a probe or mechanism of the study that measures both models and the controls")
    statistic: str = Field(description="of its card, such as accuracy")
    at: dict[Place, str | Number] = Field(
        {}, description="columns of probes.csv and the value of each; area: last is the last area of each source"
    )
    claimed: Literal["less", "more"] = Field(description="what the first model has in comparison with the second")


class Claim(Strict):
    """What a study claims about two models; see verdict/rules.py.

    The first is more similar to the recording; or, with `statistics`, differs in these statistics as is claimed.
    """

    contrast: Annotated[tuple[Name, Name], Field(strict=False)] = Field(
        description="the two models, one of the study's `contrasts`: the first is claimed to be more similar"
    )
    controls: list[Name] = Field(
        [], description="models and controls that lack what the claim is about, such as a ring or untrained networks"
    )
    measures: Annotated[list[Name], Different] | None = Field(
        None, max_length=3, description="of the correction's family, shown first; default: its first three"
    )
    statistics: list[ClaimedStatistic] | None = Field(
        None,
        min_length=1,
        description="of probes; the first three are shown first; null: the claim is about similarity",
    )
    correction: Literal["max_t", "holm"] | None = Field(
        None, description="of p over `statistics`, for which it is required; similarity has that of the comparison"
    )
    recorded: str | None = Field(
        None,
        description="source whose values of `statistics` are the recorded ones: `recording`, or one of `published`, "
        "such as `PMd (authors)`",
    )
