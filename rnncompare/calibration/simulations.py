"""The numbers and sizes of the comparisons that a calibration simulates."""

from dataclasses import dataclass
from typing import Annotated

from rnncompare.options.ranges import Different, Pairs, PositiveShare, RingDirections, TrialCount
from rnncompare.options.values import check_values


@dataclass(frozen=True, kw_only=True)
class Simulations:
    """The comparisons that a calibration simulates: the options in `calibration` of a config.

    null_pairs: number of networks compared with recordings of unrelated networks, half of them with a common
    condition-independent time course; geometry_pairs: number of pairs that share only the circular geometry of
    conditions; power_pairs: number of pairs for each of `shares`, the share of the recording's variance that the
    network explains; bias_pairs: number of pairs for each of unit_fractions and trial_counts; recoveries: number of
    recordings whose network is identified among new networks of every kind; condition_recordings: number of recordings
    with each of condition_counts directions, in which networks are distinguished from rings by condition_measures
    (None: all).

    Raises BadOption for values outside their ranges.
    """

    null_pairs: Pairs
    geometry_pairs: Pairs
    power_pairs: Pairs
    shares: list[PositiveShare]
    bias_pairs: Pairs
    unit_fractions: list[PositiveShare]
    trial_counts: list[TrialCount]
    recoveries: Pairs
    condition_counts: Annotated[list[RingDirections], Different]
    condition_recordings: Pairs
    condition_measures: list[str] | None

    def __post_init__(self):
        check_values(Simulations, vars(self), "calibration")
