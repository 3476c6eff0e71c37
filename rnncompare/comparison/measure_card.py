"""The card of a measure: what its values mean. The documentation is made from it, and tests verify its claims."""

import re
from dataclasses import dataclass, field

from rnncompare.statistics.bounds import ANY, Bounds

NOT_NEGATIVE: Bounds = (0, None)
SHARE: Bounds = (0, 1)
CORRELATION: Bounds = (-1, 1)

INVARIANCES = {
    "permutation": "the order of units",
    "translation": "a constant added to each unit",
    "scale": "one factor for all units",
    "unit scale": "a factor for each unit",
    "rotation": "a rotation or reflection of the units",
    "linear map": "any invertible linear map of the units",
}

# Statistics that any measure may give in addition to its own: whether the activity could be measured, and how many
# components of each side were used and which share of the recording's variance they explain.
SHARED = {
    "measured": SHARE,
    "components_source": (1, None),
    "components_recording": (1, None),
    "variance_explained_recording": SHARE,
}


@dataclass(frozen=True)
class MeasureCard:
    """Claims about a measure; they refer to its first statistic (and to its reverse) unless they name another.

    formula: as text; statistics: name -> definition; bounds: name -> minimum and maximum, None if unbounded;
    landmarks: the meaning of particular values other than 0 and 1; zero, one: the meaning of 0 and 1 (empty: these
    values do not occur); invariant_to: keys of INVARIANCES, for transformations of either side; symmetric: whether the
    order of the two sides does not matter; cost: how the computing time grows; pitfalls: how the measure can mislead;
    reference: the publication that defines it. lower_is_better: statistics that decrease with similarity; correlations:
    statistics to which the Spearman-Brown formula applies; metrics: statistics that satisfy the triangle inequality;
    condition_blind: statistics that do not depend on the pairing of conditions, are therefore given as a single number,
    and have a null distribution of surrogates only. A measure without a card makes no claims, and larger values are
    taken to mean more similar.
    """

    formula: str = ""
    statistics: dict[str, str] | None = None
    bounds: dict[str, Bounds] = field(default_factory=dict)
    landmarks: str = ""
    zero: str = ""
    one: str = ""
    invariant_to: tuple[str, ...] = ()
    symmetric: bool = False
    cost: str = ""
    pitfalls: str = ""
    reference: str = ""
    lower_is_better: tuple[str, ...] = ()
    correlations: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    condition_blind: tuple[str, ...] = ()

    def __post_init__(self):
        unknown = set(self.invariant_to) - set(INVARIANCES)
        if unknown:
            raise ValueError(f"card: found invariant_to {sorted(unknown)}, wanted a choice of {', '.join(INVARIANCES)}")
        crossed = [name for name, ends in self.bounds.items() if None not in ends and ends[0] >= ends[1]]
        if crossed:
            raise ValueError(f"card: found empty bounds of {', '.join(crossed)}, wanted the minimum first")

    def bounds_of(self, statistic: str) -> Bounds:
        """Minimum and maximum of a statistic, None where unknown; the bounds of `mean_of_K` hold for `mean_of_3`."""
        known = SHARED | self.bounds
        return known.get(statistic, known.get(re.sub(r"_\d+$", "_K", statistic), ANY))


NO_CARD = MeasureCard()


def card_of(measure) -> MeasureCard:
    """The card of a measure, with or without bound options."""
    return getattr(getattr(measure, "func", measure), "card", NO_CARD)


def in_sample(measure: str, statistic: str = "") -> bool:
    """Whether a score was computed on the data that the measure was fitted to, according to its name.

    Such scores are reported only to show how much in-sample evaluation overestimates similarity.
    """
    return "in_sample" in f"{measure} {statistic}"
