"""A measure's card: what its number means, stated once; the tests hold it to it and the documentation shows it."""

import re
from dataclasses import dataclass, field

Bounds = tuple[float | None, float | None]  # the least and the most that a number can be; None: there is no end
ANY: Bounds = (None, None)
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

# What rows of any measure may say beside its own statistics: whether there was enough to measure, and what was seen.
BESIDE = {
    "measured": SHARE,
    "components_source": (1, None),
    "components_recording": (1, None),
    "captured_recording": SHARE,
}


@dataclass(frozen=True)
class MeasureCard:
    """What is said of a measure's first statistic (and of its reverse) unless another is named.

    formula: in text; statistics: name -> what it is; bounds: name -> the least and the most that the number given can
    be, None where there is no end; landmarks: what other values mean than zero, one: what 0 and 1 mean (empty: not
    reached); invariant_to: of INVARIANCES, for either side; symmetric: x against y is y against x; cost: how it grows;
    pitfalls: what misleads; reference: who defined it. lower_is_better: statistics that fall as activities get more
    alike; correlations: statistics that Spearman and Brown's formula applies to; metrics: statistics that keep the
    triangle inequality; condition_blind: statistics given as one number because the pairing of conditions does not
    change them, whose null is made of surrogates alone. A measure without a card has no claims: its larger values mean
    more alike.
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
            raise ValueError(f"card: found invariant_to {sorted(unknown)}, wanted some of {', '.join(INVARIANCES)}")
        crossed = [name for name, ends in self.bounds.items() if None not in ends and ends[0] >= ends[1]]
        if crossed:
            raise ValueError(f"card: found bounds of {', '.join(crossed)} that hold nothing, wanted the least first")

    def bounds_of(self, statistic: str) -> Bounds:
        """The least and the most that a statistic can be; `mean_of_K` stands for `mean_of_3`, no name for any value."""
        known = BESIDE | self.bounds
        return known.get(statistic, known.get(re.sub(r"_\d+$", "_K", statistic), ANY))


NO_CARD = MeasureCard()


def card_of(measure) -> MeasureCard:
    """The card of a measure, with or without its options bound."""
    return getattr(getattr(measure, "func", measure), "card", NO_CARD)
