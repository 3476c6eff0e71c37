"""How much a calibration simulates: how many comparisons of each kind, and at which sizes."""

from dataclasses import dataclass

from rnncompare.options.ranges import Pairs, PositiveShare, TrialCount
from rnncompare.options.values import check_values


@dataclass(frozen=True, kw_only=True)
class Simulations:
    """The comparisons that a calibration simulates, as a config's `calibration` gives them.

    null_pairs: networks against recordings of unrelated ones, half of them with a common condition-independent time
    course; geometry_pairs: with conditions round the same circle, and nothing else; power_pairs: at each of `shares`,
    the part of the recording's variance that the network explains; bias_pairs: at each of unit_fractions and
    trial_counts; recoveries: recordings whose network is looked for among new ones of every kind.

    Raises BadOption for a value that its annotation does not allow.
    """

    null_pairs: Pairs
    geometry_pairs: Pairs
    power_pairs: Pairs
    shares: list[PositiveShare]
    bias_pairs: Pairs
    unit_fractions: list[PositiveShare]
    trial_counts: list[TrialCount]
    recoveries: Pairs

    def __post_init__(self):
        check_values(Simulations, vars(self), "calibration")
